/** P14: what `core` weighs in a browser or an edge worker, minified and compressed by gzip. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import type { Benchmark } from "./lib/benchmark.ts"
import { bundle } from "./lib/bundle.ts"
import type { Comparison } from "./lib/report.ts"
import type { Sample } from "./lib/stats.ts"

const folder = join(import.meta.dirname, "fixtures/bundles")

const sizeOf = async (name: string, fixture: string, out: string): Promise<Sample> => {
  const code = await bundle(join(folder, fixture), { platform: "browser", file: join(out, `${name}.js`) })
  return { name, rounds: [gzipSync(code, { level: 9 }).length / 1000] }
}

const sizes = async (): Promise<Comparison> => {
  const out = await mkdtemp(join(tmpdir(), "errata-bundle-"))
  try {
    const samples = [
      await sizeOf("effect with retry", "effect.ts", out),
      await sizeOf("the same again", "effect.ts", out),
      await sizeOf("effect with retry and schema", "schema.ts", out),
      await sizeOf("core: retry, describe", "core.ts", out),
      await sizeOf("core: classify, retry, describe", "classifier.ts", out),
      await sizeOf("core and adapter: classify, retry, fold", "fold.ts", out),
      { name: "allowed", rounds: [36] }
    ]
    return {
      title: "Bundle, min+gzip",
      unit: "kB",
      samples,
      control: ["effect with retry", "the same again"],
      goals: [{ variant: "core: retry, describe", against: "allowed", atMost: 1 }]
    }
  } finally {
    await rm(out, { recursive: true })
  }
}

export const benchmark: Benchmark = { steps: () => [sizes] }
