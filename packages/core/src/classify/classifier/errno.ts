import * as Errors from "../../errors/Errors.ts"
import type { Options } from "../internal/model.ts"
import { node } from "../internal/node.ts"
import { type Classifier, type Of, of } from "./model.ts"

/**
 * Lists the classes that {@link errno} gives, for a tool's `errors`.
 *
 * @category lists
 * @since 0.1.0
 */
export const errnoErrors = [
  Errors.AlreadyExists,
  Errors.ArgumentsRejected,
  Errors.Conflict,
  Errors.ConnectionFailed,
  Errors.MalformedResponse,
  Errors.NotFound,
  Errors.Overloaded,
  Errors.PermissionDenied,
  Errors.QuotaExhausted,
  Errors.Timeout,
  Errors.TooLarge,
  Errors.Unavailable,
  Errors.Unsupported,
  Errors.UpstreamRejected
] as const

/**
 * Classifies an error of Node by its code: the network's, the file system's, TLS, undici's, of programs. Looks into causes.
 *
 * @category classifiers
 * @since 0.1.0
 */
export const errno: (options: Options) => Classifier<Of<typeof errnoErrors>> = /*#__PURE__*/ of([node])
