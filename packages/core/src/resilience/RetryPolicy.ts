/**
 * Says when a failed call is tried again, as a value that can be printed and tested without sleeping.
 *
 * A `RetryPolicy` is an effect `Schedule` whose input is the error of the last attempt, with a bound, a choice of errors and
 * perhaps a {@link RetryBudget}. {@link retry} runs an effect under it, {@link explain} says what it will do.
 *
 * **Details**
 *
 * - Only transient errors are tried again, and only those that `isRetryable` accepts: by default all but `circuit_open`,
 *   since a breaker that is open says not to call.
 * - No wait is shorter than the error asks for (`retryAfter`), whatever jitter or a cap make of it.
 * - No wait goes beyond the `Deadline`: then the error is raised at once, with its hint.
 * - The first attempt costs almost nothing: the schedule starts with the first failure, as in `Effect.retry`.
 * - The error that is raised in the end carries an {@link Outcome}: how often it was tried, and why no more. A policy leaves
 *   alone what an inner one has given up on, so that four attempts of four attempts are four, not sixteen.
 *
 * | policy | waits (each anything up to) | attempts | for |
 * |---|---|---|---|
 * | {@link quick} | 50, 100 ms | 3 | something near: a database, a cache |
 * | {@link patient} | 0.5, 1, 2, 4 s | 5 | somebody else's service |
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
 * ```
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Schedule from "effect/Schedule"
import * as ToolError from "../errors/ToolError.ts"
import * as Backoff from "./Backoff.ts"
import { explainSchedule } from "./internal/explain.ts"
import { runRetry } from "./internal/retry.ts"
import type { RetryBudget } from "./RetryBudget.ts"

/**
 * When a failed call is tried again.
 *
 * @category models
 * @since 0.1.0
 */
export interface RetryPolicy {
  readonly "~errata/RetryPolicy": true
  /** The whole schedule: with hints and bounds. */
  readonly schedule: Schedule.Schedule<unknown, ToolError.Any>
  readonly maxAttempts: number
  readonly isRetryable: (error: ToolError.Any) => boolean
  readonly budget: RetryBudget | undefined
  /** The bound in time that the schedule keeps to. */
  readonly within: Duration.Duration | undefined
}

/**
 * Makes a policy from a schedule.
 *
 * **Details**
 *
 * `maxRetries` counts the attempts after the first; default 3. The schedule may end sooner. `isRetryable` chooses among the
 * transient errors; default {@link isRetryable}. `within` bounds the time from the first failure to the start of the last
 * retry; default none. Throws a `RangeError` if `maxRetries` is no whole number from 0 on.
 *
 * **Gotchas**
 *
 * Without `within` and without a `Deadline`, a hint of a year is waited for.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (schedule: Schedule.Schedule<unknown, ToolError.Any>, options?: {
  readonly maxRetries?: number | undefined
  readonly isRetryable?: ((error: ToolError.Any) => boolean) | undefined
  readonly budget?: RetryBudget | undefined
  readonly within?: Duration.Input | undefined
}): RetryPolicy => {
  const { budget, maxRetries = 3 } = options ?? {}
  if (!Number.isSafeInteger(maxRetries) || maxRetries < 0) {
    throw new RangeError("RetryPolicy: maxRetries must be a whole number >= 0")
  }
  const within = options?.within === undefined ? undefined : Duration.fromInputUnsafe(options.within)
  const hinted = Backoff.honorRetryAfter(Schedule.upTo(schedule, { times: maxRetries }))
  return {
    "~errata/RetryPolicy": true,
    schedule: within === undefined ? hinted : Backoff.within(hinted, within),
    maxAttempts: maxRetries + 1,
    isRetryable: options?.isRetryable ?? isRetryable,
    budget,
    within
  }
}

/**
 * Whether a transient error is worth another attempt, where a policy does not say: all are but `circuit_open`. Waiting for
 * a breaker is the caller's choice, since it takes longer than a call has.
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
  (budget: RetryBudget): (policy: RetryPolicy) => RetryPolicy
  (policy: RetryPolicy, budget: RetryBudget): RetryPolicy
} = /*#__PURE__*/ dual(2, (policy: RetryPolicy, budget: RetryBudget): RetryPolicy => ({ ...policy, budget }))

