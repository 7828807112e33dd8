/**
 * A server as there are many: it knows nothing of Errata, and answers in its own words. In the same process, to be short.
 */
import type { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import * as z from "zod"

/** Connects a client to a server with the tools of the story, written by other people. */
export const connectToOldServer = async (client: Client): Promise<void> => {
  const server = new McpServer({ name: "old press", version: "0.1.0" })
  const text = (text: string) => ({ content: [{ type: "text" as const, text }] })
  server.registerTool("order_paper", { inputSchema: { paper: z.string(), sheets: z.number() } }, ({ sheets }) => {
    if (sheets > 100) throw new Error("no paper")
    return text(JSON.stringify({ ordered_at: "2026-11-21T09:00:00.000Z", sheets }))
  })
  server.registerTool(
    "pull_proof",
    {},
    () =>
      text(
        JSON.stringify({ success: false, error: { message: "the ink is wet", retryable: true, retry_after_ms: 250 } })
      )
  )
  const [ours, theirs] = InMemoryTransport.createLinkedPair()
  await server.connect(ours)
  await client.connect(theirs)
}
