/** P1: a tool call that succeeds, through the 1.x SDK in memory, with no more than the tool. */
import * as Tool from "@errata/core/Tool"
import { register } from "@errata/mcp-adapter/sdk"
import * as Effect from "effect/Effect"
import type { Benchmark } from "./lib/benchmark.ts"
import { calls, sumIs } from "./lib/calls.ts"
import type { Comparison } from "./lib/report.ts"
import { interleave } from "./lib/stats.ts"
import { add, byHand, type Numbers, serverOf, sum, written, zodServer } from "./lib/tools.ts"

const naive = (args: Numbers) => Effect.runPromise(Effect.map(sum(args), written))

const errata = () => {
  const server = serverOf()
  register(server, [Tool.handle(add, sum)], { logsCalls: false })
  return server
}

const compare = async (): Promise<Comparison> => {
  const args = { a: 1, b: 2 }
  const samples = await interleave([
    await calls("by hand", zodServer(byHand), args, sumIs(3)),
    await calls("by hand again", zodServer(byHand), args, sumIs(3)),
    await calls("Effect.runPromise by hand", zodServer(naive), args, sumIs(3)),
    await calls("Errata", errata(), args, sumIs(3))
  ], { rounds: 11, chunks: 120, size: 25, warmups: 3 })
  return {
    title: "Tool call, success",
    unit: "ns/call",
    samples,
    control: ["by hand", "by hand again"],
    goals: [{ variant: "Errata", against: "by hand", atMost: 1.12 }]
  }
}

export const benchmark: Benchmark = { steps: () => [compare] }
