/**
 * Plain calls of our tools go past what SDK 1.x does around a handler. Nobody can tell: what goes over the wire is the same, byte
 * for byte, whether the SDK stands between or not, and wherever somebody changed how it calls tools, it does.
 */
import * as Tool from "@errata/core/Tool"
import { ToolCall } from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import type * as Handler from "@errata/mcp-adapter/Handler"
import * as Log from "@errata/mcp-adapter/Log"
import { register } from "@errata/mcp-adapter/sdk"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import {
  CallToolRequestSchema,
  type JSONRPCMessage,
  UrlElicitationRequiredError
} from "@modelcontextprotocol/sdk/types.js"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as References from "effect/References"
import * as Schema from "effect/Schema"
import { afterEach, describe, expect, it, vi } from "vitest"

class Missing extends ToolError.Permanent<Missing>()("Missing", { id: Schema.String }, {
  type: "not_found",
  message: (e) => `There is no ${e.id}`
}) {}

const input = { id: Schema.String, deep: Schema.optionalKey(Schema.Unknown) }
const toolOf = <O extends Schema.Codec<unknown, unknown>>(name: string, output: O) =>
  Tool.make(name, { description: "Answers.", input, output, errors: [Missing], safety: "read" })

let ran = 0
const answering = Effect.suspend(() => {
  ran++
  return Effect.succeed({ sum: 3 })
})
const image = { type: "image", data: "AAAA", mimeType: "image/png", ours: "is dropped by the SDK" }
const elicitation = { mode: "url", elicitationId: "e", url: "https://example.com", message: "Sign in" } as const

class Point {
  readonly x = 1
}

const sum = Schema.Struct({ sum: Schema.Finite })
const tools = [
  Tool.handle(toolOf("sync", sum), () => answering),
  Tool.handle(toolOf("later", sum), () => Effect.andThen(Effect.promise(() => Promise.resolve()), answering)),
  Tool.handle(toolOf("text", Schema.String), () => Effect.as(answering, "ä\u2028\"")),
  Tool.handle(toolOf("nothing", Schema.Void), () => Effect.asVoid(answering)),
  Tool.handle(
    toolOf("anything", Schema.Record(Schema.String, Schema.Unknown)),
    ({ deep }) => Effect.as(answering, JSON.parse(JSON.stringify({ deep: deep ?? null })) as Record<string, unknown>)
  ),
  Tool.handle(
    toolOf("odd", Schema.Record(Schema.String, Schema.Unknown)),
    () => Effect.as(answering, JSON.parse(`{"__proto__":1,"b":2}`) as Record<string, unknown>)
  ),
  Tool.handle(toolOf("classy", Schema.Unknown), () => Effect.as(answering, new Point())),
  Tool.handle(
    toolOf("attached", sum),
    () => Effect.andThen(Effect.flatMap(ToolCall, (call) => call.attach(image)), answering)
  ),
  Tool.handle(toolOf("typed", sum), ({ id }) => Effect.andThen(answering, Effect.fail(new Missing({ id })))),
  Tool.handle(toolOf("masked", sum), () => Effect.andThen(answering, Effect.die(new TypeError("secret")))),
  Tool.handle(
    toolOf("asks", sum),
    () => Effect.andThen(answering, Effect.die(new UrlElicitationRequiredError([elicitation])))
  ),
  Tool.handle(
    toolOf("looks", sum),
    () =>
      Effect.andThen(
        answering,
        Effect.die(Object.assign(new Error("as if"), { code: -32042, data: { elicitations: [elicitation] } }))
      )
  ),
  Tool.handle(toolOf("liar", sum), () => Effect.as(answering, { sum: "three" as never }))
]

/** Two servers must find the same references. */
const runtime = Context.make(Random.Random, { nextIntUnsafe: () => 7, nextDoubleUnsafe: () => 0.25 }).pipe(
  Context.add(References.CurrentLoggers, new Set([Log.make({ write: () => undefined })]))
)

type Call = (params: object) => Promise<string>

/** Speaks raw JSON-RPC, and returns the reply as it would go over a wire. */
const connect = async (server: McpServer): Promise<Call> => {
  const [client, transport] = InMemoryTransport.createLinkedPair()
  await server.connect(transport)
  const replies = new Map<unknown, (text: string) => void>()
  client.onmessage = (message) => {
    if ("id" in message) replies.get(message.id)?.(JSON.stringify(message))
  }
  await client.start()
  let last = 0
  const request = (method: string, params: object) =>
    new Promise<string>((resolve) => {
      replies.set(++last, resolve)
      // what is sent is read as from a wire
      void client.send(JSON.parse(JSON.stringify({ jsonrpc: "2.0", id: last, method, params })) as JSONRPCMessage)
    })
  await request("initialize", {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "test", version: "1" }
  })
  return (params) => request("tools/call", params)
}

const info = { name: "test", version: "1.0.0" }

const serverOf = (options: Handler.Options = {}, server = new McpServer(info)): McpServer => {
  register(server, tools, { ...options, runtime, logsCalls: false })
  return server
}

/** A tool that was there before ours keeps everything on the SDK's way. */
const throughSdk = (options: Handler.Options = {}): McpServer => {
  const server = new McpServer(info)
  server.registerTool("plain", {}, () => ({ content: [] }))
  return serverOf(options, server)
}

interface Private {
  readonly executeToolHandler: (...given: ReadonlyArray<unknown>) => unknown
  readonly validateToolInput: () => unknown
}

/** Counts how often the SDK looks at arguments. */
const looks = () => vi.spyOn(McpServer.prototype as unknown as Private, "validateToolInput")

afterEach(() => {
  vi.restoreAllMocks()
  ran = 0
})

