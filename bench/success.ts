/** P1: a tool call that succeeds, through the 1.x SDK in memory, with no more than the tool. */
import * as Tool from "@errata/core/Tool"
import { register } from "@errata/mcp-adapter/sdk"
import * as Effect from "effect/Effect"
import assert from "node:assert/strict"
import type { Benchmark } from "./lib/benchmark.ts"
import { type CallTool, connect } from "./lib/connect.ts"
import { interleave } from "./lib/stats.ts"
import { add, byHand, type Numbers, serverOf, written, zodServer } from "./lib/tools.ts"

const sum = ({ a, b }: Numbers) => Effect.sync(() => ({ sum: a + b }))

const errata = () => {
  const server = serverOf()
  register(server, [Tool.handle(add, sum)], undefined, { logsCalls: false })
  return server
}

const variant = async (name: string, connected: Promise<CallTool>) => {
  const call = await connected
  const args = { a: 1, b: 2 }
  assert.deepEqual((await call("add", args)).structuredContent, { sum: 3 })
  const run = async (times: number) => {
    for (let i = 0; i < times; i++) await call("add", args)
  }
  return { name, run }
}

export const benchmark: Benchmark = {
  run: async () => {
    const samples = await interleave([
      await variant("by hand", connect(zodServer(byHand))),
      await variant("by hand again", connect(zodServer(byHand))),
      await variant("Effect.runPromise by hand", connect(zodServer((args) => Effect.runPromise(Effect.map(sum(args), written))))),
      await variant("Errata", connect(errata()))
    ], { rounds: 11, chunks: 50, size: 100, warmups: 3 })
    return [{
      title: "Tool call, success",
      unit: "ns/call",
      samples,
      control: ["by hand", "by hand again"],
      goals: [{ variant: "Errata", against: "by hand", atMost: 1.03 }]
    }]
  }
}
