/** Connects servers of either SDK to the client of their own generation. */
import {
  Client as Client2,
  type ClientOptions,
  InMemoryTransport as InMemoryTransport2,
  StreamableHTTPClientTransport
} from "@modelcontextprotocol/client"
import { toNodeHandler } from "@modelcontextprotocol/node"
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport as InMemoryTransport1 } from "@modelcontextprotocol/sdk/inMemory.js"
import type { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { createMcpHandler, type McpServer as McpServer2 } from "@modelcontextprotocol/server"
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { onTestFinished } from "vitest"

export const info = { name: "existing", version: "1.0.0" }

/** What a call came to: a result, or the JSON-RPC error that the client raised. */
export const outcome = async (call: Promise<unknown>): Promise<unknown> => {
  try {
    return await call
  } catch (error) {
    const { code, data, message } = error as { code?: unknown; data?: unknown; message: string }
    return { code, data, message }
  }
}

export const connect1 = async (server: McpServer1): Promise<Client1> => {
  const [ours, theirs] = InMemoryTransport1.createLinkedPair()
  const client = new Client1(info)
  onTestFinished(() => client.close())
  await server.connect(ours)
  await client.connect(theirs)
  return client
}

export const connect2 = async (server: McpServer2): Promise<Client2> => {
  const [ours, theirs] = InMemoryTransport2.createLinkedPair()
  const client = new Client2(info)
  onTestFinished(() => client.close())
  await server.connect(ours)
  await client.connect(theirs)
  return client
}

/** Serves revision 2026-07-28 over HTTP: each request meets a server of its own. */
export const connectOverHttp = async (make: () => McpServer2, options: ClientOptions): Promise<Client2> => {
  const handler = createMcpHandler(make, { legacy: "reject" })
  const http = createServer((request, response) => void toNodeHandler(handler)(request as never, response as never))
  http.listen(0, "127.0.0.1")
  await once(http, "listening")
  const client = new Client2(info, { ...options, versionNegotiation: { mode: { pin: "2026-07-28" } } })
  onTestFinished(async () => {
    await client.close()
    await handler.close()
    http.closeAllConnections()
    await new Promise((resolve) => http.close(resolve))
  })
  const { port } = http.address() as AddressInfo
  await client.connect(new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/mcp`)))
  return client
}
