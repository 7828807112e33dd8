import type { Comparison } from "./report.ts"

/** One file of `bench/` exports one. It runs in a process of its own. */
export interface Benchmark {
  readonly run: () => Promise<ReadonlyArray<Comparison>>
}
