/** Serves a tool on SDK 1.x without us, which answers arguments that are `null` with a protocol error. */
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js"

const server = new McpServer({ name: "fragile", version: "1.0.0" })
server.registerTool("greet", { description: "Greets." }, () => ({ content: [{ type: "text", text: "Hello" }] }))
await server.connect(new StdioServerTransport())
