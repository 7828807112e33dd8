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

/** @category permanent @since 0.1.0 */
export class NotFound extends /*#__PURE__*/ ToolError.Permanent<NotFound>()("NotFound", {
  resource: Schema.String,
  id: Schema.optionalKey(Schema.String)
}, { type: "not_found", message: (e) => `${named(e)} not found` }) {}

/** @category permanent @since 0.1.0 */
export class AlreadyExists extends /*#__PURE__*/ ToolError.Permanent<AlreadyExists>()("AlreadyExists", {
  resource: Schema.String,
  id: Schema.optionalKey(Schema.String)
}, { type: "already_exists", message: (e) => `${named(e)} already exists` }) {}

/** @category permanent @since 0.1.0 */
export class Conflict extends /*#__PURE__*/ ToolError.Permanent<Conflict>()("Conflict", {
  resource: Schema.String,
  reason: Schema.optionalKey(Schema.String)
}, { type: "conflict", message: (e) => `${e.resource} is in conflict${because(e.reason)}` }) {}

/** @category permanent @since 0.1.0 */
export class PermissionDenied extends /*#__PURE__*/ ToolError.Permanent<PermissionDenied>()("PermissionDenied", {
  action: Schema.String,
  resource: Schema.String,
  required_permission: Schema.optionalKey(Schema.String)
}, { type: "permission_denied", message: (e) => `No permission to ${e.action} ${e.resource}` }) {}

/** @category permanent @since 0.1.0 */
export class Unauthenticated extends /*#__PURE__*/ ToolError.Permanent<Unauthenticated>()("Unauthenticated", {
  service: Schema.String
}, { type: "unauthenticated", message: (e) => `${e.service} did not accept the credentials` }) {}

/** @category transient @since 0.1.0 */
export class RateLimited extends /*#__PURE__*/ ToolError.Transient<RateLimited>()("RateLimited", {
  service: Schema.String,
  retry_after_seconds: retryAfterSeconds
}, { type: "rate_limited", message: (e) => `${e.service} limits the rate of requests`, retryAfter: hint }) {}

/** @category transient @since 0.1.0 */
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

/** @category transient @since 0.1.0 */
export class Unavailable extends /*#__PURE__*/ ToolError.Transient<Unavailable>()("Unavailable", {
  service: Schema.String,
  reason: Schema.optionalKey(Schema.String),
  status_code: Schema.optionalKey(Schema.Finite),
  retry_after_seconds: retryAfterSeconds
}, { type: "unavailable", message: (e) => `${e.service} is unavailable${because(e.reason)}`, retryAfter: hint }) {}

/** @category transient @since 0.1.0 */
export class ConnectionFailed extends /*#__PURE__*/ ToolError.Transient<ConnectionFailed>()("ConnectionFailed", {
  service: Schema.String,
  reason: Schema.optionalKey(Schema.String)
}, { type: "connection_failed", message: (e) => `No connection to ${e.service}${because(e.reason)}` }) {}

/** @category transient @since 0.1.0 */
export class UpstreamError extends /*#__PURE__*/ ToolError.Transient<UpstreamError>()("UpstreamError", {
  service: Schema.String,
  status_code: Schema.optionalKey(Schema.Finite),
  retry_after_seconds: retryAfterSeconds
}, {
  type: "upstream_error",
  message: (e) => `${e.service} failed${e.status_code === undefined ? "" : ` with status ${e.status_code}`}`,
  retryAfter: hint
}) {}

/** @category permanent @since 0.1.0 */
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

/** @category permanent @since 0.1.0 */
export class MalformedResponse extends /*#__PURE__*/ ToolError.Permanent<MalformedResponse>()("MalformedResponse", {
  service: Schema.String,
  reason: Schema.optionalKey(Schema.String)
}, { type: "malformed_response", message: (e) => `${e.service} answered something unexpected${because(e.reason)}` }) {}

/** @category transient @since 0.1.0 */
export class CircuitOpen extends /*#__PURE__*/ ToolError.Transient<CircuitOpen>()("CircuitOpen", {
  service: Schema.String,
  retry_after_seconds: retryAfterSeconds
}, {
  type: "circuit_open",
  message: (e) => `${e.service} failed repeatedly and is not called for now`,
  retryAfter: hint
}) {}

