/** Serves every kind of reply over stdio, in the profile whose name is given. */
import { register } from "@errata/mcp-adapter/sdk"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js"
import { kinds, listItems, profiles } from "../../matrix/replies.ts"

const [, , profile = "text"] = process.argv
const tools = [listItems, ...new Set(Object.values(kinds).map(({ handled }) => handled))]
const server = new McpServer({ name: "lab", version: "1.0.0" })
register(server, tools, { logsCalls: false, ...profiles[profile as keyof typeof profiles] })
await server.connect(new StdioServerTransport())
