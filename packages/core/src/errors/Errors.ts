/**
 * Provides one stock class of errors for every type of the wire contract.
 *
 * They can stand in a tool's `errors` like a class of one's own, which is better wherever the fields can say more.
 *
 * **Details**
 *
 * | class | type | family |
 * |---|---|---|
 * | `NotFound` | `not_found` | permanent |
 * | `AlreadyExists` | `already_exists` | permanent |
 * | `Conflict` | `conflict` | permanent |
 * | `PermissionDenied` | `permission_denied` | permanent |
 * | `Unauthenticated` | `unauthenticated` | permanent |
 * | `RateLimited` | `rate_limited` | transient |
 * | `Timeout` | `timeout` | transient |
 * | `Unavailable` | `unavailable` | transient |
 * | `ConnectionFailed` | `connection_failed` | transient |
 * | `UpstreamError` | `upstream_error` | transient |
 * | `UpstreamRejected` | `upstream_error` | permanent |
 * | `MalformedResponse` | `malformed_response` | permanent |
 * | `CircuitOpen` | `circuit_open` | transient |
 * | `Overloaded` | `overloaded` | transient |
 * | `InProgress` | `in_progress` | transient |
 * | `OutcomeUnknown` | `outcome_unknown` | permanent |
 * | `IdempotencyConflict` | `idempotency_conflict` | permanent |
 * | `QuotaExhausted` | `quota_exhausted` | permanent |
 * | `HandleExpired` | `handle_expired` | permanent |
 * | `TooLarge` | `too_large` | permanent |
 * | `Unsupported` | `unsupported` | permanent |
 * | `InvalidArguments` | `invalid_arguments` | validation |
 * | `ArgumentsRejected` | `invalid_arguments` | validation |
 * | `InvalidState` | `invalid_state` | permanent |
 * | `Corrupted` | `corrupted` | permanent |
 * | `ProcessingError` | `processing_error` | permanent |
 * | `BatchFailed` | `batch_failed` | permanent |
 * | `InternalError` | `internal_error` | permanent |
 *
 * Each is marked as pure, so that a bundle holds only those that it uses.
 *
 * **Example** (Raising one)
 *
 * ```ts import.meta.vitest
 * import * as Errors from "@errata/core/Errors"
 *
 * const error = new Errors.NotFound({ resource: "Document", id: "DOC-1" })
 * error.message // => "Document DOC-1 not found"
 * error._tag // => "NotFound"
 * ```
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Issue from "./Issue.ts"
import * as ToolError from "./ToolError.ts"

const retryAfterSeconds = Schema.optionalKey(Schema.Finite)

const hint = (fields: { readonly retry_after_seconds?: number }) =>
  fields.retry_after_seconds === undefined ? undefined : `${fields.retry_after_seconds} seconds` as const

const because = (reason: string | undefined): string => reason === undefined ? "" : `: ${reason}`

const named = (fields: { readonly resource: string; readonly id?: string }): string =>
  fields.id === undefined ? fields.resource : `${fields.resource} ${fields.id}`

/**
 * Reports something that is not there: permanent, `not_found`. `resource` says what kind of thing in the reader's words ("Document"), `id`
 * which one.
 *
 * @category permanent
 * @since 0.1.0
 */
export class NotFound extends /*#__PURE__*/ ToolError.Permanent<NotFound>()("NotFound", {
  resource: Schema.String,
  id: Schema.optionalKey(Schema.String)
}, { type: "not_found", message: (e) => `${named(e)} not found` }) {}

/**
 * Reports something that is there already, where a new one was to be made: permanent, `already_exists`. `resource` says what kind of
 * thing, `id` which one.
 *
 * @category permanent
 * @since 0.1.0
 */
export class AlreadyExists extends /*#__PURE__*/ ToolError.Permanent<AlreadyExists>()("AlreadyExists", {
  resource: Schema.String,
  id: Schema.optionalKey(Schema.String)
}, { type: "already_exists", message: (e) => `${named(e)} already exists` }) {}

/**
 * Reports a change that the present state of something forbids, such as a newer version: permanent, `conflict`. `resource` says of
 * what, `reason` why.
 *
 * @category permanent
 * @since 0.1.0
 */
export class Conflict extends /*#__PURE__*/ ToolError.Permanent<Conflict>()("Conflict", {
  resource: Schema.String,
  reason: Schema.optionalKey(Schema.String)
}, { type: "conflict", message: (e) => `${e.resource} is in conflict${because(e.reason)}` }) {}

/**
 * Reports a caller who is known but may not do this: permanent, `permission_denied`. `action` is a verb ("delete"), `resource` its
 * object, `required_permission` the permission that is missing.
 *
 * @category permanent
 * @since 0.1.0
 */
