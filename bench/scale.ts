/**
 * P16: how the cost grows: the first call of each of many adopted tools, calls in flight, the size of arguments, in memory. What ours
 * adds to wrong arguments beyond effect's parser and to 100,000 unknown ones once they are parsed; and arguments that are refused
 * for their size before anything decodes them.
 */
import * as Arguments from "@errata/core/Arguments"
import * as Tool from "@errata/core/Tool"
import { adoptServer } from "@errata/mcp-adapter/adopt"
import * as Handler from "@errata/mcp-adapter/Handler"
import { register } from "@errata/mcp-adapter/sdk"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import assert from "node:assert/strict"
import { z } from "zod"
import type { Benchmark } from "./lib/benchmark.ts"
import { connect } from "./lib/connect.ts"
import { added } from "./lib/loops.ts"
import { carefully, handled } from "./lib/outcomes.ts"
import type { Comparison } from "./lib/report.ts"
import type { CallTool } from "./lib/session.ts"
import { alternate, type Sample } from "./lib/stats.ts"
import { byHand, serverOf, zodServer } from "./lib/tools.ts"

const firstCalls = async (count: number, isAdopted: boolean): Promise<number> => {
  const server = serverOf()
  const inputSchema = z.object({ a: z.number(), b: z.number() })
  for (let i = 0; i < count; i++) server.registerTool(`tool_${i}`, { inputSchema }, byHand)
  if (isAdopted) adoptServer(server, { logsCalls: false })
  const call = await connect(server)
  const calls = Math.min(count, 1_000)
  const start = performance.now()
  for (let i = 0; i < calls; i++) await call(`tool_${i}`, { a: 1, b: 2 })
  return (performance.now() - start) * 1_000 / calls
}

const ofTools = async (): Promise<Comparison> => {
  const counts = [10, 1_000, 10_000]
  const samples = await alternate([
    ...counts.map((count) => ({ name: `adopted, ${count} tools`, measure: () => firstCalls(count, true) })),
    { name: "adopted, 1000 tools again", measure: () => firstCalls(1_000, true) }
  ], { rounds: 7, warmups: 1 })
  return {
    title: "First call of each of many adopted tools",
    unit: "us",
    samples,
    control: ["adopted, 1000 tools", "adopted, 1000 tools again"],
    goals: [{ variant: "adopted, 10000 tools", against: "adopted, 1000 tools", atMost: 1.5 }]
  }
}

const input = Schema.Struct({ id: Schema.String })
const tool = Tool.make("find", { description: "Finds.", input, safety: "read" })
const handle = Handler.make(Tool.handle(tool, () => Effect.void))
const decode = Arguments.decoder({ input })

const unknown = JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`argument${i}`, i])))
const tooLarge = { id: "x".repeat(5 * 1024 * 1024) }

const millis = async (f: () => unknown): Promise<number> => {
  const start = performance.now()
  await f()
  return performance.now() - start
}

const constant = (name: string, like: Sample | undefined, value: number): Sample => ({
  name,
  rounds: like!.rounds.map(() => value)
})

const ofUnknown = async (): Promise<Comparison> => {
  const args = () => JSON.parse(unknown) as object
  const samples = await alternate([
    { name: "parsing them", measure: () => millis(args) },
    { name: "parsing them again", measure: () => millis(args) },
    {
      name: "the names of what is parsed",
      measure: () => {
        const parsed = args()
        return millis(() => Object.keys(parsed))
      }
    },
    {
      name: "Errata, the whole reply",
      measure: () => {
        const parsed = args()
        return millis(() => handle(parsed))
      }
    }
  ], { rounds: 15, warmups: 3 })
  return {
    title: "100,000 unknown arguments, once they are parsed",
    unit: "ms",
    samples: [...samples, constant("20 ms", samples[0], 20)],
    control: ["parsing them", "parsing them again"],
    goals: [{ of: "P8", variant: "Errata, the whole reply", against: "20 ms", atMost: 1 }]
  }
}

/** Keeps so many calls going; tells the microseconds of one. */
const inFlight = (call: CallTool, count: number) => async (): Promise<number> => {
  const start = performance.now()
  const lane = async (): Promise<void> => {
    for (let i = 0; i < 10_000 / count; i++) await call("add", { a: 1, b: 7 })
  }
  await Promise.all(Array.from({ length: count }, lane))
  return (performance.now() - start) * 1_000 / 10_000
}

