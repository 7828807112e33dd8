import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Deadline from "../../call/Deadline.ts"
import * as Errors from "../../errors/Errors.ts"

/** Returns how long a call may wait: what is left of its time, but for what an answer takes. */
export const patienceOf = (waitsFor: Duration.Duration | undefined): Effect.Effect<Duration.Duration> =>
  Effect.map(Deadline.remaining, (left) => {
    if (!Duration.isFinite(left)) return waitsFor ?? Duration.infinity
    const millis = Duration.toMillis(left)
    const bounded = Duration.millis(millis - Math.min(2_000, millis / 4))
    return waitsFor === undefined ? bounded : Duration.min(waitsFor, bounded)
  })

/**
 * Waits for an effect, and leaves it alone when the patience ends: an engine may be in a statement that cannot be interrupted, and
 * wait for a lock that another process holds. None, too, if the engine shuts down under whoever waits.
 */
export const within = <A, E, R>(
  self: Effect.Effect<A, E, R>,
  patience: Duration.Duration
): Effect.Effect<Option.Option<A>, E, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(Effect.forkDetach(restore(self)), (fiber) => {
      const ended = Effect.flatMap(Fiber.await(fiber), (exit): Effect.Effect<Option.Option<A>, E> =>
        Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause) ? Effect.succeedNone : Effect.asSome(exit))
      const bounded = Duration.isFinite(patience)
        ? Effect.map(Effect.timeoutOption(ended, patience), Option.flatten)
        : ended
      return Effect.onExit(restore(bounded), () =>
        Effect.forkDetach(Fiber.interrupt(fiber)))
    })
  )

/** Bounds by the call's time what an engine answers at once where it can: a call that is not answered in time asks again. */
export const inTime = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E | Errors.Unavailable, R> =>
  Effect.flatMap(
    Effect.flatMap(patienceOf(undefined), (patience) => within(self, patience)),
    Option.match({
      onNone: () => Effect.fail(new Errors.Unavailable({ service: "The workflow engine" })),
      onSome: (value) => Effect.succeed(value)
    })
  )
