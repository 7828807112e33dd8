/** A stateless server over HTTP, which makes a server for every request: `http-server.ts <variant> <tools>`. Prints its port. */
import * as Tool from "@errata/core/Tool"
import { serve } from "@errata/mcp-adapter/http"
import { prepare, register } from "@errata/mcp-adapter/sdk"
import { toNodeHandler } from "@modelcontextprotocol/node"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js"
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js"
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv"
import { createMcpHandler, McpServer as McpServer2 } from "@modelcontextprotocol/server"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
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

type Handle = (request: IncomingMessage, response: ServerResponse) => unknown

/** The variants take turns: a connection waits long for its next request. */
const keepAliveTimeout = 600_000

const listen = (handle: Handle): void => {
  const http = createServer({ keepAliveTimeout }, (request, response) => void handle(request, response))
  http.listen(0, "127.0.0.1", () => console.log((http.address() as AddressInfo).port))
}

const handleWith = (make: () => McpServer): Handle => async (request, response) => {
  const server = make()
  const transport = new StreamableHTTPServerTransport(
    { sessionIdGenerator: undefined, enableJsonResponse: true } as never
  )
  response.on("close", () => void server.close())
  await server.connect(transport as Transport)
  await transport.handleRequest(request, response)
}

const byHand2: Handle = toNodeHandler(createMcpHandler(() => {
  const server = new McpServer2(info)
  for (const name of names) server.registerTool(name, schemas as never, byHand as never)
  return server
})) as never

const served = async (sdk: 1 | 2, streams: boolean): Promise<void> => {
  const requests = { idleTimeout: keepAliveTimeout }
  const { port } = await serve({ ...info, tools, logsCalls: false, sdk, streams, requests, write: () => undefined })
  console.log(port)
}

const effects = async (): Promise<void> => {
  const { port, serve } = await import("./lib/effect-http.ts")
  await serve(tools, keepAliveTimeout)
  console.log(port())
}

const whole: { readonly [name: string]: () => Promise<void> | void } = {
  "by hand, SDK 2": () => listen(byHand2),
  "Errata, served": () => served(1, false),
  "Errata, served in streams": () => served(1, true),
  "Errata, served by SDK 2": () => served(2, false),
  "effect's McpServer": effects
}

const make = variants[variant]
const start = whole[variant]
if (start !== undefined) await start()
else if (make !== undefined) listen(handleWith(make))
else throw new Error(`No variant "${variant}". There are: ${Object.keys({ ...variants, ...whole }).join(", ")}`)