const ofCalls = async (): Promise<Comparison> => {
  const ours = serverOf()
  register(ours, [handled], { logsCalls: false })
  const [errata, byHand] = [await connect(ours), await connect(zodServer(carefully))]
  const samples = await alternate([
    { name: "by hand, 10,000 in flight", measure: inFlight(byHand, 10_000) },
    { name: "by hand, 10,000 in flight again", measure: inFlight(byHand, 10_000) },
    ...[1, 100, 1_000].map((count) => ({ name: `by hand, ${count} in flight`, measure: inFlight(byHand, count) })),
    ...[1, 100, 1_000].map((count) => ({ name: `Errata, ${count} in flight`, measure: inFlight(errata, count) })),
    { name: "Errata, 10,000 in flight", measure: inFlight(errata, 10_000) }
  ], { rounds: 9, warmups: 2 })
  return {
    title: "A call of an asynchronous tool, many in flight",
    unit: "us",
    samples,
    control: ["by hand, 10,000 in flight", "by hand, 10,000 in flight again"],
    goals: [{ variant: "Errata, 10,000 in flight", against: "by hand, 10,000 in flight", atMost: 1.5 }]
  }
}

const rows = Schema.Struct({ rows: Schema.Array(Schema.Struct({ name: Schema.String })) })
const ofRows = Handler.make(
  Tool.handle(Tool.make("rows", { description: "Takes rows.", input: rows, safety: "read" }), () => Effect.void),
  { logsCalls: false }
)
const rowsOf = (characters: number, name: unknown) => ({
  rows: Array.from({ length: characters / 12 }, () => ({ name }))
})
const wrongRows = (characters: number) => rowsOf(characters, [])
const ownParser = Schema.decodeUnknownResult(rows)

const growing = (characters: number, name = `wrong rows of ${characters / 1e3} kB`) => {
  const args = wrongRows(characters)
  return { name, measure: async () => await millis(() => ofRows(args)) * 1e3 / characters }
}

const ofGrowth = async (): Promise<Comparison> => ({
  title: "A thousand characters of wrong arguments",
  unit: "ms",
  samples: await alternate(
    [growing(1e5), growing(1e5, "wrong rows of 100 kB again"), growing(1e3), growing(1e6), growing(4e6)],
    { rounds: 9, warmups: 2 }
  ),
  control: ["wrong rows of 100 kB", "wrong rows of 100 kB again"],
  goals: [{ variant: "wrong rows of 4000 kB", against: "wrong rows of 100 kB", atMost: 1.5 }]
})

const ofBlocking = async (): Promise<Comparison> => {
  const [valid, wrong] = [rowsOf(4e6, ""), wrongRows(4e6)]
  const measured = await alternate([
    { name: "effect's parser, valid ones", measure: () => millis(() => ownParser(valid)) },
    { name: "effect's parser, valid ones again", measure: () => millis(() => ownParser(valid)) },
    { name: "Errata, the whole reply", measure: () => millis(() => ofRows(wrong)) }
  ], { rounds: 9, warmups: 2 })
  const samples = [
    ...measured,
    added(measured, "Errata, the whole reply", "effect's parser, valid ones"),
    constant("50 ms", measured[0], 50)
  ]
  return {
    title: "4 MB of wrong arguments block the event loop",
    unit: "ms",
    samples,
    control: ["effect's parser, valid ones", "effect's parser, valid ones again"],
    goals: [{ variant: "added by Errata, the whole reply", against: "50 ms", atMost: 1 }]
  }
}

/** Milliseconds of one refusal, of as many as a clock can tell. */
const refusals = async (): Promise<number> =>
  await millis(() => {
    for (let i = 0; i < 2_000; i++) decode(tooLarge)
  }) / 2_000

const ofSize = async (): Promise<Comparison> => {
  assert.ok(Result.isFailure(decode(tooLarge)))
  const samples = await alternate([
    { name: "refusing 5 MiB", measure: refusals },
    { name: "refusing 5 MiB again", measure: refusals }
  ], { rounds: 15, warmups: 3 })
  return {
    title: "Arguments over the limit",
    unit: "ms",
    samples: [...samples, constant("1 ms", samples[0], 1)],
    control: ["refusing 5 MiB", "refusing 5 MiB again"],
    goals: [{ variant: "refusing 5 MiB", against: "1 ms", atMost: 1 }]
  }
}

export const benchmark: Benchmark = { steps: () => [ofTools, ofCalls, ofGrowth, ofBlocking, ofUnknown, ofSize] }
