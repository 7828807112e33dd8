import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import * as Handler from "@errata/mcp-adapter/Handler"
import { register } from "@errata/mcp-adapter/sdk"
import * as Toolkit from "@errata/mcp-adapter/Toolkit"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "tstyche"

class Db extends Context.Service<Db, { readonly name: string }>()("Db") {}
class Mail extends Context.Service<Mail, { readonly name: string }>()("Mail") {}

declare const withDb: ManagedRuntime.ManagedRuntime<Db, never>
declare const withBoth: Context.Context<Db | Mail>
declare const withMail: Context.Context<Mail>

const find = Tool.make("find", {
  description: "d",
  input: Schema.Struct({ id: Schema.String }),
  output: Schema.String,
  errors: [Errors.NotFound]
})
const send = Tool.make("send", { description: "d", output: Schema.Finite })

const free = Tool.handle(send, () => Effect.succeed(1))
const needsDb = Tool.handle(find, () => Effect.map(Db, (db) => db.name))
const needsMail = Tool.handle(send, () => Effect.map(Mail, () => 1))
const server = new McpServer({ name: "x", version: "1" })

describe("what a handler needs is read off the handler", () => {
  it("and kept", () => {
    expect(free).type.toBe<Tool.Handled<never, typeof send>>()
    expect(needsDb).type.toBe<Tool.Handled<Db, typeof find>>()
  })
})

describe("a service that the runtime does not bring does not compile", () => {
  it("in Handler.make", () => {
    expect(Handler.make(free)).type.toBe<Handler.Handler>()
    expect(() => Handler.make(free, { timeout: "1 second" })).type.not.toRaiseError()
    expect(() => Handler.make(needsDb, { runtime: withDb })).type.not.toRaiseError()
    expect(() => Handler.make(needsDb, { runtime: withBoth })).type.not.toRaiseError()
    expect(() => Handler.make(needsDb)).type.toRaiseError()
    expect(() => Handler.make(needsDb, {})).type.toRaiseError()
    expect(() => Handler.make(needsDb, { options: {} })).type.toRaiseError()
    expect(() => Handler.make(needsDb, { runtime: withMail })).type.toRaiseError()
    expect(() => Handler.make(needsDb, { runtime: Context.empty() })).type.toRaiseError()
  })

  it("in register", () => {
    expect(() => register(server, [free])).type.not.toRaiseError()
    expect(() => register(server, [needsDb], { runtime: withDb })).type.not.toRaiseError()
    expect(() => register(server, [needsDb, needsMail, free], { runtime: withBoth })).type.not.toRaiseError()
    expect(() => register(server, [needsDb])).type.toRaiseError()
    expect(() => register(server, [free, needsDb])).type.toRaiseError()
    expect(() => register(server, [needsDb], { runtime: withMail })).type.toRaiseError()
    expect(() => register(server, [needsDb, needsMail], { runtime: withDb })).type.toRaiseError()
  })

  it("whatever brings it, and wherever that is written", () => {
    const runtime = { context: () => Promise.resolve(withBoth) }
    const mail = Layer.succeed(Mail, { name: "x" })
    expect(() => register(server, [needsDb, needsMail], { runtime })).type.not.toRaiseError()
    expect(() => register(server, [needsDb], { runtime: Layer.succeed(Db, { name: "x" }) })).type.not.toRaiseError()
    expect(() => Handler.make(needsDb, { runtime: Context.make(Db, { name: "x" }) })).type.not.toRaiseError()
    expect(() => Handler.make(needsDb, { runtime: Layer.effect(Db, Mail).pipe(Layer.provide(mail)) })).type.not
      .toRaiseError()
    expect(() => Handler.make(needsDb, { runtime: Layer.effect(Db, Mail) })).type.toRaiseError()
    expect(() => register(server, [needsDb, needsMail], { runtime: mail })).type.toRaiseError()
    expect(() => Handler.make(free, undefined)).type.not.toRaiseError()
    expect(() => Handler.make(needsDb, undefined)).type.toRaiseError()
  })

  it("where the services are a parameter of a type", () => {
    expect(<R>(tools: ReadonlyArray<Tool.Handled<R>>, runtime: Context.Context<R>) =>
      register(server, tools, { runtime })
    ).type.not.toRaiseError()
  })

  it("in ToolTest.call it becomes a need of the test", () => {
    expect(ToolTest.call(needsDb, {})).type.toBe<Effect.Effect<ToolTest.Answer<typeof find>, never, Db>>()
    expect(ToolTest.call(free, {})).type.toBe<Effect.Effect<ToolTest.Answer<typeof send>>>()
  })

  it("an answer has the types of the tool", () => {
    expect<ToolTest.Answer<typeof find>["value"]>().type.toBe<string | undefined>()
    expect<ToolTest.Answer<typeof find>["error"]>().type.toBe<Errors.NotFound | undefined>()
  })
})

