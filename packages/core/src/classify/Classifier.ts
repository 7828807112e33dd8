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
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Errors from "../errors/Errors.ts"
import * as ToolError from "../errors/ToolError.ts"
import { aws as awsFamily } from "./internal/aws.ts"
import { build, type ByKind, isTransient } from "./internal/build.ts"
import { explain as explainDecision, type Explanation, waitOf } from "./internal/explain.ts"
import type { Family, Kind } from "./internal/finding.ts"
import { grpc as grpcFamily } from "./internal/grpc.ts"
import { hintOf } from "./internal/hint.ts"
import { fromStatus, http as httpFamily } from "./internal/http.ts"
import { language } from "./internal/language.ts"
import type { Context, Options } from "./internal/model.ts"
import { mongo as mongoFamily } from "./internal/mongo.ts"
import { named as namedFamily } from "./internal/named.ts"
import { names } from "./internal/names.ts"
import { connection, network, node } from "./internal/node.ts"
import { property } from "./internal/read.ts"
import { redis as redisFamily } from "./internal/redis.ts"
import { sql as sqlFamily } from "./internal/sql.ts"
import { everything } from "./internal/table.ts"
import { decide } from "./internal/walk.ts"

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
   * Why a failure became the error that it became, or stayed a defect.
   *
   * @category models
   * @since 0.1.0
   */
  Explanation
} from "./internal/explain.ts"

/**
 * Recognises some failures.
 *
 * @category models
 * @since 0.1.0
 */
export interface Classifier<out E extends ToolError.Any = ToolError.Any> {
  (failure: unknown, context?: Context): E | undefined
}

/**
 * Describes a response by its status: its headers as a `Headers` object or a record.
 *
 * @category models
 * @since 0.1.0
 */
export interface HttpResponseLike {
  /** The status: 404. */
  readonly status: number
  /** The headers, which may say how long to wait. */
  readonly headers?:
    | { readonly get: (name: string) => string | null }
    | { readonly [name: string]: unknown }
    | undefined
}

/**
 * The errors that {@link unknown} gives.
 *
 * @category utility types
 * @since 0.1.0
 */
export type FromUnknown = ByKind[Kind]

/**
 * The classes that {@link unknown} gives, for a tool's `errors`.
 *
 * @category lists
 * @since 0.1.0
 */
export const all = [
  Errors.NotFound,
  Errors.AlreadyExists,
  Errors.Conflict,
  Errors.PermissionDenied,
  Errors.Unauthenticated,
  Errors.RateLimited,
  Errors.QuotaExhausted,
  Errors.Timeout,
  Errors.Unavailable,
  Errors.ConnectionFailed,
  Errors.UpstreamError,
  Errors.UpstreamRejected,
  Errors.ArgumentsRejected,
  Errors.MalformedResponse,
  Errors.TooLarge,
  Errors.Unsupported,
  Errors.Overloaded,
  Errors.CircuitOpen,
  Errors.InvalidState,
  Errors.Corrupted,
  Errors.IdempotencyConflict
] as const

/**
 * The classes that {@link http} gives, for a tool's `errors`.
 *
 * @category lists
 * @since 0.1.0
 */
