/** A client of a few lines over the in-memory transports of both SDKs, so that what is measured is the server. */
import { InMemoryTransport as InMemoryTransport2 } from "@modelcontextprotocol/client"
import { InMemoryTransport as InMemoryTransport1 } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js"
import type { McpServer as McpServer2 } from "@modelcontextprotocol/server"
import { type CallTool, session } from "./session.ts"

/** A server of either SDK. */
export type Server = McpServer1 | McpServer2

export const connect = async (server: Server): Promise<CallTool> => {
  const client = await connected(server)
  const { call, receive, start } = session((message) => void client.send(message as never))
  client.onmessage = (message: object) => receive(message as JSONRPCMessage)
  await client.start()
  await start()
  return call
}

const connected = async (server: Server) => {
  if (server instanceof McpServer1) {
    const [client, transport] = InMemoryTransport1.createLinkedPair()
    await server.connect(transport)
    return client
  }
  const [client, transport] = InMemoryTransport2.createLinkedPair()
  await server.connect(transport)
  return client
}
