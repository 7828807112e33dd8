import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { nowUnsafe } from "../../call/internal/clock.ts"

const clocks = new WeakMap<Clock.Clock, Clock.Clock>()

/** Returns the same clock, by the time of deadlines: setting the system's clock changes no span. */
const steady = (clock: Clock.Clock): Clock.Clock => {
  const known = clocks.get(clock)
  if (known !== undefined) return known
  const currentTimeMillisUnsafe = (): number => nowUnsafe(clock)
  const made: Clock.Clock = {
    currentTimeMillisUnsafe,
    currentTimeMillis: Effect.sync(currentTimeMillisUnsafe),
    currentTimeNanosUnsafe: () => clock.currentTimeNanosUnsafe(),
    currentTimeNanos: clock.currentTimeNanos,
    monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
    monotonicTimeNanos: clock.monotonicTimeNanos,
    sleep: (duration) => clock.sleep(duration)
  }
  clocks.set(clock, made)
  return made
}

/** Runs what keeps state in this process by a clock that does not jump. */
export const steadily = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.withFiber((fiber) => Effect.provideService(self, Clock.Clock, steady(fiber.getRef(Clock.Clock))))