/**
 * For something near: two retries after up to 50 and 100 ms.
 *
 * @category policies
 * @since 0.1.0
 */
export const quick: RetryPolicy = /*#__PURE__*/ make(
  /*#__PURE__*/ Schedule.exponential("50 millis").pipe(Backoff.fullJitter),
  { maxRetries: 2 }
)

/**
 * For somebody else's service: four retries after up to 0.5, 1, 2 and 4 s.
 *
 * @category policies
 * @since 0.1.0
 */
export const patient: RetryPolicy = /*#__PURE__*/ make(
  /*#__PURE__*/ Schedule.exponential("500 millis").pipe(Backoff.fullJitter, /*#__PURE__*/ Backoff.cap("20 seconds")),
  { maxRetries: 4 }
)

/**
 * Never tries again.
 *
 * @category policies
 * @since 0.1.0
 */
export const none: RetryPolicy = /*#__PURE__*/ make(/*#__PURE__*/ Schedule.recurs(0), { maxRetries: 0 })

/**
 * What a policy did before an error was raised.
 *
 * @category models
 * @since 0.1.0
 */
export interface Outcome {
  /** How often it was tried, the first time included. */
  readonly attempts: number
  /** How many attempts there could have been. */
  readonly maxAttempts: number
  /** Why a transient error was given up on: no attempts left, no budget left, or no time left. */
  readonly stopped: "exhausted" | "budget" | "deadline" | undefined
}

/**
 * The annotation of a cause that carries the {@link Outcome}.
 *
 * @category references
 * @since 0.1.0
 */
export const Outcome: Context.Reference<Outcome | undefined> = Context.Reference<Outcome | undefined>(
  "errata/RetryPolicy/Outcome",
  { defaultValue: () => undefined }
)

/**
 * What a policy did before this failure; `undefined` if it never was under one.
 *
 * @category accessors
 * @since 0.1.0
 */
export const outcome = (reason: Cause.Reason<unknown>): Outcome | undefined =>
  Context.get(Cause.reasonAnnotations(reason) as Context.Context<never>, Outcome)

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
  (policy: RetryPolicy): <A, E extends ToolError.Any, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E extends ToolError.Any, R>(self: Effect.Effect<A, E, R>, policy: RetryPolicy): Effect.Effect<A, E, R>
} = /*#__PURE__*/ dual(
  2,
  <A, E extends ToolError.Any, R>(self: Effect.Effect<A, E, R>, policy: RetryPolicy): Effect.Effect<A, E, R> =>
    policy.maxAttempts === 1 ? self : runRetry(self, policy, { outcome, Outcome })
)

/**
 * What a policy or a schedule will do.
 *
 * @category models
 * @since 0.1.0
 */
export interface Explanation {
  /** The wait before each retry: the first entry is the one before attempt 2. */
  readonly delays: ReadonlyArray<{ readonly min: Duration.Duration; readonly max: Duration.Duration }>
  /** How many attempts there are at most; `undefined` if the schedule did not end within `limit` steps. */
  readonly maxAttempts: number | undefined
  /** All waits together. */
  readonly total: { readonly min: Duration.Duration; readonly max: Duration.Duration }
  /** The same in a sentence or two. */
  readonly text: string
}

/**
 * Says what a policy, or any schedule, will do: by stepping it with a virtual clock and the bounds of randomness. Nothing
 * sleeps.
 *
 * **Details**
 *
 * `error` is the error that each attempt is to fail with; by default one without a hint. `limit` (default 20, or all that
 * the policy has) is how many steps are looked at where a schedule does not end. Attempts themselves are taken to last no
 * time. The longest of all waits together can be less than the sum of the longest of each, where a bound in time ends them.
 *
 * @category destructors
 * @since 0.1.0
 */
export const explain = (
  policy: RetryPolicy | Schedule.Schedule<unknown, ToolError.Any>,
  options?: { readonly error?: ToolError.Any | undefined; readonly limit?: number | undefined }
): Effect.Effect<Explanation> =>
  Schedule.isSchedule(policy)
    ? explainSchedule(policy, options)
    : options?.error !== undefined && !(ToolError.isTransient(options.error) && policy.isRetryable(options.error))
    ? explainSchedule(none.schedule)
    : explainSchedule(policy.schedule, { limit: policy.maxAttempts, ...options })