export class PermissionDenied extends /*#__PURE__*/ ToolError.Permanent<PermissionDenied>()("PermissionDenied", {
  action: Schema.String,
  resource: Schema.String,
  required_permission: Schema.optionalKey(Schema.String)
}, { type: "permission_denied", message: (e) => `No permission to ${e.action} ${e.resource}` }) {}

/**
 * Reports credentials that are missing, wrong or expired: permanent, `unauthenticated`. `service` says whose credentials.
 *
 * @category permanent
 * @since 0.1.0
 */
export class Unauthenticated extends /*#__PURE__*/ ToolError.Permanent<Unauthenticated>()("Unauthenticated", {
  service: Schema.String
}, { type: "unauthenticated", message: (e) => `${e.service} did not accept the credentials` }) {}

/**
 * Reports too many calls in a time: transient, `rate_limited`. `service` limits them; `retry_after_seconds` is when it accepts the next.
 *
 * @category transient
 * @since 0.1.0
 */
export class RateLimited extends /*#__PURE__*/ ToolError.Transient<RateLimited>()("RateLimited", {
  service: Schema.String,
  retry_after_seconds: retryAfterSeconds
}, { type: "rate_limited", message: (e) => `${e.service} limits the rate of requests`, retryAfter: hint }) {}

/**
 * Reports work that took too long: transient, `timeout`. `operation` names the work, `timeout_seconds` the time it had.
 *
 * @category transient
 * @since 0.1.0
 */
export class Timeout extends /*#__PURE__*/ ToolError.Transient<Timeout>()("Timeout", {
  operation: Schema.String,
  timeout_seconds: Schema.optionalKey(Schema.Finite)
}, {
  type: "timeout",
  message: (e) =>
    e.timeout_seconds === undefined
      ? `${e.operation} took too long`
      : `${e.operation} took longer than ${e.timeout_seconds} s`
}) {}

/**
 * Reports a service that cannot answer at present: transient, `unavailable`. `service` names it, `reason` says why, `status_code` is its
 * HTTP status, `retry_after_seconds` its hint.
 *
 * @category transient
 * @since 0.1.0
 */
export class Unavailable extends /*#__PURE__*/ ToolError.Transient<Unavailable>()("Unavailable", {
  service: Schema.String,
  reason: Schema.optionalKey(Schema.String),
  status_code: Schema.optionalKey(Schema.Finite),
  retry_after_seconds: retryAfterSeconds
}, { type: "unavailable", message: (e) => `${e.service} is unavailable${because(e.reason)}`, retryAfter: hint }) {}

/**
 * Reports a connection that was never made, so that nothing can have happened: transient, `connection_failed`. `service` names the other
 * end, `reason` says what failed.
 *
 * @category transient
 * @since 0.1.0
 */
export class ConnectionFailed extends /*#__PURE__*/ ToolError.Transient<ConnectionFailed>()("ConnectionFailed", {
  service: Schema.String,
  reason: Schema.optionalKey(Schema.String)
}, { type: "connection_failed", message: (e) => `No connection to ${e.service}${because(e.reason)}` }) {}

/**
 * Reports a failure inside a service that was called: transient, `upstream_error`. `service` names it, `status_code` is its HTTP status,
 * `retry_after_seconds` its hint.
 *
 * @category transient
 * @since 0.1.0
 */
export class UpstreamError extends /*#__PURE__*/ ToolError.Transient<UpstreamError>()("UpstreamError", {
  service: Schema.String,
  status_code: Schema.optionalKey(Schema.Finite),
  retry_after_seconds: retryAfterSeconds
}, {
  type: "upstream_error",
  message: (e) => `${e.service} failed${e.status_code === undefined ? "" : ` with status ${e.status_code}`}`,
  retryAfter: hint
}) {}

/**
 * Reports a request that a service refused and will refuse again: permanent, `upstream_error`. `service` names it, `status_code` is its
 * HTTP status, `reason` what it objects to.
 *
 * @category permanent
 * @since 0.1.0
 */
export class UpstreamRejected extends /*#__PURE__*/ ToolError.Permanent<UpstreamRejected>()("UpstreamRejected", {
  service: Schema.String,
  status_code: Schema.optionalKey(Schema.Finite),
  reason: Schema.optionalKey(Schema.String)
}, {
  type: "upstream_error",
  message: (e) =>
    `${e.service} rejected the request${e.status_code === undefined ? "" : ` with status ${e.status_code}`}${
      because(e.reason)
    }`
}) {}

/**
 * Reports a response that cannot be read or does not fit its schema: permanent, `malformed_response`. `service` sent it, `reason` says
 * what is wrong.
 *
 * @category permanent
 * @since 0.1.0
 */
