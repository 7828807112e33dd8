/**
 * Serves the fixtures of the official conformance suite with SDK 1.x, over Streamable HTTP with sessions:
 * `node packages/examples/src/conformance/main-sdk.ts --port 3000`.
 */
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js"
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js"
import * as Http from "./http.ts"
import { isLocal } from "./local.ts"
import { make } from "./sdk.ts"

const transportOf = Http.sessions(async (session) => {
  const transport = new StreamableHTTPServerTransport(session)
  await make().connect(transport as Transport) // its types are not exact about what is optional
  return transport
})

Http.listen(async (request, response) => {
  if (!isLocal(request)) return Http.refuse(response, 403, "Only for this machine")
  const transport = await transportOf(request.headers["mcp-session-id"] as string | undefined)
  if (transport === undefined) return Http.refuse(response, 404, "Session not found", -32001)
  await transport.handleRequest(request, response)
})
