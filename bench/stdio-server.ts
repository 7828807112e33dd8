/** A stdio server with the tool `add`, by the name that tables show: `stdio-server.ts <variant>`. */
import * as Tool from "@errata/core/Tool"
import { register } from "@errata/mcp-adapter/sdk"
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js"
import * as Effect from "effect/Effect"
import { add, byHand, logging, type Numbers, serverOf, sum, written, zodServer } from "./lib/tools.ts"

const errata = (logsCalls: boolean): McpServer => {
  const server = serverOf()
  register(server, [Tool.handle(add, sum)], { logsCalls })
  return server
}

const variants: { readonly [name: string]: () => McpServer } = {
  "by hand": () => zodServer(byHand),
  "by hand again": () => zodServer(byHand),
  "by hand with a log line": () => zodServer(logging),
  "Effect.runPromise by hand": () => zodServer((args: Numbers) => Effect.runPromise(Effect.map(sum(args), written))),
  "Errata without the log line": () => errata(false),
  Errata: () => errata(true)
}

const server = variants[process.argv[2] ?? ""]
if (server === undefined) {
  throw new Error(`No variant "${process.argv[2]}". There are: ${Object.keys(variants).join(", ")}`)
}
await server().connect(new StdioServerTransport())
