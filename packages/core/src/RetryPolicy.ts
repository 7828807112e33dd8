/**
 * Says when a failed call is tried again, as a value.
 *
 * A `RetryPolicy` is an effect `Schedule` whose input is the error of the last attempt. Only transient errors are tried
 * again, and never earlier than the error's own hint (`retryAfter`) allows.
 *
 * **Details**
 *
 * The bound on attempts is the schedule's: give it `Schedule.recurs`, or `Schedule.upTo({ times })`. `maxAttempts` is what
 * a caller is told about it.
 *
 * **Example** (Trying at most four times)
 *
 * ```ts import.meta.vitest
 * import * as RetryPolicy from "@errata/core/RetryPolicy"
 * import * as Schedule from "effect/Schedule"
 *
 * const policy = RetryPolicy.make(Schedule.exponential("200 millis").pipe(Schedule.jittered), { maxRetries: 3 })
 * policy.maxAttempts // => 4
 * ```
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"
import * as Schedule from "effect/Schedule"
import * as ToolError from "./ToolError.ts"

/**
 * When a failed call is tried again.
 *
 * @category models
 * @since 0.1.0
 */
export interface RetryPolicy {
  readonly "~errata/RetryPolicy": true
  readonly schedule: Schedule.Schedule<unknown, ToolError.Any>
  readonly maxAttempts: number
}

/**
 * Makes a policy from a schedule and a bound on the number of retries (attempts after the first).
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  schedule: Schedule.Schedule<unknown, ToolError.Any>,
  options: { readonly maxRetries: number }
): RetryPolicy => ({
  "~errata/RetryPolicy": true,
  schedule: Schedule.modifyDelay(
    Schedule.upTo(schedule, { times: options.maxRetries }),
    ({ duration, input }) => {
      const hint = ToolError.retryAfter(input)
      return Effect.succeed(hint === undefined ? duration : Duration.max(duration, hint))
    }
  ),
  maxAttempts: options.maxRetries + 1
})

/**
 * What happened on the way.
 *
 * @category models
 * @since 0.1.0
 */
export interface Progress {
  /** Told before each attempt; the first is 1. */
  readonly onAttempt: (attempt: number) => void
  /** Told when the schedule ended and the last transient error is given up on. */
  readonly onExhausted: () => void
}

/**
 * Runs an effect under a policy. The first attempt costs nothing; the schedule starts with the first transient failure.
 *
 * @category combinators
 * @since 0.1.0
 */
export const run = <A, E extends ToolError.Any, R>(
  self: Effect.Effect<A, E, R>,
  policy: RetryPolicy,
  progress: Progress
): Effect.Effect<A, E, R> =>
  Effect.catchIf(self, ToolError.isTransient, (first) =>
    Effect.gen(function*() {
      const step = yield* Schedule.toStep(policy.schedule)
      let error: E = first as E
      for (let attempt = 2;; attempt++) {
        const now = yield* Clock.currentTimeMillis
        const delay = yield* Pull.catchDone(
          Effect.map(step(now, error), ([, duration]) => duration),
          () => Effect.undefined
        )
        if (delay === undefined) {
          progress.onExhausted()
          return yield* Effect.fail(error)
        }
        yield* Effect.sleep(delay)
        progress.onAttempt(attempt)
        const outcome = yield* Effect.result(self)
        if (outcome._tag === "Success") return outcome.success
        if (!ToolError.isTransient(outcome.failure)) return yield* Effect.fail(outcome.failure)
        error = outcome.failure
      }
    })) as Effect.Effect<A, E, R>
