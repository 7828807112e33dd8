/** What a handler may answer besides text, and what asks the client for something, passes as it is. */
import type { CallToolResult } from "@errata/mcp-adapter/CallToolResult"
import * as Meta from "@errata/mcp-adapter/Meta"
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import {
  type CreateTaskRequestHandlerExtra,
  InMemoryTaskMessageQueue,
  InMemoryTaskStore,
  type TaskRequestHandlerExtra
} from "@modelcontextprotocol/sdk/experimental/tasks/index.js"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { ErrorCode, UrlElicitationRequiredError } from "@modelcontextprotocol/sdk/types.js"
import {
  acceptedContent,
  inputRequired,
  type InputRequiredResult,
  McpServer as McpServer2,
  type ServerContext
} from "@modelcontextprotocol/server"
import { describe, expect, it, onTestFinished } from "vitest"
import * as z from "zod"
import { connect1, connect2, connectOverHttp, info, outcome } from "./clients.ts"

const quiet = { name: "existing", logsCalls: false }
const secret = "postgres://admin:hunter2@10.0.0.5/main"
const inputSchema = z.object({ how: z.string() })

describe("blocks of content", () => {
  const annotations = { audience: ["user" as const], priority: 0.5, lastModified: "2026-01-01T00:00:00Z" }
  const answer = {
    content: [
      { type: "image", data: "iVBORw0KGgo=", mimeType: "image/png", annotations, _meta: { own: [1] } },
      { type: "audio", data: "UklGRg==", mimeType: "audio/wav" },
      {
        type: "resource_link",
        uri: "file:///a.md",
        name: "a",
        title: "A",
        mimeType: "text/markdown",
        size: 3,
        annotations
      },
      { type: "resource", resource: { uri: "file:///a.md", mimeType: "text/markdown", text: "# A", _meta: { v: 1 } } },
      { type: "resource", resource: { uri: "file:///b.bin", blob: "AAEC" }, annotations },
      { type: "text", text: "last", annotations, _meta: { own: true } }
    ],
    structuredContent: { success: true, nested: { deep: [null, 1] } },
    _meta: { "example.org/own": { id: 1 } }
  } satisfies CallToolResult

  const connections = {
    "1.x": () => {
      const server = new McpServer1(info)
      server.registerTool("bare", { inputSchema }, async () => answer)
      server.registerTool("wrapped", { inputSchema }, wrapHandler(async () => answer, quiet))
      server.registerTool("fails", { inputSchema }, wrapHandler(async () => ({ ...answer, isError: true }), quiet))
      return connect1(server)
    },
    "2.x": () => {
      const server = new McpServer2(info)
      server.registerTool("bare", { inputSchema }, async () => answer)
      server.registerTool("wrapped", { inputSchema }, wrapHandler(async () => answer, quiet))
      server.registerTool("fails", { inputSchema }, wrapHandler(async () => ({ ...answer, isError: true }), quiet))
      return connect2(server)
    }
  }

  it.each(Object.entries(connections))("reach a client of SDK %s untouched", async (_, connect) => {
    const client = await connect()
    const [bare, wrapped] = [
      await client.callTool({ name: "bare", arguments: { how: "" } }),
      await client.callTool({ name: "wrapped", arguments: { how: "" } })
    ]
    expect(wrapped).toEqual(bare)
    expect(wrapped).toMatchObject(answer)
  })

  it.each(Object.entries(connections))(
    "of a failure that is returned reach a client of SDK %s, with our lines below the only text",
    async (_, connect) => {
      const client = await connect()
      const { content, isError } = await client.callTool({ name: "fails", arguments: { how: "" } })
      expect(isError).toBe(true)
      expect(content).toEqual([
        ...answer.content.slice(0, -1),
        {
          ...answer.content.at(-1),
          text: expect.stringMatching(/^last\nError: processing_error \(permanent\)\.\nReference: /)
        }
      ])
    }
  )
})

describe("a request for elicitation on 1.x", () => {
  const asked = [{ mode: "url" as const, url: "https://example.org/login", message: "Log in", elicitationId: "e1" }]
  const handler = async ({ how }: { how: string }) => {
    if (how === "ask") throw new UrlElicitationRequiredError(asked, "Log in first")
    throw new Error(`connect to ${secret} failed`)
  }

  const server = () => {
    const server = new McpServer1(info)
    server.registerTool("bare", { inputSchema }, handler as never)
    server.registerTool("wrapped", { inputSchema }, wrapHandler(handler, quiet))
    return connect1(server)
  }

  it("reaches the client as the JSON-RPC error that it is", async () => {
    const client = await server()
    const [bare, wrapped] = [
      await outcome(client.callTool({ name: "bare", arguments: { how: "ask" } })),
      await outcome(client.callTool({ name: "wrapped", arguments: { how: "ask" } }))
    ]
    expect(wrapped).toEqual(bare)
    expect(wrapped).toMatchObject({ code: ErrorCode.UrlElicitationRequired, data: { elicitations: asked } })
  })

  it("is the only thing that does", async () => {
    const result = await outcome((await server()).callTool({ name: "wrapped", arguments: { how: "fail" } }))
    expect(result).toMatchObject({ isError: true })
    expect(JSON.stringify(result)).not.toContain("hunter2")
  })
})

