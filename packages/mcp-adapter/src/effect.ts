/**
 * Serves tools on effect's own `McpServer`, next to a `Toolkit` registered the ordinary way.
 *
 * **Details**
 *
 * effect's server folds a toolkit's failures itself, to their message alone; tools that come here bring their results along.
 * The same result goes out on every protocol version. effect's AI modules are unstable: this is the only file that knows
 * them.
 *
 * **Gotchas**
 *
 * With `McpServer.layerStdio` give the server a logger that writes to stderr (`Log.layer`), since effect's default writes
 * between the frames.
 *
 * @since 0.1.0
 */
import type * as Tool from "@errata/core/Tool"
import * as McpSchema from "effect/ai/McpSchema"
import * as McpServer from "effect/ai/McpServer"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { CallToolResult } from "./CallToolResult.ts"
import * as Handler from "./Handler.ts"
import { withDebugging } from "./internal/debugging.ts"
import * as Listing from "./internal/listing.ts"

/**
 * Registers tools on the server of the context, with the services of the context.
 *
 * @category registration
 * @since 0.1.0
 */
export const register = <R = never>(
  tools: ReadonlyArray<Tool.Handled<R>>,
  options?: Handler.Options
): Effect.Effect<void, never, McpServer.McpServer | R> =>
  Effect.gen(function*() {
    const server = yield* McpServer.McpServer
    const context = yield* Effect.context<R>()
    const given = { runtime: context, options: withDebugging(options) }
    for (const handled of tools) {
      const handler = Handler.make<R>(handled, ...[given] as never)
      const notify = notifier(server)
      yield* server.addTool({
        tool: toMcpTool(handled.tool),
        annotations: Context.empty(),
        handle: (payload: unknown) =>
          Effect.flatMap(McpSchema.McpRequestContext, (request) =>
            answer(handler, payload, request.requestMetadata, notify))
      })
    }
  })

/**
 * Registers tools as a layer.
 *
 * **Example** (Adding a tool to a server)
 *
 * ```ts import.meta.vitest
 * import * as Tool from "@errata/core/Tool"
 * import * as Errata from "@errata/mcp-adapter/effect"
 * import * as McpProtocol from "effect/ai/McpProtocol"
 * import * as McpTest from "effect/ai/McpTest"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 *
 * const ping = Tool.define("ping", { description: "Answers.", output: Schema.String, safety: "read" })
 * const tools = Errata.layer([Tool.handle(ping, () => Effect.succeed("pong"))], { logsCalls: false })
 *
 * const program = Effect.gen(function*() {
 *   const client = yield* McpTest.makeClient(tools, { protocols: [McpProtocol.v2025_11_25] })
 *   return yield* client.callTool({ name: "ping", arguments: {} })
 * })
 * const result = await Effect.runPromise(Effect.scoped(program))
 * result.structuredContent // => { result: "pong" }
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = <R = never>(
  tools: ReadonlyArray<Tool.Handled<R>>,
  options?: Handler.Options
): Layer.Layer<never, never, McpServer.McpServer | R> => Layer.effectDiscard(register(tools, options))

const toMcpTool = (tool: Tool.Any): McpSchema.Tool =>
  new McpSchema.Tool({
    name: tool.name,
    ...Listing.described(tool),
    inputSchema: Listing.inputSchema(tool)(),
    ...Listing.hasOutput(tool) ? { outputSchema: Listing.outputSchema(tool)() } : {}
  } as never)

type Notify = NonNullable<Handler.Request["notify"]>

const notifier = (server: McpServer.McpServer["Service"]): Notify => ({ method, params }) =>
  method === "notifications/progress"
    ? Effect.runPromise(server.notifications["notifications/progress"](params as never))
    : undefined

/** Interruption of the fiber is what a client's cancel does here. */
const answer = (
  handler: Handler.Handler,
  payload: unknown,
  meta: object | undefined,
  notify: Notify
): Effect.Effect<McpSchema.CallToolResult> =>
  Effect.callback((resume, signal) => {
    const done = (result: CallToolResult): void => resume(Effect.succeed(new McpSchema.CallToolResult(result as never)))
    const result = handler(payload, { signal, notify, meta: meta as { readonly [key: string]: unknown } | undefined })
    if (result instanceof Promise) void result.then(done)
    else done(result)
  })
