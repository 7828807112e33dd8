/**
 * Keeps the calls to a dependency under the rate that it allows.
 *
 * A `RateLimiter` is a {@link Policy} over effect's limiter (`effect/persistence/RateLimiter`, unstable: only this file
 * imports it, and it is not in the main barrel). Too many calls fail with `RateLimited`, which says in how many seconds to
 * come back and is harmless, or wait their turn where that is in time.
 *
 * **Details**
 *
 * | option | default | why |
 * |---|---|---|
 * | `limit`, `window` | | only the dependency's owner knows: "60 in a minute" |
 * | `onExceeded` | `"fail"` | the caller learns at once, and can do something else; `"delay"` waits, but not beyond the `Deadline` |
 * | `algorithm` | `"token-bucket"` | `limit` at once, then evenly; `"fixed-window"` lets up to twice the limit pass around a window's end |
 *
 * A call that would have to wait beyond the deadline fails at once with its hint, and takes no token. A store that cannot
 * be reached lets calls through, and a warning says so.
 *
 * **Gotchas**
 *
 * - A call that is interrupted while it waits has used its token.
 * - The store in this process remembers every key it has seen: no keys of the caller's making.
 *
 * **Example** (Refusing the third call in a minute)
 *
 * ```ts import.meta.vitest
 * import * as RateLimiter from "@errata/core/RateLimiter"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const limiter = yield* RateLimiter.make({ service: "The weather service", limit: 2, window: "1 minute" })
 *   const call = limiter(Effect.succeed("sunny"))
 *   yield* call
 *   yield* call
 *   return yield* Effect.flip(call)
 * })
 * const error = await Effect.runPromise(Effect.scoped(program))
 * error._tag // => "RateLimited"
 * ```
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Limiter from "effect/persistence/RateLimiter"
import type * as Scope from "effect/Scope"
import * as Deadline from "../call/Deadline.ts"
import * as Errors from "../errors/Errors.ts"
import { secondsUp } from "../errors/internal/secondsUp.ts"
import type * as ToolError from "../errors/ToolError.ts"
import type { Policy } from "./Policy.ts"

/**
 * A policy that keeps calls under a rate.
 *
 * @category models
 * @since 0.1.0
 */
export interface RateLimiter extends Policy<Errors.RateLimited> {
  readonly service: string
  /** The same limit counted apart, for a tenant or a caller. */
  readonly forKey: (key: string) => Policy<Errors.RateLimited>
}

/**
 * Configures a limiter.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** Names the dependency in errors: "The weather service". */
  readonly service: string
  /** The number of calls that a window allows. */
  readonly limit: number
  /** The time that `limit` counts for. */
  readonly window: Duration.Input
  /** Fails with `RateLimited`, or delays the call. Default: `"fail"`. */
  readonly onExceeded?: "fail" | "delay" | undefined
  /** Spreads calls over the window, or counts them in it. Default: `"token-bucket"`. */
  readonly algorithm?: "token-bucket" | "fixed-window" | undefined
}

/**
 * Makes a limiter that counts in this process. Make it once for each dependency, when the server starts.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: Options): Effect.Effect<RateLimiter, never, Scope.Scope> =>
  Effect.flatMap(
    Layer.build(Layer.fresh(Limiter.layerStoreMemory)),
    (store) => Effect.provideContext(makeWithStore(options), store)
  )

/**
 * Makes a limiter that counts in the store of the context, say effect's `layerStoreRedis`, so that several processes share
 * the rate.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeWithStore = (options: Options): Effect.Effect<RateLimiter, never, Limiter.RateLimiterStore> =>
  Effect.map(Limiter.make, (limiter) => {
    const { algorithm = "token-bucket", limit, onExceeded = "fail", service } = options
    if (!(Number.isSafeInteger(limit) && limit >= 1)) {
      throw new RangeError("RateLimiter: limit must be a whole number >= 1")
    }
    const window = Duration.fromInputUnsafe(options.window)
    const take = (key: string, onExceeded: "fail" | "delay") =>
      Effect.map(limiter.consume({ key, limit, window, algorithm, onExceeded }), ({ delay }) => delay)
    /** The wait that a token costs. */
    const admit = (key: string): Effect.Effect<Duration.Duration, Errors.RateLimited> =>
      Effect.catch(take(key, "fail"), ({ reason }) => {
        if (reason._tag !== "RateLimitExceeded") return unreachable(service, reason.message)
        // a token that is not waited for must not be taken, so the wait is looked at first
        return onExceeded === "fail"
          ? exceeded(service, reason.retryAfter)
          : Effect.andThen(
            inTime(service, reason.retryAfter),
            Effect.catch(take(key, "delay"), ({ reason }) => unreachable(service, reason.message))
          )
      })
    const policy =
      (key: string): Policy<Errors.RateLimited> => <A, E extends ToolError.Any, R>(self: Effect.Effect<A, E, R>) =>
        Effect.flatMap(
          admit(key),
          (delay) => Duration.isZero(delay) ? self : Effect.andThen(inTime(service, delay), Effect.delay(self, delay))
        )
    // limits of different sizes for one service must not share a count
    const own = `${service}/${limit} in ${Duration.toMillis(window)} ms`
    return Object.assign(policy(own), { service, forKey: (key: string) => policy(`${own}/${key}`) })
  })

const exceeded = (service: string, wait: Duration.Duration): Effect.Effect<never, Errors.RateLimited> =>
  Effect.fail(new Errors.RateLimited({ service, retry_after_seconds: secondsUp(wait) }))

const inTime = (service: string, wait: Duration.Duration): Effect.Effect<void, Errors.RateLimited> =>
  Effect.flatMap(Deadline.remaining, (left) => Duration.isLessThan(wait, left) ? Effect.void : exceeded(service, wait))

const unreachable = (service: string, message: string): Effect.Effect<Duration.Duration> =>
  Effect.as(Effect.logWarning(`The rate of calls to ${service} is not limited: ${message}`), Duration.zero)
