import { Server } from "@modelcontextprotocol/sdk/server/index.js"
import { CallToolRequestSchema, ErrorCode, ListToolsRequestSchema, McpError } from "@modelcontextprotocol/sdk/types.js"
import * as z from "zod"
import { type Scene, text } from "./Scene.ts"

const Query = z.object({ sql: z.string() })

const tools = [
  { name: "query", inputSchema: { type: "object", properties: { sql: { type: "string" } } } },
  { name: "describe", annotations: { readOnlyHint: true }, inputSchema: { type: "object" } }
]

const run = (name: string, args: unknown) => {
  switch (name) {
    case "query": {
      const { sql } = Query.parse(args)
      if (!/^select/i.test(sql)) throw new McpError(ErrorCode.InvalidParams, "Only SELECT statements are allowed")
      if (/user/.test(sql)) {
        // what a driver says of a statement that the caller wrote
        throw Object.assign(new Error(`relation "user" does not exist`), { code: "42P01", severity: "ERROR" })
      }
      return text("[]")
    }
    case "describe":
      throw new McpError(
        ErrorCode.InternalError,
        "The schema is being rebuilt, ask again in a minute (replica postgres://ro:hunter2@db-7.internal/main)"
      )
    default:
      throw new McpError(ErrorCode.MethodNotFound, `Unknown tool: ${name}`)
  }
}

/** A database: one handler for all tools, which throws the SDK's own errors. */
export const lowLevel: Scene = {
  style: "low-level Server with McpError (SDK 1.x)",
  make: (adopt) => {
    const server = new Server({ name: "database", version: "1.0.0" }, { capabilities: { tools: {} } })
    server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }))
    server.setRequestHandler(CallToolRequestSchema, ({ params }) => run(params.name, params.arguments ?? {}))
    adopt(server as never)
    return server
  },
  works: [{ tool: "query", args: { sql: "select 1" } }],
  fails: [
    { tool: "query", args: { sql: "drop table x" }, says: ["Only SELECT statements are allowed"] },
    { tool: "query", args: { sql: "select * from user" }, says: ["relation \"user\" does not exist"] },
    { tool: "query", args: { sql: 7 }, says: ["sql"] },
    {
      tool: "describe",
      says: ["The schema is being rebuilt, ask again in a minute"],
      leaks: ["hunter2", "db-7.internal"]
    },
    { tool: "queri", says: ["Unknown tool"] }
  ]
}
