/** Existing handlers, with the schemas they have, on both SDK generations. */
import * as Errors from "@errata/core/Errors"
import { ToolCall } from "@errata/core/ToolCall"
import type { CallToolResult } from "@errata/mcp-adapter/CallToolResult"
import * as Meta from "@errata/mcp-adapter/Meta"
import { toHandler } from "@errata/mcp-adapter/toHandler"
import { fromResult, type HandlerOptions, wrapHandler } from "@errata/mcp-adapter/wrap"
import { Client as Client2, InMemoryTransport as InMemoryTransport2 } from "@modelcontextprotocol/client"
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport as InMemoryTransport1 } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { ErrorCode, McpError, UrlElicitationRequiredError } from "@modelcontextprotocol/sdk/types.js"
import { McpServer as McpServer2 } from "@modelcontextprotocol/server"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import * as z from "zod"

type Answer = { readonly content: ReadonlyArray<{ readonly text?: string }>; readonly [key: string]: unknown }
type Handler = (args: { readonly how: string }) => Promise<CallToolResult>
type Generation = (handler: Handler) => Promise<(how: string) => Promise<Answer>>

const info = { name: "existing", version: "1.0.0" }
const inputSchema = z.object({ how: z.string() })

const generations: ReadonlyArray<readonly [name: string, Generation]> = [
  ["SDK 1.x", async (handler) => {
    const server = new McpServer1(info)
    server.registerTool("existing", { inputSchema }, handler)
    const [ours, theirs] = InMemoryTransport1.createLinkedPair()
    await server.connect(ours)
    const client = new Client1(info)
    await client.connect(theirs)
    return async (how) => await client.callTool({ name: "existing", arguments: { how } }) as Answer
  }],
  ["server 2.x", async (handler) => {
    const server = new McpServer2(info)
    server.registerTool("existing", { inputSchema }, handler)
    const [ours, theirs] = InMemoryTransport2.createLinkedPair()
    await server.connect(ours)
    const client = new Client2(info)
    await client.connect(theirs)
    return async (how) => await client.callTool({ name: "existing", arguments: { how } }) as unknown as Answer
  }]
]

class OutOfStock extends Error {}

const secret = "postgres://admin:hunter2@10.0.0.5/main"

/** A handler as they are written everywhere. */
const existing = ({ how }: { readonly how: string }): Promise<unknown> | object => {
  switch (how) {
    case "sync throw":
      throw new Error(`connect to ${secret} failed`)
    case "reject":
      return Promise.reject(new Error(`connect to ${secret} failed`))
    case "exposed":
      throw new OutOfStock("No pens left")
    case "mcp error":
      throw new McpError(ErrorCode.InvalidParams, "how must be polite")
    case "refused":
      throw Object.assign(new Error(`connect ECONNREFUSED ${secret}`), { code: "ECONNREFUSED" })
    case "not found":
      throw new Errors.NotFound({ resource: "Pen", id: "7" })
    case "returned":
      return { isError: true, content: [{ type: "text", text: `Query failed: ${secret}` }] }
    case "success false":
      return { content: [{ type: "text", text: JSON.stringify({ success: false, error: { message: "No ink" } }) }] }
    case "undefined":
      return Promise.reject(undefined)
    default:
      return {
        content: [{ type: "text", text: `ordered ${how}` }, { type: "image", data: "AA==", mimeType: "image/png" }]
      }
  }
}

const options: HandlerOptions = { name: "existing", service: "The store", expose: [OutOfStock], logsCalls: false }
const quiet = { ...options, isDebugging: false }

describe.each(generations)("wrapHandler on %s", (_, connect) => {
  const call = async (how: string) => (await connect(wrapHandler(existing, quiet)))(how)
  const firstLine = (answer: Answer) => answer.content[0]?.text?.split("\n")[0]

  it("leaves a success as it is, other content too", async () => {
    const answer = await call("pen")
    expect(answer.content).toEqual([
      { type: "text", text: "ordered pen" },
      { type: "image", data: "AA==", mimeType: "image/png" }
    ])
    expect(answer["isError"]).not.toBe(true)
  })

  it.each(["sync throw", "reject", "undefined"])("masks what nobody classified: %s", async (how) => {
    const answer = await call(how)
    expect(answer.content[0]?.text).toMatch(
      /^The tool failed unexpectedly\.\nError: internal_error \(permanent\)\. Do not retry\. Report the reference\.\nReference: [0-9a-f]{8}$/
    )
    expect(JSON.stringify(answer)).not.toContain("hunter2")
  })

  it("is needed: without it the secret goes out", async () => {
    const bare = await (await connect(async (args) => await existing(args) as CallToolResult))("reject")
    expect(JSON.stringify(bare)).toContain("hunter2")
  })

  it.each([
    ["exposed", "No pens left.", "processing_error", "permanent"],
    ["mcp error", "how must be polite.", "invalid_arguments", "validation"],
    ["refused", "No connection to the store: refused.", "connection_failed", "transient"],
    ["not found", "Pen 7 not found.", "not_found", "permanent"],
    ["returned", "Query failed: postgres://[redacted]@[address]/main", "processing_error", "permanent"]
  ])("folds what can be told: %s", async (how, line, type, category) => {
    const answer = await call(how)
    expect(firstLine(answer)).toBe(line)
    expect(answer["isError"]).toBe(true)
    expect(Meta.problem(answer["_meta"] as never)).toMatchObject({ type, category })
    expect(JSON.stringify(answer)).not.toContain("hunter2")
  })

  it("changes nothing in shadow mode", async () => {
    const shadowed = await connect(wrapHandler(existing, { ...quiet, mode: "shadow" }))
    const bare = await connect(async (args) => await existing(args) as CallToolResult)
    for (const how of ["pen", "reject", "returned", "success false", "mcp error"]) {
      expect(await shadowed(how)).toEqual(await bare(how))
    }
  })
})

