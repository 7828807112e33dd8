/**
 * Serves durable tools as MCP tasks to the official client of SDK 1.x: begun, polled, cancelled and answered by the protocol.
 */
import * as DurableTool from "@errata/core/durable"
import * as ToolError from "@errata/core/ToolError"
import * as Meta from "@errata/mcp-adapter/Meta"
import { register } from "@errata/mcp-adapter/sdk"
import { taskOptions } from "@errata/mcp-adapter/tasks"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { CallToolResultSchema, CreateTaskResultSchema } from "@modelcontextprotocol/sdk/types.js"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schema from "effect/Schema"
import { assert, describe, it, onTestFinished } from "vitest"
import { until } from "../wire/Wait.ts"

class Declined extends ToolError.Permanent<Declined>()("Declined", { order_id: Schema.String }, {
  type: "conflict",
  message: (e) => `The card for ${e.order_id} was declined`
}) {}

const order = DurableTool.make("place_order", {
  description: "Places an order.",
  input: { order_id: Schema.NonEmptyString, what: Schema.Literals(["works", "declines", "waits"]) },
  output: { parcel: Schema.String },
  errors: [Declined],
  key: "order_id",
  askAgainAfter: "20 millis",
  waitsFor: "200 millis"
})

const begin = async () => {
  const gate = Deferred.makeUnsafe<void>()
  const undone: Array<string> = []
  const work = DurableTool.layer(order, ({ order_id, what }) =>
    Effect.gen(function*() {
      yield* DurableTool.activity("charge", {
        execute: () => Effect.void,
        compensate: () => Effect.sync(() => undone.push(order_id))
      })
      yield* DurableTool.activity("ship", {
        errors: [Declined],
        execute: () => what === "declines" ? Effect.fail(new Declined({ order_id })) : Effect.void
      })
      if (what === "waits") {
        yield* DurableTool.activity("wait", { execute: () => Deferred.await(gate) })
        yield* DurableTool.activity("more", { execute: () => Effect.void })
      }
      return { parcel: `parcel of ${order_id}` }
    }))
  const runtime = ManagedRuntime.make(Layer.provideMerge(work, Layer.fresh(DurableTool.layerMemory)))
  const options = { runtime, logsCalls: false }

  /** Connects a client to a server of its own: any of them answers for any task. */
  const connect = async () => {
    const server = new McpServer({ name: "orders", version: "1.0.0" }, taskOptions([order], options))
    register(server, [DurableTool.handle(order)], options)
    const [ours, theirs] = InMemoryTransport.createLinkedPair()
    await server.connect(ours)
    const client = new Client({ name: "client", version: "1.0.0" })
    await client.connect(theirs)
    onTestFinished(() => client.close())
    const { tasks } = client.experimental
    return {
      client,
      create: async (args: { [name: string]: unknown }) =>
        (await client.request(
          { method: "tools/call", params: { name: "place_order", arguments: args, task: {} } },
          CreateTaskResultSchema
        )).task,
      status: async (taskId: string) => (await tasks.getTask(taskId)).status,
      result: (taskId: string) => tasks.getTaskResult(taskId, CallToolResultSchema),
      cancel: (taskId: string) => tasks.cancelTask(taskId)
    }
  }
  onTestFinished(() => runtime.dispose())
  return { connect, gate, undone, open: () => Effect.runPromise(Deferred.succeed(gate, undefined)) }
}

describe("a durable call as a task", () => {
  it("is begun, and answered when it has ended, by any server", async () => {
    const { connect, open } = await begin()
    const first = await connect()
    const task = await first.create({ order_id: "a", what: "waits" })
    assert.strictEqual(task.status, "working")
    assert.strictEqual(await first.status(task.taskId), "working")
    const second = await connect()
    const waiting = second.result(task.taskId)
    await open()
    assert.deepStrictEqual((await waiting).structuredContent, { parcel: "parcel of a" })
    assert.strictEqual(await first.status(task.taskId), "completed")
    assert.deepStrictEqual((await first.result(task.taskId)).structuredContent, { parcel: "parcel of a" })
  })

  it("fails as the call does", async () => {
    const { connect } = await begin()
    const { create, result, status } = await connect()
    const { taskId } = await create({ order_id: "a", what: "declines" })
    const { _meta, isError } = await result(taskId)
    assert.deepStrictEqual([isError, Meta.problem(_meta)?.error], [true, "Declined"])
    assert.strictEqual(await status(taskId), "failed")
  })

  it("with wrong arguments, or with a key that others used, has failed from its start", async () => {
    const { connect } = await begin()
    const { create, result } = await connect()
    await create({ order_id: "a", what: "works" })
    for (
      const [args, type] of [
        [{ order_id: "", what: "sings" }, "invalid_arguments"],
        [{ order_id: "a", what: "declines" }, "idempotency_conflict"]
      ] as const
    ) {
      const task = await create(args)
      assert.strictEqual(task.status, "failed")
      assert.strictEqual(Meta.problem((await result(task.taskId))._meta)?.type, type)
    }
  })

  it("is cancelled, and what it did is undone", async () => {
    const { connect, open, undone } = await begin()
    const { cancel, create, result, status } = await connect()
    const { taskId } = await create({ order_id: "a", what: "waits" })
    assert.strictEqual((await cancel(taskId)).status, "cancelled")
    assert.deepStrictEqual(undone, [], "an activity that runs ends first")
    await open()
    await until(
      "the run to be cancelled",
      async () => Meta.problem((await result(taskId))._meta)?.type === "invalid_state"
    )
    assert.strictEqual(await status(taskId), "cancelled")
    assert.deepStrictEqual(undone, ["a"])
  })

  it("that nobody began is not there", async () => {
    const { connect } = await begin()
    const { status } = await connect()
    for (
      const taskId of [
        "x",
        "place_order",
        `place_order.${"0".repeat(64)}.1`,
        `place_order.${"0".repeat(64)}.${"z".repeat(9999)}`
      ]
    ) {
      assert.include(await status(taskId).catch(String), "not found")
    }
  })

  it("is a plain call for who asks for no task", async () => {
    const { connect } = await begin()
    const { client } = await connect()
    const { structuredContent } = await client.callTool({
      name: "place_order",
      arguments: { order_id: "a", what: "works" }
    })
    assert.deepStrictEqual(structuredContent, { parcel: "parcel of a" })
    const wrong = await client.callTool({ name: "place_order" })
    assert.strictEqual(Meta.problem(wrong._meta)?.type, "invalid_arguments")
    const { tools } = await client.listTools()
    assert.deepStrictEqual(tools[0]?.execution, { taskSupport: "optional" })
  })
})
