/** A stateless server over HTTP, which makes a server for every request: `http-server.ts <variant> <tools>`. Prints its port. */
import * as Tool from "@errata/core/Tool"
import { prepare, register } from "@errata/mcp-adapter/sdk"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js"
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js"
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { z } from "zod"
import { add, byHand, sum } from "./lib/tools.ts"

const [variant = "", count = "1"] = process.argv.slice(2)
const names = Array.from({ length: Number(count) }, (_, i) => i === 0 ? "add" : `add_${i}`)

const jsonSchemaValidator = new AjvJsonSchemaValidator()
const info = { name: "bench", version: "0.0.0" }
const schemas = {
  description: "Adds two numbers.",
  inputSchema: z.object({ a: z.number(), b: z.number() }),
  outputSchema: z.object({ sum: z.number() })
}
const { description, errors, input, output, safety } = add
const tools = names.map((name) => Tool.handle(Tool.make(name, { description, input, output, errors, safety }), sum))
const addTools = prepare(tools, { logsCalls: false })

const byHandOn = (server: McpServer): McpServer => {
  for (const name of names) server.registerTool(name, schemas, byHand)
  return server
}
const shared = () => new McpServer(info, { jsonSchemaValidator })
const withTools = (add: (server: McpServer) => unknown) => () => {
  const server = shared()
  add(server)
  return server
}

const variants: { readonly [name: string]: () => McpServer } = {
  "by hand, a validator each": () => byHandOn(new McpServer(info)),
  "by hand": () => byHandOn(shared()),
  "by hand again": () => byHandOn(shared()),
  "Errata, registered each time": withTools((server) => register(server, tools, { logsCalls: false })),
  "Errata, prepared": withTools(addTools)
}

const make = variants[variant]
if (make === undefined) throw new Error(`No variant "${variant}". There are: ${Object.keys(variants).join(", ")}`)

const http = createServer((request, response) => {
  const server = make()
  const transport = new StreamableHTTPServerTransport(
    { sessionIdGenerator: undefined, enableJsonResponse: true } as never
  )
  response.on("close", () => void server.close())
  void server.connect(transport as Transport).then(() => transport.handleRequest(request, response))
})
// the variants take turns: a connection waits long for its next request
http.keepAliveTimeout = 600_000
http.listen(0, "127.0.0.1", () => console.log((http.address() as AddressInfo).port))
