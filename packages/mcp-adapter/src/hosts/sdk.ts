/**
 * Serves tools on an existing `McpServer` of `@modelcontextprotocol/sdk` 1.x, next to tools registered the ordinary way.
 *
 * **Details**
 *
 * The JSON Schemas that effect writes are listed exactly. Arguments reach the tool as they came, so that decoding and its
 * issues are ours; only arguments that are no object at all fall to the SDK before us. What the SDK would have turned into
 * raw exception text never reaches it: our handlers always return. One thing passes untouched: a handler that dies of the
 * SDK's own `UrlElicitationRequiredError` asks the client for something, and the SDK has to see it. With `MCP_DEBUG=true` in the environment replies show
 * the details of defects, for development only.
 *
 * @since 0.1.0
 */
import type * as Tool from "@errata/core/Tool"
import type { McpServer, RegisteredTool } from "@modelcontextprotocol/sdk/server/mcp.js"
import * as z from "zod/v4"
import type * as Handler from "../call/Handler.ts"
import { settleLater } from "../call/internal/answer.ts"
import { bindTool } from "../call/internal/bind.ts"
import { withDebugging } from "../call/internal/debugging.ts"
import { markFolding } from "../call/internal/foldsItself.ts"
import { requestFrom } from "../call/internal/request.ts"
import { assertGiven } from "../call/internal/runtime.ts"
import { toThrow } from "../existing/internal/adopt/failures.ts"
import * as JsonRpcError from "../fold/JsonRpcError.ts"
import * as Listing from "./internal/listing.ts"

/**
 * Registers tools on a server. A service that the runtime does not bring does not compile.
 *
 * **Example** (Adding a tool to a server)
 *
 * ```ts import.meta.vitest
 * import * as Tool from "@errata/core/Tool"
 * import { register } from "@errata/mcp-adapter/sdk"
 * import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 *
 * const ping = Tool.make("ping", { description: "Answers.", output: Schema.String, safety: "read" })
 * const server = new McpServer({ name: "example", version: "1.0.0" })
 *
 * const registered = register(server, [Tool.handle(ping, () => Effect.succeed("pong"))])
 * registered.length // => 1
 * ```
 *
 * @category registration
 * @since 0.1.0
 */
export const register = <R = never>(
  server: McpServer,
  tools: ReadonlyArray<Tool.Handled<R>>,
  ...[options]: Handler.Arguments<R>
): ReadonlyArray<RegisteredTool> => {
  const given = { ...withDebugging(assertGiven(options)), raises: true }
  return tools.map((handled) => {
    const { tool } = handled
    const run = bindTool(handled, given)
    return server.registerTool(tool.name, {
      ...Listing.described(tool),
      inputSchema: listed(Listing.inputSchema(tool)),
      ...Listing.hasOutput(tool) ? { outputSchema: listed(Listing.outputSchema(tool, given.structuredErrors)) } : {}
    }, markFolding((args: unknown, extra: unknown) => settleLater(run(args, requestFrom(extra)))))
  })
}

/**
 * Answers calls of tools that do not exist as the MCP specification says: with the JSON-RPC error -32602, and the names that
 * may have been meant. The SDK 1.x answers them with a result of its own instead.
 *
 * **Details**
 *
 * Call it after the first tool is registered. Opt-in, since there is no public way: it wraps the SDK's own handler of
 * `tools/call`, which is private. Returns `false`, and changes nothing, if an SDK hides it elsewhere.
 *
 * @category registration
 * @since 0.1.0
 */
export const refuseUnknownTools = (server: McpServer): boolean => {
  const { _requestHandlers: handlers } = server.server as unknown as { readonly _requestHandlers?: unknown }
  const { _registeredTools: tools } = server as unknown as { readonly _registeredTools?: unknown }
  if (!(handlers instanceof Map) || typeof tools !== "object" || tools === null) return false
  const original: unknown = handlers.get("tools/call")
  if (typeof original !== "function") return false
  handlers.set("tools/call", (request: { readonly params?: { readonly name?: unknown } }, extra: unknown): unknown => {
    const name = request.params?.name
    if (typeof name !== "string" || Object.hasOwn(tools, name)) return original(request, extra)
    throw toThrow(JsonRpcError.unknownTool(name, enabled(tools)))
  })
  return true
}

/** The names that are listed: one that is switched off is nobody's to know. */
const enabled = (tools: object): ReadonlyArray<string> =>
  Object.entries(tools).filter(([, tool]) => Object(tool).enabled !== false).map(([name]) => name)

/**
 * A schema that lets everything pass and lists what we say. The SDK asks a zod schema for both; a schema's own
 * `toJSONSchema` is zod's hook for the listing, and must return a fresh object each time, since zod changes it.
 */
const listed = (json: () => { [key: string]: unknown }) => {
  const schema = z.looseObject({})
  const internals = schema._zod
  const run = internals.run.bind(internals)
  internals.toJSONSchema = json
  internals.run = (payload, context) => isRecord(payload.value) ? payload : run(payload, context) // spares zod a copy
  return schema
}

const isRecord = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value)
