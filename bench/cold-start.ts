/** P10: from the start of a stdio server to its first tool result, and the memory it takes; as modules and as one bundle. */
import { mkdtemp, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import type { Benchmark } from "./lib/benchmark.ts"
import { bundle } from "./lib/bundle.ts"
import type { Comparison } from "./lib/report.ts"
import { alternate, type Sample } from "./lib/stats.ts"
import { type ColdStart, coldStart } from "./lib/stdio.ts"

const folder = join(import.meta.dirname, "fixtures/servers")

const names = { base: "SDK alone", again: "SDK alone again", ours: "Errata" }

const compare = async (
  how: string,
  files: { readonly sdk: string; readonly errata: string }
): Promise<ReadonlyArray<Comparison>> => {
  const seen = new Map<string, Array<ColdStart>>()
  const variant = (name: string, file: string) => {
    const measure = async () => {
      const result = await coldStart(file)
      seen.set(name, [...seen.get(name) ?? [], result])
      return result.millis
    }
    return { name, measure }
  }
  const plan = { rounds: 15, warmups: 2 }
  const time = await alternate([
    variant(names.base, files.sdk),
    variant(names.again, files.sdk),
    variant(names.ours, files.errata)
  ], plan)
  const memory: ReadonlyArray<Sample> = [...seen].map(([name, results]) => ({
    name,
    rounds: results.slice(plan.warmups).map((result) => result.peakMebibytes)
  }))
  const more = (samples: ReadonlyArray<Sample>, amount: number): Sample => ({
    name: `SDK alone + ${amount}`,
    rounds: samples.find(({ name }) => name === names.base)!.rounds.map((value) => value + amount)
  })
  const control = [names.base, names.again] as const
  return [
    {
      title: `Cold start, ${how}`,
      unit: "ms",
      samples: [...time, more(time, 50)],
      control,
      goals: how === "bundled"
        ? [{ variant: names.ours, against: names.base, atMost: 1.05 }]
        : [{ variant: names.ours, against: "SDK alone + 50", atMost: 1 }]
    },
    {
      title: `Peak memory, ${how}`,
      unit: "MiB",
      samples: [...memory, more(memory, 10)],
      control,
      goals: [{ variant: names.ours, against: "SDK alone + 10", atMost: 1 }]
    }
  ]
}

const sizes = async (files: { readonly sdk: string; readonly errata: string }): Promise<Comparison> => {
  const sdk = (await stat(files.sdk)).size / 1024
  const errata = (await stat(files.errata)).size / 1024
  return {
    title: "Size, bundled and minified",
    unit: "KiB",
    samples: [
      { name: names.base, rounds: [sdk] },
      { name: names.again, rounds: [sdk] },
      { name: names.ours, rounds: [errata] },
      { name: "SDK alone + 60", rounds: [sdk + 60] }
    ],
    control: [names.base, names.again],
    goals: [{ variant: names.ours, against: "SDK alone + 60", atMost: 1 }]
  }
}

export const benchmark: Benchmark = {
  run: async () => {
    const modules = { sdk: join(folder, "sdk.mjs"), errata: join(folder, "errata.mjs") }
    const out = await mkdtemp(join(import.meta.dirname, "results/bundled-"))
    try {
      const bundled = { sdk: join(out, "sdk.mjs"), errata: join(out, "errata.mjs") }
      await bundle(modules.sdk, { platform: "node", file: bundled.sdk })
      await bundle(modules.errata, { platform: "node", file: bundled.errata })
      return [...await compare("as modules", modules), ...await compare("bundled", bundled), await sizes(bundled)]
    } finally {
      await rm(out, { recursive: true })
    }
  }
}
