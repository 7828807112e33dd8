/** What it costs to find the name that was meant among many, against looking at each of them once. */
import * as Suggestion from "@errata/core/Suggestion"
import assert from "node:assert/strict"
import type { Benchmark } from "./lib/benchmark.ts"
import type { Comparison } from "./lib/report.ts"
import { interleave, type Variant } from "./lib/stats.ts"

const tools = (length: number): ReadonlyArray<string> =>
  Array.from({ length }, (_, i) => `tool_for_${["users", "files", "orders", "reports"][i % 4]}_${i}`)
const [few, some] = [tools(40), tools(1_000)]
const many = Array.from({ length: 100_000 }, (_, i) => `doc-${String(i).padStart(5, "0")}`)
const words = Array.from({ length: 100_000 }, (_, i) => `customer_report_${i}_final`)
const foreign = Array.from({ length: 100_000 }, (_, i) => `Besprechung_Größe_${i}`)

const variant = (name: string, once: () => unknown): Variant => ({
  name,
  run: (times) => {
    let last: unknown
    for (let i = 0; i < times; i++) last = once()
    assert.ok(last)
  }
})

/** Looks at each candidate once. */
const lower = (names: ReadonlyArray<string>): number => {
  let length = 0
  for (const name of names) length += name.toLowerCase().length
  return length
}

interface Searched {
  readonly title: string
  readonly names: ReadonlyArray<string>
  readonly wanted: { readonly [kind: string]: string }
  readonly chunks: number
  readonly size: number
}

const compare = async ({ chunks, names, size, title, wanted }: Searched): Promise<Comparison> => {
  const samples = await interleave(
    [
      variant("each looked at once", () => lower(names)),
      variant("each looked at once again", () => lower(names)),
      ...Object.entries(wanted).map(([kind, name]) => variant(kind, () => Suggestion.similar(name, names)))
    ],
    { rounds: 7, chunks, size, warmups: 2 }
  )
  return { title, unit: "ns", samples, control: ["each looked at once", "each looked at once again"], goals: [] }
}

export const benchmark: Benchmark = {
  steps: () => [
    () =>
      compare({
        title: "Names that are near, among 1,000",
        names: some,
        wanted: { "a swap": "tool_for_usres_404", "nothing near": "an entirely different name" },
        chunks: 24,
        size: 1
      }),
    () =>
      compare({
        title: "Names that are near, among 40 tools",
        names: few,
        wanted: { "a swap": "tool_for_usres_4" },
        chunks: 50,
        size: 20
      }),
    () =>
      compare({
        title: "Names that are near, among 100,000 ids",
        names: many,
        wanted: { "a swap": "dco-87654", "other words": "87654-doc", "nothing near": "an entirely different name" },
        chunks: 3,
        size: 1
      }),
    () =>
      compare({
        title: "Names that are near, among 100,000 names of several words",
        names: words,
        wanted: { "a swap": "customer_reprot_77_final", camelCase: "customerReport77Final" },
        chunks: 3,
        size: 1
      }),
    () =>
      compare({
        title: "Names that are near, among 100,000 names beyond ASCII",
        names: foreign,
        wanted: { "without accents": "besprechung_grosse_77" },
        chunks: 3,
        size: 1
      })
  ]
}
