/** What existing code may throw and return that is neither a failure nor a success in the usual form. */
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import { ToolCall } from "@errata/core/ToolCall"
import type { CallToolResult } from "@errata/mcp-adapter/CallToolResult"
import type * as Handler from "@errata/mcp-adapter/Handler"
import * as Meta from "@errata/mcp-adapter/Meta"
import { toHandler } from "@errata/mcp-adapter/toHandler"
import { classified, fromResult, type HandlerOptions, wrapHandler } from "@errata/mcp-adapter/wrap"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { ErrorCode, McpError, UrlElicitationRequiredError } from "@modelcontextprotocol/sdk/types.js"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schedule from "effect/Schedule"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { takeStderr } from "../support/stderr.ts"
import { connect1, info } from "./clients.ts"

const quiet: HandlerOptions = { name: "existing", logsCalls: false }
const secret = "select * from internal_orders"
const json = (value: object) => ({ content: [{ type: "text", text: JSON.stringify(value) }] })

const answerOf = (returned: unknown, options = quiet) => wrapHandler(() => returned, options)()
const thrownOf = (thrown: unknown, options = quiet) =>
  wrapHandler(() => {
    throw thrown
  }, options)()
const typeOf = ({ _meta }: CallToolResult) => Meta.problem(_meta)?.type
const messageOf = ({ _meta }: CallToolResult) => Meta.problem(_meta)?.message

const cyclic: { [key: string]: unknown } = { success: false }
cyclic["error"] = cyclic

const refuse = (): never => {
  throw new Error("hostile")
}

const unreadable = {
  get isError() {
    return refuse()
  }
}

describe("a failure that is returned", () => {
  it.each([
    ["has a field named task", {
      isError: true,
      task: "deploy",
      content: [{ type: "text", text: "key: password=hunter2" }]
    }],
    ["has a field named inputRequests", { isError: true, error: "password=hunter2", inputRequests: 3 }],
    ["pretends to be folded", {
      isError: true,
      content: [{ type: "text", text: "password=hunter2" }],
      _meta: { "own/problem": { reference_id: "5f3c9a1e" } }
    }]
  ])("is folded though it %s", async (_, returned) => {
    const answer = await answerOf(returned)
    expect(typeOf(answer)).toBe("processing_error")
    expect(JSON.stringify(answer)).not.toContain("hunter2")
  })

  it("that was folded under another prefix goes out as it is", async () => {
    const inner = await thrownOf(new Errors.NotFound({ resource: "Pen", id: "7" }), { ...quiet, metaPrefix: "acme/" })
    expect(await answerOf(inner)).toEqual(inner)
  })

  it("is none where the handler says itself that it succeeded", async () => {
    const returned = { ...json({ success: false, error: "3 of 4 checks" }), isError: false }
    expect(await answerOf(returned)).toEqual(returned)
  })

  it.each([
    ["a list", [{ success: false }]],
    ["a value inside", { checks: { success: false } }]
  ])("is none in %s", async (_, value) => {
    expect(await answerOf(json(value))).toEqual(json(value))
  })

  it("treats an error that is returned whole as if it were thrown", async () => {
    const heeding = { ...quiet, heedsSuccessFalse: true }
    for (
      const [returned, options] of [[new Error(secret), quiet], [
        { success: false, error: new Error(secret) },
        heeding
      ]] as const
    ) {
      const masked = await answerOf(returned, options)
      expect(typeOf(masked)).toBe("internal_error") // it is SQL that nobody sent
      expect(JSON.stringify(masked)).not.toContain(secret)
    }
    const missing = new Errors.NotFound({ resource: "Pen", id: "7" })
    expect(typeOf(await answerOf({ success: false, error: missing }, heeding))).toBe("not_found")
    expect(typeOf(await answerOf(missing))).toBe("not_found")
    expect(typeOf(await answerOf(new Response("busy", { status: 503 })))).toBe("unavailable")
  })

  it("keeps stacks for the log", async () => {
    const lines: Array<string> = []
    onTestFinished(takeStderr((line) => lines.push(line)))
    const text =
      "Error: no ink\n    at print (/srv/app/printer.ts:3:7)\r\n    at Array.map (<anonymous>)\n    at async Promise.all (index 0)\n    at sort (native)\nAsk again\n  at noon"
    const answer = await answerOf({ isError: true, content: [{ type: "text", text }] }, { name: "existing" })
    expect(messageOf(answer)).toBe("Error: no ink")
    expect(answer.content).toEqual([{
      type: "text",
      text: expect.stringMatching(
        /^Error: no ink\nAsk again\n  at noon\nError: processing_error \(permanent\)\.\nReference: [0-9a-f]{8}$/
      )
    }])
    expect(JSON.stringify(answer)).not.toContain("/srv")
    expect(lines.join()).toContain("printer.ts:3:7")
  })

  it("says nothing of a text that is none", async () => {
    expect(messageOf(await answerOf({ isError: true, content: [{ type: "text" }] }))).toBe("The tool failed")
  })

  it("leaves out a block that no SDK can send", async () => {
    const server = new McpServer1(info)
    server.registerTool(
      "broken",
      {},
      wrapHandler(async () => ({
        isError: true,
        content: [{ type: "text", text: "No ink" }, { type: "image" }, {
          type: "image",
          data: "A",
          mimeType: "image/png"
        }]
      }), quiet)
    )
    const { content } = await (await connect1(server)).callTool({ name: "broken", arguments: {} })
    expect(content).toEqual([{ type: "text", text: expect.stringMatching(/^No ink\n/) }])
  })

  it("may have no end", async () => {
    const heeding = { ...quiet, heedsSuccessFalse: true }
    expect(messageOf(await answerOf(cyclic, heeding))).toBe("The tool failed")
    expect(typeOf(await answerOf(cyclic))).toBe("internal_error") // a value that no client can be sent
  })

  it("is not looked for in megabytes that hold none", async () => {
    const parse = vi.spyOn(JSON, "parse")
    onTestFinished(() => parse.mockRestore())
    await answerOf(json({ rows: "x".repeat(1_000_000) }))
    expect(parse).not.toHaveBeenCalled()
  })
})

