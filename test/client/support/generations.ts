/** The clients that there are, each connected in memory to a server of its kind. */
import * as IdempotencyStore from "@errata/core/IdempotencyStore"
import type * as Tool from "@errata/core/Tool"
import type * as Client from "@errata/mcp-adapter/Client"
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

export const info = { name: "client", version: "1.0.0" }

/** Nobody reads what these servers log. */
export const silent = Context.make(Logger.CurrentLoggers, new Set<Logger.Logger<unknown, unknown>>())

/** Every server has a store of its own for the keys of its keyed tools. */
const services = () => Context.merge(silent, Effect.runSync(Effect.scoped(Layer.build(IdempotencyStore.layerMemory()))))

/** A client, and how it is closed. */
export interface Connected<C extends Client.AnyClient = Client.AnyClient> {
  readonly client: C
  readonly close: () => Promise<void>
}

type Connect<C extends Client.AnyClient> = (
  tools: ReadonlyArray<Tool.Handled>,
  options?: Handler.Options
) => Promise<Connected<C>>

export const sdk: Connect<Client1> = async (tools, options = {}) => {
  const server = new McpServer1(info)
  SdkHost.register(server, tools, { runtime: services(), ...options })
  const [ours, theirs] = InMemoryTransport1.createLinkedPair()
  await server.connect(ours)
  const client = new Client1(info)
  await client.connect(theirs)
  await client.listTools() // from now on the client holds outputs against their schemas
  return { client, close: () => client.close() }
}

export const server: Connect<Client2> = async (tools, options = {}) => {
  const server = new McpServer2(info)
  ServerHost.register(server, tools, { runtime: services(), ...options })
  const [ours, theirs] = InMemoryTransport2.createLinkedPair()
  await server.connect(ours)
  const client = new Client2(info)
  await client.connect(theirs)
  await client.listTools()
  return { client, close: () => client.close() }
}

export const effect: Connect<McpTest.Client> = async (tools, options = {}) => {
  const scope = Scope.makeUnsafe()
  const client = await Effect.runPromise(
    McpTest.makeClient(Layer.provide(EffectHost.layer(tools, options), Layer.succeedContext(services())), {
      protocols: [McpProtocol.v2025_11_25]
    }).pipe(Scope.provide(scope))
  )
  return { client, close: () => Effect.runPromise(Scope.close(scope, Exit.void)) }
}

export const generations: ReadonlyArray<readonly [name: string, connect: Connect<Client.AnyClient>]> = [
  ["SDK 1.x", sdk],
  ["server 2.x", server],
  ["effect", effect]
]

/** Those whose servers can tell of progress to whoever asked. */
export const official = generations.slice(0, 2)
