import * as Errors from "../../errors/Errors.ts"
import type { Options } from "../internal/model.ts"
import { redis as redisFamily } from "../internal/redis.ts"
import { type Classifier, type Of, ofClient } from "./model.ts"

/**
 * Lists the classes that {@link redis} gives, for a tool's `errors`.
 *
 * @category lists
 * @since 0.1.0
 */
export const redisErrors = [
  Errors.AlreadyExists,
  Errors.Conflict,
  Errors.ConnectionFailed,
  Errors.NotFound,
  Errors.Overloaded,
  Errors.PermissionDenied,
  Errors.Timeout,
  Errors.Unauthenticated,
  Errors.Unavailable,
  Errors.UpstreamRejected
] as const

/**
 * Classifies an error of Redis, by ioredis or node-redis.
 *
 * @category classifiers
 * @since 0.1.0
 */
export const redis: (options: Options) => Classifier<Of<typeof redisErrors>> = /*#__PURE__*/ ofClient(redisFamily)
