const ratio = 1.2
const buckets = 72 // up to about 500 s

/** Counts durations so that their percentiles can be told to about a tenth, in the same room however many there are. */
export interface Durations {
  readonly counts: Uint32Array
  max: number
}

export const makeDurations = (): Durations => ({ counts: new Uint32Array(buckets), max: 0 })

export const addDuration = (durations: Durations, millis: number): void => {
  const bucket = millis <= 1 ? 0 : Math.min(buckets - 1, Math.ceil(Math.log(millis) / Math.log(ratio)))
  durations.counts[bucket]! += 1
  durations.max = Math.max(durations.max, millis)
}

/** Returns the duration that a share of the calls did not exceed. */
export const percentile = ({ counts, max }: Durations, share: number): number => {
  const total = counts.reduce((sum, count) => sum + count, 0)
  let left = Math.ceil(total * share)
  for (const [bucket, count] of counts.entries()) {
    left -= count
    if (left <= 0) return Math.min(max, ratio ** bucket)
  }
  return max
}
