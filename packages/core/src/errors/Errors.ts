/**
 * Provides one stock class of errors for every type of the wire contract.
 *
 * They can stand in a tool's `errors` like a custom class, which is better wherever the fields can say more.
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
export { PermissionDenied, QuotaExhausted, RateLimited, Unauthenticated } from "./stock/access.ts"
export { ArgumentsRejected, InvalidArguments } from "./stock/arguments.ts"
export {
  BatchFailed,
  IdempotencyConflict,
  InProgress,
  InternalError,
  OutcomeUnknown,
  ProcessingError,
  Timeout
} from "./stock/operation.ts"
export {
  AlreadyExists,
  Conflict,
  Corrupted,
  HandleExpired,
  InvalidState,
  NotFound,
  TooLarge,
  Unsupported
} from "./stock/resource.ts"
export {
  CircuitOpen,
  ConnectionFailed,
  MalformedResponse,
  Overloaded,
  Unavailable,
  UpstreamError,
  UpstreamRejected
} from "./stock/service.ts"
