import * as Errors from "../../errors/Errors.ts"
import type { Options } from "../internal/model.ts"
import { mongo as mongoFamily } from "../internal/mongo.ts"
import { type Classifier, type Of, ofClient } from "./model.ts"

/**
 * Lists the classes that {@link mongo} gives, for a tool's `errors`.
 *
 * @category lists
 * @since 0.1.0
 */
export const mongoErrors = [
  Errors.AlreadyExists,
  Errors.ArgumentsRejected,
  Errors.Conflict,
  Errors.ConnectionFailed,
  Errors.NotFound,
  Errors.PermissionDenied,
  Errors.Timeout,
  Errors.TooLarge,
  Errors.Unauthenticated,
  Errors.Unavailable,
  Errors.UpstreamRejected
] as const

/**
 * Classifies an error of MongoDB or Mongoose.
 *
 * @category classifiers
 * @since 0.1.0
 */
export const mongo: (options: Options) => Classifier<Of<typeof mongoErrors>> = /*#__PURE__*/ ofClient(mongoFamily)
