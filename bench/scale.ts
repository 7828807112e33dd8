/**
 * P16: how the cost grows. The first call of each of many adopted tools, in memory; what ours adds to 100,000 unknown arguments once
 * they are parsed; and arguments that are refused for their size before anything decodes them.
 */
import * as Arguments from "@errata/core/Arguments"
import * as Tool from "@errata/core/Tool"
import { adoptServer } from "@errata/mcp-adapter/adopt"
import * as Handler from "@errata/mcp-adapter/Handler"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import assert from "node:assert/strict"
import { z } from "zod"
import type { Benchmark } from "./lib/benchmark.ts"
import { connect } from "./lib/connect.ts"
import type { Comparison } from "./lib/report.ts"
import { alternate, type Sample } from "./lib/stats.ts"
import { byHand, serverOf } from "./lib/tools.ts"

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
    isLoose: true,
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
    isLoose: true,
    goals: [{ variant: "Errata, the whole reply", against: "20 ms", atMost: 1 }]
  }
}

const ofSize = async (): Promise<Comparison> => {
  assert.ok(Result.isFailure(decode(tooLarge)))
  const samples = await alternate([
    { name: "refusing 5 MiB", measure: () => millis(() => decode(tooLarge)) },
    { name: "refusing 5 MiB again", measure: () => millis(() => decode(tooLarge)) }
  ], { rounds: 15, warmups: 3 })
  return {
    title: "Arguments over the limit",
    unit: "ms",
    samples: [...samples, constant("1 ms", samples[0], 1)],
    control: ["refusing 5 MiB", "refusing 5 MiB again"],
    isLoose: true,
    goals: [{ variant: "refusing 5 MiB", against: "1 ms", atMost: 1 }]
  }
}

export const benchmark: Benchmark = { steps: () => [ofTools, ofUnknown, ofSize] }