export class MalformedResponse extends /*#__PURE__*/ ToolError.Permanent<MalformedResponse>()("MalformedResponse", {
  service: Schema.String,
  reason: Schema.optionalKey(Schema.String)
}, {
  type: "malformed_response",
  message: (e) => `${e.service} returned an unexpected response${because(e.reason)}`
}) {}

/**
 * Reports a service that is not called for now, since it failed repeatedly: transient, `circuit_open`. `service` names it,
 * `retry_after_seconds` is when it is tried again.
 *
 * @category transient
 * @since 0.1.0
 */
export class CircuitOpen extends /*#__PURE__*/ ToolError.Transient<CircuitOpen>()("CircuitOpen", {
  service: Schema.String,
  retry_after_seconds: retryAfterSeconds
}, {
  type: "circuit_open",
  message: (e) => `${e.service} failed repeatedly and is not called for now`,
  retryAfter: hint
}) {}

/**
 * Reports a queue or pool that is full: transient, `overloaded`. `service` names it, `retry_after_seconds` is its hint.
 *
 * @category transient
 * @since 0.1.0
 */
export class Overloaded extends /*#__PURE__*/ ToolError.Transient<Overloaded>()("Overloaded", {
  service: Schema.String,
  retry_after_seconds: retryAfterSeconds
}, { type: "overloaded", message: (e) => `${e.service} is overloaded`, retryAfter: hint }) {}

/**
 * Reports a call with the same idempotency key that is still running: transient, `in_progress`. `operation` names it,
 * `retry_after_seconds` is when its result may be there.
 *
 * @category transient
 * @since 0.1.0
 */
export class InProgress extends /*#__PURE__*/ ToolError.Transient<InProgress>()("InProgress", {
  operation: Schema.String,
  retry_after_seconds: retryAfterSeconds
}, { type: "in_progress", message: (e) => `${e.operation} is already in progress`, retryAfter: hint }) {}

/**
 * Reports a call that may or may not have taken effect: permanent, `outcome_unknown`. `operation` names what to check.
 *
 * @category permanent
 * @since 0.1.0
 */
export class OutcomeUnknown extends /*#__PURE__*/ ToolError.Permanent<OutcomeUnknown>()("OutcomeUnknown", {
  operation: Schema.String
}, { type: "outcome_unknown", message: (e) => `${e.operation} may or may not have taken effect` }) {}

/**
 * Reports an idempotency key that was used before with other arguments: permanent, `idempotency_conflict`. `operation` names the call.
 *
 * @category permanent
 * @since 0.1.0
 */
export class IdempotencyConflict
  extends /*#__PURE__*/ ToolError.Permanent<IdempotencyConflict>()("IdempotencyConflict", {
    operation: Schema.String
  }, {
    type: "idempotency_conflict",
    message: (e) => `The idempotency key of ${e.operation} was used with other arguments`
  })
{}

/**
 * Reports a quota that is used up, where waiting does not help and an operator has to raise or renew it: permanent, `quota_exhausted`.
 * `service` names whose quota.
 *
 * @category permanent
 * @since 0.1.0
 */
export class QuotaExhausted extends /*#__PURE__*/ ToolError.Permanent<QuotaExhausted>()("QuotaExhausted", {
  /** The service whose quota is used up, as a reader knows it. */
  service: Schema.String
}, { type: "quota_exhausted", message: (e) => `The quota of ${e.service} is used up` }) {}

/**
 * Reports a handle (a cursor, a session, an upload) that is no longer valid: permanent, `handle_expired`. `handle` is the one given,
 * `create_with` the tool that makes a new one.
 *
 * @category permanent
 * @since 0.1.0
 */
export class HandleExpired extends /*#__PURE__*/ ToolError.Permanent<HandleExpired>()("HandleExpired", {
  /** The handle that was given. */
  handle: Schema.String,
  /** The tool that creates a new one. */
  create_with: Schema.String
}, {
  type: "handle_expired",
  message: (e) => `Handle ${e.handle} has expired`,
  suggestion: (e) => `Create a new one with ${e.create_with}`
}) {}

/**
 * Reports something beyond a limit: permanent, `too_large`. `resource` names it, `size` is its size and `limit` the greatest allowed, both
 * in `unit` (default: bytes).
 *
 * @category permanent
 * @since 0.1.0
 */
export class TooLarge extends /*#__PURE__*/ ToolError.Permanent<TooLarge>()("TooLarge", {
  resource: Schema.String,
  size: Schema.optionalKey(Schema.Finite),
  limit: Schema.optionalKey(Schema.Finite),
  unit: Schema.optionalKey(Schema.String)
}, {
  type: "too_large",
  message: (e) =>
    `${e.resource} is too large${e.limit === undefined ? "" : `: at most ${e.limit} ${e.unit ?? "bytes"} are allowed`}`
}) {}