describe("what is thrown", () => {
  it.each([
    ["without what the client needs to be asked", Object.assign(new Error(secret), { code: -32042 })],
    ["without elicitations", new McpError(ErrorCode.UrlElicitationRequired, secret)]
  ])("with the code of a request for elicitation, but %s, is masked", async (_, thrown) => {
    expect(typeOf(await thrownOf(thrown))).toBe("internal_error")
  })

  it("is asked for, whatever classify and expose say of it", async () => {
    const request = new UrlElicitationRequiredError([
      { mode: "url", url: "https://example.org", message: "Log in", elicitationId: "1" }
    ])
    const classify = () => new Errors.Conflict({ resource: "The order" })
    await expect(thrownOf(request, { ...quiet, classify, expose: () => true })).rejects.toBe(request)
  })

  it.each([
    ["null", () => null],
    ["a text", () => "not_found"],
    ["a promise", async () => new Errors.Conflict({ resource: "The order" })],
    ["a promise that rejects", () => Promise.reject(new Error("late"))]
  ])("goes on to the default table where classify returns %s", async (_, classify) => {
    const unhandled = vi.fn()
    process.on("unhandledRejection", unhandled)
    onTestFinished(() => void process.off("unhandledRejection", unhandled))
    const refused = Object.assign(new Error(secret), { code: "ECONNREFUSED" })
    expect(typeOf(await thrownOf(refused, { ...quiet, classify: classify as never }))).toBe("connection_failed")
    expect(classified(refused, { classify: classify as never })?._tag).toBe("ConnectionFailed")
    await new Promise((resolve) => setTimeout(resolve)) // rejections are told of after the microtasks
    expect(unhandled).not.toHaveBeenCalled()
  })

  const hostile = { toString: refuse }
  it.each([
    ["without a prototype", Object.create(null)],
    ["with a name that has no text", { code: -32602, name: { toString: () => Object.create(null) } }],
    ["that has no text", hostile],
    ["undefined", undefined]
  ])("may be something %s: shadow mode changes nothing, and nothing throws", async (_, thrown) => {
    const lines: Array<string> = []
    onTestFinished(takeStderr((line) => lines.push(line)))
    const expose = () => true
    const same = { thrown: undefined as unknown }
    await thrownOf(thrown, { ...quiet, mode: "shadow", expose }).catch((failure: unknown) => same.thrown = failure)
    expect(same.thrown).toBe(thrown)
    expect(typeOf(await thrownOf(thrown, { ...quiet, expose }))).toBe("processing_error")
  })

  it.each([["cyclic", cyclic], ["unreadable", unreadable]])(
    "nor returns: shadow mode leaves what is %s",
    async (_, returned) => {
      const lines: Array<string> = []
      onTestFinished(takeStderr((line) => lines.push(line)))
      expect(await answerOf(returned, { ...quiet, mode: "shadow", heedsSuccessFalse: true })).toBe(returned)
      expect(lines.join()).toContain(returned === cyclic ? "keep its words" : "be masked")
    }
  )
})

it("shadow mode tells nothing of a success that says so", async () => {
  const lines: Array<string> = []
  onTestFinished(takeStderr((line) => lines.push(line)))
  await answerOf({ ...json({ success: false }), isError: false }, { ...quiet, mode: "shadow" })
  expect(lines).toEqual([])
})

