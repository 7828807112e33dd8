/**
 * Keeps the calls to a dependency under the rate that it allows.
 *
 * A `RateLimiter` is a {@link Policy} over effect's limiter (`effect/persistence/RateLimiter`: only this file
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
 * | `maxKeys` | 10,000 | more tenants than a process serves in a window; what is idle is forgotten first |
 *
 * Calls wait in a queue: one that is interrupted while it waits has used no token, and the others move up.
 * A call that would have to wait beyond the deadline fails at once with its hint. Time is measured by a clock that does not
 * jump when the system's time is set. A store that cannot be reached lets calls through, and a warning says so.
 *
 * **Gotchas**
 *
 * With more keys in a window than `maxKeys`, some are forgotten and start anew: no keys of the caller's making.
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
 * @stability experimental
 * @since 0.1.0
 */
import type * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Limiter from "effect/persistence/RateLimiter"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import * as Deadline from "../call/Deadline.ts"
import { nowUnsafe } from "../call/internal/clock.ts"
import * as Errors from "../errors/Errors.ts"
import type * as ToolError from "../errors/ToolError.ts"
import { makeKeyed } from "./internal/keyed.ts"
import { inWords, printed } from "./internal/printed.ts"
import { steadily } from "./internal/steadyClock.ts"
import type { Policy } from "./Policy.ts"

/**
 * Keeps calls under a rate: a policy.
 *
 * @category models
 * @stability experimental
 * @since 0.1.0
 */
export interface RateLimiter extends Policy<Errors.RateLimited> {
  /** Names the dependency. */
  readonly service: string
  /** The same limit counted apart, for a tenant or a caller. */
  readonly forKey: (key: string) => Policy<Errors.RateLimited>
}

/**
 * Describes a limiter.
 *
 * @category models
 * @stability experimental
 * @since 0.1.0
 */
export interface Options {
  /** Names the dependency in errors: "The weather service". */
  readonly service: string
  /** The number of calls that a window allows: a whole number >= 1. */
  readonly limit: number
  /** The time that `limit` counts for. */
  readonly window: Duration.Input
  /** `"fail"` refuses a call that is too much; `"delay"` lets it wait its turn, if that is in time. Default: `"fail"`. */
  readonly onExceeded?: "fail" | "delay" | undefined
  /**
   * `"token-bucket"` allows `limit` calls at once, then evenly; `"fixed-window"` up to twice the limit around a window's end.
   * Default: `"token-bucket"`.
   */
  readonly algorithm?: "token-bucket" | "fixed-window" | undefined
  /**
   * The number of keys that a limiter remembers which counts in this process. Beyond it one is forgotten, and starts anew when it
   * comes back: one that has not been used for a window first, else the one that was used longest ago. Default: 10,000.
   */
  readonly maxKeys?: number | undefined
}

