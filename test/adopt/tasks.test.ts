/** Tools of SDK 1.x whose calls become tasks. */
import * as Errors from "@errata/core/Errors"
import { adoptServer, type Options } from "@errata/mcp-adapter/adopt"
import * as Meta from "@errata/mcp-adapter/Meta"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTaskStore } from "@modelcontextprotocol/sdk/experimental/tasks/stores/in-memory.js"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { CreateTaskResultSchema } from "@modelcontextprotocol/sdk/types.js"
import { expect, it } from "vitest"
import * as z from "zod"
import { generations } from "./generations.ts"
import { recordLog } from "./recordLog.ts"
import { raw, text } from "./shop.ts"

const { asking } = generations[1]!

const lines = recordLog()

const setUp = async (options: Options = {}) => {
  const store = new InMemoryTaskStore()
  const info = { name: "tasks", version: "1.0.0" }
  const server = new McpServer(info, {
    taskStore: store,
    capabilities: { tasks: { requests: { tools: { call: {} } } } }
  })
  for (const taskSupport of ["required", "optional"] as const) {
    server.experimental.tasks.registerToolTask(`${taskSupport}_task`, {
      inputSchema: { how: z.enum(["work", "throw", "typed", "ask"]) },
      execution: { taskSupport }
    }, {
      createTask: async ({ how }, { taskStore }) => {
        if (how === "throw") throw raw()
        if (how === "ask") throw asking()
        if (how === "typed") throw new Errors.RateLimited({ service: "The press", retry_after_seconds: 3 })
        const task = await taskStore.createTask({ ttl: 60_000, pollInterval: 1 })
        await taskStore.storeTaskResult(task.taskId, "completed", text("printed"))
        return { task }
      },
      getTask: async (_, { taskId, taskStore }) => (await taskStore.getTask(taskId))!,
      getTaskResult: async (_, { taskId, taskStore }) => (await taskStore.getTaskResult(taskId)) as never
    })
  }
  const report = adoptServer(server, options)
  const [ours, theirs] = InMemoryTransport.createLinkedPair()
  const client = new Client(info, { capabilities: { tasks: {} } })
  await server.connect(ours)
  await client.connect(theirs)
  const call = (name: string, how: string) => client.callTool({ name, arguments: { how } })
  const createTask = (how: string) =>
    client.request(
      { method: "tools/call", params: { name: "required_task", arguments: { how }, task: { ttl: 60_000 } } },
      CreateTaskResultSchema
    )
  return { client, call, createTask, report }
}

it("lets tasks pass", async () => {
  const { call, client, createTask, report } = await setUp()
  expect(report.wrapped).toEqual([{ kind: "tool", name: "required_task" }, { kind: "tool", name: "optional_task" }])
  expect((await createTask("work")).task.taskId).toBeTypeOf("string")
  expect((await call("optional_task", "work")).content).toEqual(text("printed").content)
  await client.close()
})

it("folds the failure of what creates a task, where the client takes a result", async () => {
  const { call, client } = await setUp()
  const thrown = await call("optional_task", "throw")
  expect(Meta.problem(thrown._meta)?.type).toBe("processing_error")
  expect(JSON.stringify(thrown)).not.toContain("hunter2")
  const typed = await call("optional_task", "typed")
  expect(Meta.problem(typed._meta)).toMatchObject({
    type: "rate_limited",
    retry: { should_retry: false, reason: "undeclared_safety" }
  })
  const wrong = await call("optional_task", "wrok")
  expect(Meta.problem(wrong._meta)?.issues?.[0]?.message).toBe(
    `Expected one of "work", "throw", "typed", "ask"; did you mean "work"?`
  )
  expect(lines).toHaveLength(3)
  await client.close()
})

it("lets what asks the client pass", async () => {
  const { call, client } = await setUp()
  await expect(call("optional_task", "ask")).rejects.toMatchObject({ code: -32042 })
  await client.close()
})

it("folds it into a JSON-RPC error, where the client takes nothing but a task", async () => {
  const { client, createTask } = await setUp()
  const thrown = await createTask("throw").catch((error: unknown) => error as { code: number; message: string })
  expect(thrown).toMatchObject({
    code: -32603,
    message: expect.stringMatching(/failed in \[path\]\. Reference: [0-9a-f]{8}$/)
  })
  const typed = await createTask("typed").catch((error: unknown) => error as { data: Record<string, unknown> })
  expect(typed).toMatchObject({ code: -32603, data: { "errata/problem": { type: "rate_limited" } } })
  expect(lines).toHaveLength(2)
  await client.close()
})

it("changes nothing in shadow mode", async () => {
  const { call, client } = await setUp({ mode: "shadow" })
  expect((await call("optional_task", "throw")).content).toEqual(text(raw().message).content)
  expect(lines.map((line) => (JSON.parse(line) as { would: string }).would)).toEqual(["be classified"])
  await client.close()
})
