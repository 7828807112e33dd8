/**
 * Draws how a client and its servers stumble over one intent. The same seed gives the same schedule.
 */

/** Says what becomes of one call of an intent. */
export interface Attempt {
  /** Says which server is called. */
  readonly server: number
  /** Says what is lost: nothing, the answer when it has come, the patience before it comes, or the server itself. */
  readonly loss: "none" | "answer" | "patience" | "kill" | "close"
  /** Says how many milliseconds after the call the loss strikes. */
  readonly after: number
}

/** Draws numbers from 0 to 1. */
export const randomOf = (seed: number) => {
  let state = seed >>> 0
  return (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * Draws the calls of one intent: half of all go well, the others lose up to three answers before they get one. `crashes` is how
 * often, of a thousand attempts, a server dies.
 */
export const draw = (seed: number, crashes: number): ReadonlyArray<Attempt> => {
  const random = randomOf(seed)
  const losses = random() < 0.5 ? 0 : 1 + Math.floor(random() * 3)
  const server = Math.floor(random() * 2)
  return Array.from({ length: losses + 1 }, (_, i) => {
    const after = Math.floor(random() * 15)
    const fate = random() * 1_000
    const loss = fate < crashes
      ? random() < 0.7 ? "kill" : "close"
      : i === losses
      ? "none"
      : fate < 550
      ? "answer"
      : "patience"
    return { server: server + i, loss, after } as const
  })
}
