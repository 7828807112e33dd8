/**
 * Cancels runs when it is almost too late, and runs that are not known here, on the engine in memory and on a file.
 */
import * as DurableTool from "@errata/core/durable"
import * as Sqlite from "@errata/core/durable/sqlite"
import * as IdempotencyKey from "@errata/core/IdempotencyKey"
import type * as Tool from "@errata/core/Tool"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schema from "effect/Schema"
import { assert, describe, it, onTestFinished } from "vitest"
import * as Folder from "../wire/Folder.ts"
import { until } from "../wire/Wait.ts"

const base = {
  description: "Charges and ships.",
  title: "Place an order",
  input: { order_id: Schema.String },
  output: { receipt: Schema.String },
  key: "order_id",
  waitsFor: "200 millis"
} as const

const order = DurableTool.make("place_order", base)

/** The same name, and a version that runs of `order` are none of. */
const next = DurableTool.make("place_order", { ...base, version: "2" })

const engines = [
  ["memory", () => Layer.fresh(DurableTool.layerMemory)],
  ["SQLite", () => {
    const folder = Folder.make()
    onTestFinished(folder.remove)
    return Sqlite.layer({ filename: folder.at("runs.sqlite"), shards: 5 })
  }]
] as const

describe.each(engines)("a run, %s", (_, engine) => {
  const begin = (last: Effect.Effect<unknown> = Effect.void) => {
    const log: Array<string> = []
    const reached = Deferred.makeUnsafe<void>()
    const gate = Deferred.makeUnsafe<void>()
    const step = (name: string, execute: Effect.Effect<unknown>) =>
      DurableTool.activity(name as "step", {
        execute: () => Effect.andThen(execute, Effect.sync(() => void log.push(name))),
        compensate: () => Effect.sync(() => log.push(`undo ${name}`))
      })
    const work = DurableTool.layer(order, ({ order_id }) =>
      Effect.gen(function*() {
        yield* step("charge", Effect.void)
        const waits = Effect.andThen(Deferred.succeed(reached, undefined), Deferred.await(gate))
        yield* step("ship", Effect.andThen(waits, last))
        return { receipt: order_id }
      }))
    const nextWork = DurableTool.layer(next, () => Effect.succeed({ receipt: "next" }))
    const layer = Layer.provideMerge(Layer.merge(work, nextWork), engine() as typeof DurableTool.layerMemory)
    const runtime = ManagedRuntime.make(layer)
    onTestFinished(() => runtime.dispose())
    const on = (handled: Tool.Handled<DurableTool.Needs<"place_order">, Tool.Any>) =>
      runtime.runPromise(ToolTest.call(handled as never, { order_id: "a" }))
    return {
      log,
      on,
      start: () =>
        runtime.runPromise(Effect.andThen(DurableTool.start(order, { order_id: "a" }), Deferred.await(reached))),
      open: () => Effect.runPromise(Deferred.succeed(gate, undefined)),
      ended: () =>
        runtime.runPromise(
          Effect.repeat(Effect.delay(DurableTool.status(order, "a"), "20 millis"), {
            while: (found) => found._tag === "Some" && found.value.status === "in_progress"
          })
        )
    }
  }

  it("that is cancelled during its last activity is undone, and has no result", async () => {
    const { ended, log, on, open, start } = begin()
    await start()
    const cancelling = await on(DurableTool.cancelTool(order) as never)
    assert.deepStrictEqual((cancelling.result.structuredContent as { status: string }).status, "in_progress")
    await open()
    const end = await ended()
    assert.deepStrictEqual(end._tag === "Some" && end.value, { status: "cancelled" })
    assert.deepStrictEqual(log, ["charge", "ship", "undo ship", "undo charge"])
    assert.strictEqual((await on(DurableTool.handle(order) as never)).problem?.type, "invalid_state")
  })

  it("that is cancelled during its last activity, which then dies, is undone once", async () => {
    const { log, on, open, start } = begin(Effect.die(new Error("the printer burns")))
    await start()
    await on(DurableTool.cancelTool(order) as never)
    await open()
    const check = async () => (await on(DurableTool.pollTool(order) as never)).result.structuredContent
    await until("it has ended", async () => (await check())?.["status"] !== "in_progress")
    await until("all is undone", () => log.includes("undo charge"))
    assert.deepStrictEqual(log, ["charge", "undo charge"])
    assert.isTrue((await on(DurableTool.handle(order) as never)).result.isError)
    assert.deepStrictEqual(log, ["charge", "undo charge"])
  })

  it("of a version that is not known here is neither told of nor cancelled", async () => {
    const { ended, log, on, open, start } = begin()
    const check = async () => {
      for (const tool of [DurableTool.pollTool(next), DurableTool.cancelTool(next)]) {
        const { problem, text } = await on(tool as never)
        assert.strictEqual(problem?.type, "invalid_state")
        assert.include(text, "Place an order was begun under another version of the tool, which is not known here.")
        assert.include(text, "Do not use a new key")
      }
    }
    await start()
    await check()
    await open()
    const end = await ended()
    assert.deepStrictEqual(end._tag === "Some" && end.value, { status: "succeeded", result: { receipt: "a" } })
    await check()
    assert.deepStrictEqual(log, ["charge", "ship"])
  })
})

describe("a key that was claimed by a process that ended before it began the run", () => {
  it("is told so, has nothing to cancel, and is begun by the next call", async () => {
    const ran: Array<string> = []
    const work = DurableTool.layer(order, ({ order_id }) =>
      Effect.sync(() => {
        ran.push(order_id)
        return { receipt: order_id }
      }))
    const runtime = ManagedRuntime.make(Layer.provideMerge(work, engines[1][1]() as typeof DurableTool.layerMemory))
    onTestFinished(() => runtime.dispose())
    const { claim, definition } = order.durable.plan()
    const input = { order_id: "a" }
    const id = IdempotencyKey.scopeId(IdempotencyKey.make(IdempotencyKey.ofArguments("a")), {
      principal: "",
      tool: "place_order"
    })
    const fingerprint = IdempotencyKey.fingerprint(input)
    await runtime.runPromise(claim.execute({ id, run: 1, fingerprint, definition, call: "of a process that died" }))
    for (const tool of [DurableTool.pollTool(order), DurableTool.cancelTool(order)]) {
      const { problem, text } = await runtime.runPromise(ToolTest.call(tool as never, input))
      assert.strictEqual(problem?.type, "not_found")
      assert.include(text, "The run of place_order with this key has not begun, and nothing was done.")
      assert.include(text, "call it again, with the same arguments")
    }
    assert.strictEqual((await runtime.runPromise(DurableTool.status(order, "a")))._tag, "None")
    assert.strictEqual((await runtime.runPromise(DurableTool.cancel(order, "a")))._tag, "None")
    const { value } = await runtime.runPromise(ToolTest.call(DurableTool.handle(order), input))
    assert.deepStrictEqual([value, ran], [{ receipt: "a" }, ["a"]])
  })
})