describe("input_required on 2.x", () => {
  const confirmation = z.object({ confirm: z.boolean() })
  const handler = async (
    { how }: { how: string },
    { mcpReq }: ServerContext
  ): Promise<CallToolResult | InputRequiredResult> => {
    const confirmed = acceptedContent(mcpReq.inputResponses, "confirm", confirmation)
    if (confirmed?.confirm === true) {
      if (how === "fail") throw new Error(`connect to ${secret} failed`)
      return { content: [{ type: "text", text: "deployed" }] }
    }
    return inputRequired({
      requestState: "round-1",
      inputRequests: { confirm: inputRequired.elicit({ message: "Deploy?", requestedSchema: confirmation }) }
    })
  }

  const connect = async () => {
    const asked: Array<unknown> = []
    const client = await connectOverHttp(() => {
      const server = new McpServer2(info)
      server.registerTool("bare", { inputSchema }, handler)
      server.registerTool("wrapped", { inputSchema }, wrapHandler(handler, quiet))
      return server
    }, { capabilities: { elicitation: { form: {} } } })
    client.setRequestHandler("elicitation/create", async ({ params }) => {
      asked.push(params)
      return { action: "accept", content: { confirm: true } }
    })
    return { asked, client }
  }

  it.each(["bare", "wrapped"])("asks the client, and goes on with the answer: %s", async (name) => {
    const { asked, client } = await connect()
    const result = await client.callTool({ name, arguments: { how: "well" } })
    expect(result.content).toEqual([{ type: "text", text: "deployed" }])
    expect(result.isError).not.toBe(true)
    expect(asked).toEqual([expect.objectContaining({ message: "Deploy?" })])
  })

  it("folds what fails after the answer", async () => {
    const { asked, client } = await connect()
    const result = await client.callTool({ name: "wrapped", arguments: { how: "fail" } })
    expect(asked).toHaveLength(1)
    expect(result.isError).toBe(true)
    expect(Meta.problem(result._meta)?.type).toBe("processing_error")
    expect(JSON.stringify(result)).not.toContain("hunter2")
  })
})

describe("tasks on 1.x", () => {
  const connect = async () => {
    const taskStore = new InMemoryTaskStore()
    const server = new McpServer1(info, {
      capabilities: { tasks: { requests: { tools: { call: {} } } } },
      taskStore,
      taskMessageQueue: new InMemoryTaskMessageQueue()
    })
    onTestFinished(() => taskStore.cleanup())

    const createTask = async ({ how }: { how: string }, { taskStore }: CreateTaskRequestHandlerExtra) => {
      if (how === "not created") throw new Error(`connect to ${secret} failed`)
      const task = await taskStore.createTask({ ttl: 60_000, pollInterval: 5 })
      await taskStore.storeTaskResult(task.taskId, "completed", { content: [{ type: "text", text: how }] })
      return { task }
    }
    // The SDK asks its store alone; the other two are there for their types.
    const rest = {
      getTask: async (_: unknown, extra: TaskRequestHandlerExtra) => await extra.taskStore.getTask(extra.taskId),
      getTaskResult: async () => ({ content: [] })
    }
    const config = { inputSchema: inputSchema.shape, execution: { taskSupport: "optional" as const } }
    server.experimental.tasks.registerToolTask("bare", config, { ...rest, createTask })
    server.experimental.tasks.registerToolTask("wrapped", config, {
      ...rest,
      createTask: wrapHandler(createTask, quiet) as unknown as typeof createTask
    })

    const [ours, theirs] = InMemoryTransport.createLinkedPair()
    const client = new Client(info, { capabilities: { tasks: {} } })
    onTestFinished(() => client.close())
    await server.connect(ours)
    await client.connect(theirs)
    await client.listTools() // the client learns which tools are tasks
    const call = async (name: string, how: string) => {
      const messages: Array<{ readonly type: string; readonly [key: string]: unknown }> = []
      for await (
        const message of client.experimental.tasks.callToolStream({ name, arguments: { how } }, undefined, {
          task: { ttl: 60_000 }
        })
      ) messages.push(message as never)
      return messages
    }
    return { call, client }
  }

  it.each(["bare", "wrapped"])("are created and lead to their result: %s", async (name) => {
    const { call } = await connect()
    const messages = await call(name, "done")
    expect(messages[0]).toMatchObject({ type: "taskCreated", task: { taskId: expect.any(String), pollInterval: 5 } })
    expect(messages.at(-1)).toMatchObject({ type: "result", result: { content: [{ type: "text", text: "done" }] } })
  })

  it.each(["bare", "wrapped"])("are polled for a client that knows none: %s", async (name) => {
    const { client } = await connect()
    const result = await client.callTool({ name, arguments: { how: "done" } })
    expect(result.content).toEqual([{ type: "text", text: "done" }])
  })

  it("that cannot be created say nothing they should not", async () => {
    const { call, client } = await connect()
    const polled = (name: string, how: string) => outcome(client.callTool({ name, arguments: { how } }))
    expect(JSON.stringify(await polled("bare", "not created"))).toContain("hunter2")
    expect(JSON.stringify(await polled("wrapped", "not created"))).not.toContain("hunter2")

    const [failed] = await call("wrapped", "not created")
    expect(failed).toMatchObject({ type: "error", error: { code: ErrorCode.InvalidParams } })
    expect(String(failed!["error"])).not.toContain("hunter2")
  })
})
