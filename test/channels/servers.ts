/** Servers of both official SDKs that say what is asked of them: tools of ours, wrapped handlers, an adopted rest. */
import { adoptServer } from "@errata/mcp-adapter/adopt"
import type * as Handler from "@errata/mcp-adapter/Handler"
import * as SdkHost from "@errata/mcp-adapter/sdk"
import * as ServerHost from "@errata/mcp-adapter/server"
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { McpServer as McpServer2 } from "@modelcontextprotocol/server"
import type * as Context from "effect/Context"
import { existing, tools, ways } from "./tools.ts"

export const info = { name: "channels", version: "1.0.0" }
const withLogging = { capabilities: { logging: {} } }

export const options: Handler.Options = { opensSpans: true, structuredErrors: true }

/** What is registered is alike for both generations. */
const adopt = (given: McpServer1 | McpServer2): void => {
  const server = given as McpServer1
  for (const way of ways) {
    server.registerTool(way, { description: "d" }, ((context: unknown) => existing(way)({}, context)) as never)
    const wrapped = wrapHandler((context: unknown) => existing(way)({}, context), { name: way })
    server.registerTool(`${way}, wrapped`, { description: "d" }, wrapped as never)
  }
  adoptServer(server)
}

export const server1 = (context: Context.Context<never>): McpServer1 => {
  const server = new McpServer1(info, withLogging)
  adopt(server)
  SdkHost.register(server, tools, { runtime: context, ...options })
  return server
}

export const server2 = (context: Context.Context<never>): McpServer2 => {
  const server = new McpServer2(info, withLogging)
  adopt(server)
  ServerHost.register(server, tools, { runtime: context, ...options })
  return server
}
