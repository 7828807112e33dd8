/** P7: ten items, one of which fails. */
import { type Name, run } from "./batch-variants.ts"
import type { Benchmark } from "./lib/benchmark.ts"
import type { Comparison } from "./lib/report.ts"
import { interleave } from "./lib/stats.ts"

const variant = (name: Name) => ({
  name,
  run: async (times: number) => {
    for (let i = 0; i < times; i++) await run(name, 10)
  }
})

const names: ReadonlyArray<Name> = [
  "pool by hand",
  "pool by hand again",
  "Promise.allSettled",
  "p-map",
  "p-limit",
  "Effect.forEach",
  "Errata, effects",
  "Errata, the same promises",
  "Errata, promises of results",
  "Errata, at once"
]

const compare = async (): Promise<Comparison> => ({
  title: "Ten items",
  unit: "ns/batch",
  samples: await interleave(names.map(variant), { rounds: 11, chunks: 120, size: 25, warmups: 3 }),
  control: ["pool by hand", "pool by hand again"],
  goals: [
    { variant: "Errata, effects", against: "pool by hand", atMost: 2.5 },
    { variant: "Errata, the same promises", against: "pool by hand", atMost: 2.5 },
    { variant: "Errata, promises of results", against: "pool by hand", atMost: 2.5 }
  ]
})

export const benchmark: Benchmark = { steps: () => [compare] }
