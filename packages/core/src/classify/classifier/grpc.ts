import * as Errors from "../../errors/Errors.ts"
import { grpc as grpcFamily } from "../internal/grpc.ts"
import type { Options } from "../internal/model.ts"
import { type Classifier, type Of, ofClient } from "./model.ts"

/**
 * Lists the classes that {@link grpc} gives, for a tool's `errors`.
 *
 * @category lists
 * @since 0.1.0
 */
export const grpcErrors = [
  Errors.AlreadyExists,
  Errors.ArgumentsRejected,
  Errors.Conflict,
  Errors.ConnectionFailed,
  Errors.Corrupted,
  Errors.InvalidState,
  Errors.NotFound,
  Errors.PermissionDenied,
  Errors.RateLimited,
  Errors.Timeout,
  Errors.TooLarge,
  Errors.Unauthenticated,
  Errors.Unavailable,
  Errors.UpstreamError,
  Errors.UpstreamRejected
] as const

/**
 * Classifies an error of gRPC by its published codes.
 *
 * @category classifiers
 * @since 0.1.0
 */
export const grpc: (options: Options) => Classifier<Of<typeof grpcErrors>> = /*#__PURE__*/ ofClient(grpcFamily)
