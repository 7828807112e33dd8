/**
 * Serves durable tools as MCP tasks of 2025-11-25, on both SDKs: begun, polled, cancelled and answered by the protocol.
 */
import * as DurableTool from "@errata/core/durable"
import * as Meta from "@errata/mcp-adapter/Meta"
import { register } from "@errata/mcp-adapter/sdk"
import { prepareTasks, registerTasks } from "@errata/mcp-adapter/tasks"
import { InMemoryTaskStore } from "@modelcontextprotocol/sdk/experimental/tasks/stores/in-memory.js"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js"
import * as Schema from "effect/Schema"
import { assert, describe, it } from "vitest"
import { until } from "../wire/Wait.ts"
import { connect1, connect2, type Connection, order, type Record, start, type World } from "./support/tasks.ts"

const speak = ({ request }: Pick<Connection, "request">) => ({
  create: async (args: Record) =>
    (await request("tools/call", { name: "place_order", arguments: args, task: {} }))["task"] as {
      readonly taskId: string
      readonly status: string
    },
  status: async (taskId: string) => (await request("tasks/get", { taskId }))["status"],
  result: (taskId: string) => request("tasks/result", { taskId }),
  cancel: (taskId: string) => request("tasks/cancel", { taskId })
})

const problemOf = ({ _meta }: Record) => Meta.problem(_meta as Record)

const hosts: ReadonlyArray<readonly [string, (world: World) => Promise<Connection>]> = [
  ["SDK 1.x", connect1],
  ["SDK 2.x", connect2]
]