describe("wrapHandler", () => {
  it("lets a request for elicitation through, since the SDK needs it", async () => {
    const request = new UrlElicitationRequiredError([
      { mode: "url", url: "https://example.org/login", message: "Log in", elicitationId: "1" }
    ])
    await expect(wrapHandler(() => Promise.reject(request), quiet)()).rejects.toBe(request)
  })

  it("calls the handler with the context alone where the tool has no schema", async () => {
    const context = { signal: new AbortController().signal, requestId: 1 }
    const seen: Array<unknown> = []
    await wrapHandler((...args: ReadonlyArray<unknown>) => {
      seen.push(...args)
      return { content: [] }
    }, quiet)(context)
    expect(seen).toEqual([{ signal: expect.any(AbortSignal), requestId: 1 }])
  })

  it("answers a call that the client cancelled with nothing to read", async () => {
    const controller = new AbortController()
    const call = wrapHandler((_args: object, _context: object) => new Promise<never>(() => undefined), quiet)({}, {
      signal: controller.signal
    })
    controller.abort()
    expect(await call).toEqual({ isError: true, content: [] })
  })

  it("survives a classifier and an exposure that throw", async () => {
    const broken = {
      ...quiet,
      classify: () => {
        throw new Error("classifier")
      },
      expose: () => {
        throw new Error("exposure")
      }
    }
    const answer = await wrapHandler(() => Promise.reject(new Error("why")), broken)()
    expect(answer.content[0]).toMatchObject({ text: expect.stringContaining("The tool failed unexpectedly.") })
  })

  it("takes one's own classification first", async () => {
    const classify = () => new Errors.Conflict({ resource: "The order" })
    const answer = await wrapHandler(() => Promise.reject(new OutOfStock("none")), { ...quiet, classify })()
    expect(Meta.problem(answer._meta)?.type).toBe("conflict")
  })
})

describe("fromResult", () => {
  const error = new Errors.NotFound({ resource: "Pen", id: "7" })
  const failures = [
    Result.fail(error),
    { ok: false, error } as const,
    { success: false, error } as const,
    { isOk: () => false, isErr: () => true, error }
  ]
  const successes = [
    Result.succeed({ n: 1 }),
    { ok: true, value: { n: 1 } } as const,
    { success: true, data: { n: 1 } } as const,
    { isOk: () => true, isErr: () => false, value: { n: 1 } }
  ]

  it.each(failures.map((result) => [result] as const))("folds the error of %o", async (result) => {
    const answer = await fromResult(() => result, quiet)()
    expect(Meta.problem(answer._meta)).toMatchObject({ error: "NotFound", details: { resource: "Pen", id: "7" } })
  })

  it.each(successes.map((result) => [result] as const))("returns the value of %o", async (result) => {
    expect((await fromResult(() => result, quiet)()).structuredContent).toEqual({ n: 1 })
  })

  it("masks an error that nobody classified", async () => {
    const answer = await fromResult(() => ({ ok: false, error: new Error(secret) }), quiet)()
    expect(JSON.stringify(answer)).not.toContain("hunter2")
  })
})

describe("toHandler", () => {
  class Store extends Context.Service<Store, { readonly pens: number }>()("test/Store") {}

  it("runs an Effect with the services of a runtime", async () => {
    const program = () => Effect.map(Store, (store) => ({ pens: store.pens }))
    const answer = await toHandler(program, { ...quiet, runtime: Context.make(Store, { pens: 3 }) })()
    expect(answer.structuredContent).toEqual({ pens: 3 })
  })

  it("gives the Effect its call, whose progress the client hears from either SDK", async () => {
    const program = () => Effect.as(ToolCall.use((call) => call.progress({ progress: 1, total: 2 })), "done")
    const handler: () => Promise<unknown> = toHandler(program, quiet)
    const { signal } = new AbortController()
    const _meta = { progressToken: "p" }
    const heard: Array<unknown> = []
    const tell = async (notification: unknown) => void heard.push(notification)
    for (const context of [{ signal, _meta, sendNotification: tell }, { mcpReq: { signal, _meta, notify: tell } }]) {
      await (handler as (context: object) => Promise<unknown>)(context)
    }
    const told = { method: "notifications/progress", params: { progressToken: "p", progress: 1, total: 2 } }
    expect(heard).toEqual([told, told])
  })

  it("advises by safety", async () => {
    const program = () => Effect.fail(new Errors.Unavailable({ service: "The store" }))
    const undeclared = await toHandler(program, quiet)()
    const once = await toHandler(program, { ...quiet, safety: "once" })()
    const read = await toHandler(program, { ...quiet, safety: "read" })()
    expect(undeclared.content[0]).toMatchObject({
      text: expect.stringContaining("unavailable (transient). Check whether it took effect before calling again.")
    })
    expect(once.content[0]).toMatchObject({
      text: expect.stringContaining("Do not retry: the call may have taken effect. Check first.")
    })
    expect(read.content[0]).toMatchObject({ text: expect.stringContaining("Retry later.") })
  })

  it.each([
    ["a text", "hello", { content: [{ type: "text", text: "hello" }] }],
    ["nothing", undefined, { content: [{ type: "text", text: "Done." }] }],
    ["a number", 3, { content: [{ type: "text", text: "{\"result\":3}" }], structuredContent: { result: 3 } }]
  ])("makes a result of %s", async (_, value, expected) => {
    expect(await toHandler(() => Effect.succeed(value), quiet)()).toEqual(expected)
  })
})