const args = { id: "7" }
const requests: ReadonlyArray<object> = [
  ...tools.map(({ tool: { name } }) => ({ name, arguments: args })),
  { name: "anything", arguments: { id: "7", deep: { "2": [null, { a: "ü" }], "1": true, z: -0 } } },
  { name: "sync" },
  { name: "sync", arguments: null },
  { name: "sync", arguments: [] },
  { name: "sync", arguments: {} },
  { name: "sync", arguments: { id: 7 } },
  { name: "sync", arguments: { id: {}, unknown: 1 } },
  { name: "sync", arguments: args, _meta: { progressToken: 1, other: true } },
  { name: "typed", arguments: args, _meta: { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" } },
  { name: "sync", arguments: args, other: 1 },
  { name: "sync", arguments: args, task: {} },
  { name: "sync", arguments: args, task: { ttl: "long" } },
  { name: "sync", arguments: JSON.parse(`{"id":"7","__proto__":{"a":1}}`) as object },
  { name: "sink", arguments: args },
  { name: 7, arguments: args },
  {}
]

describe("the same bytes", () => {
  it.each(
    [
      {},
      { structuredErrors: true },
      { render: "json", meta: "minimal", metaPrefix: "example.com/" },
      { encodings: ["tool-failure", "problem+json"] },
      { loops: false }
    ] satisfies ReadonlyArray<Handler.Options>
  )("with %j", async (options) => {
    const [direct, through] = [await connect(serverOf(options)), await connect(throughSdk(options))]
    for (const params of requests) {
      const expected = await through(params)
      ran = 0
      expect(await direct(params), JSON.stringify(params)).toBe(expected)
      expect(ran).toBeLessThanOrEqual(1)
    }
  })
})

describe("what is asked of the SDK", () => {
  it.each([
    ["sync", 0],
    ["later", 0],
    ["text", 0],
    ["nothing", 0],
    ["typed", 0],
    ["masked", 0],
    ["liar", 0],
    ["odd", 1], // its fields are no plain ones
    ["attached", 1], // the SDK drops what it does not know
    ["asks", 1] // whoever throws it, it is the SDK that knows it
  ])("of %s: %i times", async (name, times) => {
    const call = await connect(serverOf())
    const spy = looks()
    await call({ name, arguments: args })
    expect(spy).toHaveBeenCalledTimes(times)
    expect(ran).toBe(1)
  })

  it("is all, where the request says more than which tool is called with what", async () => {
    const call = await connect(serverOf())
    const spy = looks()
    await call({ name: "sync", arguments: args, other: 1 })
    expect(spy).toHaveBeenCalledTimes(1)
  })
})

describe("whoever changed how the SDK calls tools", () => {
  const heard = vi.fn()
  afterEach(() => heard.mockReset())

  it("in a class of its own", async () => {
    class Audited extends McpServer {}
    Object.assign(Audited.prototype, {
      async executeToolHandler(this: McpServer, ...given: ReadonlyArray<unknown>): Promise<unknown> {
        heard()
        return (McpServer.prototype as unknown as Private).executeToolHandler.call(this, ...given)
      }
    })
    const call = await connect(serverOf({}, new Audited(info)))
    expect(await call({ name: "sync", arguments: args })).toContain(`{"sum":3}`)
    expect(heard).toHaveBeenCalledTimes(1)
  })

  it("by another callback", async () => {
    const server = new McpServer(info)
    const [registered] = register(server, tools, { runtime, logsCalls: false })
    const call = await connect(server)
    registered!.update({
      callback: () => ({ content: [{ type: "text", text: "mine" }], structuredContent: { sum: 1 } })
    })
    expect(await call({ name: "sync", arguments: args })).toContain("mine")
    expect(ran).toBe(0)
  })

  it("by another schema", async () => {
    const server = new McpServer(info)
    const [registered] = register(server, tools, { runtime, logsCalls: false })
    const call = await connect(server)
    const spy = looks()
    ;(registered as { inputSchema: unknown }).inputSchema = undefined
    await call({ name: "sync", arguments: args })
    expect(spy).toHaveBeenCalledTimes(1)
  })

  it("by a wrapper around the registration", async () => {
    const server = new McpServer(info)
    const registerTool = server.registerTool.bind(server)
    const wrapped = (name: string, config: object, callback: (...given: ReadonlyArray<unknown>) => unknown) =>
      registerTool.call(
        server,
        name,
        config as never,
        ((...given: ReadonlyArray<unknown>) => {
          heard()
          return callback(...given)
        }) as never
      )
    Object.assign(server, { registerTool: wrapped })
    const call = await connect(serverOf({}, server))
    await call({ name: "sync", arguments: args })
    expect(heard).toHaveBeenCalledTimes(1)
  })

  it("by a wrapper around what it does with every call", async () => {
    const server = new McpServer(info)
    server.registerTool("plain", {}, () => ({ content: [] }))
    const handlers = (server.server as unknown as { _requestHandlers: Map<string, (...given: unknown[]) => unknown> })
      ._requestHandlers
    const original = handlers.get("tools/call")!
    server.server.setRequestHandler(CallToolRequestSchema, (request, extra) => {
      heard()
      return original(request, extra) as never
    })
    const call = await connect(serverOf({}, server))
    await call({ name: "sync", arguments: args })
    expect(heard).toHaveBeenCalledTimes(1)
  })

  it("by a limit", async () => {
    const call = await connect(serverOf({}, new McpServer(info, { maxToolInputElements: 3 })))
    const deep = [1, 2, 3, 4, 5, 6]
    expect(await call({ name: "sync", arguments: { id: "7", deep } })).toContain("more than the maximum of 3 elements")
    expect(ran).toBe(0)
  })
})
