/** What telemetry costs a call that succeeds, through the 1.x SDK in memory: off, with metrics, and with a span of a native tracer. */
import * as Tool from "@errata/core/Tool"
import { register } from "@errata/mcp-adapter/sdk"
import * as Telemetry from "@errata/mcp-adapter/Telemetry"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Tracer from "effect/Tracer"
import type { Benchmark } from "./lib/benchmark.ts"
import { calls, sumIs } from "./lib/calls.ts"
import type { Server } from "./lib/connect.ts"
import type { Comparison } from "./lib/report.ts"
import { interleave } from "./lib/stats.ts"
import { add, byHand, serverOf, sum, zodServer } from "./lib/tools.ts"

const spans = Layer.succeed(Tracer.Tracer, Tracer.make({ span: (options) => new Tracer.NativeSpan(options) }))

const errata = (telemetry: Layer.Layer<never>): Server => {
  const server = serverOf()
  register(server, [Tool.handle(add, sum)], { runtime: ManagedRuntime.make(telemetry), logsCalls: false })
  return server
}

const compare = async (): Promise<Comparison> => {
  const args = { a: 1, b: 2 }
  const samples = await interleave([
    await calls("off", errata(Layer.empty), args, sumIs(3)),
    await calls("off again", errata(Layer.empty), args, sumIs(3)),
    await calls("by hand", zodServer(byHand), args, sumIs(3)),
    await calls("metrics", errata(Telemetry.layer as Layer.Layer<never>), args, sumIs(3)),
    await calls("spans", errata(spans), args, sumIs(3)),
    await calls("metrics and spans", errata(Layer.merge(Telemetry.layer as Layer.Layer<never>, spans)), args, sumIs(3))
  ], { rounds: 11, chunks: 120, size: 25, warmups: 3 })
  return { title: "Tool call, telemetry", unit: "ns/call", samples, control: ["off", "off again"], goals: [] }
}

export const benchmark: Benchmark = { steps: () => [compare] }