describe("a toolkit", () => {
  const Kit = Toolkit.make("Kit", [find, send])
  const handlers = { find: () => Effect.succeed("x"), send: () => Effect.succeed(1) }

  it("gives its tools with their handlers, in their order", () => {
    expect(Toolkit.handled(Kit)).type.toBe<
      readonly [Tool.Handled<Toolkit.Handlers<"Kit">, typeof find>, Tool.Handled<Toolkit.Handlers<"Kit">, typeof send>]
    >()
  })

  it("is implemented by one handler for each tool", () => {
    expect(Toolkit.toLayer(Kit, handlers)).type.toBe<Layer.Layer<Toolkit.Handlers<"Kit">>>()
    expect(() =>
      Toolkit.toLayer(Kit, { ...handlers, find: ({ id }) => Effect.fail(new Errors.NotFound({ resource: id })) })
    ).type.not.toRaiseError()
    expect(() => Toolkit.toLayer(Kit, { find: handlers.find })).type.toRaiseError()
    expect(() => Toolkit.toLayer(Kit, {})).type.toRaiseError()
  })

  it("refuses a handler of a tool that does not exist", () => {
    expect(() => Toolkit.toLayer(Kit, { ...handlers, sned: () => Effect.succeed(1) })).type.toRaiseError(
      /The toolkit has no tool sned/
    )
  })

  it("refuses an undeclared error, another output, a wrong input", () => {
    expect(() => Toolkit.toLayer(Kit, { ...handlers, send: () => Effect.fail(new Errors.NotFound({ resource: "x" })) }))
      .type.toRaiseError()
    expect(() => Toolkit.toLayer(Kit, { ...handlers, find: () => Effect.fail(new Error("x")) })).type.toRaiseError()
    expect(() => Toolkit.toLayer(Kit, { ...handlers, find: () => Effect.succeed(1) })).type.toRaiseError()
    expect(() =>
      Toolkit.toLayer(Kit, { ...handlers, find: ({ id }: { readonly id: number }) => Effect.succeed(String(id)) })
    ).type.toRaiseError()
    expect(() => Toolkit.toLayer(Kit, { ...handlers, find: ({ nonsense }) => Effect.succeed(nonsense) })).type
      .toRaiseError()
  })

  it("reads what handlers need, however they take their input", () => {
    const send = () => Effect.succeed(1)
    expect(Toolkit.toLayer(Kit, { send, find: ({ id }) => Effect.map(Db, (db) => db.name + id) })).type.toBe<
      Layer.Layer<Toolkit.Handlers<"Kit">, never, Db>
    >()
    expect(
      Toolkit.toLayer(Kit, {
        send,
        find: Effect.fnUntraced(function*({ id }) {
          const db = yield* Db
          if (id === "1") return yield* new Errors.NotFound({ resource: id })
          return db.name
        })
      })
    ).type.toBe<Layer.Layer<Toolkit.Handlers<"Kit">, never, Db>>()
  })

  it("refuses an error channel of any", () => {
    expect(() => Toolkit.toLayer(Kit, { ...handlers, find: () => Effect.succeed("x") as Effect.Effect<string, any> }))
      .type.toRaiseError()
  })

  it("needs what its handlers and what builds them need, but for what every call brings along", () => {
    const needy = { ...handlers, find: () => Effect.map(Db, (db) => db.name) }
    expect(Toolkit.toLayer(Kit, needy)).type.toBe<Layer.Layer<Toolkit.Handlers<"Kit">, never, Db>>()
    const built = Effect.gen(function*() {
      yield* Mail
      yield* Effect.addFinalizer(() => Effect.void)
      return needy
    })
    expect(Toolkit.toLayer(Kit, built)).type.toBe<Layer.Layer<Toolkit.Handlers<"Kit">, never, Db | Mail>>()
    const failing = Effect.fail("no database") as Effect.Effect<typeof handlers, string>
    expect(Toolkit.toLayer(Kit, failing)).type.toBe<Layer.Layer<Toolkit.Handlers<"Kit">, string>>()
  })

  it("is a need of its tools", () => {
    const [one] = Toolkit.handled(Kit)
    expect(() => Handler.make(one)).type.toRaiseError()
    expect(() => register(server, [one], { runtime: withBoth })).type.toRaiseError()
    expect(() =>
      register(server, Toolkit.handled(Kit), {
        runtime: {} as Context.Context<Toolkit.Handlers<"Kit">>
      })
    ).type.not
      .toRaiseError()
  })
})
