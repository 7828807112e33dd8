/**
 * Describes how a dependency is called, for those who call it: retries, timeouts, breakers and limits as one function.
 *
 * A `Policy` goes from effect to effect, and effect's own `pipe` and `flow` compose policies: the last of a `flow` is the
 * outermost. It refuses effects whose errors are not classified, since it could not tell which of them to try again.
 * `RetryPolicy.retry(...)`, {@link timeout}, breakers, limiters and bulkheads are policies; {@link forDependency} puts them
 * in the order that most need.
 *
 * **Details**
 *
 * The order of {@link forDependency}, outermost first, and why, by arithmetic:
 *
 * | layer | what it counts | elsewhere |
 * |---|---|---|
 * | rate limiter | calls: 60 a minute are 60 calls; with a budget of a fifth, 72 requests in the long run | inside the retries it counts requests, and a retry can be refused |
 * | bulkhead | calls: 10 permits are 10 calls, their waits between attempts included | inside the retries a call loses its place between attempts |
 * | timeout (45 s) | everything below: 4 attempts of 10 s and waits of 0.5 + 1 + 2 s are 43.5 s, in a call's 50 s, in a client's 60 s | inside the retries it is an attempt's |
 * | retry (4 attempts) | | outside the timeout 4 attempts have 180 s |
 * | breaker (5 failures) | attempts: opens in the second failing call, after 5 requests | outside the retries it counts calls: opens after 5 calls of 4 attempts, 20 requests |
 * | attempt timeout (10 s) | one request: a hanging one is a failure that the breaker counts | |
 *
 * **Gotchas**
 *
 * - An attempt that is cut short by the time of the whole is not counted by the breaker: the dependency did not have its
 *   10 s. So keep `attemptTimeout` below `timeout`, or hanging requests stay unseen.
 * - Begin a `flow` with a policy: TypeScript lets no function for effects with any error stand before one that wants
 *   classified ones.
 *
 * **Example** (Composing policies)
 *
 * ```ts import.meta.vitest
 * import * as Errors from "@errata/core/Errors"
 * import * as Policy from "@errata/core/Policy"
 * import * as RetryPolicy from "@errata/core/RetryPolicy"
 * import * as Effect from "effect/Effect"
 * import { flow } from "effect/Function"
 *
 * const patiently = flow(
 *   Policy.timeout("10 seconds", { operation: "The forecast" }),
 *   RetryPolicy.retry(RetryPolicy.quick)
 * )
 *
 * let requests = 0
 * const forecast = Effect.suspend(() =>
 *   ++requests < 3 ? Effect.fail(new Errors.Unavailable({ service: "The forecast" })) : Effect.succeed("sunny"))
 *
 * await Effect.runPromise(patiently(forecast)) // => "sunny"
 * ```
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Schedule from "effect/Schedule"
import * as Deadline from "../call/Deadline.ts"
import { nowUnsafe } from "../call/internal/clock.ts"
import type * as Errors from "../errors/Errors.ts"
import type * as ToolError from "../errors/ToolError.ts"
import * as Backoff from "./Backoff.ts"
import { inWords, printed } from "./internal/printed.ts"
import * as RetryBudget from "./RetryBudget.ts"
import * as RetryPolicy from "./RetryPolicy.ts"

/**
 * Runs an effect in a certain way: a function to an effect that may fail with `E2` and need `R2` as well.
 *
 * **Example** (Writing one)
 *
 * ```ts import.meta.vitest
 * import * as Errors from "@errata/core/Errors"
 * import type { Policy } from "@errata/core/Policy"
 * import type * as ToolError from "@errata/core/ToolError"
 * import * as Effect from "effect/Effect"
 *
 * const whileOpen = (isOpen: () => boolean): Policy<Errors.Overloaded> =>
 *   <A, E extends ToolError.Any, R>(self: Effect.Effect<A, E, R>) =>
 *     Effect.gen(function*() {
 *       if (!isOpen()) return yield* new Errors.Overloaded({ service: "The office" })
 *       return yield* self
 *     })
 *
 * const error = Effect.runSync(Effect.flip(whileOpen(() => false)(Effect.succeed("stamped"))))
 * error._tag // => "Overloaded"
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export interface Policy<out E2 extends ToolError.Any = never, out R2 = never> {
  <A, E extends ToolError.Any, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E | E2, R | R2>
}

/**
 * Describes a policy as a parameter, written so that TypeScript finds out what it adds, be it a breaker or what `flow` composed.
 */
type Like<E2, R2> = (self: Effect.Effect<never>) => Effect.Effect<never, E2, R2>

/**
 * Runs an effect as it is.
 *
 * @category policies
 * @since 0.1.0
 */
export const none: Policy = identity

/**
 * Bounds each run in time: `Deadline.within` as a policy.
 *
 * @category policies
 * @since 0.1.0
 */
