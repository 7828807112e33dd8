/** A client of a few lines over the SDK's in-memory transport, so that what is measured is the server. */
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js"
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js"

export interface Result {
  readonly content: ReadonlyArray<{ readonly text?: string }>
  readonly structuredContent?: { readonly [key: string]: unknown }
  readonly isError?: boolean
}

export type CallTool = (name: string, args: object) => Promise<Result>

export const connect = async (server: McpServer): Promise<CallTool> => {
  const [client, transport] = InMemoryTransport.createLinkedPair()
  await server.connect(transport)
  const pending = new Map<number, (message: JSONRPCMessage) => void>()
  client.onmessage = (message) => {
    if (!("id" in message)) return
    const settle = pending.get(message.id as number)
    pending.delete(message.id as number)
    settle?.(message)
  }
  await client.start()
  let last = 0
  const request = (method: string, params: Record<string, unknown>): Promise<Result> =>
    new Promise((resolve, reject) => {
      const id = ++last
      pending.set(id, (message) => {
        if ("result" in message) resolve(message.result as unknown as Result)
        else reject(new Error(JSON.stringify(message)))
      })
      void client.send({ jsonrpc: "2.0", id, method, params })
    })
  await request("initialize", {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "bench", version: "0.0.0" }
  })
  await client.send({ jsonrpc: "2.0", method: "notifications/initialized" })
  return (name, args) => request("tools/call", { name, arguments: args })
}
