/** Limits how many of the keys that were used longest ago are looked at for one that is idle. */
const looked = 32

/** Describes what belongs to keys, for a bounded number of them. */
export interface Keyed<A> {
  /** Returns what belongs to a key, and makes it if it is new. */
  readonly get: (key: string) => A
  readonly size: () => number
}

/**
 * Keeps what belongs to keys. Where there are more of them than `max`, one is forgotten: an idle one first, else the one that
 * was used longest ago.
 */
export const makeKeyed = <A>(options: {
  readonly max: number
  readonly make: (key: string) => A
  readonly isIdle: (value: A) => boolean
}): Keyed<A> => {
  const { isIdle, make, max } = options
  if (!(Number.isSafeInteger(max) && max >= 1)) throw new RangeError("maxKeys must be a whole number >= 1")
  const known = new Map<string, A>()
  const forgetOne = (): void => {
    let seen = 0
    let oldest: string | undefined
    for (const [key, value] of known) {
      oldest ??= key
      if (isIdle(value)) return void known.delete(key)
      if (++seen === looked) break
    }
    if (oldest !== undefined) known.delete(oldest)
  }
  return {
    get: (key) => {
      const found = known.get(key)
      if (found !== undefined) known.delete(key) // to the end of the order
      else if (known.size >= max) forgetOne()
      const value = found ?? make(key)
      known.set(key, value)
      return value
    },
    size: () => known.size
  }
}
