import type { Comparison } from "./report.ts"

/** Measures something, and what is compared with it; it is asked again while its control is void. */
export type Step = () => Promise<Comparison | ReadonlyArray<Comparison>>

/** One file of `bench/` exports one. It runs in a process of its own. */
export interface Benchmark {
  /** Hands over what there is to measure, one after the other: a step is over before the next is asked for. */
  readonly steps: () => Iterable<Step> | AsyncIterable<Step>
}
