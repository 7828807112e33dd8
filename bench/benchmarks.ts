import type { Benchmark } from "./lib/benchmark.ts"

interface Entry {
  readonly load: () => Promise<{ readonly benchmark: Benchmark }>
  /** What the process needs. */
  readonly flags?: ReadonlyArray<string>
}

/** All benchmarks, by the number that PERFORMANCE gives them and a word. */
export const benchmarks: { readonly [name: string]: Entry } = {
  "P1-success": { load: () => import("./success.ts") }
}
