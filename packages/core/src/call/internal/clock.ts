import type * as Clock from "effect/Clock"

/** Returns the offset that moves a clock's monotonic time to count from 1970. */
const origins = new WeakMap<Clock.Clock, number>()

/** Is the clock that was asked last, which is nearly always the same. */
const last: { clock: Clock.Clock | undefined; origin: number } = { clock: undefined, origin: 0 }

const originOf = (clock: Clock.Clock, first: number): number => {
  const origin = origins.get(clock) ?? first
  origins.set(clock, origin)
  return origin
}

/**
 * Returns the time by which deadlines are told: milliseconds since 1970 as the system's clock had them when this was first
 * asked for, and counted on since then without a jump. Spans are differences of it.
 */
export const nowUnsafe = (clock: Clock.Clock): number => {
  const counted = Number(clock.monotonicTimeNanosUnsafe()) / 1_000_000
  const told = clock.currentTimeMillisUnsafe()
  if (clock !== last.clock) {
    last.clock = clock
    last.origin = originOf(clock, told - counted)
  }
  const steady = last.origin + counted
  return Math.abs(told - steady) < 1 ? told : steady // as long as the system's clock was not set, it is as good
}
