import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import * as EffectHost from "@errata/mcp-adapter/effect"
import * as Handler from "@errata/mcp-adapter/Handler"
import * as Log from "@errata/mcp-adapter/Log"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import * as AiToolkit from "effect/ai/Toolkit"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schema from "effect/Schema"
import { vi } from "vitest"
import { everyHostile } from "../core/support/arbitraries.ts"
import { fakeTime } from "../support/fakeTime.ts"
import { takeStderr } from "../support/stderr.ts"
import { expectMasked, problemOf } from "./support/harness.ts"

class Store extends Context.Service<Store, { readonly read: Effect.Effect<number> }>()("test/Store") {}

const tool = Tool.make("read", {
  description: "d",
  input: Schema.Struct({ n: Schema.optionalKey(Schema.Finite) }),
  output: Schema.Finite,
  errors: [Errors.NotFound],
  safety: "read"
})
const handled = Tool.handle(tool, () => Effect.flatMap(Store, (store) => store.read))
const quiet = { logsCalls: false }
const silent = Log.layer({ write: () => undefined })
const store = (value: number) => Layer.succeed(Store, { read: Effect.succeed(value) })

describe("services come", () => {
  it("from a context that is there already: the reply is no promise", () => {
    const runtime = Context.make(Store, { read: Effect.succeed(7) })
    const answer = Handler.make(handled, { runtime, ...quiet })({})
    expect(answer).not.toBeInstanceOf(Promise)
    expect(answer).toMatchObject({ structuredContent: { result: 7 } })
  })

  it("from a managed runtime, which is built once, at the first call", async () => {
    let built = 0
    const layer = Layer.effect(Store, Effect.sync(() => ({ read: Effect.succeed(++built * 7) })))
    const runtime = ManagedRuntime.make(layer)
    const call = Handler.make(handled, { runtime, ...quiet })
    expect(built).toBe(0)
    const results = await Promise.all([call({}), call({}), call({})])
    expect(results.map((result) => result.structuredContent)).toEqual([{ result: 7 }, { result: 7 }, { result: 7 }])
    expect(call({})).not.toBeInstanceOf(Promise)
    expect(built).toBe(1)
    await runtime.dispose()
  })

  it("too late: the call has not begun, and the next one finds them", async () => {
    const restore = fakeTime()
    try {
      const { promise, resolve } = Promise.withResolvers<Context.Context<Store>>()
      const once = Tool.make("once", { description: "d", output: Schema.Finite, errors: [Errors.NotFound] })
      const acts = Tool.handle(once, () => Effect.flatMap(Store, (store) => store.read))
      const call = Handler.make(acts, {
        runtime: { context: () => promise },
        ...quiet,
        timeout: "3 seconds"
      })
      const early = call({})
      await vi.advanceTimersByTimeAsync(3_000)
      expect(problemOf(await early)).toMatchObject({
        type: "timeout",
        retry: { should_retry: true, attempts_made: 0 },
        details: { operation: "once", timeout_seconds: 3 }
      })
      const patient = call({})
      await vi.advanceTimersByTimeAsync(2_000)
      const read = Effect.delay(Effect.succeed(7), "2 seconds")
      resolve(Context.make(Store, { read }))
      await vi.advanceTimersByTimeAsync(1_000) // what is left of the three seconds
      expect(problemOf(await patient)).toMatchObject({ type: "outcome_unknown", details: { timeout_seconds: 3 } })
      const last = call({})
      await vi.advanceTimersByTimeAsync(2_000)
      expect(await last).toMatchObject({ structuredContent: { result: 7 } })
    } finally {
      restore()
    }
  })

  it("from nowhere, where none is needed", () => {
    const none = Tool.handle(tool, () => Effect.succeed(1))
    expect(Handler.make(none, quiet)({})).toMatchObject({ structuredContent: { result: 1 } })
  })

  it("not at all, where the compiler was circumvented: a defect", async () => {
    const call = Handler.make(handled as unknown as Tool.Handled, {
      runtime: Context.empty().pipe(Context.merge(Effect.runSync(Effect.provide(Effect.context<never>(), silent)))),
      ...quiet
    })
    expectMasked(await call({}))
  })
})

