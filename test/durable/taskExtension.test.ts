/**
 * Serves durable tools as tasks of the extension of 2026-07-28, to requests as they stand on the wire, and to the official client.
 */
import * as Meta from "@errata/mcp-adapter/Meta"
import { createTaskSessionFromClient, resultFromTaskOutcome } from "@modelcontextprotocol/ext-tasks/client"
import { isCreateTaskResultV2, isDetailedTaskV2 } from "@modelcontextprotocol/ext-tasks/core/v2"
import { assert, describe, it } from "vitest"
import { until } from "../wire/Wait.ts"
import { connect2, envelope, type Record, serve, start } from "./support/tasks.ts"

const call = (args: Record): readonly ["tools/call", Record] => ["tools/call", { name: "place_order", arguments: args }]

const resultOf = ({ error, result }: Record): Record => {
  assert.isUndefined(error)
  return result as Record
}

const codeOf = ({ error }: Record) => (error as Record | undefined)?.["code"]

const problemOf = ({ _meta }: Record) => Meta.problem(_meta as Record)

const begin = () => {
  const world = start()
  const served = serve(world)
  const { ask } = served
  const create = async (args: Record): Promise<string> => {
    const task = resultOf(await ask(...call(args)))
    assert.isTrue(isCreateTaskResultV2(task), JSON.stringify(task))
    return task["taskId"] as string
  }
  const get = async (taskId: string): Promise<Record> => {
    const task = resultOf(await ask("tasks/get", { taskId }))
    assert.isTrue(isDetailedTaskV2(task), JSON.stringify(task))
    assert.strictEqual(task["resultType"], "complete")
    return task
  }
  const ended = async (taskId: string): Promise<Record> => {
    await until("the end of the task", async () => (await get(taskId))["status"] !== "working")
    return get(taskId)
  }
  return { ...world, ...served, create, get, ended }
}

describe("a durable call of a client that knows the extension", () => {
  it("is a task, told to every server of the same engine, with its result", async () => {
    const { ask, create, ended, get, open, runs } = begin()
    const taskId = await create({ order_id: "a", what: "waits" })
    const working = await get(taskId)
    assert.deepStrictEqual([working["status"], working["pollIntervalMs"], working["ttlMs"]], ["working", 20, null])
    assert.isFalse("result" in working)
    await open()
    const { result, status } = await ended(taskId)
    assert.strictEqual(status, "completed")
    assert.deepStrictEqual((result as Record)["structuredContent"], { parcel: "parcel of a" })
    const again = resultOf(await ask(...call({ order_id: "a", what: "waits" })))
    assert.deepStrictEqual([again["resultType"], again["structuredContent"]], ["complete", { parcel: "parcel of a" }])
    assert.deepStrictEqual(runs, ["a"])
  })

  it.each([["declines", "Declined"], ["dies", "InternalError"]])(
    "has completed where its result is an error: %s",
    async (what, error) => {
      const { create, ended } = begin()
      const { result, status } = await ended(await create({ order_id: "a", what }))
      assert.strictEqual(status, "completed")
      assert.deepStrictEqual([(result as Record)["isError"], problemOf(result as Record)?.error], [true, error])
      assert.notInclude(JSON.stringify(result), "hunter2")
    }
  )

  it("that cannot begin is answered at once", async () => {
    const { ask, create, ended } = begin()
    const wrong = resultOf(await ask(...call({ order_id: "", what: "sings" })))
    assert.deepStrictEqual([wrong["resultType"], problemOf(wrong)?.type], ["complete", "invalid_arguments"])
    const none = resultOf(await ask("tools/call", { name: "place_order" }))
    assert.strictEqual(problemOf(none)?.type, "invalid_arguments")
    await ended(await create({ order_id: "a", what: "works" }))
    const taken = resultOf(await ask(...call({ order_id: "a", what: "declines" })))
    assert.strictEqual(problemOf(taken)?.type, "idempotency_conflict")
  })

  it("is cancelled, and what it did is undone", async () => {
    const { ask, create, get, open, undone } = begin()
    const taskId = await create({ order_id: "a", what: "waits" })
    assert.deepInclude(resultOf(await ask("tasks/cancel", { taskId })), { resultType: "complete" })
    assert.strictEqual((await get(taskId))["status"], "working")
    await open()
    await until("what it did to be undone", () => undone.length > 0)
    await until(
      "its end",
      async () => !("result" in await get(taskId)) && (await get(taskId))["status"] === "cancelled"
    )
    assert.deepStrictEqual(undone, ["a"])
    assert.deepInclude(resultOf(await ask("tasks/cancel", { taskId })), { resultType: "complete" })
  })

  it("keeps the status that it ended with, whenever it is cancelled", async () => {
    const { ask, create, ended, open, undone } = begin()
    const done = await create({ order_id: "a", what: "works" })
    assert.strictEqual((await ended(done))["status"], "completed")
    assert.deepInclude(resultOf(await ask("tasks/cancel", { taskId: done })), { resultType: "complete" })
    assert.strictEqual((await ended(done))["status"], "completed")
    const last = await create({ order_id: "b", what: "lasts" })
    await ask("tasks/cancel", { taskId: last })
    await open()
    assert.strictEqual((await ended(last))["status"], "cancelled")
    assert.deepStrictEqual(undone, ["b"])
  })

  it("is refused as a plain call is where its tool is disabled", async () => {
    const world = start()
    const { ask } = serve(world, { isDisabled: true })
    const plain = await ask(...call({ order_id: "a", what: "works" }), { knowsTasks: false })
    const { id, ...refused } = await ask(...call({ order_id: "a", what: "works" }))
    assert.deepStrictEqual({ ...refused, id: plain["id"] }, plain)
    assert.include(JSON.stringify(plain), "Unknown tool")
    assert.notStrictEqual(id, plain["id"])
    assert.deepStrictEqual(world.runs, [])
  })

  it("belongs to one user of a client, also where no text names them", async () => {
    const { post, runs } = begin()
    const as = (token: string, method: string, params: Record) =>
      post({ method, params: { ...params, _meta: envelope(true) } }, {
        token,
        clientId: "c",
        scopes: [],
        extra: { sub: 7, userId: token }
      })
    const [method, params] = call({ order_id: "a", what: "waits" })
    const { taskId } = resultOf(await as("ada's", method, params))
    assert.strictEqual(resultOf(await as("ada's", "tasks/get", { taskId }))["status"], "working")
    assert.strictEqual(codeOf(await as("eve's", "tasks/get", { taskId })), -32602)
    await as("eve's", method, params)
    await until("both runs", () => runs.length === 2)
  })

  it("takes answers to questions that it never asks", async () => {
    const { ask, create } = begin()
    const taskId = await create({ order_id: "a", what: "waits" })
    assert.deepInclude(resultOf(await ask("tasks/update", { taskId, inputResponses: { x: {} } })), {
      resultType: "complete"
    })
  })

  it("is nobody else's: the same id names a run of the caller's own", async () => {
    const { ask, undone } = begin()
    const task = resultOf(await ask(...call({ order_id: "a", what: "waits" }), { as: "ada" }))
    const taskId = task["taskId"]
    for (const method of ["tasks/get", "tasks/cancel", "tasks/update"]) {
      assert.strictEqual(codeOf(await ask(method, { taskId }, { as: "eve" })), -32602)
      assert.strictEqual(codeOf(await ask(method, { taskId })), -32602)
    }
    assert.strictEqual(resultOf(await ask("tasks/get", { taskId }, { as: "ada" }))["status"], "working")
    assert.deepStrictEqual(undone, [])
  })

  it("that nobody began is not there", async () => {
    const { ask } = begin()
    for (const taskId of ["x", `place_order.${"0".repeat(64)}.1`, 7, null, undefined]) {
      for (const method of ["tasks/get", "tasks/cancel", "tasks/update"]) {
        const { error } = await ask(method, { taskId })
        assert.deepInclude(error as Record, { code: -32602 })
      }
    }
  })

  it("knows none of the methods of 2025-11-25", async () => {
    const { ask, create } = begin()
    const taskId = await create({ order_id: "a", what: "works" })
    for (const method of ["tasks/result", "tasks/list"]) {
      assert.strictEqual(codeOf(await ask(method, { taskId })), -32601)
    }
  })
})

