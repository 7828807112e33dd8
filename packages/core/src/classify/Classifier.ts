/**
 * Turns failures of the outside world into tool errors.
 *
 * A `Classifier` is a plain function from anything to a {@link ToolError} or `undefined` for "not mine", so that classifiers
 * compose with {@link firstOf}. {@link unknown} is the default table; what it does not know stays a defect, and so does
 * every `TypeError` and its like: a programmer's mistake is never retried. {@link explain} says which rule decided.
 *
 * **Details**
 *
 * | failure | class |
 * |---|---|
 * | connection refused, host unreachable, DNS temporarily failing | `ConnectionFailed` |
 * | connection reset or lost, database busy, deadlock, serialization failure, failover, disk full | `Unavailable` |
 * | timed out, 408, 504, any class whose name ends in Timeout | `Timeout` |
 * | 423, 425, 503 | `Unavailable` |
 * | 429, a 403 that tells of a limit of the rate, throttling | `RateLimited`, with the hint when to try again |
 * | a quota that is used up | `QuotaExhausted` |
 * | 500, 502 and other 5xx but 501 | `UpstreamError` |
 * | 400, 422, a value that a database does not take | `ArgumentsRejected` |
 * | 401 / 403 / 404, 410 / 409, 412 / 413 | `Unauthenticated` / `PermissionDenied` / `NotFound` / `Conflict` / `TooLarge` |
 * | 501, other 4xx, certificate or name errors | `UpstreamRejected` |
 * | a response that does not fit its schema, or is no JSON or no HTTP | `MalformedResponse` |
 * | unique key / other constraint that the stored rows break | `AlreadyExists` / `Conflict` |
 * | file not found, exists, no permission | `NotFound`, `AlreadyExists`, `PermissionDenied` |
 * | an open circuit, a full bulkhead | `CircuitOpen`, `Overloaded` |
 *
 * Failures are known by their names and shapes, never by `instanceof`: a package may be installed twice, and an error may come
 * from another realm. Causes are looked into five levels deep; the outermost failure that says something wins.
 *
 * **Example** (Classifying what an upstream does)
 *
 * ```ts import.meta.vitest
 * import * as Classifier from "@errata/core/Classifier"
 * import * as Effect from "effect/Effect"
 *
 * const call = Effect.fail(Object.assign(new Error("connect ECONNREFUSED 10.0.0.5:5432"), { code: "ECONNREFUSED" }))
 * const classified = call.pipe(Classifier.orDie(Classifier.unknown({ service: "Billing" })))
 * Effect.runSync(Effect.flip(classified)).message // => "No connection to Billing: refused"
 * ```
 *
 * @since 0.1.0
 */
export { aws, awsErrors } from "./classifier/aws.ts"
export { firstOf, orDie } from "./classifier/combine.ts"
export { errno, errnoErrors } from "./classifier/errno.ts"
export { grpc, grpcErrors } from "./classifier/grpc.ts"
export { http, httpErrors, httpStatus } from "./classifier/http.ts"
export type { FromHttp, HttpResponseLike } from "./classifier/http.ts"
export type { Classifier } from "./classifier/model.ts"
export { mongo, mongoErrors } from "./classifier/mongo.ts"
export { problem } from "./classifier/problem.ts"
export type { ProblemOptions } from "./classifier/problem.ts"
export { redis, redisErrors } from "./classifier/redis.ts"
export { sql, sqlErrors } from "./classifier/sql.ts"
export { all, explain, named, unknown } from "./classifier/unknown.ts"
export type { FromUnknown } from "./classifier/unknown.ts"

export type {
  /**
   * Holds the facts that are known besides the failure.
   *
   * @category models
   * @since 0.1.0
   */
  Context,
  /**
   * Configures how a failure is described.
   *
   * @category models
   * @since 0.1.0
   */
  Options
} from "./internal/model.ts"

export type {
  /**
   * Explains why a failure became the error that it became, or stayed a defect.
   *
   * @category models
   * @since 0.1.0
   */
  Explanation
} from "./internal/explain.ts"

export type {
  /**
   * Holds a problem body of RFC 9457: its own members, and whatever the service adds.
   *
   * @category models
   * @since 0.1.0
   */
  ProblemBody
} from "./internal/problem.ts"
