/**
 * Compares variants of one operation, interleaved.
 *
 * Every round runs every variant in many short chunks whose order changes, and takes the lower quartile of each: what a chunk takes
 * that nothing disturbed, neither another process nor a collection of garbage that lasts for hundreds of calls. A ratio is taken
 * within a round, and the median of the rounds is what counts. Noise that lasts longer than a chunk meets all variants alike, noise
 * that is shorter drops out with the quartile.
 */
export interface Variant {
  readonly name: string
  /** Runs the operation `times` times. */
  readonly run: (times: number) => void | Promise<void>
}

export interface Sample {
  readonly name: string
  /** What each round found, per operation. */
  readonly rounds: ReadonlyArray<number>
}

export interface Plan {
  readonly rounds: number
  /** Chunks of each variant in a round. */
  readonly chunks: number
  /** Operations in a chunk. */
  readonly size: number
  readonly warmups: number
}

export const quantile = (values: ReadonlyArray<number>, p: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) * p
  const low = sorted[Math.floor(at)] ?? Number.NaN
  const high = sorted[Math.ceil(at)] ?? Number.NaN
  return low + (high - low) * (at - Math.floor(at))
}

export const median = (values: ReadonlyArray<number>): number => quantile(values, 0.5)

/** Returns what most chunks take that nothing disturbed. */
export const undisturbed = (chunks: ReadonlyArray<number>): number => quantile(chunks, 0.25)

/** A quick run has fewer rounds of fewer chunks, and says so. */
export const isQuick = process.env["ERRATA_BENCH_QUICK"] === "1"

export const rounds = (many: number): number => isQuick ? Math.min(many, 7) : many

export const shorter = <P extends { readonly rounds: number; readonly warmups: number; readonly chunks?: number }>(
  plan: P
): P => ({
  ...plan,
  ...plan.chunks === undefined ? {} : { chunks: isQuick ? Math.ceil(plan.chunks / 2) : plan.chunks },
  rounds: rounds(plan.rounds),
  warmups: isQuick ? Math.min(plan.warmups, 2) : plan.warmups
})

/** Shuffles, for each chunk in another way and in every run alike: whatever one leaves behind meets all the others. */
export const order = <A>(items: ReadonlyArray<A>, chunk: number): ReadonlyArray<A> => {
  const shuffled = [...items]
  let state = (chunk + 1) * 2_654_435_761
  for (let i = items.length - 1; i > 0; i--) {
    state = Math.imul(state ^ state >>> 15, 0x2c1b3c6d) + 0x9e3779b9 | 0
    const j = (state >>> 8) % (i + 1)
    ;[shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!]
  }
  return shuffled
}

/** Nanoseconds per operation. */
export const interleave = async (variants: ReadonlyArray<Variant>, whole: Plan): Promise<ReadonlyArray<Sample>> => {
  const plan = shorter(whole)
  const rounds = new Map<string, Array<number>>(variants.map(({ name }) => [name, []]))
  for (let round = -plan.warmups; round < plan.rounds; round++) {
    const chunks = new Map<string, Array<number>>(variants.map(({ name }) => [name, []]))
    for (let chunk = 0; chunk < plan.chunks; chunk++) {
      for (const { name, run } of order(variants, (round + plan.warmups) * plan.chunks + chunk)) {
        const start = performance.now()
        const pending = run(plan.size)
        if (pending !== undefined) await pending
        chunks.get(name)!.push((performance.now() - start) * 1e6 / plan.size)
      }
    }
    if (round >= 0) { for (const [name, times] of chunks) rounds.get(name)!.push(undisturbed(times)) }
  }
  return variants.map(({ name }) => ({ name, rounds: rounds.get(name)! }))
}

/** Measures each variant once in each round: for what takes long, or counts something else than time. */
export const alternate = async (
  variants: ReadonlyArray<{ readonly name: string; readonly measure: () => number | Promise<number> }>,
  whole: { readonly rounds: number; readonly warmups: number }
): Promise<ReadonlyArray<Sample>> => {
  const plan = shorter(whole)
  const rounds = new Map<string, Array<number>>(variants.map(({ name }) => [name, []]))
  for (let round = -plan.warmups; round < plan.rounds; round++) {
    for (const { measure, name } of order(variants, round + plan.warmups)) {
      const value = await measure()
      if (round >= 0) rounds.get(name)!.push(value)
    }
  }
  return variants.map(({ name }) => ({ name, rounds: rounds.get(name)! }))
}
