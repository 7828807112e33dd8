/** Whole servers adopted: those of both SDKs, and the low-level ones. */
import { adoptServer, prepare, type Reach } from "@errata/mcp-adapter/adopt"
import { Server as Server1 } from "@modelcontextprotocol/sdk/server/index.js"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { createMcpHandler, McpServer as McpServer2, Server as Server2 } from "@modelcontextprotocol/server"
import { sameType } from "./same.ts"

class OutOfStock extends Error {
  readonly item: string

  constructor(item: string) {
    super(`No ${item} left`)
    this.item = item
  }
}

const info = { name: "shop", version: "1.0.0" }

const report = adoptServer(new McpServer1(info), {
  service: "The shop",
  expose: [OutOfStock],
  classify: (failure) => {
    sameType<typeof failure, unknown>(true)
    return undefined
  },
  mode: "shadow",
  logsCalls: false,
  timeout: "5 seconds",
  tools: { charge: { safety: "keyed", expose: (failure) => failure instanceof OutOfStock } }
})
sameType<typeof report, Reach>(true)
sameType<(typeof report.wrapped)[number]["name"], string>(true)
const names: ReadonlyArray<string> = [
  ...report.schemas,
  ...report.unreachable.map(({ what, why }) => `${what}: ${why}`)
]

adoptServer(new McpServer2(info))
adoptServer(new McpServer2(info), { expose: (failure) => failure instanceof OutOfStock && names.length > 0 })
adoptServer(new Server1(info, { capabilities: { tools: {} } }), { service: "The shop" })
adoptServer(new Server2(info, { capabilities: { tools: {} } }), { service: "The shop" })

const adopt = prepare({ service: "The shop", expose: [OutOfStock] })
createMcpHandler(() => {
  const server = new McpServer2(info)
  adopt(server)
  return server
})
