import * as Schema from "effect/Schema"
import { IssueSchema } from "../internal/issueSchema.ts"
import * as Issue from "../Issue.ts"
import * as ToolError from "../toolError/stock.ts"
import { because } from "./fields.ts"

/**
 * Reports arguments that do not fit the schema of a tool: validation, `invalid_arguments`. `issues` names every one.
 *
 * Raise it when arguments do not decode; the handler of a call does so by itself.
 *
 * @category validation
 * @since 0.1.0
 */
export class InvalidArguments extends /*#__PURE__*/ ToolError.Validation<InvalidArguments>()("InvalidArguments", {
  issues: Schema.Array(IssueSchema as unknown as Schema.Codec<Issue.Issue, Issue.Issue>)
}, {
  type: "invalid_arguments",
  when: "Arguments do not decode",
  message: (e) => {
    const more = Issue.omitted(e.issues)
    if (e.issues.length === 1 && more === 0) return `Invalid argument ${Issue.path(e.issues[0]!)}`
    return more === Infinity
      ? `Invalid arguments: ${e.issues.length} problem${e.issues.length === 1 ? "" : "s"} or more`
      : `Invalid arguments: ${e.issues.length + more} problems`
  },
  issues: (e) => e.issues
}) {}

/**
 * Reports arguments that fit the schema but that a service refused: validation, `invalid_arguments`. `service` refused them,
 * `status_code` is its HTTP status, `reason` what it objects to.
 *
 * Raise it when a service refuses values that the schema cannot check.
 *
 * @category validation
 * @since 0.1.0
 */
export class ArgumentsRejected extends /*#__PURE__*/ ToolError.Validation<ArgumentsRejected>()("ArgumentsRejected", {
  service: Schema.String,
  status_code: Schema.optionalKey(Schema.Finite),
  reason: Schema.optionalKey(Schema.String)
}, {
  type: "invalid_arguments",
  when: "A service refuses values that the schema cannot check",
  message: (e) => `${e.service} did not accept the arguments${because(e.reason)}`
}) {}
