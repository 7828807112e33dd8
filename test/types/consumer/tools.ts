/** Tools defined with Errata, registered on both SDKs, and called through a client of either. */
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Client from "@errata/mcp-adapter/Client"
import { register as register1 } from "@errata/mcp-adapter/sdk"
import { prepare, register as register2 } from "@errata/mcp-adapter/server"
import { Client as Client2 } from "@modelcontextprotocol/client"
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js"
import {
  McpServer as McpServer1,
  type RegisteredTool as RegisteredTool1
} from "@modelcontextprotocol/sdk/server/mcp.js"
import {
  createMcpHandler,
  McpServer as McpServer2,
  type RegisteredTool as RegisteredTool2
} from "@modelcontextprotocol/server"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schema from "effect/Schema"
import { sameType } from "./same.ts"

class Store extends Context.Service<Store, { readonly stock: (item: string) => number }>()("consumer/Store") {}

export class OutOfStock extends ToolError.Permanent<OutOfStock>()("OutOfStock", {
  item: Schema.String,
  other: Schema.optionalKey(Schema.Array(Schema.String))
}, {
  type: "invalid_state",
  message: (e) => `No ${e.item} left`,
  suggestion: "Use list_items to see what is left"
}) {}

const place = Tool.make("place", {
  description: "Orders an item.",
  input: Schema.Struct({ item: Schema.String, quantity: Schema.optionalKey(Schema.Finite) }),
  output: Schema.Struct({ left: Schema.Finite }),
  errors: [OutOfStock, Errors.Unavailable]
})
const ping = Tool.make("ping", {
  description: "Answers.",
  output: Schema.String,
  safety: "read",
  timeout: "1 second"
})

const handledPing = Tool.handle(ping, () => Effect.succeed("pong"))
const handledPlace = Tool.handle(
  place,
  Effect.fn("place")(function*({ item, quantity }) {
    sameType<typeof item, string>(true)
    sameType<typeof quantity, number | undefined>(true)
    const store = yield* Store
    const left = store.stock(item) - (quantity ?? 1)
    return left < 0 ? yield* new OutOfStock({ item }) : { left }
  })
)
sameType<typeof handledPlace, Tool.Handled<Store, typeof place>>(true)

const runtime = ManagedRuntime.make(Layer.succeed(Store, { stock: () => 3 }))
const services = Context.make(Store, { stock: () => 3 })
const options = { logsCalls: false, timeout: "20 seconds", limits: { text: 2_000 } } as const

const one = new McpServer1({ name: "shop", version: "1.0.0" })
const registered1: ReadonlyArray<RegisteredTool1> = register1(one, [handledPing])
register1(one, [handledPing], options)
register1(one, [handledPing, handledPlace], { runtime, ...options })
register1(one, [handledPlace], { runtime: services })
registered1[0]?.disable()

const two = new McpServer2({ name: "shop", version: "1.0.0" })
const registered2: ReadonlyArray<RegisteredTool2> = register2(two, [handledPing])
register2(two, [handledPing], options)
register2(two, [handledPing, handledPlace], { runtime, ...options })
register2(two, [handledPlace], { runtime: services })
registered2[0]?.disable()

const registerAll = prepare([handledPing, handledPlace], { runtime, ...options })
createMcpHandler(() => {
  const server = new McpServer2({ name: "shop", version: "1.0.0" })
  registerAll(server)
  return server
})

const info = { name: "buyer", version: "1.0.0" }
for (const client of [Client.make(new Client1(info), [place, ping]), Client.make(new Client2(info), [place, ping])]) {
  const placed = client.place({ item: "pen" })
  sameType<Effect.Success<typeof placed>, { readonly left: number }>(true)
  sameType<Effect.Services<typeof placed>, never>(true)
  Effect.catchTag(placed, "OutOfStock", (error) => Effect.succeed({ left: error.item.length }))
  Effect.catchTag(placed, "Unavailable", (error) => Effect.succeed({ left: error.service.length }))
  sameType<Effect.Success<ReturnType<typeof client.ping>>, string>(true)
}
