/**
 * Checks tools before a model meets them: what they tell it, what their errors say, and what some host refuses.
 *
 * {@link tools} returns findings as data, {@link format} writes them for people. `register` and the other hosts log them while
 * `MCP_DEBUG` is on, and refuse nothing for them; a test of yours is where they belong.
 *
 * **Details**
 *
 * | code | severity | what is found |
 * |---|---|---|
 * | `argument_name` | warning | an argument whose name the APIs of some models refuse |
 * | `argument_of_hosts` | warning | an argument that some hosts send on their own account |
 * | `batch_unbounded` | warning | a batch without a greatest size |
 * | `description_missing` | error | a tool without a description |
 * | `description_short` | warning | a description of one or two words |
 * | `effects_unmarked` | note | a `once` tool with transient errors whose effects are not marked |
 * | `errors_alike` | warning | two errors of a tool with one type, one message and the same fields |
 * | `key_optional` | warning | a `keyed` tool that can be called without a key |
 * | `name_long` | warning | a name that hosts cut |
 * | `name_twice` | error | two tools with one name |
 * | `names_alike` | warning | names that differ by case or underscores only |
 * | `output_unlistable` | error | an output without a JSON Schema |
 * | `schema_deep` | warning | more than 10 levels of nesting |
 * | `schema_large` | warning | a schema of more than 50,000 characters |
 * | `schema_recursive` | warning | a schema that refers to itself |
 * | `schema_unlistable` | error | an input without a JSON Schema |
 * | `schema_untyped` | warning | an argument that may be anything |
 * | `secret_in_text` | error | what looks like a secret in whatever a client is shown |
 * | `step_refused` | error | a step whose parameters its tool would refuse |
 * | `step_repeats_unsafe` | warning | a step that calls the failed tool again, which may not be repeated |
 * | `step_unknown_tool` | error | a step that calls a tool which is not listed |
 * | `suggestion_missing` | warning | an error that leaves a model without a way on |
 * | `suggestion_repeats_unsafe` | warning | a suggestion to call again what may not be repeated |
 * | `suggestion_unknown_tool` | warning | a suggestion that misspells a tool |
 * | `tag_ambiguous` | warning | one tag for two classes |
 * | `tag_reserved` | error | a class with the tag of one of the adapter's own errors |
 * | `timeout_long` | warning | a time that hosts do not wait |
 * | `when_missing` | note | an error that does not say when it happens |
 *
 * **Example** (Checking the tools of a server in its tests)
 *
 * ```ts import.meta.vitest
 * import * as Check from "@errata/core/Check"
 * import * as Tool from "@errata/core/Tool"
 * import * as ToolError from "@errata/core/ToolError"
 * import * as Schema from "effect/Schema"
 *
 * class UserNotFound extends ToolError.Permanent<UserNotFound>()("UserNotFound", { user_id: Schema.String }, {
 *   type: "not_found",
 *   when: "No user has this id",
 *   message: (e) => `User ${e.user_id} not found`
 * }) {}
 * const getUser = Tool.make("get_user", {
 *   description: "Returns the user with an id.",
 *   input: { user_id: Schema.String },
 *   errors: [UserNotFound],
 *   safety: "read"
 * })
 *
 * const findings = Check.tools([getUser])
 * findings.map(({ code }) => code) // => ["suggestion_missing"]
 * Check.format(findings).split("\n")[0]
 * // => "warning: get_user: UserNotFound does not say what to do instead (suggestion_missing)"
 * ```
 *
 * @since 0.1.0
 */
export type { Code, Severity } from "./check/codes.ts"
export type { Finding, Options } from "./check/model.ts"
export { format, tools } from "./check/tools.ts"
