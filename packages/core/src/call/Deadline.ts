/**
 * Provides the time until which an answer is of use, and makes everything below keep to it.
 *
 * A `Deadline` is a point in time in the context of a fiber. Nested ones take the minimum, so that no step promises more time
 * than the caller has. The adapter sets one for every call; retry policies never wait beyond it.
 *
 * **Details**
 *
 * Deadlines are told by a clock that counts from its first reading ({@link now}): setting the system's time neither ends a
 * call early nor lets one live an hour longer.
 *
 * **Example** (Clipping a step to what is left)
 *
 * ```ts import.meta.vitest
 * import * as Deadline from "@errata/core/Deadline"
 * import * as Effect from "effect/Effect"
 *
 * const step = Effect.never.pipe(Deadline.within("1 hour", { operation: "The step" }))
 * const program = step.pipe(Deadline.within("10 millis", { operation: "The call" }), Effect.flip)
 *
 * const error = await Effect.runPromise(program)
 * error._tag // => "Timeout"
 * ```
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Errors from "../errors/Errors.ts"
import { nowUnsafe } from "./internal/clock.ts"
import { openPart } from "./toolCall/part.ts"

/**
 * Holds the time until which an answer is of use, in milliseconds, as {@link now} tells it. Default: for ever.
 *
 * @category references
 * @since 0.1.0
 */
export const Deadline: Context.Reference<number> = Context.Reference<number>("errata/Deadline", {
  defaultValue: () => Number.POSITIVE_INFINITY
})

/**
 * Returns the time by which deadlines are told: milliseconds since 1970 as the system's clock had them when this was first
 * asked for, and counted on since then without a jump. Spans are differences of it.
 *
 * @category accessors
 * @since 0.1.0
 */
export const now: Effect.Effect<number> = /*#__PURE__*/ Effect.withFiber((fiber) =>
  Effect.succeed(nowUnsafe(fiber.getRef(Clock.Clock)))
)

/**
 * Returns the time that is left; `Duration.infinity` without a deadline, zero after it.
 *
 * **Details**
 *
 * This is what can be sent on: to an upstream as a header, to a tool of another server as its timeout.
 *
 * @category accessors
 * @since 0.1.0
 */
export const remaining: Effect.Effect<Duration.Duration> = Effect.withFiber((fiber) => {
  const at = fiber.getRef(Deadline)
  if (at === Number.POSITIVE_INFINITY) return Effect.succeed(Duration.infinity)
  return Effect.succeed(Duration.millis(Math.max(0, at - nowUnsafe(fiber.getRef(Clock.Clock)))))
})

/**
 * Bounds an effect in time: it is interrupted and fails with `Timeout` when the duration, or an outer deadline, is over.
 *
 * **Details**
 *
 * With an outer deadline that has passed the effect does not start. An effect that is interrupted may have happened: the
 * call is open from then on (see `ToolCall.State`).
 *
 * @category combinators
 * @since 0.1.0
 */
export const within: {
  /** Returns a function that bounds an effect in time. */
  (duration: Duration.Input, options: {
    /** Names what took too long, in the error. */
    readonly operation: string
  }): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E | Errors.Timeout, R>
  /** Bounds the effect in time. */
  <A, E, R>(
    self: Effect.Effect<A, E, R>,
    duration: Duration.Input,
    options: {
      /** Names what took too long, in the error. */
      readonly operation: string
    }
  ): Effect.Effect<A, E | Errors.Timeout, R>
} = /*#__PURE__*/ dual(3, <A, E, R>(
  self: Effect.Effect<A, E, R>,
  duration: Duration.Input,
  { operation }: { readonly operation: string }
): Effect.Effect<A, E | Errors.Timeout, R> =>
  Effect.withFiber<A, E | Errors.Timeout, R>((fiber) => {
    const start = nowUnsafe(fiber.getRef(Clock.Clock))
    const at = Math.min(fiber.getRef(Deadline), start + Duration.toMillis(Duration.fromInputUnsafe(duration)))
    const left = at - start
    const timeout = Effect.suspend(() =>
      Effect.fail(
        new Errors.Timeout({
          operation,
          timeout_seconds: Duration.toSeconds(Duration.millis(Math.round(Math.max(0, left))))
        })
      )
    )
    if (left <= 0) return timeout
    const bounded = Effect.provideService(self, Deadline, at)
    return left === Number.POSITIVE_INFINITY
      ? bounded
      : Effect.timeoutOrElse(bounded, {
        duration: Duration.millis(left),
        orElse: () => Effect.andThen(openPart("timeout"), timeout)
      })
  }))
