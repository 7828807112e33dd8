/** What it costs to look through the texts of every day, against writing them as JSON, which has to be done anyway. */
import * as Redaction from "@errata/core/Redaction"
import assert from "node:assert/strict"
import type { Benchmark } from "./lib/benchmark.ts"
import type { Comparison } from "./lib/report.ts"
import { interleave, type Variant } from "./lib/stats.ts"

const prose =
  "Document DOC-1 not found. It was looked for in the active documents and in the archive; use list_documents " +
  "to see the available ids, or ask the owner of the folder to share it with you."

const frames = [
  "at handler (file:///srv/app/node_modules/.pnpm/@errata+core@0.1.0/node_modules/@errata/core/dist/call/ToolCall.js:112:15)",
  "at process.processTicksAndRejections (node:internal/process/task_queues:104:5)",
  "at async runTask (file:///srv/app/node_modules/effect/dist/internal/effect.js:4112:21)",
  "at FiberImpl.runLoop (file:///srv/app/node_modules/effect/dist/internal/effect.js:900:34)",
  "at FiberImpl.evaluate (file:///srv/app/node_modules/effect/dist/internal/effect.js:850:19)",
  "at process.processImmediate (node:internal/timers:485:21)"
]
const stack = `Error: The upstream refused the request\n    ${frames.join("\n    ")}`

const args = {
  document_id: "DOC-1",
  query: "quarterly report of the northern region",
  task: "task-1234",
  limit: 25,
  filters: [{ field: "owner", equals: "ada" }, { field: "year", equals: "2026" }],
  include: ["title", "summary"],
  options: { deep: true, format: "markdown" }
}

const leaking = "connect to postgres://app:hunter2@db/main with the password \"s3cr3t\" was refused"

const { json, text } = Redaction.standard
const strict = Redaction.strict(Redaction.standard)

const variant = (name: string, once: () => unknown): Variant => ({
  name,
  run: (times) => {
    let last: unknown
    for (let i = 0; i < times; i++) last = once()
    assert.ok(last)
  }
})

const compare = async (title: string, given: unknown, variants: ReadonlyArray<Variant>): Promise<Comparison> => {
  const base = "written as JSON"
  const again = "written as JSON again"
  const samples = await interleave(
    [variant(base, () => JSON.stringify(given)), variant(again, () => JSON.stringify(given)), ...variants],
    { rounds: 11, chunks: 300, size: 40, warmups: 3 } // short chunks: on a busy machine a long one meets others
  )
  return { title, unit: "ns", samples, control: [base, again], goals: [] }
}

export const benchmark: Benchmark = {
  steps: () => [
    () =>
      compare("A stack", stack, [
        variant("looked through", () => text(stack)),
        variant("looked through strictly", () => strict.text(stack))
      ]),
    () =>
      compare("Prose", prose, [
        variant("looked through", () => text(prose)),
        variant("looked through strictly", () => strict.text(prose))
      ]),
    () => compare("Arguments", args, [variant("made safe", () => json(args))]),
    () => compare("A text with two secrets", leaking, [variant("masked", () => text(leaking))])
  ]
}
