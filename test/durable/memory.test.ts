/**
 * Runs durable tools on the engine in memory: keys, failures, undoing, waiting, cancelling.
 */
import * as DurableTool from "@errata/core/durable"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import type * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Meta from "@errata/mcp-adapter/Meta"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as WorkflowEngine from "effect/workflow/WorkflowEngine"
import { assert, describe, it } from "vitest"

class CardDeclined extends ToolError.Permanent<CardDeclined>()("CardDeclined", { order_id: Schema.String }, {
  type: "conflict",
  message: (e) => `The card for ${e.order_id} was declined`
}) {}

const order = DurableTool.make("place_order", {
  description: "Charges, ships and notifies.",
  title: "Place an order",
  input: { order_id: Schema.NonEmptyString, amount: Schema.Finite },
  output: { receipt: Schema.String },
  errors: [CardDeclined, Errors.Timeout],
  key: "order_id",
  waitsFor: "1 second"
})

/** Gates an activity, so that a test holds a run where it wants it. */
interface Gate {
  readonly reached: Deferred.Deferred<void>
  readonly open: Deferred.Deferred<void>
}

const makeGate = (): Gate => ({ reached: Deferred.makeUnsafe(), open: Deferred.makeUnsafe() })

interface World {
  gate?: Gate | undefined
  unshipFails: boolean
  readonly log: Array<string>
  readonly keys: Array<string>
  declines: boolean
  shipFails: number
}

const quick = RetryPolicy.make(Schedule.recurs(10), { maxRetries: 2 })

const layerOf = (world: World) =>
  DurableTool.layer(order, ({ amount, order_id }) =>
    Effect.gen(function*() {
      const charge = yield* DurableTool.activity("charge", {
        output: Schema.String,
        errors: [CardDeclined],
        execute: ({ key }) =>
          Effect.suspend(() => {
            world.log.push("charge")
            world.keys.push(key)
            return world.declines ? Effect.fail(new CardDeclined({ order_id })) : Effect.succeed(`ch_${amount}`)
          }),
        compensate: (id) => Effect.sync(() => world.log.push(`refund ${id}`))
      })
      yield* DurableTool.activity("ship", {
        errors: [Errors.Timeout],
        retry: quick,
        execute: () =>
          Effect.suspend(() => {
            world.log.push("ship")
            if (world.shipFails-- > 0) return Effect.fail(new Errors.Timeout({ operation: "Shipping" }))
            const { gate } = world
            return gate === undefined
              ? Effect.void
              : Effect.andThen(Deferred.succeed(gate.reached, undefined), Deferred.await(gate.open))
          }),
        compensate: () =>
          Effect.suspend(() => {
            world.log.push("unship")
            return world.unshipFails ? Effect.fail(new Errors.NotFound({ resource: "Parcel" })) : Effect.void
          })
      })
      yield* DurableTool.activity("notify", {
        errors: [CardDeclined],
        execute: () =>
          Effect.suspend(() => {
            world.log.push("notify")
            return order_id === "unknown" ? Effect.fail(new CardDeclined({ order_id })) : Effect.void
          }),
        compensate: "nothing to undo"
      })
      return { receipt: charge }
    }))

const make = (given: Partial<World> = {}) => {
  const world: World = { log: [], keys: [], declines: false, shipFails: 0, unshipFails: false, ...given }
  const runtime = ManagedRuntime.make(Layer.provideMerge(layerOf(world), WorkflowEngine.layerMemory))
  const call = (input: typeof order.input.Type) => runtime.runPromise(Effect.result(DurableTool.handler(order)(input)))
  const poll = DurableTool.pollTool(order)
  const cancel = DurableTool.cancelTool(order)
  const on = <T extends Tool.Any>(handled: Tool.Handled<DurableTool.Needs<"place_order">, T>, args: object) =>
    runtime.runPromise(ToolTest.call(handled, args))
  return { world, runtime, call, on, poll, cancel, tool: DurableTool.handle(order) }
}

