/**
 * Turns failures of the outside world into tool errors.
 *
 * A `Classifier` is a plain function from anything to a {@link ToolError} or `undefined` for "not mine", so that classifiers
 * compose with {@link firstOf}. {@link unknown} is the default table; what it does not know stays a defect, and so does
 * every `TypeError` and its like: a programmer's mistake is never retried.
 *
 * **Details**
 *
 * | failure | class |
 * |---|---|
 * | connection refused, host unreachable, DNS temporarily failing | `ConnectionFailed` |
 * | connection reset or lost, database busy, deadlock, serialization failure | `Unavailable` |
 * | timed out, 408, 504 | `Timeout` |
 * | 425, 503 | `Unavailable` |
 * | 429 | `RateLimited`, with `Retry-After` in seconds or as a date |
 * | 500, 502 and other 5xx but 501 | `UpstreamError` |
 * | 400, 422 | `ArgumentsRejected` |
 * | 401 / 403 / 404, 410 / 409 / 413 | `Unauthenticated` / `PermissionDenied` / `NotFound` / `Conflict` / `TooLarge` |
 * | 501, other 4xx, certificate or name errors | `UpstreamRejected` |
 * | a response that does not fit its schema, or is no JSON or no HTTP | `MalformedResponse` |
 * | file not found, exists, no permission | `NotFound`, `AlreadyExists`, `PermissionDenied` |
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
import { classifyErrno, type ErrnoError } from "./internal/errno.ts"
import { classifyHttpStatus, type HttpError, type HttpResponseLike } from "./internal/httpStatus.ts"
import { classifyPlatform, type PlatformFailure } from "./internal/platform.ts"
import { isDefect, property, tagOf, text } from "./internal/read.ts"
import { classifySql, type SqlFailure } from "./internal/sql.ts"

export type {
  /**
   * What a status is classified from: its headers as a `Headers` object or a record.
   *
   * @category models
   * @since 0.1.0
   */
  HttpResponseLike
} from "./internal/httpStatus.ts"

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
 * What is known besides the failure: the time, which a `Retry-After` date needs.
 *
 * @category models
 * @since 0.1.0
 */
export interface Context {
  /** Milliseconds since 1970. */
  readonly now?: number | undefined
}

/**
 * How a failure is described.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** Who failed, as a reader knows it: "Billing", "the weather service". */
  readonly service: string
  /** What was asked for, for "not found" and the like. Default: something of the service. */
  readonly resource?: string | undefined
  /** Which one was asked for. */
  readonly id?: string | undefined
  /** What was tried, for "no permission to". Default: "use". */
  readonly action?: string | undefined
}

/**
 * The errors that {@link httpStatus} gives.
 *
 * @category utility types
 * @since 0.1.0
 */
export type FromHttp = HttpError

/**
 * The errors that {@link unknown} gives.
 *
 * @category utility types
 * @since 0.1.0
 */
export type FromUnknown = HttpError | ErrnoError | PlatformFailure | SqlFailure | Errors.MalformedResponse

/**
 * The classes that {@link unknown} gives, for a tool's `errors`.
 *
 * @category constants
 * @since 0.1.0
 */
export const all = [
  Errors.NotFound,
  Errors.AlreadyExists,
  Errors.Conflict,
  Errors.PermissionDenied,
  Errors.Unauthenticated,
  Errors.RateLimited,
  Errors.Timeout,
  Errors.Unavailable,
  Errors.ConnectionFailed,
  Errors.UpstreamError,
  Errors.UpstreamRejected,
  Errors.ArgumentsRejected,
  Errors.MalformedResponse,
  Errors.TooLarge,
  Errors.Unsupported,
  Errors.Overloaded
] as const

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
export const httpStatus = (options: Options): Classifier<FromHttp> => (response, context) =>
  classifyHttpStatus(response as HttpResponseLike, options, context?.now)

/**
 * Classifies an error of Node by its code: the network's, the file system's, TLS, undici's. Looks into causes.
 *
 * @category classifiers
 * @since 0.1.0
 */
export const errno = (options: Options): Classifier<ErrnoError> => (failure) => classifyErrno(failure, options)

/**
 * Classifies an error of a database: effect's `SqlError`, SQLite's and Postgres' codes.
 *
 * @category classifiers
 * @since 0.1.0
 */
export const sql = (options: Options): Classifier<SqlFailure> => (failure) => classifySql(failure, options)

