/**
 * P15: how many characters a model reads of an error, and of 400 failed items, in each host, by the replicas that the tests hold to
 * what hosts were recorded to show. The error is like the one that the first build was measured with: a `not_found` with
 * alternatives and two steps, 280 characters of text. A count has no noise, and is its own control.
 */
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { replicas } from "../test/matrix/replicas.ts"
import { call, type Kind, kinds, profiles } from "../test/matrix/replies.ts"
import type { Benchmark } from "./lib/benchmark.ts"
import type { Comparison, Goal } from "./lib/report.ts"
import type { Sample } from "./lib/stats.ts"

/** What the first build made of it, and what is wanted of that: `meta: "minimal"` helps hosts that show `_meta`. */
const hosts: {
  readonly [host: string]: { readonly first: number; readonly atMost: number; readonly minimal: number }
} = {
  "Claude Code": { first: 280, atMost: 1, minimal: 1 },
  opencode: { first: 280, atMost: 1, minimal: 1 },
  "Codex CLI": { first: 398, atMost: 1, minimal: 1 },
  "Gemini CLI": { first: 1_134, atMost: 0.9, minimal: 0.7 },
  "Qwen Code": { first: 1_539, atMost: 0.9, minimal: 0.8 },
  "Cline CLI": { first: 818, atMost: 0.9, minimal: 0.7 },
  "Google ADK JS": { first: 818, atMost: 0.9, minimal: 0.7 },
  VoltAgent: { first: 818, atMost: 0.9, minimal: 0.7 },
  "mcp-use JS": { first: 818, atMost: 0.9, minimal: 0.7 },
  "LlamaIndex TS": { first: 1_077, atMost: 0.9, minimal: 0.7 }
}

const missing = ToolError.withGuidance(new Errors.NotFound({ resource: "Document", id: "DOC-1" }), {
  similarMatches: ["DOC-10", "DOC-11"],
  steps: [
    { action: "List the documents", tool: "list_documents", parameters: {} },
    { action: "Search for it", tool: "search_documents", parameters: {} }
  ]
})

const tool = Tool.make("get_document", {
  description: "Gets a document.",
  input: Schema.Struct({ document_id: Schema.String }),
  output: Schema.Struct({ id: Schema.String, name: Schema.String }),
  errors: [Errors.NotFound],
  safety: "read"
})

const anError: Kind = {
  handled: Tool.handle(tool, () => Effect.fail(missing)) as Tool.Handled,
  args: { document_id: "DOC-1" },
  facts: []
}

const lengths = async (kind: Kind, profile: keyof typeof profiles): Promise<ReadonlyMap<string, number>> => {
  const called = await call(kind, profiles[profile])
  return new Map(
    Object.entries(replicas).map(([host, replica]) => {
      const read = replica(called)
      return [host, (typeof read === "string" ? read : JSON.stringify(read)).length]
    })
  )
}

const constant = (name: string, value: number): Sample => ({ name, rounds: [value] })

const ofError = async (): Promise<Comparison> => {
  const [whole, minimal] = [await lengths(anError, "text"), await lengths(anError, "text, minimal")]
  const samples = Object.entries(hosts).flatMap(([host, { first }]) => [
    constant(`${host}, first build`, first),
    constant(host, whole.get(host)!),
    constant(`${host}, minimal`, minimal.get(host)!)
  ])
  const goals: ReadonlyArray<Goal> = Object.entries(hosts).flatMap(([host, { atMost, minimal }]) => [
    { variant: host, against: `${host}, first build`, atMost },
    { variant: `${host}, minimal`, against: `${host}, first build`, atMost: minimal }
  ])
  const [{ name }] = samples as [Sample]
  return { title: "An error as a model reads it", unit: "characters", samples, control: [name, name], goals }
}

const ofItems = async (): Promise<Comparison> => {
  const all = await lengths(kinds["400 items that failed"]!, "text")
  const allowed = "4,000 characters"
  return {
    title: "400 failed items as a model reads them",
    unit: "characters",
    samples: [
      constant(allowed, 4_000),
      constant("the longest of all hosts", Math.max(...all.values())),
      ...[...all].map(([host, length]) => constant(host, length))
    ],
    control: [allowed, allowed],
    goals: [{ variant: "the longest of all hosts", against: allowed, atMost: 1 }]
  }
}

export const benchmark: Benchmark = { steps: () => [ofError, ofItems] }