describe("a key", () => {
  it("begins one run, whose result every call gets", async () => {
    const { call, world } = make()
    const results = await Promise.all([1, 2, 3].map(() => call({ order_id: "a", amount: 5 })))
    for (const result of [...results, await call({ order_id: "a", amount: 5 })]) {
      assert.deepStrictEqual(result._tag === "Success" && result.success, { receipt: "ch_5" })
    }
    assert.deepStrictEqual(world.log, ["charge", "ship", "notify"])
  })
  it("is refused with other arguments", async () => {
    const { call } = make()
    await call({ order_id: "a", amount: 5 })
    const result = await call({ order_id: "a", amount: 6 })
    assert.strictEqual(result._tag === "Failure" && result.failure._tag, "IdempotencyConflict")
  })
  it("keeps a permanent failure", async () => {
    const { call, world } = make({ declines: true })
    for (let i = 0; i < 2; i++) {
      const result = await call({ order_id: "a", amount: 5 })
      assert.strictEqual(result._tag === "Failure" && result.failure._tag, "CardDeclined")
    }
    assert.deepStrictEqual(world.log, ["charge"])
  })
  it("runs again after a transient failure of which nothing is left", async () => {
    const { call, world } = make({ shipFails: 3 })
    const first = await call({ order_id: "a", amount: 5 })
    assert.strictEqual(first._tag === "Failure" && first.failure._tag, "Timeout")
    const second = await call({ order_id: "a", amount: 5 })
    assert.deepStrictEqual(second._tag === "Success" && second.success, { receipt: "ch_5" })
    assert.deepStrictEqual(world.log, ["charge", "ship", "ship", "ship", "refund ch_5", "charge", "ship", "notify"])
    assert.notStrictEqual(world.keys[0], world.keys[1])
  })
})

describe("an answer of another call's run", () => {
  const notes = ({ result }: { readonly result: { readonly _meta?: object | undefined } }) =>
    Meta.call(result._meta as never)

  it("says whose, as those of idempotent tools do: an end, a failure, and a run that was joined", async () => {
    const gate = makeGate()
    const { on, tool } = make({ gate })
    const joining = [on(tool, { order_id: "a", amount: 5 }), on(tool, { order_id: "a", amount: 5 })]
    await Effect.runPromise(Effect.andThen(Deferred.await(gate.reached), Deferred.succeed(gate.open, undefined)))
    const [first, joined] = await Promise.all(joining)
    const told = [notes(first!), notes(joined!)].filter((note) => note !== undefined)
    assert.lengthOf(told, 1)
    const [note] = told
    assert.isTrue(note!.replayed)
    const again = await on(tool, { order_id: "a", amount: 5 })
    assert.strictEqual(notes(again)?.original_reference_id, note!.original_reference_id)

    const failed = await on(tool, { order_id: "unknown", amount: 5 })
    const failedAgain = await on(tool, { order_id: "unknown", amount: 5 })
    assert.isUndefined(notes(failed))
    assert.deepInclude(notes(failedAgain)!, { replayed: true, original_reference_id: failed.problem!.reference_id })
  })
  it("says nothing where the run goes on, where it is another run, and where code began it", async () => {
    const { on, runtime, tool } = make({ shipFails: 3 })
    const first = await on(tool, { order_id: "a", amount: 5 })
    const second = await on(tool, { order_id: "a", amount: 5 })
    assert.deepStrictEqual([first.problem?.type, notes(second)], ["timeout", undefined])
    await runtime.runPromise(DurableTool.start(order, { order_id: "b", amount: 5 }))
    assert.isUndefined(notes(await on(tool, { order_id: "b", amount: 5 })))
  })
})

describe("what was done", () => {
  it("is undone in reverse order, each once, and the failure is kept", async () => {
    const { call, world } = make()
    for (let i = 0; i < 2; i++) {
      const result = await call({ order_id: "unknown", amount: 5 })
      assert.strictEqual(result._tag === "Failure" && result.failure._tag, "CardDeclined")
    }
    assert.deepStrictEqual(world.log, ["charge", "ship", "notify", "unship", "refund ch_5"])
  })
  it("that cannot be undone is told, and stops nothing", async () => {
    const { on, tool, world } = make({ unshipFails: true })
    const { text } = await on(tool, { order_id: "unknown", amount: 5 })
    assert.include(text, "Suggestion: Could not be undone: ship. Tell the user.")
    assert.deepStrictEqual(world.log, ["charge", "ship", "notify", "unship", "refund ch_5"])
  })
})