/**
 * The default table. What it does not know, it leaves alone.
 *
 * **Details**
 *
 * Looked for in this order: an error of the language (left alone), effect's `HttpClientError`, `SchemaError` and
 * `TimeoutError`, its `PlatformError`, databases, Node's codes, a status on the error or its `response`, a `TimeoutError` of the platform,
 * `SyntaxError` of `JSON.parse`, and at last any error that says `isRetryable` itself. Never throws.
 *
 * @category classifiers
 * @since 0.1.0
 */
export const unknown = (options: Options): Classifier<FromUnknown> => (failure, context) => {
  try {
    return classify(failure, options, context, 0)
  } catch {
    return undefined
  }
}

const classify = (
  failure: unknown,
  options: Options,
  context: Context | undefined,
  depth: number
): FromUnknown | undefined => {
  if (depth > 5 || (typeof failure !== "object" && typeof failure !== "function") || failure === null) return undefined
  const { service } = options
  const again = (inner: unknown) => classify(inner, options, context, depth + 1)
  switch (tagOf(failure)) {
    case "HttpClientError":
      return fromHttpClientError(property(failure, "reason"), options, context, again)
    case "SchemaError":
      return new Errors.MalformedResponse({ service, reason: "it does not fit its schema", cause: failure })
    case "TimeoutError":
      return new Errors.Timeout({ operation: service, cause: failure })
    case "UnknownError": // what Effect.tryPromise makes of whatever was thrown
      return again(property(failure, "cause"))
    case "SqlError":
      return classifySql(failure, options)
  }
  return classifyPlatform(failure, options) ?? classifySql(failure, options) ?? classifyErrno(failure, options) ??
    fromStatus(failure, options, context) ??
    fromName(failure, service) ?? fromRetryable(failure, service, again)
}

const fromHttpClientError = (
  reason: unknown,
  options: Options,
  context: Context | undefined,
  again: (inner: unknown) => FromUnknown | undefined
): FromUnknown | undefined => {
  const { service } = options
  switch (tagOf(reason)) {
    case "StatusCodeError":
      return classifyHttpStatus(property(reason, "response") as HttpResponseLike, options, context?.now, reason)
    case "DecodeError":
    case "EmptyBodyError":
      return again(property(reason, "cause")) ??
        new Errors.MalformedResponse({ service, reason: "its body cannot be read", cause: reason })
    case "TransportError":
      return again(property(reason, "cause")) ??
        new Errors.Unavailable({ service, reason: "the connection failed", cause: reason })
    case "EncodeError":
    case "InvalidUrlError":
      return new Errors.UpstreamRejected({ service, reason: "the request cannot be sent", cause: reason })
    default:
      return undefined
  }
}

const fromStatus = (failure: object, options: Options, context: Context | undefined): FromHttp | undefined => {
  if (isDefect(failure)) return undefined
  const response = property(failure, "response")
  const carrier = typeof response === "object" && response !== null ? response : failure
  const status = property(carrier, "status") ?? property(carrier, "statusCode") ?? property(failure, "statusCode")
  return typeof status === "number" && Number.isInteger(status) && status >= 400 && status <= 599
    ? classifyHttpStatus(
      { status, headers: property(carrier, "headers") as HttpResponseLike["headers"] },
      options,
      context?.now,
      failure
    )
    : undefined
}

const fromName = (failure: object, service: string): Errors.Timeout | Errors.MalformedResponse | undefined => {
  const name = text(failure, "name")
  if (name === "TimeoutError") return new Errors.Timeout({ operation: service, cause: failure })
  if (failure instanceof SyntaxError && /JSON/.test(failure.message)) {
    return new Errors.MalformedResponse({ service, reason: "it is no JSON", cause: failure })
  }
  return undefined
}

const fromRetryable = (
  failure: object,
  service: string,
  again: (inner: unknown) => FromUnknown | undefined
): FromUnknown | undefined => {
  if (isDefect(failure)) {
    // fetch hides what happened: TypeError("fetch failed") with a cause
    return failure instanceof TypeError ? again(property(failure, "cause")) : undefined
  }
  const isRetryable = property(failure, "isRetryable")
  if (typeof isRetryable !== "boolean") return undefined
  if (!isRetryable) return new Errors.UpstreamRejected({ service, cause: failure })
  const error = new Errors.Unavailable({ service, cause: failure })
  const hint = property(failure, "retryAfter") ?? property(property(failure, "reason"), "retryAfter")
  return hint === undefined ? error : ToolError.withGuidance(error, { retryAfter: hint as never })
}

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
  <C extends ToolError.Any>(
    classifier: Classifier<C>
  ): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, C | Extract<E, ToolError.Any>, R>
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
