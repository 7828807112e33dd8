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
  readonly extra: number
  readonly peak: number
  readonly kept: number
}

const alone = (name: Name, size: number, ...flags: ReadonlyArray<string>): Measured => {
  const { stderr, status, stdout } = spawnSync(
    process.execPath,
    [
      "--conditions=errata-dist",
      "--expose-gc",
      join(import.meta.dirname, "batch-process.ts"),
      name,
      String(size),
      ...flags
    ],
    { encoding: "utf8", timeout: 120_000 }
  )
  if (status !== 0) throw new Error(`${name}, ${size} items: ${stderr}`)
  return JSON.parse(stdout) as Measured
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
    "Effect.forEach",
    "Errata, effects",
    "Errata, the same promises",
    "Errata, promises of results",
    "Errata, at once"
  ]
  return {
    title: "A million items, time",
    unit: "us/item",
    samples: await alternate(names.map(timed), { rounds: 7, warmups: 1 }),
    control: [base, again],
    goals: [
      { variant: "Errata, promises of results", against: base, atMost: 0.7 },
      { variant: "Errata, effects", against: "Effect.forEach", atMost: 0.7 }
    ]
  }
}

const names: ReadonlyArray<Name> = ["Errata, effects", "Errata, the same promises", "Errata, promises of results"]

/** Measures each in processes of its own, one of each in turn. */
const processes = async (
  all: ReadonlyArray<{ readonly name: string; readonly measure: () => number }>
): Promise<ReadonlyArray<Sample>> => alternate(all, { rounds: 7, warmups: 0 })

const memory = async (): Promise<Comparison> => {
  const small = (name: Name): string => `${name}: 100,000`
  const samples = await processes([
    ...[base, again, ...names].map((name) => ({ name, measure: () => alone(name, million).peak })),
    ...names.map((name) => ({ name: small(name), measure: () => alone(name, million / 10).peak }))
  ])
  return {
    title: "A million items, the most that the process holds",
    unit: "MiB",
    samples,
    control: [base, again],
    goals: names.map((name) => ({ variant: name, against: small(name), atMost: 1.1 })),
    isLoose: true
  }
}

const heap = async (): Promise<Comparison> => {
  const looked = (name: Name) => ({ name, measure: () => alone(name, million, "--look").kept })
  const samples = await processes([base, again, ...names].map(looked))
  const allowed: Sample = { name: "10 MiB", rounds: samples[0]!.rounds.map(() => 10) }
  return {
    title: "A million items, what lives in the middle",
    unit: "MiB",
    samples: [...samples, allowed],
    control: [base, again],
    goals: names.map((variant) => ({ variant, against: "10 MiB", atMost: 1 })),
    isLoose: true
  }
}

export const benchmark: Benchmark = { steps: () => [time, memory, heap] }
