/** What holds while a call of an adopted toolkit runs, and around it. */
import { afterEach, describe, expect, it } from "@effect/vitest"
import { Deadline } from "@errata/core/Deadline"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Core from "@errata/core/Tool"
import { ToolCall } from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import * as Errata from "@errata/mcp-adapter/effect"
import * as Meta from "@errata/mcp-adapter/Meta"
import * as McpSchema from "effect/ai/McpSchema"
import * as McpServer from "effect/ai/McpServer"
import * as Tool from "effect/ai/Tool"
import * as Toolkit from "effect/ai/Toolkit"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import { setImmediate } from "node:timers/promises"
import { connect, forget, lines, problemOf, secret, Stock } from "./toolkit.ts"

afterEach(forget)

describe("while a call runs", () => {
  const wait = Tool.make("wait", { failure: Errors.NotFound }).annotate(Tool.Readonly, true)
  const toolkit = Toolkit.make(wait)
  const serve = (handler: Effect.Effect<void, Errors.NotFound>, options?: Errata.AdoptOptions) =>
    connect(Layer.provide(Errata.adoptToolkit(toolkit, options), toolkit.toLayer({ wait: () => handler })))

  it.effect("a cancel interrupts the handler, waits for its finalizers and sends nothing", () =>
    Effect.gen(function*() {
      const started = yield* Deferred.make<void>()
      const events: Array<string> = []
      const client = yield* serve(
        Deferred.succeed(started, undefined).pipe(
          Effect.andThen(Effect.never),
          Effect.onInterrupt(() => Effect.sync(() => events.push("interrupted"))),
          Effect.ensuring(Effect.andThen(Effect.yieldNow, Effect.sync(() => events.push("finalized"))))
        )
      )
      const call = yield* Effect.forkChild(client.callTool({ name: "wait", arguments: {} }))
      yield* Deferred.await(started)
      yield* Fiber.interrupt(call)
      // answered after the cancelled one: what it would have sent would be here by now
      yield* client.ping
      yield* Effect.promise(() => setImmediate())
      expect(events).toEqual(["interrupted", "finalized"])
      expect(lines).toMatchObject([{ outcome: "cancelled", level: "Info" }])
    }))

  it.effect("there is no limit in time but the one that is given", () =>
    Effect.gen(function*() {
      const started = yield* Queue.unbounded<void>()
      const work = Effect.andThen(Queue.offer(started, undefined), Effect.sleep("3 hours"))
      const client = yield* serve(work, { timeout: "1 minute", logsCalls: false })
      const call = yield* Effect.forkChild(client.callTool({ name: "wait", arguments: {} }))
      yield* Queue.take(started)
      yield* TestClock.adjust("59 seconds")
      expect(call.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 second")
      expect(problemOf(yield* Fiber.join(call))).toMatchObject({ type: "timeout", retry: { should_retry: true } })

      const patient = yield* serve(work, { logsCalls: false })
      const long = yield* Effect.forkChild(patient.callTool({ name: "wait", arguments: {} }))
      yield* Queue.take(started)
      yield* TestClock.adjust("3 hours")
      expect(yield* Fiber.join(long)).toMatchObject({ isError: false })
    }))

  it.effect("a handler finds the call: progress, attached blocks, retries", () =>
    Effect.gen(function*() {
      const attempts = yield* Ref.make(0)
      const started = yield* Deferred.make<void>()
      const down = new Errors.Unavailable({ service: "The shop" })
      const client = yield* serve(
        Effect.gen(function*() {
          const call = yield* Effect.serviceOption(ToolCall)
          if (Option.isNone(call)) return yield* Effect.die("no call")
          yield* call.value.progress({ progress: 1, total: 2, message: "half" })
          yield* call.value.attach({ type: "text", text: "attached" })
          yield* Deferred.succeed(started, undefined)
          yield* RetryPolicy.retry(
            Effect.flatMap(Ref.updateAndGet(attempts, (n) => n + 1), (n) => n < 3 ? Effect.fail(down) : Effect.void),
            RetryPolicy.quick
          ).pipe(Effect.orDie)
        })
      )
      const call = yield* Effect.forkChild(
        client.callTool({ name: "wait", arguments: {}, _meta: { progressToken: "p" } } as never)
      )
      yield* Deferred.await(started)
      yield* TestClock.adjust("1 second")
      const result = yield* Fiber.join(call)
      expect(result.content).toEqual([expect.objectContaining({ type: "text", text: "attached" })])
      expect(Meta.call(result._meta as never)).toMatchObject({ attempts: 3 })
      const told = yield* Queue.takeAll(client.notifications)
      expect(
        told.filter(({ method }) => method === "notifications/progress").map(({ payload }) => payload)
      ).toMatchObject([
        { progressToken: "p", progress: 1, total: 2, message: "half" },
        { progressToken: "p", message: expect.stringContaining("attempt 2 of 3") as string },
        { progressToken: "p", message: expect.stringContaining("attempt 3 of 3") as string }
      ])
    }))

  it.effect("logs of the handler carry the reference", () =>
    Effect.gen(function*() {
      const client = yield* serve(
        Effect.andThen(Effect.logInfo("inside"), Effect.fail(new Errors.NotFound({ resource: "Item" })))
      )
      const { reference_id } = problemOf(yield* client.callTool({ name: "wait", arguments: {} }))!
      expect(lines).toMatchObject([{ message: "inside", reference_id, tool: "wait" }, { reference_id }])
    }))

  it.effect("what a handler holds is released with the call, and a finalizer that dies changes no answer", () =>
    Effect.gen(function*() {
      const hold = Tool.make("hold", { dependencies: [Scope.Scope] })
      const toolkit = Toolkit.make(hold)
      const client = yield* connect(Layer.provide(
        Errata.adoptToolkit(toolkit, { logsCalls: false }),
        toolkit.toLayer({ hold: () => Effect.addFinalizer(() => Effect.die(new Error(secret))) })
      ) as unknown as Layer.Layer<never, never, McpServer.McpServer>)
      expect(yield* client.callTool({ name: "hold", arguments: {} })).toMatchObject({ isError: false })
      expect(lines).toMatchObject([{ level: "Error", outcome: "success", cause: expect.any(String) as string }])
    }))

  it.effect("a handler sees its deadline, its span and whether stacks are wanted", () =>
    Effect.gen(function*() {
      const seen: Record<string, unknown> = {}
      const look = Effect.gen(function*() {
        const span = yield* Effect.orDie(Effect.currentSpan)
        seen["deadline"] = yield* Deadline
        seen["stacks"] = yield* ToolError.CaptureStacks
        seen["span"] = span.name
        seen["parent"] = Option.getOrUndefined(span.parent)
      })
      const client = yield* Effect.withSpan(
        serve(look, { timeout: "1 minute", isDebugging: true, opensSpans: true, logsCalls: false }),
        "the start of the server"
      )
      yield* client.callTool({ name: "wait", arguments: {} })
      expect(seen).toEqual({ deadline: 60_000, stacks: true, span: "tools/call wait", parent: undefined })
    }))

  it.effect("a server that ends lets a call release what it holds before the services go", () =>
    Effect.gen(function*() {
      const events: Array<string> = []
      const note = (event: string) => Effect.sync(() => void events.push(event))
      const held = Layer.effect(Stock, Effect.acquireRelease(Effect.succeed({ left: 1 }), () => note("services gone")))
      const hang = (name: string) =>
        Effect.andThen(note(`${name} started`), Effect.never).pipe(
          Effect.ensuring(Effect.andThen(Effect.promise(() => setImmediate()), note(`${name} released`)))
        )
      const ours = Core.handle(Core.make("ours", { description: "d" }), () => hang("ours"))
      const theirs = toolkit.toLayer(Effect.map(Stock, () => ({ wait: () => hang("theirs") })))
      const tools = Layer.mergeAll(Layer.provide(Errata.adoptToolkit(toolkit), theirs), Errata.layer([ours]))
      const scope = yield* Scope.make()
      const client = yield* Scope.provide(connect(Layer.provide(tools, held)), scope)
      for (const name of ["ours", "wait"]) yield* Effect.forkChild(client.callTool({ name, arguments: {} }))
      while (events.length < 2) yield* Effect.promise(() => setImmediate())
      yield* Scope.close(scope, Exit.void)
      expect(events.toSorted()).toEqual(
        ["ours released", "ours started", "services gone", "theirs released", "theirs started"]
      )
      expect(events.at(-1)).toBe("services gone")
    }))

  it.effect("a notification that never gets away holds up no cancel, and no end of the server", () =>
    Effect.gen(function*() {
      const started = yield* Queue.unbounded<void>()
      const hang = Effect.gen(function*() {
        const call = yield* Effect.serviceOption(ToolCall)
        if (Option.isSome(call)) yield* call.value.progress({ progress: 1 })
        yield* Queue.offer(started, undefined)
        return yield* Effect.never
      })
      const deaf = Layer.effect(
        McpServer.McpServer,
        Effect.map(McpServer.McpServer, (server) =>
          Object.create(server, {
            notifications: { value: { "notifications/progress": () => Effect.never } }
          }) as typeof server)
      )
      const ours = Core.handle(Core.make("ours", { description: "d" }), () => hang)
      const tools = Layer.mergeAll(
        Layer.provide(Errata.adoptToolkit(toolkit), toolkit.toLayer({ wait: () => hang })),
        Errata.layer([ours])
      )
      const scope = yield* Scope.make()
      const client = yield* Scope.provide(connect(Layer.provide(tools, deaf)), scope)
      for (const name of ["ours", "wait"]) {
        const call = () =>
          Effect.forkChild(client.callTool({ name, arguments: {}, _meta: { progressToken: name } } as never))
        const cancelled = yield* call()
        yield* Queue.take(started)
        yield* Fiber.interrupt(cancelled)
        yield* call()
        yield* Queue.take(started)
      }
      yield* Scope.close(scope, Exit.void)
      expect(lines.filter(({ outcome }) => outcome === "cancelled")).toHaveLength(4)
    }))

  it.effect("two calls at once do not mix up their failures", () =>
    Effect.gen(function*() {
      const both = yield* Deferred.make<void>()
      const arrived = yield* Ref.make(0)
      const item = Tool.make("item", {
        parameters: Schema.Struct({ id: Schema.String }),
        success: Schema.Struct({ found: Schema.String }),
        failure: Errors.NotFound
      })
      const toolkit = Toolkit.make(item)
      const client = yield* connect(Layer.provide(
        Errata.adoptToolkit(toolkit, { logsCalls: false }),
        toolkit.toLayer({
          item: Effect.fnUntraced(function*({ id }) {
            if ((yield* Ref.updateAndGet(arrived, (n) => n + 1)) === 3) yield* Deferred.succeed(both, undefined)
            yield* Deferred.await(both)
            return id === "good" ? { found: id } : yield* new Errors.NotFound({ resource: "Item", id })
          })
        })
      ))
      const results = yield* Effect.all(
        ["a", "good", "b"].map((id) => client.callTool({ name: "item", arguments: { id } })),
        { concurrency: "unbounded" }
      )
      expect(results.map((result) => problemOf(result)?.details ?? result.structuredContent)).toEqual([
        { resource: "Item", id: "a" },
        { found: "good" },
        { resource: "Item", id: "b" }
      ])
    }))
})

describe("middleware", () => {
  class Unauthorized extends Schema.Error<Unauthorized>("Unauthorized")({
    ...McpSchema.McpErrorBase.fields,
    _tag: Schema.tag("Unauthorized"),
    code: Schema.tag(4010)
  }) {}
  const guard = McpServer.middleware((effect, { requestContext }) =>
    requestContext.requestMetadata?.["token"] === "t" ? effect : Effect.fail(new Unauthorized({ message: "No token" }))
  )

  it.effect("runs around adopted tools, and around ours", () =>
    Effect.gen(function*() {
      const ping = Tool.make("ping", { success: Schema.String })
      const toolkit = Toolkit.make(ping)
      const pong = Core.handle(Core.make("pong", { description: "d", output: Schema.String }), () =>
        Effect.succeed("pong"))
      const client = yield* connect(
        Layer.mergeAll(
          Layer.provide(
            Errata.adoptToolkit(toolkit),
            toolkit.toLayer({
              ping: () =>
                Effect.succeed("pong")
            })
          ),
          Errata.layer([pong])
        ).pipe(Layer.provide(guard.layer))
      )
      for (const name of ["ping", "pong"]) {
        const refused = yield* Effect.flip(client.callTool({ name, arguments: {} }))
        expect(refused).toMatchObject({ code: 4010, message: "No token" })
        const result = yield* client.callTool({ name, arguments: {}, _meta: { token: "t" } } as never)
        expect(result.isError ?? false).toBe(false)
      }
      expect(lines).toHaveLength(2)
    }))
})

describe("the server of the context", () => {
  it.effect("is what a handler finds, not what the registration saw", () =>
    Effect.gen(function*() {
      const ask = Tool.make("ask", { success: Schema.Boolean, dependencies: [McpServer.McpServer] })
      const toolkit = Toolkit.make(ask)
      let found: unknown
      const client = yield* connect(
        Layer.provide(
          Errata.adoptToolkit(toolkit),
          toolkit.toLayer({
            ask: () =>
              Effect.map(McpServer.McpServer, (server) => {
                found = server
                return true
              })
          })
        ) as unknown as Layer.Layer<never, never, McpServer.McpServer>
      )
      yield* client.callTool({ name: "ask", arguments: {} })
      expect(found).toBe(client.server)
    }))

  it.effect("is what a handler finds in process, too", () =>
    Effect.gen(function*() {
      const ask = Tool.make("ask", { success: Schema.Boolean, dependencies: [McpServer.McpServer] })
      const toolkit = Toolkit.make(ask)
      const tools = Layer.provide(
        Errata.adoptToolkit(toolkit, { logsCalls: false }),
        toolkit.toLayer({
          ask: () => Effect.map(McpServer.McpServer, (found) => found === server)
        })
      ) as unknown as Layer.Layer<never, never, McpServer.McpServer>
      const context = yield* Layer.build(Layer.provideMerge(tools, McpServer.McpServer.layer))
      const server = Context.get(context, McpServer.McpServer)
      const client = McpSchema.McpServerClient.of(
        {
          clientId: 1,
          protocolVersion: "2025-11-25",
          clientCapabilities: {},
          initializePayload: {}
        } as never
      )
      const result = yield* Effect.provideService(
        server.callTool({ name: "ask", arguments: {} }),
        McpSchema.McpServerClient,
        client
      )
      expect(result.structuredContent).toBe(true)
    }))

  it.effect("refuses what effect refuses", () =>
    Effect.gen(function*() {
      const toolkit = Toolkit.make(Tool.make("bad", { parameters: Schema.Array(Schema.String) as never }))
      const exit = yield* Effect.exit(
        connect(Layer.provide(Errata.adoptToolkit(toolkit), toolkit.toLayer({ bad: () => Effect.void } as never)))
      )
      expect(String(exit)).toContain("its parameters must encode to a JSON Schema with an object root")
    }))
})
