import * as Errors from "@errata/core/Errors"
import * as CoreTool from "@errata/core/Tool"
import * as Errata from "@errata/mcp-adapter/effect"
import * as McpServer from "effect/ai/McpServer"
import * as Tool from "effect/ai/Tool"
import * as Toolkit from "effect/ai/Toolkit"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "tstyche"

class Db extends Context.Service<Db, { readonly name: string }>()("Db") {}
class User extends Context.Service<User, { readonly id: string }>()("User") {}
class Mail extends Context.Service<Mail, { readonly name: string }>()("Mail") {}

class OutOfStock extends Schema.TaggedError<OutOfStock>()("OutOfStock", { item: Schema.String }) {}

const order = Tool.make("order", {
  parameters: Schema.Struct({ item: Schema.String }),
  success: Schema.Finite,
  failure: Schema.Union([OutOfStock, Errors.NotFound]),
  dependencies: [User]
})
const look = Tool.make("look", { failure: Errors.Unavailable, failureMode: "return", dependencies: [User, Mail] })
const raw = Tool.dynamic("raw", { parameters: { type: "object" } })
const shop = Toolkit.make(order, look, raw)
const alone = Toolkit.make(Tool.make("alone"))

describe("an adopted toolkit", () => {
  it("needs what effect's own registration needs, and nothing else", () => {
    expect(Errata.adoptToolkit(shop)).type.toBe<ReturnType<typeof McpServer.toolkit<typeof shop.tools>>>()
    expect(Errata.adoptToolkit(shop, { expose: [OutOfStock] })).type.toBe(McpServer.toolkit(shop))
    expect(Errata.adoptToolkit(alone)).type.toBe(McpServer.toolkit(alone))
    expect(Errata.adoptToolkit(Toolkit.empty)).type.toBe(McpServer.toolkit(Toolkit.empty))
    expect(Errata.registerToolkit(shop)).type.toBe(McpServer.registerToolkit(shop))
  })

  it("is met as effect's is", () => {
    const users = McpServer.middleware<{ provides: User | Mail }>()((effect) =>
      Effect.provideContext(effect, Context.make(User, { id: "1" }).pipe(Context.add(Mail, { name: "m" })))
    )
    const handlers = shop.toLayer({
      order: ({ item }) => Effect.flatMap(User, () => Effect.fail(new OutOfStock({ item }))),
      look: () => Effect.fail(new Errors.Unavailable({ service: "The shop" })),
      raw: () => Effect.void
    })
    const tools = Errata.adoptToolkit(shop).pipe(Layer.provide(users.layer), Layer.provide(handlers))
    expect(tools).type.toBe<Layer.Layer<never, never, McpServer.McpServer>>()
  })

  it("takes the options of existing code, for all tools and for some", () => {
    expect(() =>
      Errata.adoptToolkit(shop, {
        safety: "read",
        classify: (failure) =>
          failure instanceof OutOfStock ? new Errors.NotFound({ resource: failure.item }) : undefined,
        tools: { order: { safety: "once", timeout: "3 seconds" }, look: false, raw: undefined }
      })
    ).type.not.toRaiseError()
  })

  it("refuses what is no option", () => {
    expect(() => Errata.adoptToolkit(shop, { tools: { odrer: { safety: "once" } } })).type.toRaiseError()
    expect(() => Errata.adoptToolkit(shop, { tools: { look: true } })).type.toRaiseError()
    expect(() => Errata.adoptToolkit(shop, { name: "shop" })).type.toRaiseError()
    expect(() => Errata.adoptToolkit(shop, { tools: { look: { name: "l" } } })).type.toRaiseError()
    expect(() => Errata.adoptToolkit(shop, { structuredErrors: true })).type.toRaiseError()
    expect(() => Errata.adoptToolkit(shop, { classify: () => new Error("no") })).type.toRaiseError()
    expect(() => Errata.adoptToolkit(order)).type.toRaiseError()
  })
})

describe("a tool of ours", () => {
  const find = CoreTool.make("find", { description: "d", output: Schema.String })
  const handled = CoreTool.handle(find, () => Effect.map(Db, (db) => db.name))

  it("needs the server, and its handler's services", () => {
    expect(Errata.layer([handled])).type.toBe<Layer.Layer<never, never, McpServer.McpServer | Db>>()
    const posted = CoreTool.handle(CoreTool.make("post", { description: "d" }), () => Effect.asVoid(Mail))
    expect(Errata.layer([handled, posted])).type.toBe<Layer.Layer<never, never, McpServer.McpServer | Db | Mail>>()
    expect(Errata.register([handled])).type.toBe<Effect.Effect<void, never, McpServer.McpServer | Db>>()
  })
})
