/** P3: a tool call that fails, through the 1.x SDK in memory, against throwing and catching by hand. */
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import { register } from "@errata/mcp-adapter/sdk"
import * as Context from "effect/Context"
import type { Benchmark } from "./lib/benchmark.ts"
import { calls, isError } from "./lib/calls.ts"
import type { Comparison } from "./lib/report.ts"
import { interleave } from "./lib/stats.ts"
import { add, byHand, serverOf, sum, zodServer } from "./lib/tools.ts"

const errata = (options: { readonly logsCalls: boolean; readonly stacks?: boolean }) => {
  const server = serverOf()
  const services = options.stacks === true ? Context.make(ToolError.CaptureStacks, true) : Context.empty()
  register(server, [Tool.handle(add, sum)], { runtime: services, logsCalls: options.logsCalls })
  return server
}

const compare = async (): Promise<Comparison> => {
  const args = { a: 1, b: -2 }
  const samples = await interleave([
    await calls("throw and catch by hand", zodServer(byHand), args, isError),
    await calls("the same again", zodServer(byHand), args, isError),
    await calls("Errata without the log line", errata({ logsCalls: false }), args, isError),
    await calls("Errata", errata({ logsCalls: true }), args, isError),
    await calls("Errata, capturing stacks", errata({ logsCalls: false, stacks: true }), args, isError)
  ], { rounds: 11, chunks: 120, size: 25, warmups: 3 })
  return {
    title: "Tool call, declared error",
    unit: "ns/call",
    samples,
    control: ["throw and catch by hand", "the same again"],
    goals: []
  }
}

export const benchmark: Benchmark = { steps: () => [compare] }
