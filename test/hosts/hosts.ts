/** The hosts of the contract suite: each serves the same tools to a client of its own. */
import type * as Tool from "@errata/core/Tool"
import * as EffectHost from "@errata/mcp-adapter/effect"
import type * as Handler from "@errata/mcp-adapter/Handler"
import * as SdkHost from "@errata/mcp-adapter/sdk"
import * as ServerHost from "@errata/mcp-adapter/server"
import { Client as Client2, InMemoryTransport as InMemoryTransport2 } from "@modelcontextprotocol/client"
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport as InMemoryTransport1 } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { McpServer as McpServer2 } from "@modelcontextprotocol/server"
import * as McpProtocol from "effect/ai/McpProtocol"
import * as McpTest from "effect/ai/McpTest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Scope from "effect/Scope"

/** A result as it came over the wire. */
export type Result = { readonly [key: string]: unknown }

/** A server with its client. */
export interface Connection {
  readonly call: (tool: string, args: Record<string, unknown>, signal?: AbortSignal) => Promise<Result>
  readonly list: () => Promise<ReadonlyArray<{ readonly name: string; readonly [key: string]: unknown }>>
  readonly close: () => Promise<void>
}

/** Defects are logged whatever the options say; here nobody reads it. */
const silent = Context.make(Logger.CurrentLoggers, new Set<Logger.Logger<unknown, unknown>>())

type Connect = (tools: ReadonlyArray<Tool.Handled>, options: Handler.Options) => Promise<Connection>

const info = { name: "contract", version: "1.0.0" }

const sdk: Connect = async (tools, options) => {
  const server = new McpServer1(info)
  SdkHost.register(server, tools, { runtime: silent, ...options })
  const [ours, theirs] = InMemoryTransport1.createLinkedPair()
  await server.connect(ours)
  const client = new Client1(info)
  await client.connect(theirs)
  return {
    call: (name, args, signal) =>
      client.callTool({ name, arguments: args }, undefined, signal === undefined ? {} : { signal }),
    list: async () => (await client.listTools()).tools,
    close: () => client.close()
  }
}

const server: Connect = async (tools, options) => {
  const server = new McpServer2(info)
  ServerHost.register(server, tools, { runtime: silent, ...options })
  const [ours, theirs] = InMemoryTransport2.createLinkedPair()
  await server.connect(ours)
  const client = new Client2(info)
  await client.connect(theirs)
  return {
    call: (name, args, signal) => client.callTool({ name, arguments: args }, signal === undefined ? {} : { signal }),
    list: async () => (await client.listTools()).tools,
    close: () => client.close()
  }
}

const effect = (protocol: McpProtocol.ProtocolAdapter): Connect => async (tools, options) => {
  const scope = Scope.makeUnsafe()
  const client = await Effect.runPromise(
    McpTest.makeClient(Layer.provide(EffectHost.layer(tools, options), Layer.succeedContext(silent)), {
      protocols: [protocol]
    }).pipe(Scope.provide(scope))
  )
  return {
    call: async (name, args, signal) =>
      JSON.parse(
        JSON.stringify(
          await Effect.runPromise(client.callTool({ name, arguments: args }), signal === undefined ? {} : { signal })
        )
      ) as Result,
    list: async () =>
      JSON.parse(JSON.stringify((await Effect.runPromise(client.listTools({}))).tools)) as Awaited<
        ReturnType<Connection["list"]>
      >,
    close: () => Effect.runPromise(Scope.close(scope, Exit.void))
  }
}

export const hosts: ReadonlyArray<readonly [name: string, connect: Connect]> = [
  ["SDK 1.x", sdk],
  ["server 2.x", server],
  ["effect, 2025-06-18", effect(McpProtocol.v2025_06_18)],
  ["effect, 2025-11-25", effect(McpProtocol.v2025_11_25)],
  ["effect, 2026-07-28", effect(McpProtocol.v2026_07_28)]
]
