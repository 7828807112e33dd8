/**
 * Serves tools on an existing `McpServer` of `@modelcontextprotocol/sdk` 1.x, next to tools registered the ordinary way.
 *
 * **Details**
 *
 * The JSON Schemas that effect writes are listed exactly. Arguments reach the tool as they came, so that decoding and its
 * issues are ours; only arguments that are no object at all fall to the SDK before us. What the SDK would have turned into
 * raw exception text never reaches it: our handlers always return. With `MCP_DEBUG=true` in the environment replies show
 * the details of defects, for development only.
 *
 * @since 0.1.0
 */
import * as JsonSchema from "@errata/core/JsonSchema"
import type * as Tool from "@errata/core/Tool"
import type { McpServer, RegisteredTool } from "@modelcontextprotocol/sdk/server/mcp.js"
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js"
import type { ServerNotification, ServerRequest } from "@modelcontextprotocol/sdk/types.js"
import type * as Schema from "effect/Schema"
import * as z from "zod"
import * as Handler from "./Handler.ts"
import { withDebugging } from "./internal/debugging.ts"
import type { Runtime } from "./Runtime.ts"

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>

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
 * const ping = Tool.define("ping", { description: "Answers.", output: Schema.String, safety: "read" })
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
  ...[runtime, options]: [R] extends [never] ? [runtime?: Runtime<R> | undefined, options?: Handler.Options]
    : [runtime: Runtime<R>, options?: Handler.Options]
): ReadonlyArray<RegisteredTool> => {
  const given = { runtime, options: withDebugging(options) }
  return tools.map((handled) => {
    const { tool } = handled
    const handler = Handler.make<R>(handled, ...[given] as never)
    const hasOutput = tool.output.ast._tag !== "Void"
    return server.registerTool(tool.name, {
      ...tool.title === undefined ? {} : { title: tool.title },
      description: tool.description,
      inputSchema: listed(inputOf(tool)),
      ...hasOutput ? { outputSchema: listed(outputOf(tool)) } : {},
      annotations: { ...tool.annotations } as { [key: string]: boolean }
    }, ((args: unknown, extra: Extra) => handler(args, requestOf(extra))) as never)
  })
}

const inputOf = (tool: Tool.Any) => () =>
  JsonSchema.fromSchema(tool.input, { isClosed: tool.unknownArguments === "refuse" })

const outputOf = (tool: Tool.Any) => (): JsonSchema.JsonSchema => JsonSchema.ofOutput(tool.output as Schema.Top)

/**
 * A schema that lets everything pass and lists what we say. The SDK asks a zod schema for both; a schema's own
 * `toJSONSchema` is zod's hook for the listing, and must return a fresh object each time, since zod changes it.
 */
const listed = (json: () => JsonSchema.JsonSchema) => {
  const schema = z.looseObject({})
  let known: JsonSchema.JsonSchema | undefined
  schema._zod.toJSONSchema = () => structuredClone((known ??= json()))
  return schema
}

const requestOf = (extra: Extra): Handler.Request => ({
  signal: extra.signal,
  meta: extra._meta,
  authInfo: extra.authInfo,
  notify: (notification) => extra.sendNotification(notification as ServerNotification)
})
