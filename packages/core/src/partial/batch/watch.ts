import type * as Clock from "effect/Clock"

/** How long, in milliseconds, workers may keep everything else waiting: timers, other calls, a client's cancel. */
const slice = 10

/** How many items may pass without a look at the clock, at most. */
const most = 64

/** A clock for those who ask at every item: it looks again the less often, the shorter the items are. */
export interface Watch {
  readonly now: () => number
  /** Whether it is time that the event loop goes on. */
  readonly isOthersTurn: () => boolean
  readonly othersHadTheirTurn: () => void
}

export const makeWatch = (clock: Clock.Clock): Watch => {
  let now = clock.currentTimeMillisUnsafe()
  let turn = now
  let every = 1
  let left = 0
  return {
    now: () => {
      if (--left > 0) return now
      const before = now
      now = clock.currentTimeMillisUnsafe()
      every = now > before ? 1 : Math.min(most, every * 2)
      left = every
      return now
    },
    isOthersTurn: () => now - turn >= slice,
    othersHadTheirTurn: () => {
      turn = now = clock.currentTimeMillisUnsafe()
    }
  }
}
