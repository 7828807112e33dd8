import * as Schema from "effect/Schema"
import * as ErrorType from "../ErrorType.ts"
import { IssueSchema } from "../internal/issueSchema.ts"
import * as wording from "../internal/wording.ts"
import type { Problem as Model } from "./model.ts"
import { StepSchema } from "./stepSchema.ts"

const optional = Schema.optionalKey

const RetrySchema = /*#__PURE__*/ Schema.Struct({
  should_retry: Schema.Boolean,
  retry_after_seconds: optional(Schema.Finite),
  attempts_made: optional(Schema.Finite),
  max_attempts: optional(Schema.Finite),
  reason: optional(Schema.String)
})

/**
 * Describes the wire form of a problem. Fields that are absent are absent, never null; unknown fields are ignored.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Problem = /*#__PURE__*/ Schema.Struct({
  error: Schema.String,
  type: Schema.String,
  category: /*#__PURE__*/ Schema.Literals(["transient", "permanent", "validation"]),
  is_transient: optional(Schema.Boolean),
  message: Schema.String,
  resolved_by: optional(/*#__PURE__*/ Schema.Literals(["model", "wait", "user", "operator"])),
  retry: RetrySchema,
  issues: optional(Schema.Array(IssueSchema)),
  details: optional(Schema.Record(Schema.String, Schema.Json)),
  suggestion: optional(Schema.String),
  similar_matches: optional(Schema.Array(Schema.String)),
  recovery_steps: optional(Schema.Array(StepSchema)),
  reference_id: Schema.String
})

/**
 * Holds everything that leaves the server about an error.
 *
 * @category models
 * @since 0.1.0
 */
export type Problem = Model

/**
 * Returns whether a problem says that its call may have had an effect.
 *
 * @category guards
 * @since 0.1.0
 */
export const saysOpen = ({ retry: { reason }, type }: Problem): boolean =>
  type === ErrorType.stock.outcome_unknown.name || reason === wording.reasons.notSafe ||
  reason === wording.reasons.undeclared
