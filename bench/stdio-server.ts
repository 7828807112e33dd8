/** A stdio server with the tool `add`, by the name that tables show: `stdio-server.ts <variant>`. */
import { adoptServer } from "@errata/mcp-adapter/adopt"
import { register } from "@errata/mcp-adapter/sdk"
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js"
import * as Effect from "effect/Effect"
import { serveEffect } from "./lib/effect-stdio.ts"
import { carefully, handled, plainly } from "./lib/outcomes.ts"
import { type Numbers, serverOf, sum, withLine, written, zodServer } from "./lib/tools.ts"

const errata = (logsCalls: boolean): McpServer => {
  const server = serverOf()
  register(server, [handled], { logsCalls })
  return server
}

const adopted = (logsCalls: boolean): McpServer => {
  const server = zodServer(plainly)
  adoptServer(server, { logsCalls })
  return server
}

const overSdk = (make: () => McpServer) => () => make().connect(new StdioServerTransport())

const variants: { readonly [name: string]: () => Promise<void> } = {
  "by hand": overSdk(() => zodServer(carefully)),
  "by hand again": overSdk(() => zodServer(carefully)),
  "by hand with a log line": overSdk(() => zodServer(withLine(carefully))),
  "Effect.runPromise by hand": overSdk(() =>
    zodServer((args: Numbers) => Effect.runPromise(Effect.map(sum(args), written)))
  ),
  "Errata without the log line": overSdk(() => errata(false)),
  Errata: overSdk(() => errata(true)),
  "adopted, without the log line": overSdk(() => adopted(false)),
  adopted: overSdk(() => adopted(true)),
  "effect's server": serveEffect,
  FastMCP: async () => (await import("./lib/fast-stdio.ts")).serveFastMcp()
}

const serve = variants[process.argv[2] ?? ""]
if (serve === undefined) {
  throw new Error(`No variant "${process.argv[2]}". There are: ${Object.keys(variants).join(", ")}`)
}
await serve()
