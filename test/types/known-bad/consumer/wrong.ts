// Known to be bad: proves that a handler that does not fit, and an expected error that is none, fail the gate.
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import * as z from "zod"

const server = new McpServer({ name: "shop", version: "1.0.0" })

server.registerTool("wrong", { inputSchema: { id: z.string() } }, wrapHandler(async ({ id }: { id: number }) => id))
// @ts-expect-error
server.registerTool("right", { inputSchema: { id: z.string() } }, wrapHandler(async ({ id }) => id))