describe("a run that goes on", () => {
  it("is in progress, is joined by the next call, and can be polled", async () => {
    const gate = makeGate()
    const { on, poll, tool, world } = make({ gate })
    const missing = await on(poll, { order_id: "a" })
    assert.strictEqual(missing.problem?.type, "not_found")
    const first = await on(tool, { order_id: "a", amount: 5 })
    assert.deepStrictEqual(first.text.split("\n").slice(0, 2), [
      "Place an order is still running.",
      "Error: in_progress (transient). Retry after 5 s."
    ])
    const polled = await on(poll, { order_id: "a" })
    assert.deepStrictEqual(polled.result.structuredContent, { status: "in_progress", retry_after_seconds: 5 })
    const conflict = await on(tool, { order_id: "a", amount: 6 })
    assert.strictEqual(conflict.problem?.type, "idempotency_conflict")
    await Effect.runPromise(Deferred.succeed(gate.open, undefined))
    const second = await on(tool, { order_id: "a", amount: 5 })
    assert.deepStrictEqual(second.result.structuredContent, { receipt: "ch_5" })
    const done = await on(poll, { order_id: "a" })
    assert.deepStrictEqual(done.result.structuredContent, { status: "succeeded", result: { receipt: "ch_5" } })
    assert.deepStrictEqual(world.log, ["charge", "ship", "notify"])
  })
  it("is cancelled after the activity that it is in, and undone", async () => {
    const gate = makeGate()
    const { cancel, on, poll, runtime, tool, world } = make({ gate })
    await runtime.runPromise(DurableTool.start(order, { order_id: "a", amount: 5 }))
    await Effect.runPromise(Deferred.await(gate.reached))
    const cancelling = await on(cancel, { order_id: "a" })
    assert.deepStrictEqual(cancelling.result.structuredContent, { status: "in_progress", retry_after_seconds: 5 })
    await Effect.runPromise(Deferred.succeed(gate.open, undefined))
    const cancelled = await on(cancel, { order_id: "a" })
    assert.deepStrictEqual(cancelled.result.structuredContent, { status: "cancelled" })
    assert.deepStrictEqual(world.log, ["charge", "ship", "unship", "refund ch_5"])
    const polled = await on(poll, { order_id: "a" })
    assert.deepStrictEqual(polled.result.structuredContent, { status: "cancelled" })
    const called = await on(tool, { order_id: "a", amount: 5 })
    assert.strictEqual(called.problem?.type, "invalid_state")
  })
  it("that is done cannot be cancelled", async () => {
    const { call, cancel, on } = make()
    await call({ order_id: "a", amount: 5 })
    const answer = await on(cancel, { order_id: "a" })
    assert.deepStrictEqual([answer.problem?.type, answer.text.split("\n")[0]], [
      "invalid_state",
      "Place an order is done and cannot be cancelled."
    ])
  })
})

describe("the names of activities", () => {
  const named = DurableTool.make("named", { description: "d", input: { id: Schema.String }, key: "id" })
  const nothing = (name: string) =>
    DurableTool.activity(name as "a", { execute: () => Effect.void, compensate: () => Effect.void })

  it.each([
    [
      "are used once in a run",
      ["a", "a"],
      "named: two activities are named a, and the second would get the result of the first"
    ],
    [
      "are not those of what undoes another",
      ["a", "undo a"],
      "named: two activities are named undo a, and the second would get the result of the first"
    ]
  ])("%s: what was done is undone, and the log says why", async (_, names, message) => {
    const logged: Array<string> = []
    const logger = Logger.make(({ cause }) => void logged.push(String(Cause.squash(cause))))
    const work = DurableTool.layer(named, () => Effect.forEach(names, nothing, { discard: true }))
    const answer = await Effect.runPromise(
      ToolTest.call(DurableTool.handle(named), { id: "1" }).pipe(
        Effect.provide(Layer.provideMerge(work, WorkflowEngine.layerMemory)),
        Effect.provideService(Logger.CurrentLoggers, new Set([logger]))
      )
    )
    assert.strictEqual(answer.problem?.type, "internal_error")
    assert.include(logged.join("\n"), message)
  })
})