export const httpErrors = [
  Errors.AlreadyExists,
  Errors.ArgumentsRejected,
  Errors.Conflict,
  Errors.ConnectionFailed,
  Errors.IdempotencyConflict,
  Errors.InvalidState,
  Errors.MalformedResponse,
  Errors.NotFound,
  Errors.Overloaded,
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
 * The classes that {@link errno} gives, for a tool's `errors`.
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
 * The classes that {@link sql} gives, for a tool's `errors`.
 *
 * @category lists
 * @since 0.1.0
 */
export const sqlErrors = [
  Errors.AlreadyExists,
  Errors.ArgumentsRejected,
  Errors.Conflict,
  Errors.ConnectionFailed,
  Errors.Corrupted,
  Errors.InvalidState,
  Errors.NotFound,
  Errors.Overloaded,
  Errors.PermissionDenied,
  Errors.Timeout,
  Errors.TooLarge,
  Errors.Unauthenticated,
  Errors.Unavailable,
  Errors.UpstreamRejected
] as const

/**
 * The classes that {@link grpc} gives, for a tool's `errors`.
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
 * The classes that {@link aws} gives, for a tool's `errors`.
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
 * The classes that {@link mongo} gives, for a tool's `errors`.
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
 * The classes that {@link redis} gives, for a tool's `errors`.
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

type Of<Classes extends ReadonlyArray<abstract new(...args: never) => ToolError.Any>> = InstanceType<Classes[number]>

/**
 * The errors that {@link http} and {@link httpStatus} give.
 *
 * @category utility types
 * @since 0.1.0
 */
export type FromHttp = Of<typeof httpErrors>

const of =
  <E extends ToolError.Any>(families: ReadonlyArray<Family>) =>
  (options: Options): Classifier<E> =>
  (failure, context = {}) =>
    attempt(() => {
      const decision = decide(failure, families, options, context)
      if (decision._tag !== "Known") return undefined
      const seconds = waitOf(decision, context)?.seconds
      return build(decision.finding, options, { cause: failure, seconds }) as ToolError.Any as E
    })

/** Nothing is known of a failure that lets nobody look at it. */
const attempt = <A>(run: () => A): A | undefined => {
  try {
    return run()
  } catch {
    return undefined
  }
}

/**
 * The default table. What it does not know, it leaves alone.
 *
 * **Details**
 *
 * Each failure is asked about by family, the particular ones first: errors of effect, of schemas, open circuits, AWS, gRPC, SQL
 * and its ORMs, MongoDB, Redis, queues, mail, Slack, Node's codes, GraphQL and tRPC, a status under any of its usual names, the
 * language's own errors, and at last a class or name that ends in Timeout. Then its causes are asked about, five levels deep.
 * Only where none of them says anything, weaker signs count: a class named after a connection, an error that says `isRetryable`.
 * Never throws.
 *
 * @category classifiers
 * @since 0.1.0
 */
export const unknown: (options: Options) => Classifier<FromUnknown> = /*#__PURE__*/ of<FromUnknown>(everything)

/**
 * Classifies a response by its status; `undefined` for a success (below 400), and for what has no status.
 *
 * **Example** (Honouring `Retry-After`)
 *
 * ```ts import.meta.vitest
 * import * as Classifier from "@errata/core/Classifier"
 *
 * const error = Classifier.httpStatus({ service: "Weather" })({ status: 429, headers: { "retry-after": "30" } })
 * error?._tag // => "RateLimited"
 * ```
 *
 * @category classifiers
 * @since 0.1.0
 */
export const httpStatus = (options: Options): Classifier<FromHttp> => (response, { now } = {}) =>
  attempt(() => {
    const status = property(response, "status")
    if (typeof status !== "number" || !(status >= 400)) return undefined
    const finding = fromStatus(status, "status", response, now)
    const hint = isTransient(finding.kind) ? hintOf(response, { limited: finding.kind === "limited", now }) : undefined
    return build(finding, options, { seconds: hint?.seconds }) as ToolError.Any as FromHttp
  })

/**
 * Classifies what a client of HTTP raises: a status under any of its usual names, or a connection that failed.
 *
 * @category classifiers
 * @since 0.1.0
 */
export const http: (options: Options) => Classifier<FromHttp> = /*#__PURE__*/ of<FromHttp>([
  network,
  httpFamily,
  language,
  names
])

/**
 * Classifies an error of Node by its code: the network's, the file system's, TLS, undici's, of programs. Looks into causes.
 *
 * @category classifiers
 * @since 0.1.0
 */
export const errno: (options: Options) => Classifier<Of<typeof errnoErrors>> = /*#__PURE__*/ of([node])

/**
 * Classifies an error of a database that speaks SQL: effect's `SqlError`, Postgres, MySQL, SQLite, SQL Server, Oracle, the ORMs
 * above them, and the connections below.
 *
 * @category classifiers
 * @since 0.1.0
 */
export const sql: (options: Options) => Classifier<Of<typeof sqlErrors>> = /*#__PURE__*/ of([
  sqlFamily,
  connection,
  names
])

/**
 * Classifies an error of gRPC by its published codes.
 *
 * @category classifiers
 * @since 0.1.0
 */
export const grpc: (options: Options) => Classifier<Of<typeof grpcErrors>> = /*#__PURE__*/ of([
  grpcFamily,
  connection,
  names
])

/**
 * Classifies an error of AWS' clients by its name, which says more than its status.
 *
 * @category classifiers
 * @since 0.1.0
 */
export const aws: (options: Options) => Classifier<Of<typeof awsErrors>> = /*#__PURE__*/ of([
  awsFamily,
  connection,
  httpFamily,
  names
])

/**
 * Classifies an error of MongoDB or Mongoose.
 *
 * @category classifiers
 * @since 0.1.0
 */
export const mongo: (options: Options) => Classifier<Of<typeof mongoErrors>> = /*#__PURE__*/ of([
  mongoFamily,
  connection,
  names
])

/**
 * Classifies an error of Redis, by ioredis or node-redis.
 *
 * @category classifiers
 * @since 0.1.0
 */
export const redis: (options: Options) => Classifier<Of<typeof redisErrors>> = /*#__PURE__*/ of([
  redisFamily,
  connection,
  names
])

/**
 * Classifies an error by the well-known name of its class: `NotFoundError`, `RateLimitError`, `ForbiddenError`. Not part of
 * {@link unknown}, since a name alone may mean anything: use it where the classes are your own.
 *
 * @category classifiers
 * @since 0.1.0
 */
export const named: (options: Options) => Classifier<FromUnknown> = /*#__PURE__*/ of<FromUnknown>([namedFamily])

/**
 * Says which rule of {@link unknown} decides on a failure, what it reads and how deep in the causes, or why it stays a defect.
 *
 * **Example** (Asking why)
 *
 * ```ts import.meta.vitest
 * import * as Classifier from "@errata/core/Classifier"
 *
 * const failure = new Error("could not save", { cause: { status: "429", headers: { "retry-after": "30" } } })
 * Classifier.explain(failure).sentence
 * // => "RateLimited by http: status 429, read from status, 1 cause deep; wait 30 s by retry-after"
 * Classifier.explain(new TypeError("x is not a function")).sentence
 * // => "a defect: TypeError is a mistake of a programmer"
 * ```
 *
 * @category testing
 * @since 0.1.0
 */
export const explain = (failure: unknown, context: Context = {}): Explanation =>
  attempt(() => explainDecision(decide(failure, everything, { service: "The service" }, context), context)) ??
    explainDecision({ _tag: "Unknown", looked: 0 }, context)

/**
 * Asks one classifier after the other.
 *
 * @category combinators
 * @since 0.1.0
 */
export const firstOf = <const Cs extends ReadonlyArray<Classifier>>(
  ...classifiers: Cs
): Classifier<Exclude<ReturnType<Cs[number]>, undefined>> =>
(failure, context) => {
  for (const classifier of classifiers) {
    const error = classifier(failure, context)
    if (error !== undefined) return error as Exclude<ReturnType<Cs[number]>, undefined>
  }
  return undefined
}

/**
 * Classifies the failures of an effect. Errors that are classified already stay as they are; what the classifier does not
 * know becomes a defect, which the adapter logs in full and masks.
 *
 * @category combinators
 * @since 0.1.0
 */
export const orDie: {
  /** Classifies the failures of an effect; for `pipe`. */
  <C extends ToolError.Any>(
    classifier: Classifier<C>
  ): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, C | Extract<E, ToolError.Any>, R>
  /** Classifies the failures of an effect. */
  <A, E, R, C extends ToolError.Any>(
    self: Effect.Effect<A, E, R>,
    classifier: Classifier<C>
  ): Effect.Effect<A, C | Extract<E, ToolError.Any>, R>
} = /*#__PURE__*/ dual(2, <A, E, R, C extends ToolError.Any>(
  self: Effect.Effect<A, E, R>,
  classifier: Classifier<C>
): Effect.Effect<A, C | Extract<E, ToolError.Any>, R> =>
  Effect.catch(self, (failure): Effect.Effect<never, C | Extract<E, ToolError.Any>> =>
    ToolError.is(failure)
      ? Effect.fail(failure as Extract<E, ToolError.Any>)
      : Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const error = classifier(failure, { now })
        return error === undefined ? Effect.die(failure) : Effect.fail(error)
      })))