describe.each(hosts)("a durable call as a task, %s", (_, connect) => {
  const begin = async () => {
    const world = start()
    return { ...world, connect: async () => speak(await connect(world)), plain: () => connect(world) }
  }

  it("is begun, and answered when it has ended, by any server", async () => {
    const { connect, open, runs } = await begin()
    const first = await connect()
    const task = await first.create({ order_id: "a", what: "waits" })
    assert.strictEqual(task.status, "working")
    assert.strictEqual(await first.status(task.taskId), "working")
    const second = await connect()
    const waiting = second.result(task.taskId)
    await open()
    assert.deepStrictEqual((await waiting)["structuredContent"], { parcel: "parcel of a" })
    assert.strictEqual(await first.status(task.taskId), "completed")
    const { _meta, structuredContent } = await first.result(task.taskId)
    assert.deepStrictEqual(structuredContent, { parcel: "parcel of a" })
    assert.deepStrictEqual((_meta as Record)["io.modelcontextprotocol/related-task"], { taskId: task.taskId })
    assert.deepStrictEqual(runs, ["a"])
  })

  it("that is begun again is the same run", async () => {
    const { connect, runs } = await begin()
    const { create, result } = await connect()
    const tasks = await Promise.all([1, 2, 3].map(() => create({ order_id: "a", what: "works" })))
    tasks.push(await create({ order_id: "a", what: "works" }))
    for (const { taskId } of tasks) {
      assert.deepStrictEqual((await result(taskId))["structuredContent"], { parcel: "parcel of a" })
    }
    assert.deepStrictEqual(runs, ["a"])
  })

  it.each([["declines", "Declined"], ["dies", "InternalError"]])("fails as the call does: %s", async (what, error) => {
    const { connect } = await begin()
    const { create, result, status } = await connect()
    const { taskId } = await create({ order_id: "a", what })
    const told = await result(taskId)
    assert.deepStrictEqual([told["isError"], problemOf(told)?.error], [true, error])
    assert.notInclude(JSON.stringify(told), "hunter2")
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
      assert.strictEqual(problemOf(await result(task.taskId))?.type, type)
    }
  })

  it("is cancelled, and what it did is undone", async () => {
    const { connect, open, undone } = await begin()
    const { cancel, create, result, status } = await connect()
    const { taskId } = await create({ order_id: "a", what: "waits" })
    const cancelling = await cancel(taskId)
    assert.deepStrictEqual([cancelling["status"], await status(taskId)], ["cancelled", "cancelled"])
    assert.include(cancelling["statusMessage"], "then what was done is undone")
    assert.include(await cancel(taskId).catch(String), "has ended (cancelled)")
    assert.deepStrictEqual(undone, [], "an activity that runs ends first")
    await open()
    await until("the run to be cancelled", async () => problemOf(await result(taskId))?.type === "invalid_state")
    assert.strictEqual(await status(taskId), "cancelled")
    assert.deepStrictEqual(undone, ["a"])
  })

  it.each(["waits", "lasts"])("that was cancelled ends once, also in its last activity: %s", async (what) => {
    const { connect, open, undone } = await begin()
    const { cancel, create, result, status } = await connect()
    const { taskId } = await create({ order_id: "a", what })
    assert.strictEqual((await cancel(taskId))["status"], "cancelled")
    await open()
    assert.strictEqual(problemOf(await result(taskId))?.type, "invalid_state")
    assert.strictEqual(await status(taskId), "cancelled")
    assert.include(await cancel(taskId).catch(String), "has ended (cancelled)")
    assert.deepStrictEqual(undone, ["a"])
  })

  it("that was cancelled stays so, also where its last activity fails", async () => {
    const { connect, open, undone } = await begin()
    const { cancel, create, result, status } = await connect()
    const { taskId } = await create({ order_id: "a", what: "fails late" })
    assert.strictEqual((await cancel(taskId))["status"], "cancelled")
    await open()
    assert.strictEqual(problemOf(await result(taskId))?.type, "invalid_state")
    assert.strictEqual(await status(taskId), "cancelled")
    assert.deepStrictEqual(undone, ["a"])
  })

  it("of a tool that is disabled is refused as a plain call is", async () => {
    const { plain, runs } = await begin()
    const { disable, request } = await plain()
    disable()
    const args = { name: "place_order", arguments: { order_id: "a", what: "works" } }
    const ask = (more: Record) => request("tools/call", { ...args, ...more }).catch(String)
    const refused = await ask({})
    assert.include(JSON.stringify(refused), "Unknown tool")
    assert.deepStrictEqual(await ask({ task: {} }), refused)
    assert.deepStrictEqual(runs, [])
  })

  it("that has ended cannot be cancelled", async () => {
    const { connect } = await begin()
    const { cancel, create, result, status } = await connect()
    const { taskId } = await create({ order_id: "a", what: "works" })
    await result(taskId)
    assert.include(await cancel(taskId).catch(String), "has ended (completed)")
    assert.strictEqual(await status(taskId), "completed")
  })

  it("that nobody began is not there", async () => {
    const { connect } = await begin()
    const { cancel, result, status } = await connect()
    for (
      const taskId of [
        "",
        "x",
        "place_order",
        `place_order.${"0".repeat(64)}.1`,
        `place_order.${"0".repeat(64)}.${"z".repeat(9999)}`,
        `place_order.${"0".repeat(64)}.zzzzzzzzz`,
        `__proto__.${"0".repeat(64)}.1`,
        `place_order.-1.1`,
        "a".repeat(1_000_000),
        7 as never,
        null as never
      ]
    ) {
      for (const ask of [status, result, cancel]) assert.include(await ask(taskId).catch(String), "Task not found")
    }
  })

  it("is a plain call for who asks for no task", async () => {
    const { plain } = await begin()
    const { request } = await plain()
    const call = (args?: Record) =>
      request("tools/call", { name: "place_order", ...args === undefined ? {} : { arguments: args } })
    assert.deepStrictEqual((await call({ order_id: "a", what: "works" }))["structuredContent"], {
      parcel: "parcel of a"
    })
    assert.strictEqual(problemOf(await call())?.type, "invalid_arguments")
    assert.strictEqual(problemOf(await call({ order_id: "b", what: "waits" }))?.type, "in_progress")
    const { tools } = await request("tools/list") as { readonly tools: ReadonlyArray<Record> }
    assert.deepStrictEqual(tools[0]?.["execution"], { taskSupport: "optional" })
  })
})

/** Asks a server as somebody: each token is another caller. */
const accounts = ({ addTasks, options, tools }: ReturnType<typeof start>) => {
  const server = new McpServer1({ name: "orders", version: "1.0.0" })
  register(server, tools, options)
  addTasks(server)
  const handlers = (server.server as never as { _requestHandlers: Map<string, (r: object, e: object) => unknown> })
    ._requestHandlers
  return async (token: string, method: string, params: Record): Promise<Record> => {
    const authInfo = { token, clientId: "c", scopes: [], extra: { sub: 7 } }
    return await handlers.get(method)!({ method, params }, { signal: new AbortController().signal, authInfo }) as Record
  }
}

