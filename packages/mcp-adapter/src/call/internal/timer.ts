import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"

/** Starts an effect with the services of a call. */
export type Fork = <A, E>(effect: Effect.Effect<A, E>) => Fiber.Fiber<A, E>

interface Means {
  readonly clock: Clock.Clock
  readonly fork: Fork
}

/** The clock of a runtime that brings none. */
const systemClock = Context.get(Context.empty(), Clock.Clock)

/** The longest that a timer of the platform can wait. */
const longest = 2 ** 31 - 1

/**
 * Calls back once, after a while; what is returned stops it. Never, where there is no end: `undefined`.
 *
 * By the system's clock this is a timer of the platform, as it is inside effect. Any other clock is asked itself: in a test it
 * decides when time passes.
 */
export const onceAfter = (
  { clock, fork }: Means,
  duration: Duration.Duration,
  f: () => void
): (() => void) | undefined => {
  if (!Duration.isFinite(duration)) return undefined
  const millis = Duration.toMillis(duration)
  if (clock === systemClock && millis > 0 && millis <= longest) {
    // oxlint-disable-next-line no-restricted-globals -- what effect's own clock does, without a fiber
    const timer = setTimeout(f, millis)
    return () => clearTimeout(timer)
  }
  const fiber = fork(Effect.sleep(duration))
  fiber.addObserver((exit) => {
    if (Exit.isSuccess(exit)) f()
  })
  return () => fiber.interruptUnsafe()
}
