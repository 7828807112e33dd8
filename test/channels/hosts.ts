/** Servers in memory of every kind, each with tools and a runtime that a test chooses; what they send is seen as it is. */
import type * as Tool from "@errata/core/Tool"
import * as EffectHost from "@errata/mcp-adapter/effect"
import type * as Handler from "@errata/mcp-adapter/Handler"
import * as SdkHost from "@errata/mcp-adapter/sdk"
import * as ServerHost from "@errata/mcp-adapter/server"
import { InMemoryTransport as InMemoryTransport1 } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { InMemoryTransport as InMemoryTransport2, McpServer as McpServer2 } from "@modelcontextprotocol/server"
import * as McpProtocol from "effect/ai/McpProtocol"
import * as McpServer from "effect/ai/McpServer"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Queue from "effect/Queue"
import * as Sink from "effect/Sink"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import type * as Wire from "../hosts/Wire.ts"

/** What a server serves. */
export interface Served {
  readonly tools: ReadonlyArray<Tool.Handled>
  readonly options: Handler.Options
  /** The loggers, reporters and tracer of the user. */
  readonly context: Context.Context<never>
  /** Registers existing code with an SDK's server, and adopts it. */
  readonly adopt: (server: McpServer1) => void
}

const info = { name: "channels", version: "1.0.0" }
const withLogging = { capabilities: { logging: {} } }

const sdk = ({ adopt, context, options, tools }: Served): Wire.Open => async (receive) => {
  const server = new McpServer1(info, withLogging)
  adopt(server)
  SdkHost.register(server, tools, { runtime: context, ...options })
  const [ours, theirs] = InMemoryTransport1.createLinkedPair()
  theirs.onmessage = receive
  await server.connect(ours)
  await theirs.start()
  return {
    revision: "2025-11-25",
    cancelsByMessage: true,
    send: (message) => theirs.send(JSON.parse(JSON.stringify(message))),
    close: () => server.close()
  }
}

const server = ({ adopt, context, options, tools }: Served): Wire.Open => async (receive) => {
  const server = new McpServer2(info, withLogging)
  adopt(server as never)
  ServerHost.register(server, tools, { runtime: context, ...options })
  const [ours, theirs] = InMemoryTransport2.createLinkedPair()
  theirs.onmessage = receive
  await server.connect(ours)
  await theirs.start()
  return {
    revision: "2025-11-25",
    cancelsByMessage: true,
    send: (message) => theirs.send(JSON.parse(JSON.stringify(message))),
    close: () => server.close()
  }
}

const protocols = {
  "2025-06-18": McpProtocol.v2025_06_18,
  "2025-11-25": McpProtocol.v2025_11_25,
  "2026-07-28": McpProtocol.v2026_07_28
}

const effect =
  (revision: keyof typeof protocols) => ({ context, options, tools }: Served): Wire.Open => async (receive) => {
    const input = Effect.runSync(Queue.unbounded<Uint8Array>())
    let rest = ""
    const take = (chunk: string | Uint8Array): void => {
      const lines = (rest + (typeof chunk === "string" ? chunk : new TextDecoder().decode(chunk))).split("\n")
      rest = lines.pop()!
      for (const line of lines) if (line !== "") receive(JSON.parse(line))
    }
    const stdio = Stdio.layerTest({
      stdin: Stream.fromQueue(input),
      stdout: () => Sink.forEach((chunk: string | Uint8Array) => Effect.sync(() => take(chunk)))
    })
    const user = Layer.succeedContext(context)
    const served = McpServer.layerStdio({
      ...info,
      protocols: [protocols[revision]],
      registrations: Layer.provide(EffectHost.layer(tools, options), user)
    })
    const runtime = ManagedRuntime.make(Layer.provide(served, Layer.merge(stdio, user)))
    await runtime.context()
    const encoder = new TextEncoder()
    return {
      revision,
      cancelsByMessage: true,
      send: (message) => void Queue.offerUnsafe(input, encoder.encode(`${JSON.stringify(message)}\n`)),
      close: () => runtime.dispose()
    }
  }

/** Whether a host takes existing code of an SDK, and how it is opened. */
export const hosts: ReadonlyArray<
  readonly [name: string, takesExisting: boolean, open: (served: Served) => Wire.Open]
> = [
  ["SDK 1.x", true, sdk],
  ["SDK 2.x", true, server],
  ["effect 2025-06-18", false, effect("2025-06-18")],
  ["effect 2025-11-25", false, effect("2025-11-25")],
  ["effect 2026-07-28", false, effect("2026-07-28")]
]