describe("a runtime that cannot start", () => {
  const failing: ReadonlyArray<readonly [name: string, layer: Layer.Layer<Store, unknown>]> = [
    ["fails", Layer.effect(Store, Effect.fail("no database"))],
    ["dies", Layer.effect(Store, Effect.die(new Error("no database")))],
    ["interrupts itself", Layer.effect(Store, Effect.interrupt)],
    ["fails with a tool error", Layer.effect(Store, Effect.fail(new Errors.ConnectionFailed({ service: "x" })))]
  ]

  it.each(failing)("every call is answered, none rejects: one that %s", async (_, layer) => {
    const lines: Array<string> = []
    const restore = takeStderr((line) => lines.push(line))
    try {
      const call = Handler.make(handled, { runtime: ManagedRuntime.make(layer as Layer.Layer<Store>), ...quiet })
      const results = await Promise.all([call({}), call({}), Promise.resolve().then(() => call({}))])
      results.push(await call({}))
      for (const result of results) expectMasked(result)
      expect(new Set(results.map((result) => problemOf(result)!.reference_id)).size).toBe(4)
      expect(lines).toHaveLength(4)
      for (const line of lines) expect(JSON.parse(line)).toMatchObject({ level: "Error", outcome: "internal_error" })
    } finally {
      restore()
    }
  })

  it("says what is wrong with the arguments first", async () => {
    const call = Handler.make(handled, {
      runtime: ManagedRuntime.make(failing[0]![1] as Layer.Layer<Store>),
      ...quiet
    })
    expect(problemOf(await call({ n: "x" }))?.type).toBe("invalid_arguments")
  })

  it("whatever it throws or rejects with", async () => {
    const restore = takeStderr()
    try {
      for (const value of everyHostile) {
        const rejecting = { context: () => Promise.reject(value) } // oxlint-disable-line typescript/prefer-promise-reject-errors -- what is no error is the case
        const throwing = {
          context: () => {
            throw value
          }
        }
        for (const runtime of [rejecting, throwing]) {
          expectMasked(await Handler.make(handled, { runtime, ...quiet })({}))
        }
      }
    } finally {
      restore()
    }
  })

  it("is tried again by the next call", async () => {
    let tries = 0
    const runtime = {
      context: () =>
        ++tries < 2
          ? Promise.reject(new Error("not yet"))
          : Promise.resolve(Context.make(Store, { read: Effect.succeed(7) }))
    }
    const restore = takeStderr()
    const call = Handler.make(handled, { runtime, ...quiet })
    expectMasked(await call({}))
    restore()
    expect((await call({})).structuredContent).toEqual({ result: 7 })
  })

  it("once it was closed every new handler's call is a defect", async () => {
    const runtime = ManagedRuntime.make(store(7).pipe(Layer.provideMerge(silent)))
    await runtime.dispose()
    const restore = takeStderr()
    expectMasked(await Handler.make(handled, { runtime, ...quiet })({}))
    restore()
  })
})

describe("options", () => {
  const layer = store(7).pipe(Layer.provideMerge(silent))

  it("take a layer as the runtime, which is built once", async () => {
    let built = 0
    const counted = Layer.effectDiscard(Effect.sync(() => void built++)).pipe(Layer.provideMerge(layer))
    const call = Handler.make(handled, { runtime: counted, ...quiet })
    expect(await call({})).toMatchObject({ structuredContent: { result: 7 } })
    expect(await call({})).toMatchObject({ structuredContent: { result: 7 } })
    expect(built).toBe(1)
  })

  it("are refused at once where JavaScript puts the runtime in their place", () => {
    for (const runtime of [Context.empty(), ManagedRuntime.make(layer), layer, "runtime", null]) {
      expect(() => Handler.make(handled as unknown as Tool.Handled, runtime as never)).toThrow(
        "Pass the runtime inside the options: { runtime }"
      )
    }
  })

  it("are refused at once where they stand in the runtime's place", () => {
    for (const runtime of [{ logsCalls: false }, 7, null]) {
      expect(() => Handler.make(handled as unknown as Tool.Handled, { runtime } as never)).toThrow(
        "The option `runtime` is not a ManagedRuntime, Context or Layer. Other options stand beside it"
      )
    }
  })

  it("take no runtime where the services come from the context", () => {
    const none = Tool.handle(tool, () => Effect.succeed(1))
    const toolkit = AiToolkit.make()
    for (const options of [Context.empty(), ManagedRuntime.make(layer), layer, { runtime: layer }, "runtime", 7]) {
      const calls = [
        () => ToolTest.call(none, {}, options as never),
        () => EffectHost.register([none], options as never),
        () => EffectHost.layer([none], options as never),
        () => EffectHost.registerToolkit(toolkit, options as never),
        () => EffectHost.adoptToolkit(toolkit, options as never)
      ]
      for (const call of calls) {
        expect(call).toThrow("The services come from the context here, no runtime is taken")
      }
    }
  })
})
