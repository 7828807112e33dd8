/**
 * Says until when an answer is of use, and makes everything below keep to it.
 *
 * A `Deadline` is a point in time in the context of a fiber. Nested ones take the minimum, so that nobody promises more time
 * than the caller has. The adapter sets one for every call; retry policies never wait beyond it.
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

/**
 * The time (in milliseconds since 1970) until which an answer is of use. Default: for ever.
 *
 * @category references
 * @since 0.1.0
 */
export const Deadline: Context.Reference<number> = Context.Reference<number>("errata/Deadline", {
  defaultValue: () => Number.POSITIVE_INFINITY
})

/**
 * How much time is left; `Duration.infinity` without a deadline, zero after it.
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
  return Effect.succeed(Duration.millis(Math.max(0, at - fiber.getRef(Clock.Clock).currentTimeMillisUnsafe())))
})

/**
 * Bounds an effect in time: it is interrupted and fails with `Timeout` when the duration, or an outer deadline, is over.
 *
 * **Details**
 *
 * With an outer deadline that has passed the effect does not start. `operation` names what took too long.
 *
 * @category combinators
 * @since 0.1.0
 */
export const within: {
  (duration: Duration.Input, options: { readonly operation: string }): <A, E, R>(
    self: Effect.Effect<A, E, R>
  ) => Effect.Effect<A, E | Errors.Timeout, R>
  <A, E, R>(
    self: Effect.Effect<A, E, R>,
    duration: Duration.Input,
    options: { readonly operation: string }
  ): Effect.Effect<A, E | Errors.Timeout, R>
} = /*#__PURE__*/ dual(3, <A, E, R>(
  self: Effect.Effect<A, E, R>,
  duration: Duration.Input,
  { operation }: { readonly operation: string }
): Effect.Effect<A, E | Errors.Timeout, R> =>
  Effect.withFiber<A, E | Errors.Timeout, R>((fiber) => {
    const now = fiber.getRef(Clock.Clock).currentTimeMillisUnsafe()
    const at = Math.min(fiber.getRef(Deadline), now + Duration.toMillis(Duration.fromInputUnsafe(duration)))
    const left = at - now
    const timeout = Effect.suspend(() =>
      Effect.fail(new Errors.Timeout({ operation, timeout_seconds: Math.round(Math.max(0, left)) / 1000 }))
    )
    if (left <= 0) return timeout
    const bounded = Effect.provideService(self, Deadline, at)
    return left === Number.POSITIVE_INFINITY
      ? bounded
      : Effect.timeoutOrElse(bounded, { duration: Duration.millis(left), orElse: () => timeout })
  }))
