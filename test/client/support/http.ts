/** Clients over real HTTP, and something in front of the server that answers in its place when it is told to. */
import type * as Tool from "@errata/core/Tool"
import * as EffectHost from "@errata/mcp-adapter/effect"
import * as SdkHost from "@errata/mcp-adapter/sdk"
import * as ServerHost from "@errata/mcp-adapter/server"
import { Client as Client2, StreamableHTTPClientTransport as Transport2 } from "@modelcontextprotocol/client"
import { toNodeHandler } from "@modelcontextprotocol/node"
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js"
import { StreamableHTTPClientTransport as Transport1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js"
import { createMcpHandler, McpServer as McpServer2 } from "@modelcontextprotocol/server"
import * as McpClient from "effect/ai/McpClient"
import * as McpProtocol from "effect/ai/McpProtocol"
import * as McpServer from "effect/ai/McpServer"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpRouter from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { createServer, type IncomingMessage, request as forward, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { buffer } from "node:stream/consumers"
import { sessions } from "../../support/httpSessions.ts"
import { type Connected, info, silent } from "./generations.ts"

/** What is answered in the server's place; a function may do anything else with the request. */
export type Instead =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  | ((response: ServerResponse, request: { readonly id: unknown }) => void)

/** What stands in front of a server. */
export interface Front {
  readonly url: string
  /** What becomes of the next calls of tools, in order; `undefined` lets one pass. All others pass. */
  readonly script: Array<Instead | undefined>
  /** How many calls of tools came. */
  readonly calls: () => number
  /** Breaks every connection, and takes no new ones. */
  readonly die: () => Promise<void>
}

export const front = async (target: string): Promise<Front> => {
  const script: Array<Instead | undefined> = []
  let calls = 0
  const { die, url } = await listen(async (request, response) => {
    const body = await buffer(request)
    if (body.includes("\"tools/call\"")) {
      calls++
      const instead = script.shift()
      if (typeof instead === "function") return instead(response, JSON.parse(body.toString("utf8")) as never)
      if (instead !== undefined) return response.writeHead(instead.status, instead.headers).end(instead.body)
    }
    const { headers, method } = request
    const passed = forward(
      target,
      { method: method!, headers: { ...headers, host: new URL(target).host } },
      (answer) => {
        response.writeHead(answer.statusCode!, answer.headers)
        answer.pipe(response)
        answer.on("error", () => response.destroy())
      }
    )
    passed.on("error", () => response.destroy())
    response.on("close", () => passed.destroy())
    passed.end(body)
  })
  return { url, script, calls: () => calls, die }
}

interface Listening {
  readonly url: string
  readonly die: () => Promise<void>
}

const listen = async (
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<unknown>
): Promise<Listening> => {
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    die: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      })
  }
}

type Serve = (tools: ReadonlyArray<Tool.Handled>) => Promise<Listening>

const server1: Serve = (tools) => {
  const transportOf = sessions(async (session) => {
    const server = new McpServer1(info)
    SdkHost.register(server, tools, { runtime: silent, logsCalls: false })
    const transport = new StreamableHTTPServerTransport(session)
    await server.connect(transport as never) // its types are not exact about what is optional
    return transport
  })
  return listen(async (request, response) => {
    const transport = await transportOf(request.headers["mcp-session-id"] as string | undefined)
    if (transport === undefined) response.writeHead(404).end()
    else await transport.handleRequest(request, response)
  })
}

const server2: Serve = (tools) => {
  const registerOn = ServerHost.prepare(tools, { runtime: silent, logsCalls: false })
  const handle = toNodeHandler(createMcpHandler(() => {
    const server = new McpServer2(info)
    registerOn(server)
    return server
  }))
  return listen(async (request, response) => handle(request as never, response)) // neither are these
}

const serverOfEffect: Serve = async (tools) => {
  const { dispose, handler } = HttpRouter.toWebHandler(
    Layer.provide(
      EffectHost.layer(tools, { logsCalls: false }),
      McpServer.layerHttp({
        ...info,
        path: "/mcp",
        protocols: [McpProtocol.v2025_11_25, McpProtocol.v2026_07_28]
      })
    ).pipe(Layer.provide(Layer.succeedContext(silent))),
    { disableLogger: true }
  )
  const handle = toNodeHandler({ fetch: (request: Request) => handler(request) })
  const { die, url } = await listen(async (request, response) => handle(request as never, response))
  return { url, die: async () => void await Promise.all([die(), dispose()]) }
}

type Connect = (url: string) => Promise<Connected>

const sdk: Connect = async (url) => {
  const client = new Client1(info)
  await client.connect(new Transport1(new URL(url)) as never) // its types are not exact about what is optional
  return { client, close: () => client.close() }
}

const client = (mode: "legacy" | "auto"): Connect => async (url) => {
  const client = new Client2(info, { versionNegotiation: { mode } })
  await client.connect(new Transport2(new URL(url)))
  return { client, close: () => client.close() }
}

const effect = (protocol: McpProtocol.ProtocolAdapter<McpClient.ProtocolVersion>): Connect => async (url) => {
  const scope = Scope.makeUnsafe()
  const client = await Effect.runPromise(
    McpClient.http({ url, protocol }).pipe(
      Effect.flatMap((transport) => Effect.provideService(McpClient.make(info), McpClient.Transport, transport)),
      Effect.provide(FetchHttpClient.layer),
      Scope.provide(scope)
    )
  )
  return { client, close: () => Effect.runPromise(Scope.close(scope, Exit.void)) }
}

/**
 * Each client, with a server of its kind. `createMcpHandler` serves the older protocol without sessions, so that a cancel finds
 * nobody there: the older clients are given sessions.
 */
export const clients: ReadonlyArray<readonly [name: string, serve: Serve, connect: Connect]> = [
  ["SDK 1.x", server1, sdk],
  ["client 2.x, 2025-11-25", server1, client("legacy")],
  ["client 2.x, 2026-07-28", server2, client("auto")],
  ["effect, 2025-11-25", serverOfEffect, effect(McpProtocol.v2025_11_25)],
  ["effect, 2026-07-28", serverOfEffect, effect(McpProtocol.v2026_07_28)]
]