describe("a durable call of a client that does not", () => {
  it("is a plain call, also where it asks as 2025-11-25 did", async () => {
    const { ask } = begin()
    const [method, params] = call({ order_id: "a", what: "works" })
    const plain = resultOf(await ask(method, { ...params, task: {} }, { knowsTasks: false }))
    assert.deepStrictEqual([plain["resultType"], plain["structuredContent"]], ["complete", { parcel: "parcel of a" }])
    const late = resultOf(await ask(...call({ order_id: "b", what: "waits" }), { knowsTasks: false }))
    assert.strictEqual(problemOf(late)?.type, "in_progress")
  })

  it("may not ask for tasks", async () => {
    const { ask, create } = begin()
    const taskId = await create({ order_id: "a", what: "works" })
    for (const method of ["tasks/get", "tasks/cancel", "tasks/update"]) {
      const { error } = await ask(method, { taskId }, { knowsTasks: false })
      assert.deepInclude(error as Record, {
        code: -32021,
        data: { requiredCapabilities: { extensions: { "io.modelcontextprotocol/tasks": {} } } }
      })
    }
  })
})

describe("the official client of tasks", () => {
  const endpointId = "orders"
  const sessions = [
    ["2025-11-25, SDK 1.x", async () => {
      const world = start()
      // the package takes the client of SDK 2.x: it speaks to a server of SDK 1.x over the same wire
      return { world, session: createTaskSessionFromClient((await connect2(world, "SDK 1.x")).client, { endpointId }) }
    }],
    ["2025-11-25, SDK 2.x", async () => {
      const world = start()
      return { world, session: createTaskSessionFromClient((await connect2(world)).client, { endpointId }) }
    }],
    ["2026-07-28, SDK 2.x", async () => {
      const world = start()
      const { client, post } = serve(world)
      const meta = envelope(true)
      const session = createTaskSessionFromClient(await client(), {
        endpointId,
        rawDispatch: async (request) => {
          const { error, result } = await post(request as Record)
          return (error === undefined ? { kind: "result", result } : { kind: "error", error }) as never
        },
        v2RequestFraming: {
          protocolVersion: meta["io.modelcontextprotocol/protocolVersion"],
          clientInfo: meta["io.modelcontextprotocol/clientInfo"],
          clientCapabilities: {}
        }
      })
      return { world, session }
    }]
  ] as const

  it.each(sessions)("gets results, errors and cancels: %s", async (_, make) => {
    const { session, world } = await make()
    const begin = (args: Record) => session.callTool("place_order", args as never, { task: { preference: "require" } })
    const first = await begin({ order_id: "a", what: "waits" })
    assert.strictEqual(first.kind, "task")
    await world.open()
    const { outcome } = await first.settle()
    assert.deepStrictEqual(resultFromTaskOutcome(outcome).structuredContent, { parcel: "parcel of a" })
    assert.deepStrictEqual(world.runs, ["a"])
    await session.close()
  })
})
