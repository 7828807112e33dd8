/**
 * Charges users with the plain SDK, as a careful author without Errata may write it: it takes a key, and keeps it nowhere.
 */
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js"
import { DatabaseSync } from "node:sqlite"
import { z } from "zod"

const database = new DatabaseSync(process.env["CHARGES"]!, { timeout: 10_000 })

const server = new McpServer({ name: "plain", version: "1.0.0" })
server.registerTool("charge_user", {
  description: "Charges a user.",
  inputSchema: { user_id: z.string(), amount: z.number(), idempotency_key: z.string() }
}, ({ amount, idempotency_key }) => {
  database.prepare("INSERT INTO charges VALUES (?, ?)").run(idempotency_key, amount)
  return { content: [{ type: "text", text: "charged" }] }
})
await server.connect(new StdioServerTransport())
