/** What may go wrong over HTTP, with each client, and what becomes of it. */
import * as Errors from "@errata/core/Errors"
import * as Problem from "@errata/core/Problem"
import type { ReferenceId } from "@errata/core/ReferenceId"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import { type Progress, ToolCall } from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import * as Client from "@errata/mcp-adapter/Client"
import * as JsonRpcError from "@errata/mcp-adapter/JsonRpcError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import type { Connected } from "./support/generations.ts"
import { clients, type Front, front, type Instead } from "./support/http.ts"

const read = Tool.make("read", {
  description: "Reads.",
  input: Schema.Struct({ page: Schema.String }),
  output: Schema.String,
  errors: [Errors.NotFound],
  safety: "read"
})
const write = Tool.make("write", { description: "Writes.", output: Schema.String })
const hang = Tool.make("hang", { description: "Hangs.", safety: "read" })

/** A call that hangs, as the server sees it. */
const hanging = () => ({ begun: Promise.withResolvers<void>(), ended: Promise.withResolvers<void>() })
let last = hanging()

const handled = [
  Tool.handle(
    read,
    ({ page }) =>
      page === "7" ? Effect.fail(new Errors.NotFound({ resource: "Page", id: page })) : Effect.succeed(`page ${page}`)
  ),
  Tool.handle(write, () => Effect.succeed("written")),
  Tool.handle(hang, () =>
    Effect.gen(function*() {
      const { begun, ended } = last
      begun.resolve()
      yield* (yield* ToolCall).progress({ progress: 1, message: "hanging" })
      return yield* Effect.onInterrupt(Effect.never, () => Effect.sync(() => ended.resolve()))
    }))
]

const json = { "content-type": "application/json" }
const twice = RetryPolicy.make(Schedule.spaced("1 millis"), { maxRetries: 1 })

/** Breaks the connection before anything was answered. */
const reset: Instead = (response) => response.destroy()

/** Answers with a JSON-RPC error. */
const refuse = (error: object): Instead => (response, { id }) =>
  response.writeHead(200, json).end(JSON.stringify({ jsonrpc: "2.0", id, error }))

