/** One call of a handler in a server of an official SDK that was adopted as a whole. */
import { adoptServer } from "@errata/mcp-adapter/adopt"
import type { CallToolResult } from "@errata/mcp-adapter/CallToolResult"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"

export const adoptedOnce = async (handler: () => Promise<never>): Promise<CallToolResult> => {
  const server = new McpServer({ name: "shop", version: "1.0.0" })
  server.registerTool("order", { description: "Orders." }, handler)
  adoptServer(server, { logsCalls: false })
  const client = new Client({ name: "caller", version: "1.0.0" })
  const [ours, theirs] = InMemoryTransport.createLinkedPair()
  await Promise.all([server.connect(ours), client.connect(theirs)])
  try {
    return await client.callTool({ name: "order", arguments: {} }) as CallToolResult
  } finally {
    await client.close()
  }
}
