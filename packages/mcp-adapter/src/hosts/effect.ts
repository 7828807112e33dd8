/**
 * Serves tools on effect's own `McpServer`: new ones with {@link layer}, and those of an existing `Toolkit` with
 * {@link adoptToolkit}, next to a `Toolkit` registered the ordinary way.
 *
 * **Details**
 *
 * effect's server folds a toolkit's failures itself, to their message alone; tools that come here bring their results along.
 * The same result goes out on every protocol version. MCP middleware in the context runs around every call.
 * Only this file, and those in `internal/effect`, know effect's AI modules.
 *
 * **Gotchas**
 *
 * With `McpServer.layerStdio` give the server a logger that writes to stderr (`Log.layer`), since effect's default writes
 * between the frames.
 *
 * @stability experimental
 * @since 0.1.0
 */
import type * as Tool from "@errata/core/Tool"
import * as McpSchema from "effect/ai/McpSchema"
import * as McpServer from "effect/ai/McpServer"
import type * as AiTool from "effect/ai/Tool"
import type * as AiToolkit from "effect/ai/Toolkit"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Handler from "../call/Handler.ts"
import { bindTool } from "../call/internal/bind.ts"
import { withDebugging } from "../call/internal/debugging.ts"
import { assertGuides, assertListed } from "../call/internal/guides.ts"
import { withGuard } from "../call/internal/loopOption.ts"
import { assertWithoutRuntime } from "../call/internal/runtime.ts"
import type * as Wrap from "../existing/wrap.ts"
import { checkWhileDebugging } from "./internal/checking.ts"
import { adopt } from "./internal/effect/adopt.ts"
import { answer, shared } from "./internal/effect/request.ts"
import * as Listing from "./internal/listing.ts"
import { assertVerifiers } from "./internal/verifiers.ts"

/**
 * Registers tools on the server of the context, with the services of the context.
 *
 * @category registration
 * @stability experimental
 * @since 0.1.0
 */
export const register = <H extends Tool.Handled<unknown>>(
  tools: ReadonlyArray<H>,
  options?: Handler.Options
): Effect.Effect<void, never, McpServer.McpServer | Handler.NeededBy<H>> => {
  assertWithoutRuntime(options)
  return Effect.gen(function*() {
    const server = yield* McpServer.McpServer
    const context = yield* Effect.context<Handler.NeededBy<H>>()
    const given = { ...withGuard(withDebugging(options)), runtime: shared(context), beside: tools }
    Listing.warnOfNames(tools)
    checkWhileDebugging(tools, given)
    assertVerifiers(tools)
    const lists = (name: string): boolean => server.tools.some(({ tool }) => tool.name === name)
    assertListed(assertGuides(tools, given), lists)
    for (const handled of tools) {
      const run = bindTool(handled, given)
      yield* server.addTool({
        tool: toMcpTool(handled.tool, options),
        annotations: Context.empty(),
        services: context as Context.Context<never>, // with them comes the middleware
        handle: (payload: unknown) => answer(server, (request) => run(payload, request, lists))
      })
    }
  })
}

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
 * const ping = Tool.make("ping", { description: "Answers.", output: Schema.String, safety: "read" })
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
 * @stability experimental
 * @since 0.1.0
 */
export const layer = <H extends Tool.Handled<unknown>>(
  tools: ReadonlyArray<H>,
  options?: Handler.Options
): Layer.Layer<never, never, McpServer.McpServer | Handler.NeededBy<H>> => Layer.effectDiscard(register(tools, options))

/**
 * Configures how a toolkit is adopted: what `wrap` knows for existing code, but for the name, for all tools and for some.
 *
 * **Details**
 *
 * | option | default | meaning |
 * |---|---|---|
 * | `safety` | from the annotations | `Tool.Readonly` is `read`, `Tool.Idempotent` is `idempotent`, the rest is undeclared |
 * | `tools` | none | options for single tools, by name; `false` leaves a tool to effect |
 *
 * @category models
 * @stability experimental
 * @since 0.1.0
 */
