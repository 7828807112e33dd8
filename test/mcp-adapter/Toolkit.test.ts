import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import { ToolCall } from "@errata/core/ToolCall"
import * as Handler from "@errata/mcp-adapter/Handler"
import * as Toolkit from "@errata/mcp-adapter/Toolkit"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schema from "effect/Schema"
import { takeStderr } from "../support/stderr.ts"
import { expectMasked, recorder } from "./support/harness.ts"

const add = Tool.make("add", {
  description: "d",
  input: Schema.Struct({ a: Schema.Finite, b: Schema.Finite }),
  output: Schema.Finite,
  safety: "read"
})
const find = Tool.make("find", {
  description: "d",
  input: Schema.Struct({ id: Schema.String }),
  output: Schema.String,
  errors: [Errors.NotFound],
  safety: "read"
})
const Kit = Toolkit.make("Kit", [add, find])
class Db extends Context.Service<Db, { readonly name: string }>()("test/Db") {}

const [addHandled, findHandled] = Toolkit.handled(Kit)
const handlers = {
  add: ({ a, b }: { readonly a: number; readonly b: number }) => Effect.succeed(a + b),
  find: ({ id }: { readonly id: string }) =>
    id === "1" ? Effect.succeed("Ada") : Effect.fail(new Errors.NotFound({ resource: "User", id }))
}

describe("a toolkit", () => {
  it("keeps its tools in their order, with their definitions", () => {
    expect(Kit.tools).toEqual([add, find])
    expect(Toolkit.handled(Kit).map(({ tool }) => tool)).toEqual([add, find])
  })

  it.effect("answers by the handlers of its layer, declared errors included", () =>
    Effect.gen(function*() {
      expect((yield* ToolTest.call(addHandled, { a: 1, b: 2 })).value).toBe(3)
      expect((yield* ToolTest.call(findHandled, { id: "1" })).value).toBe("Ada")
      expect((yield* ToolTest.call(findHandled, { id: "2" })).error).toEqual(
        new Errors.NotFound({ resource: "User", id: "2" })
      )
      expect((yield* ToolTest.call(findHandled, {})).problem?.type).toBe("invalid_arguments")
    }).pipe(Effect.provide(Toolkit.toLayer(Kit, handlers))))

  it.effect("builds its handlers once, from an effect with services and a scope", () =>
    Effect.gen(function*() {
      const events: Array<string> = []
      const build = Effect.gen(function*() {
        const db = yield* Db
        yield* Effect.addFinalizer(() => Effect.sync(() => events.push("closed")))
        events.push(`built with ${db.name}`)
        return { ...handlers, find: () => Effect.succeed(db.name) }
      })
      const live = Toolkit.toLayer(Kit, build).pipe(Layer.provide(Layer.succeed(Db, { name: "one" })))
      yield* Effect.gen(function*() {
        expect((yield* ToolTest.call(findHandled, { id: "x" })).value).toBe("one")
        expect((yield* ToolTest.call(findHandled, { id: "x" })).value).toBe("one")
        expect(events).toEqual(["built with one"])
      }).pipe(Effect.provide(live))
      expect(events).toEqual(["built with one", "closed"])
    }))

  it.effect("gives its handlers the services of the layer, and those of the call", () =>
    Effect.gen(function*() {
      const live = Toolkit.toLayer(Kit, {
        ...handlers,
        find: () =>
          Effect.gen(function*() {
            const db = yield* Db
            const call = yield* ToolCall
            yield* Effect.addFinalizer(() => Effect.void)
            return `${db.name} ${call.tool}`
          })
      }).pipe(Layer.provide(Layer.succeed(Db, { name: "one" })))
      expect((yield* ToolTest.call(findHandled, { id: "x" }).pipe(Effect.provide(live))).value).toBe("one find")
    }))

  it.effect("writes log lines under the tool's name", () =>
    Effect.gen(function*() {
      const log = recorder()
      const live = Toolkit.toLayer(Kit, { ...handlers, add: () => Effect.as(Effect.logInfo("inside"), 1) })
      yield* ToolTest.call(addHandled, { a: 1, b: 1 }).pipe(Effect.provide(Layer.merge(live, log.layer)))
      expect(log.lines[0]).toMatchObject({ message: "inside", tool: "add" })
    }))

  it("that cannot be built fails the runtime, and every call of a handler", async () => {
    const live = Toolkit.toLayer(Kit, Effect.fail("no database") as Effect.Effect<typeof handlers, string>).pipe(
      Layer.provideMerge(recorder().layer)
    )
    const runtime = ManagedRuntime.make(live)
    expect(Exit.isFailure(await runtime.runPromiseExit(Effect.void))).toBe(true)
    const restore = takeStderr()
    expectMasked(await Handler.make(addHandled, { runtime: runtime as never })({ a: 1, b: 2 }))
    restore()
  })

  it.effect("whose handler is missing after all has a defect, and only there", () =>
    Effect.gen(function*() {
      const live = Toolkit.toLayer(Kit, { add: handlers.add } as never)
      yield* Effect.gen(function*() {
        expectMasked((yield* ToolTest.call(findHandled as never, { id: "1" })).result)
        expect((yield* ToolTest.call(addHandled as never, { a: 1, b: 1 })).result.structuredContent).toEqual({
          result: 2
        })
      }).pipe(Effect.provide(Layer.merge(live, recorder().layer))) as Effect.Effect<void>
    }))

  it.effect("does not mix with another of another name", () =>
    Effect.gen(function*() {
      const Other = Toolkit.make("Other", [add])
      const live = Layer.merge(
        Toolkit.toLayer(Kit, handlers),
        Toolkit.toLayer(Other, { add: () => Effect.succeed(42) })
      )
      yield* Effect.gen(function*() {
        expect((yield* ToolTest.call(addHandled, { a: 1, b: 2 })).value).toBe(3)
        expect((yield* ToolTest.call(Toolkit.handled(Other)[0], { a: 1, b: 2 })).value).toBe(42)
      }).pipe(Effect.provide(live))
    }))

  it("refuses two tools of one name", () => {
    expect(() => Toolkit.make("Twice", [add, add])).toThrow("Toolkit Twice: two tools have the name \"add\"")
  })
})
