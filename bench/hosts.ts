/**
 * What the adapter costs on the other hosts, in memory: server 2.x against a handler by hand behind zod schemas, effect's
 * own server against a toolkit of effect's with the same schemas and the same error. SDK 1.x has P1 to P3.
 */
import * as Tool from "@errata/core/Tool"
import * as EffectHost from "@errata/mcp-adapter/effect"
import { register } from "@errata/mcp-adapter/server"
import { McpServer as McpServer2 } from "@modelcontextprotocol/server"
import * as McpServer from "effect/ai/McpServer"
import * as EffectTool from "effect/ai/Tool"
import * as Toolkit from "effect/ai/Toolkit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { z } from "zod"
import type { Benchmark } from "./lib/benchmark.ts"
import { calls, callsOf, isError, sumIs } from "./lib/calls.ts"
import { connectToEffect } from "./lib/effect-server.ts"
import type { Comparison } from "./lib/report.ts"
import { interleave, type Variant } from "./lib/stats.ts"
import { add, byHand, Negative, sum } from "./lib/tools.ts"

const plan = { rounds: 11, chunks: 120, size: 25, warmups: 3 }
const success = { args: { a: 1, b: 2 }, check: sumIs(3) }
const failure = { args: { a: 1, b: -2 }, check: isError }

type Outcome = typeof success | typeof failure

const serverOf = () => new McpServer2({ name: "bench", version: "0.0.0" })

const zodServer = () => {
  const server = serverOf()
  server.registerTool("add", {
    description: "Adds two numbers.",
    inputSchema: z.object({ a: z.number(), b: z.number() }),
    outputSchema: z.object({ sum: z.number() })
  }, byHand)
  return server
}

const errata = (logsCalls: boolean) => {
  const server = serverOf()
  register(server, [Tool.handle(add, sum)], { logsCalls })
  return server
}

const onServer2 = async ({ args, check }: Outcome): Promise<ReadonlyArray<Variant>> => [
  await calls("by hand", zodServer(), args, check),
  await calls("by hand again", zodServer(), args, check),
  await calls("Errata without the log line", errata(false), args, check),
  await calls("Errata", errata(true), args, check)
]

const kit = Toolkit.make(
  EffectTool.make("add", {
    description: "Adds two numbers.",
    parameters: add.input,
    success: add.output,
    failure: Negative,
    failureMode: "error"
  })
)

const toolkit = () => Layer.provide(McpServer.toolkit(kit), kit.toLayer({ add: sum }))

/** effect's logger writes to stdout, where the tables go. */
const silent = Logger.layer([])

const onEffect = async ({ args, check }: Outcome): Promise<ReadonlyArray<Variant>> => {
  const connected = (registrations: Layer.Layer<never, never, McpServer.McpServer>) =>
    connectToEffect(Layer.provide(registrations, silent))
  const tools = (logsCalls: boolean) => EffectHost.layer([Tool.handle(add, sum)], { logsCalls })
  return [
    await callsOf("effect's toolkit", await connected(toolkit()), args, check),
    await callsOf("effect's toolkit again", await connected(toolkit()), args, check),
    await callsOf("Errata without the log line", await connected(tools(false)), args, check),
    await callsOf("Errata, line to nowhere", await connected(tools(true)), args, check)
  ]
}

const compare = async (title: string, variants: ReadonlyArray<Variant>): Promise<Comparison> => ({
  title,
  unit: "ns/call",
  samples: await interleave(variants, plan),
  control: [variants[0]!.name, variants[1]!.name],
  goals: []
})

export const benchmark: Benchmark = {
  steps: () => [
    async () => compare("server 2.x, success", await onServer2(success)),
    async () => compare("server 2.x, declared error", await onServer2(failure)),
    async () => compare("effect's server, success", await onEffect(success)),
    async () => compare("effect's server, declared error", await onEffect(failure))
  ]
}