export interface AdoptOptions<Name extends string = string> extends Omit<Wrap.Options, "name" | "idempotency"> {
  /** Options for single tools, by name; `false` leaves a tool to effect. Default: none. */
  readonly tools?: { readonly [N in Name]?: Omit<Wrap.Options, "name" | "idempotency"> | false | undefined } | undefined
}

/**
 * Registers an existing toolkit in the place of `McpServer.toolkit`: the same tools, listed the same, with the same results
 * when they succeed. When they fail, the failure is folded.
 *
 * **Details**
 *
 * A failure that is a `ToolError` is told as its problem. Of the others `classify`, `expose` and the default table decide,
 * as for what existing code throws; what is unknown is masked, even if the tool declares it. It is the same in both
 * failure modes. Arguments that do not fit are answered with every issue, on every protocol version.
 *
 * Handlers find a `ToolCall`, if they look for it with `Effect.serviceOption`. Middleware runs as before, and what it provides
 * reaches them. Existing code keeps its own time: no `timeout` holds unless it is given.
 *
 * **Gotchas**
 *
 * The arguments of a dynamic tool with a raw JSON Schema are not checked, as with `McpServer.toolkit`.
 *
 * **Example** (Adopting a toolkit)
 *
 * ```ts import.meta.vitest
 * import * as Errata from "@errata/mcp-adapter/effect"
 * import * as McpProtocol from "effect/ai/McpProtocol"
 * import * as McpTest from "effect/ai/McpTest"
 * import * as Tool from "effect/ai/Tool"
 * import * as Toolkit from "effect/ai/Toolkit"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Schema from "effect/Schema"
 *
 * class OutOfStock extends Schema.TaggedError<OutOfStock>()("OutOfStock", { item: Schema.String }) {
 *   override readonly message = `No ${this.item} left`
 * }
 * const order = Tool.make("order", { parameters: Schema.Struct({ item: Schema.String }), failure: OutOfStock })
 * const shop = Toolkit.make(order)
 *
 * const tools = Errata.adoptToolkit(shop, { expose: [OutOfStock], logsCalls: false }).pipe( // was: McpServer.toolkit(shop)
 *   Layer.provide(shop.toLayer({ order: ({ item }) => Effect.fail(new OutOfStock({ item })) }))
 * )
 *
 * const program = Effect.gen(function*() {
 *   const client = yield* McpTest.makeClient(tools, { protocols: [McpProtocol.v2025_11_25] })
 *   return yield* client.callTool({ name: "order", arguments: { item: "ink" } })
 * })
 * const [block] = (await Effect.runPromise(Effect.scoped(program))).content
 * block?.type === "text" && block.text.split("\n").slice(0, 2)
 * // => ["No ink left.", "Error: processing_error (permanent)."]
 * ```
 *
 * @category layers
 * @stability experimental
 * @since 0.1.0
 */
export const adoptToolkit = <Tools extends Record<string, AiTool.Any>>(
  toolkit: AiToolkit.Toolkit<Tools>,
  options?: AdoptOptions<Extract<keyof Tools, string>>
): Layer.Layer<never, never, McpServer.ToolkitRequirements<Tools>> =>
  Layer.effectDiscard(registerToolkit(toolkit, options))

/**
 * Registers an existing toolkit in the place of `McpServer.registerToolkit`. See {@link adoptToolkit}.
 *
 * @category registration
 * @stability experimental
 * @since 0.1.0
 */
export const registerToolkit = <Tools extends Record<string, AiTool.Any>>(
  toolkit: AiToolkit.Toolkit<Tools>,
  options?: AdoptOptions<Extract<keyof Tools, string>>
): Effect.Effect<void, never, McpServer.ToolkitRequirements<Tools>> => adopt(toolkit, options ?? {})

const toMcpTool = (tool: Tool.Any, options: Handler.Options = {}): McpSchema.Tool =>
  new McpSchema.Tool({
    name: tool.name,
    ...Listing.described(tool),
    ...Listing.errorsOf(tool, options),
    inputSchema: Listing.inputSchema(tool)(),
    ...Listing.hasOutput(tool) ? { outputSchema: Listing.outputSchema(tool, options.structuredErrors)() } : {}
  } as never)