describe("tasks", () => {
  it("are served to what SDK 1.x has for them", async () => {
    const { client, request } = await connect1(start())
    assert.deepStrictEqual(client.getServerCapabilities()?.tasks, { cancel: {}, requests: { tools: { call: {} } } })
    const { create } = speak({ request })
    const { taskId } = await create({ order_id: "a", what: "works" })
    const { tasks } = client.experimental
    const result = await tasks.getTaskResult(taskId, CallToolResultSchema)
    assert.deepStrictEqual(result.structuredContent, { parcel: "parcel of a" })
    assert.strictEqual((await tasks.getTask(taskId)).status, "completed")
  })

  it("are those of 2025-11-25 alone where an SDK refuses the extension's methods", async () => {
    const { client, request } = await connect2(start(), "SDK 2.0")
    assert.isUndefined(client.getServerCapabilities()?.extensions)
    const { create, result } = speak({ request })
    const { taskId } = await create({ order_id: "a", what: "works" })
    assert.deepStrictEqual((await result(taskId))["structuredContent"], { parcel: "parcel of a" })
    const now = await connect2(start())
    assert.deepStrictEqual(now.client.getServerCapabilities()?.extensions, { "io.modelcontextprotocol/tasks": {} })
  })

  it("need their tools on the server", () => {
    const { options } = start()
    const server = new McpServer1({ name: "orders", version: "1.0.0" })
    assert.throws(() => registerTasks(server, [order], options), "Tasks of place_order: register the tool first")
  })

  it("that were refused are their callers' own, however many others are refused", async () => {
    const ask = accounts(start())
    const wrong = { name: "place_order", arguments: { order_id: "" }, task: {} }
    const { taskId } = (await ask("ada's", "tools/call", wrong))["task"] as { readonly taskId: string }
    for (let i = 0; i < 1_100; i++) await ask("eve's", "tools/call", wrong)
    assert.strictEqual((await ask("ada's", "tasks/get", { taskId }))["status"], "failed")
    assert.strictEqual(problemOf(await ask("ada's", "tasks/result", { taskId }))?.type, "invalid_arguments")
    for (const method of ["tasks/get", "tasks/result", "tasks/cancel"]) {
      assert.include(await ask("eve's", method, { taskId }).catch(String), "Task not found")
    }
  })

  it("are cancelled to the caller who cancelled them, and to nobody else whose run has the same key", async () => {
    const ask = accounts(start())
    const call = { name: "place_order", arguments: { order_id: "a", what: "waits" }, task: {} }
    const { taskId } = (await ask("ada's", "tools/call", call))["task"] as { readonly taskId: string }
    await ask("eve's", "tools/call", call)
    assert.strictEqual((await ask("ada's", "tasks/cancel", { taskId }))["status"], "cancelled")
    assert.strictEqual((await ask("ada's", "tasks/get", { taskId }))["status"], "cancelled")
    assert.strictEqual((await ask("eve's", "tasks/get", { taskId }))["status"], "working")
  })

  it("of a version that is not known here say so, and are not cancelled", async () => {
    const { addTasks, open, options, runs, tools, undone } = start()
    const next = DurableTool.make("place_order", {
      description: "Places an order.",
      input: { order_id: Schema.NonEmptyString, what: Schema.String },
      key: "order_id",
      version: "2"
    })
    const ours = speak(await connect1({ ...start(), addTasks, options, tools }))
    const theirs = speak(
      await connect1({
        ...start(),
        tools: [DurableTool.handle(next)] as never,
        addTasks: prepareTasks([next], options),
        options
      })
    )
    const { taskId } = await ours.create({ order_id: "a", what: "waits" })
    const check = async () => {
      for (const ask of [theirs.status, theirs.result, theirs.cancel]) {
        assert.include(await ask(taskId).catch(String), "begun under another version of its tool")
      }
    }
    await check()
    await open()
    assert.deepStrictEqual((await ours.result(taskId))["structuredContent"], { parcel: "parcel of a" })
    await check()
    assert.deepStrictEqual([runs, undone], [["a"], []])
  })

  it("leave those of a server's own store alone", async () => {
    const { options, tools } = start()
    const taskStore = new InMemoryTaskStore()
    const server = new McpServer1({ name: "orders", version: "1.0.0" }, { taskStore })
    register(server, tools, options)
    registerTasks(server, [order], options)
    const { taskId } = await taskStore.createTask({}, 1, { method: "tools/call", params: { name: "other" } })
    const handlers = (server.server as never as { _requestHandlers: Map<string, (r: object, e: object) => unknown> })
      ._requestHandlers
    const answer = await handlers.get("tasks/get")!({ method: "tasks/get", params: { taskId } }, {})
    assert.strictEqual((answer as Record)["taskId"], taskId)
    taskStore.cleanup()
  })
})
