/** Every client that may call a tool, over real HTTP. */
import * as client2 from "@modelcontextprotocol/client"
import { Client as OldestClient1 } from "@modelcontextprotocol/sdk-oldest/client/index.js"
import { StreamableHTTPClientTransport as OldestTransport1 } from "@modelcontextprotocol/sdk-oldest/client/streamableHttp.js"
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js"
import { StreamableHTTPClientTransport as Transport1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js"
import * as McpClient from "effect/ai/McpClient"
import * as McpProtocol from "effect/ai/McpProtocol"
import * as McpSchema from "effect/ai/McpSchema"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Scope from "effect/Scope"
import type { Connection, Result } from "../hosts/hosts.ts"

/** A client with its server, and the protocol that they agreed on. */
export interface Connected extends Connection {
  readonly protocol: string
}

/** Connects to a server. */
export type Connect = (url: string) => Promise<Connected>

const info = { name: "matrix", version: "1.0.0" }

interface Generation1 {
  readonly Client: typeof Client1
  readonly Transport: typeof Transport1
}

const sdk = ({ Client, Transport }: Generation1): Connect => async (url) => {
  const client = new Client(info)
  const transport = new Transport(new URL(url))
  await client.connect(transport as never) // its types are not exact about what is optional
  return {
    protocol: transport.protocolVersion!,
    call: (name, args) => client.callTool({ name, arguments: args }),
    list: async () => (await client.listTools()).tools,
    close: () => client.close()
  }
}

const client = (mode: client2.VersionNegotiationMode): Connect => async (url) => {
  const client = new client2.Client(info, { versionNegotiation: { mode } })
  await client.connect(new client2.StreamableHTTPClientTransport(new URL(url)))
  return {
    protocol: client.getNegotiatedProtocolVersion()!,
    call: (name, args) => client.callTool({ name, arguments: args }),
    list: async () => (await client.listTools()).tools,
    close: () => client.close()
  }
}

/** effect's client calls only tools that it was told of; here it may be told by a tool without schemas. */
const effect = (protocol: McpProtocol.ProtocolAdapter<McpClient.ProtocolVersion>): Connect => async (url) => {
  const scope = Scope.makeUnsafe()
  const client = await Effect.runPromise(
    McpClient.http({ url, protocol }).pipe(
      Effect.flatMap((transport) => Effect.provideService(McpClient.make(info), McpClient.Transport, transport)),
      Effect.provide(FetchHttpClient.layer),
      Scope.provide(scope)
    )
  )
  let known: ReadonlyArray<McpSchema.Tool> = []
  return {
    protocol: client.protocolVersion,
    call: async (name, args) => {
      const tool = known.find((tool) => tool.name === name) ??
        new McpSchema.Tool({ name, inputSchema: { type: "object" } } as never)
      return JSON.parse(JSON.stringify(await Effect.runPromise(client.callTool({ tool, arguments: args })))) as Result
    },
    list: async () => {
      known = await Effect.runPromise(client.listTools())
      return JSON.parse(JSON.stringify(known)) as Awaited<ReturnType<Connection["list"]>>
    },
    close: () => Effect.runPromise(Scope.close(scope, Exit.void))
  }
}

export const clients = {
  "SDK 1.x, oldest": sdk({ Client: OldestClient1, Transport: OldestTransport1 } as never),
  "SDK 1.x": sdk({ Client: Client1, Transport: Transport1 }),
  "client 2.x": client("legacy"),
  "client 2.x, `auto`": client("auto"),
  effect: effect(McpProtocol.v2025_11_25),
  "effect, `v2026_07_28`": effect(McpProtocol.v2026_07_28)
} satisfies { readonly [name: string]: Connect }

export type ClientName = keyof typeof clients
