#!/usr/bin/env node
/** Serves the tools over stdio. */
import { register } from "@errata/mcp-adapter/sdk"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { handlers } from "./handlers.ts"
import { inMemory } from "./Notes.ts"

const runtime = ManagedRuntime.make(inMemory)
const server = new McpServer({ name: "my-mcp-server", version: "0.1.0" })
register(server, handlers, { runtime })

const stop = async () => {
  await server.close()
  await runtime.dispose()
}
process.once("SIGINT", stop).once("SIGTERM", stop)
process.stdin.once("close", stop)

await server.connect(new StdioServerTransport())