export const timeout = (duration: Duration.Input, options: {
  /** Names the work in the error: "The search" in "The search took longer than 5 s". */
  readonly operation: string
}): Policy<Errors.Timeout> => Deadline.within(duration, options)

/**
 * Lists the defaults of {@link forDependency}.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaults: {
  /** The time for all attempts and waits together. */
  readonly timeout: Duration.Duration
  /** The time for each attempt. */
  readonly attemptTimeout: Duration.Duration
  /** The policy for attempts that failed. */
  readonly retry: RetryPolicy.RetryPolicy
} = {
  timeout: Duration.seconds(45),
  attemptTimeout: Duration.seconds(10),
  retry: RetryPolicy.make(Schedule.exponential("500 millis").pipe(Backoff.fullJitter), { maxRetries: 3 })
}

/**
 * Makes the policy for a dependency. Make it once, when the server starts: calls share its budget.
 *
 * **Details**
 *
 * | option | default | why |
 * |---|---|---|
 * | `service` | | names the dependency in errors: "The weather service" |
 * | `timeout` | 45 s | less than the 50 s that a call has, so that this error and its hint are what is answered |
 * | `attemptTimeout` | 10 s, at most half of `timeout` | one request that hangs does not use up the time of all |
 * | `retry` | 4 attempts, waits of up to 0.5, 1, 2 s | what fits into `timeout` even if each attempt hangs: 43.5 s; `RetryPolicy.none` for what must not be repeated |
 * | `budget` | the retry policy's, or a new one | retries add a fifth to the load at most: see `RetryBudget` |
 * | `breaker` | none | a `CircuitBreaker`: 5 failures in a row, open for 30 s |
 * | `rateLimit` | none | a `RateLimiter`: only its owner knows the limit |
 * | `bulkhead` | none | a `Bulkhead`: 10 at once, 20 waiting |
 *
 * The last three are made by their own modules, since they have a state, and only who uses them should pay for them. Any
 * other policy can stand in their place.
 *
 * `String(policy)`, `console.log(policy)` and `JSON.stringify(policy)` say what it does.
 *
 * When `timeout` is over, the error is `Timeout`, and its cause carries the `RetryPolicy.Outcome`, so that no outer policy
 * starts all over. Dies with a `RangeError` if a timeout is not above zero.
 *
 * **Example** (Calling a weather service)
 *
 * ```ts import.meta.vitest
 * import * as Bulkhead from "@errata/core/Bulkhead"
 * import * as CircuitBreaker from "@errata/core/CircuitBreaker"
 * import * as Errors from "@errata/core/Errors"
 * import * as Policy from "@errata/core/Policy"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const service = "The weather service"
 *   const policy = yield* Policy.forDependency({
 *     service,
 *     breaker: yield* CircuitBreaker.make({ service }),
 *     bulkhead: yield* Bulkhead.make({ service })
 *   })
 *   const request = Effect.fail(new Errors.NotFound({ resource: "City" }))
 *   return yield* Effect.flip(policy(request))
 * })
 * const error = await Effect.runPromise(Effect.scoped(program))
 * error._tag // => "NotFound"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const forDependency = <
  EBreaker extends ToolError.Any = never,
  RBreaker = never,
  ELimit extends ToolError.Any = never,
  RLimit = never,
  EBulkhead extends ToolError.Any = never,
  RBulkhead = never
>(options: {
  /** Names the dependency in errors: "The weather service". */
  readonly service: string
  /** Bounds the whole call, attempts and waits included. Default: 45 s. */
  readonly timeout?: Duration.Input | undefined
  /** Bounds each attempt. Default: 10 s, at most half of `timeout`. */
  readonly attemptTimeout?: Duration.Input | undefined
  /** Tries again. Default: 4 attempts with waits of up to 0.5, 1 and 2 s. */
  readonly retry?: RetryPolicy.RetryPolicy | undefined
  /** Limits the share of retries in all calls. Default: the retry policy's, else a new one. */
  readonly budget?: RetryBudget.RetryBudget | undefined
  /** Stops calling what failed repeatedly: a `CircuitBreaker`. Default: none. */
  readonly breaker?: Like<EBreaker, RBreaker> | undefined
  /** Limits the rate of calls: a `RateLimiter`. Default: none. */
  readonly rateLimit?: Like<ELimit, RLimit> | undefined
  /** Limits the calls at once: a `Bulkhead`. Default: none. */
  readonly bulkhead?: Like<EBulkhead, RBulkhead> | undefined
}): Effect.Effect<Policy<Errors.Timeout | EBreaker | ELimit | EBulkhead, RBreaker | RLimit | RBulkhead>> =>
  Effect.sync(() => {
    const layers = layersOf(options)
    const around = dependency(layers)
    const bulkhead = orNone(options.bulkhead)
    const rateLimit = orNone(options.rateLimit)
    const policy = <A, E extends ToolError.Any, R>(self: Effect.Effect<A, E, R>) =>
      rateLimit(bulkhead(around(self))) as Effect.Effect<
        A,
        E | Errors.Timeout | EBreaker | ELimit | EBulkhead,
        R | RBreaker | RLimit | RBulkhead
      >
    const text = (): string => print({ ...options, ...layers })
    return printed(policy, text, () => ({ ...inJson(layers), text: text() }))
  })