/**
 * Makes a limiter that counts in this process. Make it once for each dependency, when the server starts.
 *
 * @stability experimental
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: Options): Effect.Effect<RateLimiter, never, Scope.Scope> =>
  Effect.clockWith((clock) =>
    Effect.suspend(() =>
      Effect.provideService(makeWithStore(options), Limiter.RateLimiterStore, keyedStore(options, clock))
    )
  )

type Store = Limiter.RateLimiterStore["Service"]

/** Returns a store for each key, so that what belongs to a key can be forgotten. */
const keyedStore = ({ maxKeys = 10_000, window }: Options, clock: Clock.Clock): Store => {
  const idle = Duration.toMillis(Duration.fromInputUnsafe(window))
  const now = (): number => nowUnsafe(clock)
  const stores = makeKeyed({
    max: maxKeys,
    make: () => ({ store: memory(), usedAt: now() }),
    isIdle: ({ usedAt }) => now() - usedAt >= idle
  })
  const use = <A, E>(key: string, f: (store: Store) => Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.suspend(() => {
      const entry = stores.get(key)
      entry.usedAt = now()
      return steadily(f(entry.store))
    })
  return {
    fixedWindow: (options) => use(options.key, (store) => store.fixedWindow(options)),
    tokenBucket: (options) => use(options.key, (store) => store.tokenBucket(options)),
    adaptiveConsume: (options) => use(options.key, (store) => store.adaptiveConsume(options)),
    adaptiveFeedback: (options) => use(options.key, (store) => store.adaptiveFeedback(options))
  }
}

const memory = (): Store =>
  Context.get(
    Effect.runSync(Effect.scoped(Layer.build(Layer.fresh(Limiter.layerStoreMemory)))),
    Limiter.RateLimiterStore
  )

/**
 * Makes a limiter that counts in the store of the context, say effect's `layerStoreRedis`, so that several processes share
 * the rate.
 *
 * @stability experimental
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
    const consume = (key: string, tokens: number, onExceeded: "fail" | "delay"): Effect.Effect<Duration.Duration> =>
      Effect.catch(
        Effect.map(limiter.consume({ key, limit, window, algorithm, onExceeded, tokens }), ({ delay }) => delay),
        ({ reason }) =>
          reason._tag === "RateLimitExceeded"
            ? Effect.succeed(reason.retryAfter)
            : unreachable(service, reason.message)
      )
    const reserve = (key: string) => consume(key, 1, "delay")
    const giveBack = (key: string) => consume(key, -1, "delay")
    const tokens: Tokens = {
      // of a window that holds more than it may, a store tells when it is empty, not when there is a place
      take: algorithm === "fixed-window" && onExceeded === "delay"
        ? (key) => tried(reserve(key), giveBack(key))
        : (key) => consume(key, 1, "fail"),
      reserve,
      giveBack
    }
    const admit = onExceeded === "fail"
      ? (key: string) =>
        Effect.flatMap(tokens.take(key), (wait) => Duration.isZero(wait) ? Effect.void : exceeded(service, wait))
      : makeQueues({ service, tokens, waitBehind: waitBehind(algorithm, limit, window) })
    const policy =
      (key: string): Policy<Errors.RateLimited> => <A, E extends ToolError.Any, R>(self: Effect.Effect<A, E, R>) =>
        Effect.andThen(admit(key), self)
    // limits of different sizes for one service must not share a count
    const own = `${service}/${limit} in ${Duration.toMillis(window)} ms`
    const sentence = `At most ${limit} ${limit === 1 ? "call" : "calls"} in ${inWords(window)}; ${
      onExceeded === "fail" ? "more fail" : "more wait their turn"
    }.`
    return Object.assign(printed(policy(own), () => sentence), {
      service,
      forKey: (key: string) => policy(`${own}/${key}`)
    })
  })

/** Describes the tokens of keys. Each says how long to wait for one. */
interface Tokens {
  /** Takes a token if there is one. */
  readonly take: (key: string) => Effect.Effect<Duration.Duration>
  /** Takes a token that is still to come, if there is none. */
  readonly reserve: (key: string) => Effect.Effect<Duration.Duration>
  readonly giveBack: (key: string) => Effect.Effect<Duration.Duration>
}

/** Takes a token, and gives back one that is still to come. */
const tried = (
  reserve: Effect.Effect<Duration.Duration>,
  giveBack: Effect.Effect<Duration.Duration>
): Effect.Effect<Duration.Duration> =>
  Effect.uninterruptible(
    Effect.flatMap(reserve, (wait) => Duration.isZero(wait) ? Effect.succeed(wait) : Effect.as(giveBack, wait))
  )

/** Returns the time that a caller with others before it waits longer than the first of a queue, in milliseconds. */
const waitBehind =
  (algorithm: NonNullable<Options["algorithm"]>, limit: number, window: Duration.Duration) =>
  (others: number): number =>
    algorithm === "token-bucket"
      ? others * Duration.toMillis(window) / limit
      : Math.floor(others / limit) * Duration.toMillis(window)

/** Those who wait for a token of one key. */
interface Queue {
  readonly turn: Semaphore.Semaphore
  waiting: number
  /** Says when the first of them expects a token. */
  nextAt: number
}

/** Lets the first of a queue wait for its token. */
const firstOf = (service: string, tokens: Tokens) => {
  const first = (key: string, queue: Queue): Effect.Effect<void, Errors.RateLimited> =>
    Effect.flatMap(
      tokens.take(key),
      (wait) => Duration.isZero(wait) ? Effect.void : Effect.andThen(inTime(service, wait), reserved(key, queue))
    )
  const reserved = (key: string, queue: Queue): Effect.Effect<void, Errors.RateLimited> =>
    Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(
        tokens.reserve(key),
        (wait) => restore(sleep(queue, wait)).pipe(Effect.onError(() => tokens.giveBack(key)))
      )
    )
  const sleep = (queue: Queue, wait: Duration.Duration): Effect.Effect<void, Errors.RateLimited> =>
    Effect.flatMap(Deadline.now, (now) => {
      queue.nextAt = now + Duration.toMillis(wait)
      return Duration.isZero(wait) ? Effect.void : Effect.andThen(inTime(service, wait), Effect.sleep(wait))
    })
  return first
}

