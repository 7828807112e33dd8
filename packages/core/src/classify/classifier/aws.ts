import * as Errors from "../../errors/Errors.ts"
import { aws as awsFamily } from "../internal/aws.ts"
import { http as httpFamily } from "../internal/http.ts"
import type { Options } from "../internal/model.ts"
import { type Classifier, type Of, ofClient } from "./model.ts"

/**
 * Lists the classes that {@link aws} gives, for a tool's `errors`.
 *
 * @category lists
 * @since 0.1.0
 */
export const awsErrors = [
  Errors.AlreadyExists,
  Errors.ArgumentsRejected,
  Errors.Conflict,
  Errors.ConnectionFailed,
  Errors.IdempotencyConflict,
  Errors.InvalidState,
  Errors.NotFound,
  Errors.PermissionDenied,
  Errors.QuotaExhausted,
  Errors.RateLimited,
  Errors.Timeout,
  Errors.TooLarge,
  Errors.Unauthenticated,
  Errors.Unavailable,
  Errors.UpstreamError,
  Errors.UpstreamRejected
] as const

/**
 * Classifies an error of AWS' clients by its name, which says more than its status.
 *
 * @category classifiers
 * @since 0.1.0
 */
export const aws: (options: Options) => Classifier<Of<typeof awsErrors>> = /*#__PURE__*/ ofClient(awsFamily, [
  httpFamily
])