/** Holds what is printed of a dependency's policy. */
interface Printed extends Omit<Layers, "breaker"> {
  readonly breaker?: object | undefined
  readonly rateLimit?: object | undefined
  readonly bulkhead?: object | undefined
}

const print = ({ attemptTimeout, breaker, bulkhead, rateLimit, retry, service, timeout }: Printed): string => {
  const time = `${service}: at most ${inWords(timeout)} in all, ${inWords(attemptTimeout)} for each attempt.`
  return [time, String(retry), ...[rateLimit, bulkhead, breaker].flatMap(ownText)].join(" ")
}

/** Returns the sentence of a policy that says what it does. Of any other there is nothing to say. */
const ownText = (policy: object | undefined): ReadonlyArray<string> =>
  policy !== undefined && Object.hasOwn(policy, "toString") ? [(policy.toString as () => string)()] : []

const inJson = ({ attemptTimeout, retry, service, timeout }: Layers): object => ({
  service,
  timeout_ms: Duration.toMillis(timeout),
  attempt_timeout_ms: Duration.toMillis(attemptTimeout),
  retry
})

const orNone = <E2 extends ToolError.Any, R2>(policy: Like<E2, R2> | undefined): Policy<E2, R2> =>
  (policy ?? none) as never

const positive = (name: string, input: Duration.Input): Duration.Duration => {
  const duration = Duration.fromInputUnsafe(input)
  if (!(Duration.toMillis(duration) > 0)) throw new RangeError(`Policy: ${name} must be above zero`)
  return duration
}

/** Describes the inner layers of a dependency's policy. */
interface Layers {
  readonly service: string
  readonly timeout: Duration.Duration
  readonly attemptTimeout: Duration.Duration
  readonly retry: RetryPolicy.RetryPolicy
  readonly breaker: Policy<ToolError.Any, unknown>
}

/** Fills in the defaults. */
const layersOf = ({ retry = defaults.retry, service, ...options }: {
  readonly service: string
  readonly timeout?: Duration.Input | undefined
  readonly attemptTimeout?: Duration.Input | undefined
  readonly retry?: RetryPolicy.RetryPolicy | undefined
  readonly budget?: RetryBudget.RetryBudget | undefined
  readonly breaker?: Like<ToolError.Any, unknown> | undefined
}): Layers => {
  const timeout = positive("timeout", options.timeout ?? defaults.timeout)
  const half = Duration.times(timeout, 0.5)
  const attemptTimeout = positive(
    "attemptTimeout",
    options.attemptTimeout ?? Duration.min(defaults.attemptTimeout, half)
  )
  return {
    service,
    timeout,
    attemptTimeout: Duration.min(attemptTimeout, timeout),
    retry: RetryPolicy.withBudget(retry, options.budget ?? retry.budget ?? RetryBudget.make()),
    breaker: orNone(options.breaker)
  }
}

/** Total timeout, retries, breaker and attempt timeout around an effect, in this order. */
const dependency =
  ({ attemptTimeout, breaker, retry, service, timeout }: Layers) =>
  <A, E extends ToolError.Any, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, ToolError.Any, unknown> =>
    Effect.suspend(() => {
      let attempts = 0
      const attempt = breaker(withAttemptTimeout(self, attemptTimeout, service))
      const counted = Effect.suspend(() => {
        attempts++
        return attempt
      })
      // as an exit, what fails inside is told from the timeout around it
      const whole = Effect.exit(RetryPolicy.retry(retry)(counted))
      const giveUp = (error: Errors.Timeout) => {
        const told = { attempts, maxAttempts: retry.maxAttempts, stopped: "deadline" } as const
        const cause = Cause.fail(error)
        return Effect.failCause(attempts === 0 ? cause : Cause.annotate(cause, Context.make(RetryPolicy.Outcome, told)))
      }
      return Effect.flatten(Effect.catch(Deadline.within(whole, timeout, { operation: service }), giveUp))
    })

/**
 * Bounds each attempt. Where the time of the whole ends first, it is left to interrupt: an attempt cut short says nothing of the
 * dependency.
 */
const withAttemptTimeout = <A, E, R>(
  self: Effect.Effect<A, E, R>,
  duration: Duration.Duration,
  service: string
): Effect.Effect<A, E | Errors.Timeout, R> =>
  Effect.withFiber<A, E | Errors.Timeout, R>((fiber) => {
    const at = nowUnsafe(fiber.getRef(Clock.Clock)) + Duration.toMillis(duration)
    return at > fiber.getRef(Deadline.Deadline) ? self : Deadline.within(self, duration, { operation: service })
  })
