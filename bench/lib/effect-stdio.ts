/** Serves a toolkit of effect's on effect's own server, over the stdio of this process. */
import * as McpProtocol from "effect/ai/McpProtocol"
import * as McpServer from "effect/ai/McpServer"
import * as EffectTool from "effect/ai/Tool"
import * as Toolkit from "effect/ai/Toolkit"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Queue from "effect/Queue"
import * as Sink from "effect/Sink"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import { program } from "./outcomes.ts"
import { add, Negative } from "./tools.ts"

const kit = Toolkit.make(
  EffectTool.make("add", { parameters: add.input, success: add.output, failure: Negative, failureMode: "error" })
)

export const serveEffect = async (): Promise<void> => {
  const input = Effect.runSync(Queue.unbounded<Uint8Array>())
  process.stdin.on("data", (chunk: Uint8Array) => void Queue.offerUnsafe(input, chunk))
  const stdio = Stdio.layerTest({
    stdin: Stream.fromQueue(input),
    stdout: () => Sink.forEach((chunk: string | Uint8Array) => Effect.sync(() => void process.stdout.write(chunk)))
  })
  const registrations = Layer.provide(McpServer.toolkit(kit), kit.toLayer({ add: program }))
  const server = McpServer.layerStdio({
    name: "bench",
    version: "0.0.0",
    protocols: [McpProtocol.v2025_06_18],
    registrations
  })
  await ManagedRuntime.make(Layer.provide(server, Layer.merge(stdio, Logger.layer([])))).context()
}