describe("a plain value", () => {
  it.each([
    ["a date", new Date(0), { result: "1970-01-01T00:00:00.000Z" }],
    ["its own JSON", { a: 1, toJSON: () => ({ b: 2 }) }, { b: 2 }],
    ["a field named task", { task: "buy milk", done: false }, { task: "buy milk", done: false }],
    ["a task of its own", { task: { title: "buy milk" } }, { task: { title: "buy milk" } }],
    ["a list", [1, 2], { result: [1, 2] }]
  ])("says the same in text and structure: %s", async (_, value, structured) => {
    const answer = await answerOf(value)
    expect(answer).toEqual({
      content: [{ type: "text", text: JSON.stringify(structured) }],
      structuredContent: structured
    })
  })

  it.each([
    ["a BigInt", { n: 1n }],
    ["a cycle", { a: cyclic }],
    ["a toJSON that throws", { toJSON: refuse }]
  ])("that JSON cannot write is masked: %s", async (_, value) => {
    expect(typeOf(await answerOf(value))).toBe("internal_error")
  })
})

it("a context that is none costs nothing but what it would have said", async () => {
  const wrapped = wrapHandler(async (_args: object, _context: object) => "done", quiet)
  expect(await wrapped({}, { mcpReq: { signal: {}, notify: 3 } })).toEqual({
    content: [{ type: "text", text: "done" }]
  })
})

describe("fromResult", () => {
  it.each([
    ["a plain value", { n: 1 }],
    ["an Exit", Exit.succeed({ n: 1 })],
    ["an Either", { _tag: "Left", left: secret }],
    ["a Result of another library", { isOk: false, isErr: true, error: secret }],
    ["a list", []]
  ])("does not take for a success what is no Result: %s", async (_, value) => {
    const answer = await fromResult(() => value as never, quiet)()
    expect(typeOf(answer)).toBe("internal_error")
    expect(JSON.stringify(answer)).not.toContain(secret)
  })

  it("reads a Result that has a tag of its own", async () => {
    const error = new Errors.NotFound({ resource: "Pen", id: "7" })
    expect(typeOf(await fromResult(() => ({ _tag: "Err", ok: false, error }) as never, quiet)())).toBe("not_found")
    const found = await fromResult(() => ({ _tag: "Ok", ok: true, value: { n: 1 } }) as never, quiet)()
    expect(found.structuredContent).toEqual({ n: 1 })
  })
})

describe("toHandler", () => {
  it("adds what the program attached to a result that is one already", async () => {
    const block = { type: "image", data: "AA==", mimeType: "image/png" } as const
    const result = { content: [{ type: "text", text: "drawn" }], _meta: { own: 1 } }
    const program = () => Effect.as(ToolCall.use((call) => call.attach(block)), result)
    expect(await toHandler(program, quiet)()).toEqual({ ...result, content: [...result.content, block] })
    expect(result.content).toHaveLength(1)
  })

  it("says beside the result's own _meta that it retried, and changes nothing of what it was given", async () => {
    const result = Object.freeze({ content: [], _meta: Object.freeze({ own: 1 }) })
    let attempts = 0
    const attempt = Effect.suspend(() =>
      ++attempts === 1 ? Effect.fail(new Errors.Unavailable({ service: "The store" })) : Effect.succeed(result)
    )
    const program = () => RetryPolicy.retry(attempt, RetryPolicy.make(Schedule.recurs(1)))
    const answer = await toHandler(program, { ...quiet, safety: "read" })()
    expect(answer).toMatchObject({ content: [], _meta: { own: 1, "errata/call": { attempts: 2 } } })
  })
})

it("options that a whole server shares do not put a problem where the user's schema refuses it", async () => {
  const shared: Handler.Options = { structuredErrors: true, logsCalls: false }
  const answer = await wrapHandler(() => Promise.reject(new Error(secret)), shared)()
  expect(answer.isError).toBe(true)
  expect(answer.structuredContent).toBeUndefined()
})

describe("a Result that succeeded", () => {
  const answer = (value: unknown) => fromResult(() => ({ ok: true as const, value }), quiet)()

  it("is believed, whatever is in it", async () => {
    for (const value of [{ success: false, checks: 3 }, json({ success: false, error: "3 of 4" })]) {
      const result = await answer(value)
      expect(result.isError).toBeUndefined()
      expect(result.content).toEqual(
        "content" in value ? value.content : [{ type: "text", text: JSON.stringify(value) }]
      )
    }
  })

  it("is not, if it holds a result that says that it failed", async () => {
    const result = await answer({ ...json({ error: `password=hunter2` }), isError: true })
    expect(result.isError).toBe(true)
    expect(JSON.stringify(result)).not.toContain("hunter2")
  })
})