/** @category transient @since 0.1.0 */
export class Overloaded extends /*#__PURE__*/ ToolError.Transient<Overloaded>()("Overloaded", {
  service: Schema.String,
  retry_after_seconds: retryAfterSeconds
}, { type: "overloaded", message: (e) => `${e.service} has too much to do`, retryAfter: hint }) {}

/** @category transient @since 0.1.0 */
export class InProgress extends /*#__PURE__*/ ToolError.Transient<InProgress>()("InProgress", {
  operation: Schema.String,
  retry_after_seconds: retryAfterSeconds
}, { type: "in_progress", message: (e) => `${e.operation} is already in progress`, retryAfter: hint }) {}

/** @category permanent @since 0.1.0 */
export class OutcomeUnknown extends /*#__PURE__*/ ToolError.Permanent<OutcomeUnknown>()("OutcomeUnknown", {
  operation: Schema.String
}, { type: "outcome_unknown", message: (e) => `${e.operation} may or may not have taken effect` }) {}

/** @category permanent @since 0.1.0 */
export class IdempotencyConflict
  extends /*#__PURE__*/ ToolError.Permanent<IdempotencyConflict>()("IdempotencyConflict", {
    operation: Schema.String
  }, {
    type: "idempotency_conflict",
    message: (e) => `The idempotency key of ${e.operation} was used with other arguments`
  })
{}

/**
 * Reports a quota that is used up: waiting does not help, an operator has to raise or renew it.
 *
 * @category permanent
 * @since 0.1.0
 */
export class QuotaExhausted extends /*#__PURE__*/ ToolError.Permanent<QuotaExhausted>()("QuotaExhausted", {
  /** The service whose quota is used up, as a reader knows it. */
  service: Schema.String
}, { type: "quota_exhausted", message: (e) => `The quota of ${e.service} is used up` }) {}

/**
 * Reports a handle (a cursor, a session, an upload) that is no longer valid; `create_with` names what makes a new one.
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

/** @category permanent @since 0.1.0 */
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

/** @category permanent @since 0.1.0 */
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
 * Arguments that do not fit; `issues` names all of them.
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
 * Arguments that an upstream did not accept.
 *
 * @category validation
 * @since 0.1.0
 */
export class ArgumentsRejected extends /*#__PURE__*/ ToolError.Validation<ArgumentsRejected>()("ArgumentsRejected", {
  service: Schema.String,
  status_code: Schema.optionalKey(Schema.Finite),
  reason: Schema.optionalKey(Schema.String)
}, { type: "invalid_arguments", message: (e) => `${e.service} did not accept the arguments${because(e.reason)}` }) {}

/** @category permanent @since 0.1.0 */
export class InvalidState extends /*#__PURE__*/ ToolError.Permanent<InvalidState>()("InvalidState", {
  resource: Schema.String,
  state: Schema.String,
  required_state: Schema.optionalKey(Schema.String)
}, {
  type: "invalid_state",
  message: (e) =>
    `${e.resource} is ${e.state}${e.required_state === undefined ? "" : ` and must be ${e.required_state}`}`
}) {}

/** @category permanent @since 0.1.0 */
export class Corrupted extends /*#__PURE__*/ ToolError.Permanent<Corrupted>()("Corrupted", {
  resource: Schema.String,
  reason: Schema.optionalKey(Schema.String)
}, { type: "corrupted", message: (e) => `${e.resource} is corrupted${because(e.reason)}` }) {}

/** @category permanent @since 0.1.0 */
export class ProcessingError extends /*#__PURE__*/ ToolError.Permanent<ProcessingError>()("ProcessingError", {
  operation: Schema.String,
  reason: Schema.optionalKey(Schema.String)
}, { type: "processing_error", message: (e) => `${e.operation} failed${because(e.reason)}` }) {}

/** @category permanent @since 0.1.0 */
export class BatchFailed extends /*#__PURE__*/ ToolError.Permanent<BatchFailed>()("BatchFailed", {
  total: Schema.Finite,
  succeeded: Schema.optionalKey(Schema.Finite)
}, {
  type: "batch_failed",
  message: (e) =>
    e.succeeded === undefined ? `All ${e.total} items failed` : `Only ${e.succeeded} of ${e.total} items succeeded`
}) {}

/**
 * What a defect looks like from outside.
 *
 * @category permanent
 * @since 0.1.0
 */
export class InternalError extends /*#__PURE__*/ ToolError.Permanent<InternalError>()("InternalError", {}, {
  type: "internal_error",
  message: () => "The tool failed unexpectedly"
}) {}