/**
 * Lets callers wait their turn, one behind the other. Only the first of a queue holds a token that is still to come, and gives
 * it back if it leaves: the others have none yet, and move up.
 */
const makeQueues = ({ service, tokens, waitBehind }: {
  readonly service: string
  readonly tokens: Tokens
  readonly waitBehind: (others: number) => number
}): (key: string) => Effect.Effect<void, Errors.RateLimited> => {
  const queues = new Map<string, Queue>()
  const first = firstOf(service, tokens)
  const enter = (key: string, wait: Duration.Duration): Effect.Effect<Queue, Errors.RateLimited> =>
    Effect.flatMap(Deadline.now, (now) => {
      const queue = queues.get(key) ??
        { turn: Semaphore.makeUnsafe(1), waiting: 0, nextAt: now + Duration.toMillis(wait) }
      const expected = Math.max(0, queue.nextAt - now) + waitBehind(queue.waiting)
      return Effect.map(inTime(service, Duration.millis(expected)), () => {
        queue.waiting++
        queues.set(key, queue)
        return queue
      })
    })
  const leave = (key: string, queue: Queue): Effect.Effect<void> =>
    Effect.sync(() => {
      if (--queue.waiting === 0 && queues.get(key) === queue) queues.delete(key)
    })
  const wait = (key: string, wait: Duration.Duration): Effect.Effect<void, Errors.RateLimited> =>
    Effect.acquireUseRelease(
      enter(key, wait),
      (queue) => queue.turn.withPermit(first(key, queue)),
      (queue) => leave(key, queue)
    )
  return (key) =>
    Effect.suspend(() =>
      queues.has(key)
        ? wait(key, Duration.zero) // no caller overtakes those who wait
        : Effect.flatMap(tokens.take(key), (delay) => Duration.isZero(delay) ? Effect.void : wait(key, delay))
    )
}

const exceeded = (service: string, wait: Duration.Duration): Effect.Effect<never, Errors.RateLimited> =>
  Effect.fail(new Errors.RateLimited({ service, retry_after_seconds: Math.ceil(Duration.toSeconds(wait)) }))

const inTime = (service: string, wait: Duration.Duration): Effect.Effect<void, Errors.RateLimited> =>
  Effect.flatMap(Deadline.remaining, (left) => Duration.isLessThan(wait, left) ? Effect.void : exceeded(service, wait))

const unreachable = (service: string, message: string): Effect.Effect<Duration.Duration> =>
  Effect.as(Effect.logWarning(`The rate of calls to ${service} is not limited: ${message}`), Duration.zero)