describe.each(clients)("HTTP, %s", (name, serve, connect) => {
  const isEffect = name.startsWith("effect")
  let behind: Awaited<ReturnType<typeof serve>>
  let before: Front
  let connected: Connected

  const make = (options?: Client.Options) => Client.make(connected.client, [read, write, hang], options)

  const failing = async (instead: Instead, options?: Client.Options) => {
    before.script.push(instead)
    return await Effect.runPromise(Effect.flip(make(options).read({ page: "1" })))
  }

  beforeAll(async () => {
    behind = await serve(handled)
  })
  beforeEach(async () => {
    before = await front(behind.url)
    connected = await connect(before.url)
    return async () => {
      await connected.close().catch(() => undefined)
      await before.die()
    }
  })
  afterAll(() => behind.die())

  it("gives outputs and typed errors", async () => {
    expect(await Effect.runPromise(make().read({ page: "1" }))).toBe("page 1")
    const error = await Effect.runPromise(Effect.flip(make().read({ page: "7" })))
    expect(error).toBeInstanceOf(Errors.NotFound)
    expect(Client.problem(error)?.reference_id).toMatch(/^[0-9a-f]{8}$/)
  })

  it("cancels at the server when the caller is interrupted", async () => {
    const { begun, ended } = last = hanging()
    const fiber = Effect.runFork(make().hang({}))
    await begun.promise
    await Effect.runPromise(Fiber.interrupt(fiber))
    await ended.promise
  })

  it("cancels at the server when the time is over", async () => {
    const { begun, ended } = last = hanging()
    await Effect.runPromise(
      Effect.gen(function*() {
        const fiber = yield* Effect.forkChild(Effect.flip(make({ timeout: "5 seconds" }).hang({})))
        yield* Effect.promise(() => begun.promise)
        yield* TestClock.adjust("5 seconds")
        expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "Timeout", operation: "hang" })
      }).pipe(Effect.provide(TestClock.layer()))
    )
    await ended.promise
  })

  it(isEffect ? "hears nothing of progress: effect's clients do not ask for it" : "tells of progress", async () => {
    const { begun, ended } = last = hanging()
    const first = Promise.withResolvers<void>()
    const told: Array<Progress> = []
    const onProgress = (progress: Progress) => {
      told.push(progress)
      first.resolve()
    }
    const fiber = Effect.runFork(make().hang({}, { onProgress }))
    await (isEffect ? begun.promise : first.promise)
    await Effect.runPromise(Fiber.interrupt(fiber))
    await ended.promise
    expect(told).toMatchObject(isEffect ? [] : [{ progress: 1, message: "hanging" }])
  })

  const permanent = { _tag: "RemotePermanent", error: "HttpError" }

  it.each<readonly [number, object]>([
    [400, { ...permanent, type: "upstream_error" }],
    [401, { ...permanent, type: "unauthenticated" }],
    [403, { ...permanent, type: "permission_denied" }],
    [405, { ...permanent, type: "upstream_error" }],
    [413, { ...permanent, type: "too_large" }],
    [408, { _tag: "Timeout" }],
    [429, { _tag: "RateLimited", service: "Pages" }],
    [500, { _tag: "UpstreamError", service: "Pages", status_code: 500 }],
    [502, { _tag: "UpstreamError", service: "Pages", status_code: 502 }],
    [503, { _tag: "Unavailable", service: "Pages", status_code: 503 }],
    [504, { _tag: "Timeout" }]
  ])("knows status %i", async (status, expected) => {
    const error = await failing(
      { status, headers: { "content-type": "text/html" }, body: "<h1>no</h1>" },
      { service: "Pages" }
    )
    expect(error).toMatchObject(expected)
    expect(error).toHaveProperty("cause")
    expect(error.message).not.toContain("<h1>")
  })

  it("knows that a session or an endpoint is gone", async () => {
    expect(await failing({ status: 404, headers: json, body: "{}" })).toMatchObject({
      _tag: "RemotePermanent", // and no `NotFound`, which is the tool's to say
      type: "not_found"
    })
  })

  it("says what a refusal says", async () => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: null, error: { code: -32000, message: "Invalid Host" } })
    expect(await failing({ status: 403, headers: json, body })).toMatchObject({
      reason: "The server answered with status 403: Invalid Host"
    })
  })

  it("finds the hint when to come back: in the header where the client shows it, or in the body", async () => {
    const seconds = (error: ToolError.Any) => Duration.toSeconds(ToolError.retryAfter(error) ?? Duration.zero)
    const headers = { ...json, "retry-after": "7" }
    expect(seconds(await failing({ status: 429, headers, body: "{}" }))).toBe(isEffect ? 7 : 0)
    const body = JSON.stringify({ jsonrpc: "2.0", id: null, error: { code: 1, message: "", data: { retry_after: 9 } } })
    expect(seconds(await failing({ status: 503, headers: json, body }))).toBe(9)
  })

  it.each<readonly [string, Instead]>([
    ["a page of HTML", { status: 200, headers: { "content-type": "text/html" }, body: "<h1>Log in</h1>" }],
    ["no JSON", { status: 200, headers: json, body: "{" }],
    ["no JSON-RPC", { status: 200, headers: json, body: "{\"hello\":\"world\"}" }],
    [
      "no result of a tool",
      (response, { id }) =>
        response.writeHead(200, json).end(JSON.stringify({ jsonrpc: "2.0", id, result: { content: 3 } }))
    ]
  ])("calls an answer malformed that is %s", async (_, instead) => {
    expect(await failing(instead)).toMatchObject({ _tag: "MalformedResponse" })
  })

  it.each<readonly [string, object, object]>([
    ["-32601", { code: -32601, message: "Method not found" }, { _tag: "RemotePermanent", type: "unsupported" }],
    ["-32602", { code: -32602, message: "Invalid params" }, { _tag: "RemoteValidation", type: "invalid_arguments" }],
    ["-32602 for a tool that there is none of", { code: -32602, message: "Tool read not found" }, {
      _tag: "RemotePermanent",
      type: "not_found"
    }],
    ["-32603", { code: -32603, message: "Internal error", data: { reference_id: "5f3c9a1e" } }, {
      _tag: "RemotePermanent",
      type: "internal_error",
      reason: "Internal error",
      reference_id: "5f3c9a1e"
    }],
    ["-32700", { code: -32700, message: "Parse error" }, { _tag: "RemotePermanent", type: "upstream_error" }],
    ["-32600", { code: -32600, message: "Invalid Request" }, { _tag: "RemotePermanent", type: "upstream_error" }],
    ["-32000, which means anything", { code: -32000, message: "Out of ink" }, {
      _tag: "RemotePermanent",
      reason: "Out of ink"
    }],
    ["-32001, which means anything", { code: -32001, message: "Session not found" }, { _tag: "RemotePermanent" }],
    ["a code of the server's own", { code: 1001, message: "Out of ink" }, {
      _tag: "RemotePermanent",
      error: "JsonRpcError",
      type: "upstream_error",
      reason: "Out of ink"
    }],
    ["a code that looks like a status", { code: 429, message: "Out of ink" }, { _tag: "RemotePermanent" }],
    ["a hint", { code: 1001, message: "Out of ink", data: { retryable: true } }, { _tag: "RemoteTransient" }],
    ["a doubled prefix", { code: -32603, message: "MCP error -32603: Out of ink" }, { reason: "Out of ink" }],
    ["-32042", {
      code: -32042,
      message: "MCP error -32042: Sign in first",
      data: { elicitations: [{ mode: "url", elicitationId: "1", url: "https://example.com/in", message: "Sign in" }] }
    }, { _tag: "RemotePermanent", type: "unauthenticated", reason: "Sign in first: https://example.com/in" }]
  ])("knows JSON-RPC's %s", async (_, error, expected) => {
    expect(await failing(refuse(error))).toMatchObject(expected)
  })

  it("decodes the problem in the data of a JSON-RPC error, with any status", async () => {
    const { problem } = Problem.describe(new Errors.NotFound({ resource: "Page", id: "7" }), {
      safety: "read",
      started: true,
      referenceId: "5f3c9a1e" as ReferenceId
    })
    const error = JsonRpcError.fromProblem(problem)
    for (
      const instead of [
        refuse(error),
        { status: 400, headers: json, body: JSON.stringify({ jsonrpc: "2.0", id: null, error }) },
        { status: 503, headers: json, body: JSON.stringify({ jsonrpc: "2.0", id: null, error }) }
      ]
    ) {
      const failure = await failing(instead)
      expect(failure).toBeInstanceOf(Errors.NotFound)
      expect(failure).toMatchObject({ resource: "Page", id: "7" })
      expect(Client.problem(failure)?.reference_id).toBe("5f3c9a1e")
    }
  })

  it("suggests the names that are near", async () => {
    const error = JsonRpcError.unknownTool("reed", ["read"])
    expect(ToolError.guidance(await failing(refuse(error)))).toMatchObject({ similarMatches: ["read"] })
  })

  it("repeats a read whose connection was lost, and no write", async () => {
    before.script.push(reset)
    expect(await Effect.runPromise(make({ retry: twice }).read({ page: "1" }))).toBe("page 1")
    expect(before.calls()).toBe(2)
    before.script.push(reset)
    const error = await Effect.runPromise(Effect.flip(RetryPolicy.retry(make({ retry: twice }).write({}), twice)))
    expect(error).toMatchObject({ _tag: "Unavailable", service: "The server" })
    expect(before.calls()).toBe(3)
  })

  it("repeats a write that was turned away, but none that may have been done", async () => {
    before.script.push({ status: 429 })
    expect(await Effect.runPromise(make({ retry: twice }).write({}))).toBe("written")
    expect(before.calls()).toBe(2)
    before.script.push({ status: 503 })
    const error = await Effect.runPromise(Effect.flip(make({ retry: twice }).write({})))
    expect(error._tag).toBe("Unavailable")
    expect(before.calls()).toBe(3)
  })

  it("knows a connection that breaks in the middle of an answer", async () => {
    const error = await failing((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" })
      response.write(": soon\n\n", () => response.destroy())
    }, { timeout: "300 millis" })
    // the official clients say nothing, so that the time has to tell
    expect(error._tag).toBe(isEffect ? "Unavailable" : "Timeout")
  })

  it("knows a server that is not there", async () => {
    await Effect.runPromise(make().read({ page: "1" }))
    await before.die()
    const tags = new Set<string>()
    // the first call may still find the old connection
    for (let i = 0; i < 2; i++) tags.add((await Effect.runPromise(Effect.flip(make().write({}))))._tag)
    expect([...tags].at(-1)).toBe("ConnectionFailed")
  })
})
