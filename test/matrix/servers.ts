/** Every server that tools can be registered on, each behind a real HTTP port of this machine. */
import type * as Tool from "@errata/core/Tool"
import * as EffectHost from "@errata/mcp-adapter/effect"
import type * as Handler from "@errata/mcp-adapter/Handler"
import * as SdkHost from "@errata/mcp-adapter/sdk"
import * as ServerHost from "@errata/mcp-adapter/server"
import { toNodeHandler } from "@modelcontextprotocol/node"
import { McpServer as OldestMcpServer1 } from "@modelcontextprotocol/sdk-oldest/server/mcp.js"
import { StreamableHTTPServerTransport as OldestTransport1 } from "@modelcontextprotocol/sdk-oldest/server/streamableHttp.js"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { StreamableHTTPServerTransport as Transport1 } from "@modelcontextprotocol/sdk/server/streamableHttp.js"
import * as server2 from "@modelcontextprotocol/server"
import * as oldestServer2 from "@modelcontextprotocol/server-oldest"
import * as McpProtocol from "effect/ai/McpProtocol"
import * as McpServer from "effect/ai/McpServer"
import * as Context from "effect/Context"
import * as HttpRouter from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { sessions } from "../support/httpSessions.ts"

/** Tools, and how they answer. */
export type Served = readonly [tools: ReadonlyArray<Tool.Handled>, options: Handler.Options]

/** A server that listens. */
export interface Server {
  readonly url: string
  readonly close: () => Promise<void>
}

export type Serve = (served: ReadonlyArray<Served>) => Promise<Server>

const info = { name: "matrix", version: "1.0.0" }

/** Nobody reads what these servers log. */
export const silent = Context.make(Logger.CurrentLoggers, new Set<Logger.Logger<unknown, unknown>>())

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>

const listen = async (handle: Handle, end?: () => Promise<void>): Promise<Server> => {
  const server = createServer((request, response) => {
    handle(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  })
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    close: async () => {
      await new Promise<void>((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      })
      await end?.()
    }
  }
}

interface Generation1 {
  readonly McpServer: typeof McpServer1
  readonly Transport: typeof Transport1
}

/** SDK 1.x: sessions over Streamable HTTP. */
const sdk = ({ McpServer, Transport }: Generation1): Serve => async (served) => {
  const transportOf = sessions(async (session) => {
    const server = new McpServer(info)
    for (const [tools, options] of served) SdkHost.register(server, tools, { runtime: silent, ...options })
    const transport = new Transport(session)
    await server.connect(transport as never) // its types are not exact about what is optional
    return transport
  })
  return await listen(async (request, response) => {
    const transport = await transportOf(request.headers["mcp-session-id"] as string | undefined)
    if (transport === undefined) response.writeHead(404).end()
    else await transport.handleRequest(request, response)
  })
}

/** server 2.x: `createMcpHandler` answers both eras. */
const server =
  ({ McpServer, createMcpHandler }: Pick<typeof server2, "McpServer" | "createMcpHandler">): Serve =>
  async (
    served
  ) => {
    const registrations = served.map(([tools, options]) => ServerHost.prepare(tools, { runtime: silent, ...options }))
    const handler = createMcpHandler(() => {
      const server = new McpServer(info)
      for (const registerOn of registrations) registerOn(server)
      return server
    })
    return await listen(toNodeHandler(handler) as never as Handle, () => handler.close())
  }

/** effect's own server, with every protocol that knows structured content. */
const effect: Serve = async (served) => {
  const registrations = Layer.mergeAll(
    Layer.empty,
    ...served.map(([tools, options]) => EffectHost.layer(tools, options))
  )
  const { dispose, handler } = HttpRouter.toWebHandler(
    Layer.provide(
      registrations,
      McpServer.layerHttp({
        ...info,
        path: "/mcp",
        protocols: [McpProtocol.v2025_06_18, McpProtocol.v2025_11_25, McpProtocol.v2026_07_28]
      })
    ).pipe(Layer.provide(Layer.succeedContext(silent))),
    { disableLogger: true }
  )
  return await listen(toNodeHandler({ fetch: (request: Request) => handler(request) }) as never as Handle, dispose)
}

export const servers = {
  "SDK 1.x, oldest": sdk({ McpServer: OldestMcpServer1, Transport: OldestTransport1 } as never),
  "SDK 1.x": sdk({ McpServer: McpServer1, Transport: Transport1 }),
  "server 2.x, oldest": server(oldestServer2 as never),
  "server 2.x": server(server2),
  effect
} satisfies { readonly [name: string]: Serve }

export type ServerName = keyof typeof servers
