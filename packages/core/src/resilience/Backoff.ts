/**
 * Adds to effect's schedules what retrying against other people's services needs and effect lacks.
 *
 * Every function here goes from `Schedule` to `Schedule`, so that plain `Effect.retry` can use them as well as a
 * `RetryPolicy`. effect's own words stay the vocabulary: `exponential`, `fibonacci`, `spaced`, `jittered`, `upTo`, ...
 *
 * **Details**
 *
 * The order is the order of the pipe: jitter first, then {@link cap}, then {@link honorRetryAfter} (so that neither
 * shortens what the other side asked for), and {@link within} last, since it looks at the delay that was chosen.
 *
 * **Gotchas**
 *
 * `Schedule.upTo({ duration })` looks at the time that has passed, not at the delay that comes next: it waited 1.8 s for a
 * bound of 1 s. {@link within} does not.
 *
 * **Example** (Retrying with plain effect)
 *
 * ```ts import.meta.vitest
 * import * as Backoff from "@errata/core/Backoff"
 * import * as Effect from "effect/Effect"
 * import * as Schedule from "effect/Schedule"
 *
 * const schedule = Schedule.exponential("100 millis").pipe(
 *   Backoff.fullJitter,
 *   Backoff.cap("5 seconds"),
 *   Backoff.honorRetryAfter,
 *   Backoff.within("1 minute"),
 *   Schedule.upTo({ times: 3 })
 * )
 *
 * let attempts = 0
 * const flaky = Effect.suspend(() => ++attempts < 2 ? Effect.fail("busy") : Effect.succeed("done"))
 * await Effect.runPromise(Effect.retry(flaky, schedule)) // => "done"
 * ```
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import * as ToolError from "../errors/ToolError.ts"
import { printedSchedule } from "./internal/printed.ts"

/**
 * Waits a random part of each delay, from nothing to all of it, so that clients that failed together do not come back
 * together. (effect's `jittered` keeps 80 to 120 %.)
 *
 * @category combinators
 * @since 0.1.0
 */
export const fullJitter = <O, I, E, R>(self: Schedule.Schedule<O, I, E, R>): Schedule.Schedule<O, I, E, R> =>
  printedSchedule(Schedule.modifyDelay(
    self,
    ({ duration }) => Effect.map(Random.next, (part) => Duration.millis(Duration.toMillis(duration) * part))
  ))

/**
 * Waits `max` where a delay would be longer.
 *
 * @category combinators
 * @since 0.1.0
 */
export const cap: {
  /** Returns a function that caps a schedule's delays at `max`. */
  (max: Duration.Input): <O, I, E, R>(self: Schedule.Schedule<O, I, E, R>) => Schedule.Schedule<O, I, E, R>
  /** Caps the schedule's delays at `max`. */
  <O, I, E, R>(self: Schedule.Schedule<O, I, E, R>, max: Duration.Input): Schedule.Schedule<O, I, E, R>
} = /*#__PURE__*/ dual(
  2,
  <O, I, E, R>(self: Schedule.Schedule<O, I, E, R>, max: Duration.Input): Schedule.Schedule<O, I, E, R> => {
    const longest = Duration.fromInputUnsafe(max)
    return printedSchedule(
      Schedule.modifyDelay(self, ({ duration }) => Effect.succeed(Duration.min(duration, longest)))
    )
  }
)

/**
 * Waits at least as long as the error asks for (`ToolError.retryAfter`): the longer of the two delays. Errors that ask for
 * nothing, and inputs that are no tool errors, change nothing.
 *
 * **Gotchas**
 *
 * A hint of a year is waited for. {@link refuseRetryAfterBeyond} bounds it.
 *
 * @category combinators
 * @since 0.1.0
 */
export const honorRetryAfter = <O, I, E, R>(self: Schedule.Schedule<O, I, E, R>): Schedule.Schedule<O, I, E, R> =>
  printedSchedule(Schedule.modifyDelay(self, ({ duration, input }) => {
    const hint = hintOf(input)
    return Effect.succeed(hint === undefined ? duration : Duration.max(duration, hint))
  }))

/**
 * Ends the schedule where an error asks for a longer wait than `max`: a shortened wait would come too early, and a long one
 * is for the caller to decide on. Errors that ask for nothing change nothing.
 *
 * @category combinators
 * @since 0.1.0
 */
export const refuseRetryAfterBeyond: {
  /** Returns a function that ends a schedule where an error asks for a longer wait than `max`. */
  (max: Duration.Input): <O, I, E, R>(self: Schedule.Schedule<O, I, E, R>) => Schedule.Schedule<O, I, E, R>
  /** Ends the schedule where an error asks for a longer wait than `max`. */
  <O, I, E, R>(self: Schedule.Schedule<O, I, E, R>, max: Duration.Input): Schedule.Schedule<O, I, E, R>
} = /*#__PURE__*/ dual(
  2,
  <O, I, E, R>(self: Schedule.Schedule<O, I, E, R>, max: Duration.Input): Schedule.Schedule<O, I, E, R> => {
    const longest = Duration.fromInputUnsafe(max)
    return printedSchedule(Schedule.while(self, ({ input }) => {
      const hint = hintOf(input)
      return Effect.succeed(hint === undefined || Duration.isLessThanOrEqualTo(hint, longest))
    }))
  }
)

const hintOf = (input: unknown): Duration.Duration | undefined =>
  ToolError.is(input) ? ToolError.retryAfter(input) : undefined

/**
 * Stops where the next delay would end later than `bound` after the first failure: no retry starts after the bound, and
 * a hint that goes beyond it ends the schedule at once instead of being waited for in vain.
 *
 * @category combinators
 * @since 0.1.0
 */
export const within: {
  /** Returns a function that ends a schedule where the next delay would end after `bound`. */
  (bound: Duration.Input): <O, I, E, R>(self: Schedule.Schedule<O, I, E, R>) => Schedule.Schedule<O, I, E, R>
  /** Ends the schedule where the next delay would end after `bound`. */
  <O, I, E, R>(self: Schedule.Schedule<O, I, E, R>, bound: Duration.Input): Schedule.Schedule<O, I, E, R>
} = /*#__PURE__*/ dual(
  2,
  <O, I, E, R>(self: Schedule.Schedule<O, I, E, R>, bound: Duration.Input): Schedule.Schedule<O, I, E, R> => {
    const millis = Duration.toMillis(Duration.fromInputUnsafe(bound))
    return printedSchedule(Schedule.while(
      self,
      ({ duration, elapsed }) => Effect.succeed(elapsed + Duration.toMillis(duration) <= millis)
    ))
  }
)
