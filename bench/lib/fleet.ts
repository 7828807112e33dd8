/**
 * Compares servers in processes of their own, several processes of each, since two of the same program differ: in the addresses of
 * what they hold, and in the moment at which their garbage is collected.
 *
 * All processes are called in short chunks that are interleaved. They are warm before anything counts: an engine still compiles after
 * some thousand calls.
 */
import { type Process, processorTime } from "./child.ts"
import { median, order, type Plan, quantile, type Sample, shorter, undisturbed } from "./stats.ts"

export interface FleetPlan extends Omit<Plan, "warmups"> {
  /** How often each process is called before anything counts. */
  readonly warmCalls: number
}

/** One process of a server. */
export interface Copy {
  readonly name: string
  readonly process: Process
}

/** Calls a process so many times, and tells the microseconds of each call, or one mean. */
export type Chunk<C extends Copy> = (copy: C, times: number) => Promise<ReadonlyArray<number>>

/** What rounds found, in microseconds. */
export interface Rounds {
  /** The median call of a chunk that nothing disturbed. */
  readonly typical: ReadonlyArray<Sample>
  /** The slowest of a hundred calls. */
  readonly slow: ReadonlyArray<Sample>
  /** The processor time of a call, with all that is done behind it. */
  readonly processor: ReadonlyArray<Sample>
}

interface Round {
  readonly medians: Array<number>
  readonly calls: Array<number>
  processor: number
}

const oneRound = async <C extends Copy>(
  copies: ReadonlyArray<C>,
  { begun, chunks, size }: { readonly begun: number; readonly chunks: number; readonly size: number },
  chunk: Chunk<C>
): Promise<ReadonlyMap<string, Round>> => {
  const found = new Map<string, Round>(copies.map(({ name }) => [name, { medians: [], calls: [], processor: 0 }]))
  const before = copies.map(({ process }) => processorTime(process))
  for (let i = 0; i < chunks; i++) {
    for (const copy of order(copies, begun + i)) {
      const calls = await chunk(copy, size)
      const round = found.get(copy.name)!
      round.medians.push(median(calls))
      round.calls.push(...calls)
    }
  }
  copies.forEach(({ name, process }, i) => {
    const round = found.get(name)!
    const times = chunks * size * copies.filter((copy) => copy.name === name).length
    round.processor += (processorTime(process) - before[i]!) / times / 1_000
  })
  return found
}

/** Measures all of them. */
export const compareFleet = async <C extends Copy>(
  copies: ReadonlyArray<C>,
  whole: FleetPlan,
  chunk: Chunk<C>
): Promise<Rounds> => {
  const plan = shorter({ ...whole, warmups: 0 })
  const warmups = Math.ceil(whole.warmCalls / plan.chunks / plan.size)
  const rounds: Array<ReadonlyMap<string, Round>> = []
  for (let round = -warmups; round < plan.rounds; round++) {
    const found = await oneRound(copies, { ...plan, begun: (round + warmups) * plan.chunks }, chunk)
    if (round >= 0) rounds.push(found)
  }
  const names = [...new Set(copies.map(({ name }) => name))]
  const samples = (pick: (round: Round) => number): ReadonlyArray<Sample> =>
    names.map((name) => ({ name, rounds: rounds.map((found) => pick(found.get(name)!)) }))
  return {
    typical: samples(({ medians }) => undisturbed(medians)),
    slow: samples(({ calls }) => quantile(calls, 0.99)),
    processor: samples(({ processor }) => processor)
  }
}