/**
 * Reports a feature that does not exist here: permanent, `unsupported`. `feature` names it, `supported` lists what there is instead.
 *
 * @category permanent
 * @since 0.1.0
 */
export class Unsupported extends /*#__PURE__*/ ToolError.Permanent<Unsupported>()("Unsupported", {
  feature: Schema.String,
  supported: Schema.optionalKey(Schema.Array(Schema.String))
}, {
  type: "unsupported",
  message: (e) =>
    `${e.feature} is not supported${e.supported === undefined ? "" : `; supported are ${e.supported.join(", ")}`}`
}) {}

const IssueSchema: Schema.Codec<Issue.Issue, Issue.Issue> = Schema.Struct({
  path: Schema.Array(Schema.Union([Schema.String, Schema.Finite])),
  message: Schema.String,
  expected: Schema.optionalKey(Schema.String),
  received: Schema.optionalKey(Schema.String),
  examples: Schema.optionalKey(Schema.Array(Schema.Json))
}) as never

/**
 * Reports arguments that do not fit the schema of a tool: validation, `invalid_arguments`. `issues` names every one.
 *
 * @category validation
 * @since 0.1.0
 */
export class InvalidArguments extends /*#__PURE__*/ ToolError.Validation<InvalidArguments>()("InvalidArguments", {
  issues: Schema.Array(IssueSchema)
}, {
  type: "invalid_arguments",
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
 * @category validation
 * @since 0.1.0
 */
export class ArgumentsRejected extends /*#__PURE__*/ ToolError.Validation<ArgumentsRejected>()("ArgumentsRejected", {
  service: Schema.String,
  status_code: Schema.optionalKey(Schema.Finite),
  reason: Schema.optionalKey(Schema.String)
}, { type: "invalid_arguments", message: (e) => `${e.service} did not accept the arguments${because(e.reason)}` }) {}

/**
 * Reports something that is in the wrong state for this call: permanent, `invalid_state`. `resource` names it, `state` is what it is in,
 * `required_state` what it must be in.
 *
 * @category permanent
 * @since 0.1.0
 */
export class InvalidState extends /*#__PURE__*/ ToolError.Permanent<InvalidState>()("InvalidState", {
  resource: Schema.String,
  state: Schema.String,
  required_state: Schema.optionalKey(Schema.String)
}, {
  type: "invalid_state",
  message: (e) =>
    `${e.resource} is ${e.state}${e.required_state === undefined ? "" : ` and must be ${e.required_state}`}`
}) {}

/**
 * Reports data that cannot be read because it is damaged: permanent, `corrupted`. `resource` names it, `reason` says how.
 *
 * @category permanent
 * @since 0.1.0
 */
export class Corrupted extends /*#__PURE__*/ ToolError.Permanent<Corrupted>()("Corrupted", {
  resource: Schema.String,
  reason: Schema.optionalKey(Schema.String)
}, { type: "corrupted", message: (e) => `${e.resource} is corrupted${because(e.reason)}` }) {}

/**
 * Reports work that failed for a reason of its own: permanent, `processing_error`. `operation` names the work, `reason` says why.
 *
 * @category permanent
 * @since 0.1.0
 */
export class ProcessingError extends /*#__PURE__*/ ToolError.Permanent<ProcessingError>()("ProcessingError", {
  operation: Schema.String,
  reason: Schema.optionalKey(Schema.String)
}, { type: "processing_error", message: (e) => `${e.operation} failed${because(e.reason)}` }) {}

/**
 * Reports a batch of which nothing succeeded: permanent, `batch_failed`. `total` counts its items, `succeeded` those that did.
 *
 * @category permanent
 * @since 0.1.0
 */
export class BatchFailed extends /*#__PURE__*/ ToolError.Permanent<BatchFailed>()("BatchFailed", {
  total: Schema.Finite,
  succeeded: Schema.optionalKey(Schema.Finite)
}, {
  type: "batch_failed",
  message: (e) =>
    e.succeeded === undefined ? `All ${e.total} items failed` : `Only ${e.succeeded} of ${e.total} items succeeded`
}) {}

/**
 * Shows a defect from outside, without saying what it was: permanent, `internal_error`.
 *
 * @category permanent
 * @since 0.1.0
 */
export class InternalError extends /*#__PURE__*/ ToolError.Permanent<InternalError>()("InternalError", {}, {
  type: "internal_error",
  message: () => "The tool failed unexpectedly"
}) {}
