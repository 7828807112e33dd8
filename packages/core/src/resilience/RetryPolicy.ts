/**
 * Describes when a failed call is tried again, as a value that can be printed and tested without sleeping.
 *
 * A `RetryPolicy` is an effect `Schedule` whose input is the error of the last attempt, with a bound, a choice of errors and
 * perhaps a {@link RetryBudget}. {@link retry} runs an effect under it; {@link explain}, and printing it, say what it does.
 *
 * **Details**
 *
 * - Only transient errors are tried again, and only those that `isRetryable` accepts: by default all but `circuit_open`,
 *   since a breaker that is open says not to call.
 * - No wait is shorter than the error asks for (`retryAfter`), whatever jitter or a cap make of it. If it asks for more than
 *   5 minutes (`maxRetryAfter`), the policy gives up at once.
 * - No wait goes beyond the `Deadline`: then the error is raised at once, with its hint. Time is measured by a clock that
 *   does not jump when the system's time is set.
 * - The first attempt costs almost nothing: the schedule starts with the first failure, as in `Effect.retry`.
 * - The error that is raised in the end carries an {@link Outcome}: how often it was tried, and why no more. A policy leaves
 *   alone what an inner one has given up on, so that four attempts of four attempts are four, not sixteen.
 *
 * | policy | waits (each anything up to) | attempts | for |
 * |---|---|---|---|
 * | {@link quick} | 50, 100 ms | 3 | something near: a database, a cache |
 * | {@link patient} | 0.5, 1, 2, 4 s | 5 | another party's service |
 * | {@link none} | | 1 | what must not be repeated |
 *
 * **Example** (Declaring a policy and asking what it does)
 *
 * ```ts import.meta.vitest
 * import * as Backoff from "@errata/core/Backoff"
 * import * as RetryPolicy from "@errata/core/RetryPolicy"
 * import * as Effect from "effect/Effect"
 * import * as Schedule from "effect/Schedule"
 *
 * const policy = RetryPolicy.make(Schedule.exponential("200 millis").pipe(Backoff.fullJitter), { maxRetries: 2 })
 *
 * const { text } = Effect.runSync(RetryPolicy.explain(policy))
 * text // => "At most 3 attempts: wait 0 to 200 ms, then 0 to 400 ms. In all at most 600 ms of waiting."
 * String(policy) === text // => true
 * ```
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Schedule from "effect/Schedule"
import * as ToolError from "../errors/ToolError.ts"
import * as Backoff from "./Backoff.ts"
import type { Classified } from "./internal/classified.ts"
import { explainSchedule, type Explanation } from "./internal/explain.ts"
import { explainedOf, inspectKey, jsonOf, textOf } from "./internal/printed.ts"
import { type Rules, runRetry } from "./internal/retry.ts"
import type { RetryBudget } from "./RetryBudget.ts"

/**
 * Describes when a failed call is tried again.
 *
 * `String(policy)`, `console.log(policy)` and `JSON.stringify(policy)` print what {@link explain} says.
 *
 * @category models
 * @since 0.1.0
 */
export interface RetryPolicy extends Rules {
  /** Tells policies from other values. */
  readonly "~errata/RetryPolicy": true
  /** Prints what {@link explain} says. */
  readonly toString: () => string
}

/**
 * Bounds a policy. Every option has a default.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The number of attempts after the first; the schedule may end sooner. Default: 3. */
  readonly maxRetries?: number | undefined
  /** Chooses among the transient errors. Default: all but `circuit_open`; see {@link isRetryable}. */
  readonly isRetryable?: ((error: ToolError.Any) => boolean) | undefined
  /** The budget that retries are taken from: the same one in every policy for the same dependency. Default: none. */
  readonly budget?: RetryBudget | undefined
  /** The time from the first failure to the start of the last retry. Default: no bound. */
  readonly within?: Duration.Input | undefined
  /**
   * The longest wait that an error may ask for (`Retry-After`). A longer one is not shortened: the policy gives up at once,
   * and the error carries its hint on. Default: 5 minutes.
   */
  readonly maxRetryAfter?: Duration.Input | undefined
}

/**
 * Makes a policy from a schedule.
 *
 * Throws a `RangeError` if `maxRetries` is no whole number >= 0.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (schedule: Schedule.Schedule<unknown, ToolError.Any>, options?: Options): RetryPolicy => {
  const { budget, maxRetries = 3 } = options ?? {}
  if (!Number.isSafeInteger(maxRetries) || maxRetries < 0) {
    throw new RangeError("RetryPolicy: maxRetries must be a whole number >= 0")
  }
  const within = options?.within === undefined ? undefined : Duration.fromInputUnsafe(options.within)
  const maxRetryAfter = Duration.fromInputUnsafe(options?.maxRetryAfter ?? "5 minutes")
  const hinted = Schedule.upTo(schedule, { times: maxRetries }).pipe(
    Backoff.honorRetryAfter,
    Backoff.refuseRetryAfterBeyond(maxRetryAfter)
  )
  return fromRules({
    schedule: within === undefined ? hinted : Backoff.within(hinted, within),
    maxAttempts: maxRetries + 1,
    isRetryable: options?.isRetryable ?? isRetryable,
    budget,
    within,
    maxRetryAfter
  })
}

const fromRules = ({ budget, isRetryable, maxAttempts, maxRetryAfter, schedule, within }: Rules): RetryPolicy =>
  Object.assign(Object.create(Proto), { schedule, maxAttempts, isRetryable, budget, within, maxRetryAfter })

const Proto = {
  "~errata/RetryPolicy": true,
  toString(this: RetryPolicy): string {
    return textOf(explainedOf(explain(this)))
  },
  [inspectKey](this: RetryPolicy): string {
    return this.toString()
  },
  toJSON(this: RetryPolicy): unknown {
    return jsonOf(explainedOf(explain(this)))
  }
}

/**
 * Checks that a transient error is worth another attempt, where a policy does not say: all are but `circuit_open`. Waiting
 * for a breaker is the caller's choice, since it takes longer than a call has.
 *
 * @category guards
 * @since 0.1.0
 */
