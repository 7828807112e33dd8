/**
 * Serves the fixtures of the official conformance suite with SDK 2.x, in both protocol eras:
 * `node packages/examples/src/conformance/main-server.ts --port 3000`.
 *
 * The revision 2026-07-28 knows no sessions: every request gets a server of its own. `createMcpHandler` would serve older
 * clients in the same way, but then a tool cannot ask them anything, since their answer arrives at another server; so they
 * get sessions.
 */
import { localhostHostValidation, localhostOriginValidation, toNodeHandler } from "@modelcontextprotocol/node"
import {
  createMcpHandler,
  InMemoryServerEventBus,
  isLegacyRequest,
  WebStandardStreamableHTTPServerTransport
} from "@modelcontextprotocol/server"
import * as Http from "./http.ts"
import { factory } from "./server.ts"

const bus = new InMemoryServerEventBus()
const make = factory(bus)
const modern = createMcpHandler(make, { bus, legacy: "reject" })

const transportOf = Http.sessions(async (session) => {
  const transport = new WebStandardStreamableHTTPServerTransport(session)
  await make().connect(transport)
  return transport
})

const legacy = async (request: Request): Promise<Response> => {
  const transport = await transportOf(request.headers.get("mcp-session-id"))
  return transport === undefined
    ? Response.json({ jsonrpc: "2.0", error: { code: -32001, message: "Session not found" }, id: null }, {
      status: 404
    })
    : transport.handleRequest(request)
}

const isForThisMachine = localhostHostValidation()
const isFromThisMachine = localhostOriginValidation()
const serve = toNodeHandler({
  fetch: async (request, options) => await isLegacyRequest(request) ? legacy(request) : modern.fetch(request, options)
})

Http.listen(async (request, response) => {
  if (isForThisMachine(request, response) && isFromThisMachine(request, response)) {
    await serve(request as never, response as never)
  }
})
