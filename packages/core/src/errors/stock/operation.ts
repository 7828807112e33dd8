import * as Schema from "effect/Schema"
import * as ToolError from "../toolError/stock.ts"
import { because, hint, inside, retryAfterSeconds } from "./fields.ts"

/**
 * Reports work that took too long: transient, `timeout`. `operation` names the work, `timeout_seconds` the time it had.
 *
 * Raise it when the time for an operation ends before its answer.
 *
 * @category transient
 * @since 0.1.0
 */
export class Timeout extends /*#__PURE__*/ ToolError.Transient<Timeout>()("Timeout", {
  operation: Schema.String,
  timeout_seconds: Schema.optionalKey(Schema.Finite)
}, {
  type: "timeout",
  when: "The time for an operation ends before its answer",
  message: (e) =>
    e.timeout_seconds === undefined
      ? `${e.operation} took too long`
      : `${e.operation} took longer than ${e.timeout_seconds} s`
}) {}

/**
 * Reports a call with the same idempotency key that is still running: transient, `in_progress`. `operation` names it,
 * `retry_after_seconds` is when its result may be there.
 *
 * Raise it when a call comes in while the first one with its key still runs.
 *
 * @category transient
 * @since 0.1.0
 */
export class InProgress extends /*#__PURE__*/ ToolError.Transient<InProgress>()("InProgress", {
  operation: Schema.String,
  retry_after_seconds: retryAfterSeconds
}, {
  type: "in_progress",
  when: "A call comes in while the first one with its key still runs",
  message: (e) => `${e.operation} is already in progress`,
  retryAfter: hint
}) {}

/**
 * Reports a call that may or may not have taken effect: permanent, `outcome_unknown`. `operation` names what to check.
 *
 * Raise it when the answer to a call with an effect is lost.
 *
 * @category permanent
 * @since 0.1.0
 */
export class OutcomeUnknown extends /*#__PURE__*/ ToolError.Permanent<OutcomeUnknown>()("OutcomeUnknown", {
  operation: Schema.String
}, {
  type: "outcome_unknown",
  when: "The answer to a call with an effect is lost",
  message: (e) => `${e.operation} may or may not have taken effect`
}) {}

/**
 * Reports an idempotency key that was used before with other arguments: permanent, `idempotency_conflict`. `operation` names the
 * call.
 *
 * Raise it when a key comes back with arguments that are not those of its first call.
 *
 * @category permanent
 * @since 0.1.0
 */
export class IdempotencyConflict
  extends /*#__PURE__*/ ToolError.Permanent<IdempotencyConflict>()("IdempotencyConflict", {
    operation: Schema.String
  }, {
    type: "idempotency_conflict",
    when: "A key comes back with arguments that are not those of its first call",
    message: (e) => `The idempotency key of ${inside(e.operation)} was used with other arguments`
  })
{}

/**
 * Reports work that failed for a reason of its own: permanent, `processing_error`. `operation` names the work, `reason` says why.
 *
 * Raise it when the work itself fails, though arguments and services are in order.
 *
 * @category permanent
 * @since 0.1.0
 */
export class ProcessingError extends /*#__PURE__*/ ToolError.Permanent<ProcessingError>()("ProcessingError", {
  operation: Schema.String,
  reason: Schema.optionalKey(Schema.String)
}, {
  type: "processing_error",
  when: "The work itself fails, though arguments and services are in order",
  message: (e) => `${e.operation} failed${because(e.reason)}`
}) {}

/**
 * Reports a batch of which nothing succeeded: permanent, `batch_failed`. `total` counts its items, `succeeded` those that did.
 *
 * Raise it when no item of a batch succeeds.
 *
 * @category permanent
 * @since 0.1.0
 */
export class BatchFailed extends /*#__PURE__*/ ToolError.Permanent<BatchFailed>()("BatchFailed", {
  total: Schema.Finite,
  succeeded: Schema.optionalKey(Schema.Finite)
}, {
  type: "batch_failed",
  when: "No item of a batch succeeds",
  message: (e) =>
    e.succeeded === undefined ? `All ${e.total} items failed` : `Only ${e.succeeded} of ${e.total} items succeeded`
}) {}

/**
 * Shows a defect from outside, without saying what it was: permanent, `internal_error`.
 *
 * Raise it when the failure is a mistake of the server that its callers cannot resolve.
 *
 * @category permanent
 * @since 0.1.0
 */
export class InternalError extends /*#__PURE__*/ ToolError.Permanent<InternalError>()("InternalError", {}, {
  type: "internal_error",
  when: "The failure is a mistake of the server that its callers cannot resolve",
  message: () => "The tool failed unexpectedly"
}) {}