export const isRetryable = (error: ToolError.Any): boolean => ToolError.type(error).name !== "circuit_open"

/**
 * Shares a budget of retries: put the same one into every policy for the same dependency.
 *
 * @category combinators
 * @since 0.1.0
 */
export const withBudget: {
  /** Returns a function that gives a policy this budget. */
  (budget: RetryBudget): (policy: RetryPolicy) => RetryPolicy
  /** Returns the policy with this budget. */
  (policy: RetryPolicy, budget: RetryBudget): RetryPolicy
} = /*#__PURE__*/ dual(2, (policy: RetryPolicy, budget: RetryBudget): RetryPolicy => fromRules({ ...policy, budget }))

/**
 * Retries what is near, such as a database: two retries after up to 50 and 100 ms.
 *
 * @category policies
 * @since 0.1.0
 */
export const quick: RetryPolicy = /*#__PURE__*/ make(
  /*#__PURE__*/ Schedule.exponential("50 millis").pipe(Backoff.fullJitter),
  { maxRetries: 2 }
)

/**
 * Retries another party's service: four retries after up to 0.5, 1, 2 and 4 s.
 *
 * @category policies
 * @since 0.1.0
 */
export const patient: RetryPolicy = /*#__PURE__*/ make(
  /*#__PURE__*/ Schedule.exponential("500 millis").pipe(Backoff.fullJitter, /*#__PURE__*/ Backoff.cap("20 seconds")),
  { maxRetries: 4 }
)

/**
 * Makes one attempt only.
 *
 * @category policies
 * @since 0.1.0
 */
export const none: RetryPolicy = /*#__PURE__*/ make(/*#__PURE__*/ Schedule.recurs(0), { maxRetries: 0 })

export { Outcome, outcome } from "./internal/outcome.ts"

/**
 * Runs an effect under a policy.
 *
 * **Details**
 *
 * After the first failure it behaves as `Effect.retry` with the policy's schedule: the same delays, the same
 * `Schedule.CurrentMetadata` inside the attempts, defects and interruption not retried. Inside a tool call the client is
 * told of each wait, if it asked for progress.
 *
 * **Gotchas**
 *
 * - The whole effect is repeated: put only what is safe to repeat inside.
 * - The last attempt's whole cause is raised. `Effect.retry` keeps only its first error, and makes that a defect where a
 *   finalizer died beside it. Neither tries such a cause again.
 * - In the first attempt `Schedule.CurrentMetadata` is what it was outside.
 *
 * **Example** (Trying twice)
 *
 * ```ts import.meta.vitest
 * import * as Errors from "@errata/core/Errors"
 * import * as RetryPolicy from "@errata/core/RetryPolicy"
 * import * as Effect from "effect/Effect"
 *
 * let attempts = 0
 * const flaky = Effect.suspend(() =>
 *   ++attempts < 2 ? Effect.fail(new Errors.Unavailable({ service: "The store" })) : Effect.succeed("stored"))
 *
 * await Effect.runPromise(RetryPolicy.retry(flaky, RetryPolicy.quick)) // => "stored"
 * attempts // => 2
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const retry: {
  /** Returns a function that runs an effect under the policy: a `Policy`. */
  (policy: RetryPolicy): <A, E extends ToolError.Any, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Runs the effect under the policy. In generic code, where the errors are not known yet, use the other form. */
  <A, E extends ToolError.Any, R>(self: Classified<A, E, R>, policy: RetryPolicy): Effect.Effect<A, E, R>
} = /*#__PURE__*/ dual(
  2,
  <A, E extends ToolError.Any, R>(self: Effect.Effect<A, E, R>, policy: RetryPolicy): Effect.Effect<A, E, R> =>
    policy.maxAttempts === 1 ? self : runRetry(self, policy)
)

export type { Explanation } from "./internal/explain.ts"

/**
 * Explains what a policy, or any schedule, will do: steps it with a virtual clock and the bounds of randomness. Nothing
 * sleeps.
 *
 * **Details**
 *
 * Attempts themselves are taken to last no time. The longest of all waits together can be less than the sum of the longest
 * of each, where a bound in time ends them.
 *
 * @category destructors
 * @since 0.1.0
 */
export const explain = (
  policy: RetryPolicy | Schedule.Schedule<unknown, ToolError.Any>,
  options?: {
    /** The error that each attempt fails with. Default: a transient one without a hint. */
    readonly error?: ToolError.Any | undefined
    /** The number of steps to look at where a schedule does not end. Default: all that a policy has; 20 of a schedule. */
    readonly limit?: number | undefined
  }
): Effect.Effect<Explanation> =>
  Schedule.isSchedule(policy)
    ? explainSchedule(policy, options)
    : options?.error !== undefined && !(ToolError.isTransient(options.error) && policy.isRetryable(options.error))
    ? explainSchedule(none.schedule)
    : explainSchedule(policy.schedule, { limit: policy.maxAttempts, ...options })
