/** P6: a million items, 16 at once, 10 % failing, counted: the time in one process, the memory in a process for each. */
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { type Name, run } from "./batch-variants.ts"
import type { Benchmark } from "./lib/benchmark.ts"
import type { Comparison } from "./lib/report.ts"
import { alternate, type Sample } from "./lib/stats.ts"

const base: Name = "pool by hand"
const again: Name = "pool by hand again"
const million = 1_000_000

interface Measured {
  readonly micros: number
  readonly extra: number
  readonly peak: number
}

const alone = (name: Name, size: number): Measured | undefined => {
  const { status, stdout } = spawnSync(
    process.execPath,
    ["--conditions=errata-dist", join(import.meta.dirname, "batch-process.ts"), name, String(size)],
    { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 120_000 }
  )
  return status === 0 ? JSON.parse(stdout) as Measured : undefined // out of memory, or of time
}

const time = async (): Promise<Comparison> => {
  const timed = (name: Name) => ({
    name,
    measure: async () => {
      const start = performance.now()
      await run(name, million)
      return (performance.now() - start) * 1000 / million
    }
  })
  const names: ReadonlyArray<Name> = [
    base,
    again,
    "pool by hand, kept",
    "pool by hand, with turns",
    "Errata, effects",
    "Errata, the same promises",
    "Errata, promises of results",
    "Errata, at once"
  ]
  return {
    title: "A million items, time",
    unit: "us/item",
    samples: await alternate(names.map(timed), { rounds: 9, warmups: 2 }),
    control: [base, again],
    goals: [
      { variant: "Errata, promises of results", against: base, atMost: 1 },
      { variant: "Errata, the same promises", against: base, atMost: 1 },
      { variant: "Errata, effects", against: base, atMost: 1 }
    ]
  }
}

const memory = (): Comparison => {
  const rounds = 7
  const extra = (name: Name, size: number, shown: string = name): Sample => ({
    name: shown,
    rounds: Array.from({ length: rounds }, () => alone(name, size)?.extra ?? Number.POSITIVE_INFINITY)
  })
  const peak = (size: number, shown: string): Sample => ({
    name: shown,
    rounds: Array.from({ length: rounds }, () => alone("Errata, effects", size)?.peak ?? Number.POSITIVE_INFINITY)
  })
  const constant = (name: string, value: number): Sample => ({
    name,
    rounds: Array.from({ length: rounds }, () => value)
  })
  return {
    title: "A million items, memory beyond that of the process",
    unit: "MiB",
    samples: [
      constant("allowed", 40),
      constant("allowed again", 40), // memory of a process has no twin to be held against
      extra(base, million),
      extra("pool by hand, with turns", million),
      extra("pool by hand, kept", million),
      extra("Errata, effects", million),
      extra("Errata, the same promises", million),
      extra("Errata, promises of results", million),
      peak(million / 10, "Errata, effects: peak of 100,000"),
      peak(million, "Errata, effects: peak of 1,000,000")
    ],
    control: ["allowed", "allowed again"],
    goals: [
      { variant: "Errata, effects", against: "allowed", atMost: 1 },
      { variant: "Errata, the same promises", against: "allowed", atMost: 1 },
      { variant: "Errata, promises of results", against: "allowed", atMost: 1 },
      { variant: "Errata, effects: peak of 1,000,000", against: "Errata, effects: peak of 100,000", atMost: 1.2 }
    ]
  }
}

export const benchmark: Benchmark = {
  steps: () => [time, async () => memory()]
}
