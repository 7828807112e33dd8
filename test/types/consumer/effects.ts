/** Effects handed to `registerTool` of both SDKs, with the schemas that stand there. */
import * as Errors from "@errata/core/Errors"
import { ToolCall } from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import { toHandler } from "@errata/mcp-adapter/toHandler"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js"
import type { ServerNotification, ServerRequest } from "@modelcontextprotocol/sdk/types.js"
import { McpServer as McpServer2, type ServerContext } from "@modelcontextprotocol/server"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schema from "effect/Schema"
import * as z from "zod"
import { sameType } from "./same.ts"

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>

class Store extends Context.Service<Store, {
  readonly stock: (item: string) => Effect.Effect<number, Errors.Unavailable>
}>()("consumer/Store") {}

class OutOfStock extends ToolError.Permanent<OutOfStock>()("OutOfStock", { item: Schema.String }, {
  type: "invalid_state",
  message: (e) => `No ${e.item} left`
}) {}

const shape = { item: z.string() }
const object = z.object(shape)

const storeLayer = Layer.succeed(Store, { stock: () => Effect.succeed(3) })
const runtime = ManagedRuntime.make(storeLayer)
const services = Context.make(Store, { stock: () => Effect.succeed(3) })

const place = Effect.fn("place")(function*({ item }: { readonly item: string }) {
  const left = yield* Store.use((store) => store.stock(item))
  if (left === 0) return yield* new OutOfStock({ item })
  return { left }
})
const check = ({ item }: { readonly item: string }) =>
  item === "" ? Effect.fail(new Errors.NotFound({ resource: "Item", id: item })) : Effect.succeed({ item })
const told = () => Effect.as(ToolCall.use((call) => call.progress({ progress: 1, total: 2 })), "done")
const scoped = () => Effect.as(Effect.acquireRelease(Effect.succeed(1), () => Effect.void), undefined)

const one = new McpServer1({ name: "shop", version: "1.0.0" })
one.registerTool("free", { inputSchema: shape }, toHandler(check))
one.registerTool("free_options", { inputSchema: object }, toHandler(check, { name: "check", safety: "read" }))
one.registerTool("runtime", { inputSchema: shape }, toHandler(place, { name: "place", runtime }))
one.registerTool("services", { inputSchema: object, outputSchema: object }, toHandler(place, { runtime: services }))
one.registerTool("per_call", {}, toHandler(told))
one.registerTool("scoped", {}, toHandler(scoped))
one.registerTool("never_fails", {}, toHandler(() => Effect.succeed("pong")))
one.registerTool("context", {}, toHandler((extra: Extra) => Effect.succeed({ id: extra.requestId })))
one.registerTool(
  "typed",
  { inputSchema: shape },
  toHandler(({ item }, extra) => {
    sameType<typeof item, string>(true)
    sameType<typeof extra, Extra>(true)
    return Effect.succeed({ item })
  })
)

const two = new McpServer2({ name: "shop", version: "1.0.0" })
two.registerTool("free", { inputSchema: object }, toHandler(check))
two.registerTool("free_shape", { inputSchema: shape }, toHandler(check, { name: "check", safety: "read" }))
two.registerTool("runtime", { inputSchema: object }, toHandler(place, { name: "place", runtime }))
two.registerTool("services", { inputSchema: object, outputSchema: object }, toHandler(place, { runtime: services }))
two.registerTool("per_call", {}, toHandler(told))
two.registerTool("scoped", {}, toHandler(scoped))
two.registerTool("never_fails", {}, toHandler(() => Effect.succeed("pong")))
two.registerTool("context", {}, toHandler((context: ServerContext) => Effect.succeed({ id: context.mcpReq.id })))
two.registerTool(
  "typed",
  { inputSchema: object },
  toHandler(({ item }, context) => {
    sameType<typeof item, string>(true)
    sameType<typeof context, ServerContext>(true)
    return Effect.succeed({ item })
  })
)
