/** The typed error comes back, whoever serves and whoever asks. */
import * as Backoff from "@errata/core/Backoff"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Client from "@errata/mcp-adapter/Client"
import * as SdkHost from "@errata/mcp-adapter/sdk"
import * as ServerHost from "@errata/mcp-adapter/server"
import { Client as Client2, InMemoryTransport as InMemoryTransport2 } from "@modelcontextprotocol/client"
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport as InMemoryTransport1 } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer as McpServer1 } from "@modelcontextprotocol/sdk/server/mcp.js"
import { McpServer as McpServer2 } from "@modelcontextprotocol/server"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Logger from "effect/Logger"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"

const info = { name: "client", version: "1.0.0" }
const silent = Context.make(Logger.CurrentLoggers, new Set<Logger.Logger<unknown, unknown>>())

const generations = [
  ["SDK 1.x", async (tools: ReadonlyArray<Tool.Handled>) => {
    const server = new McpServer1(info)
    SdkHost.register(server, tools, silent)
    const [ours, theirs] = InMemoryTransport1.createLinkedPair()
    await server.connect(ours)
    const client = new Client1(info)
    await client.connect(theirs)
    await client.listTools()
    return client
  }],
  ["server 2.x", async (tools: ReadonlyArray<Tool.Handled>) => {
    const server = new McpServer2(info)
    ServerHost.register(server, tools, silent)
    const [ours, theirs] = InMemoryTransport2.createLinkedPair()
    await server.connect(ours)
    const client = new Client2(info)
    await client.connect(theirs)
    await client.listTools()
    return client
  }]
] as const

const stock: ReadonlyArray<ToolError.Any> = [
  new Errors.NotFound({ resource: "Pen", id: "7" }),
  new Errors.AlreadyExists({ resource: "Pen" }),
  new Errors.Conflict({ resource: "Pen", reason: "sold twice" }),
  new Errors.PermissionDenied({ action: "sell", resource: "Pen", required_permission: "pens:sell" }),
  new Errors.Unauthenticated({ service: "Till" }),
  new Errors.RateLimited({ service: "Till", retry_after_seconds: 3 }),
  new Errors.Timeout({ operation: "Selling", timeout_seconds: 5 }),
  new Errors.Unavailable({ service: "Till", reason: "closed" }),
  new Errors.ConnectionFailed({ service: "Till" }),
  new Errors.UpstreamError({ service: "Till", status_code: 500 }),
  new Errors.UpstreamRejected({ service: "Till", status_code: 418 }),
  new Errors.MalformedResponse({ service: "Till" }),
  new Errors.TooLarge({ resource: "Pen", limit: 3, unit: "meters" }),
  new Errors.Unsupported({ feature: "Haggling", supported: ["cash"] }),
  new Errors.InvalidState({ resource: "Pen", state: "sold" }),
  new Errors.Corrupted({ resource: "Receipt" }),
  new Errors.ProcessingError({ operation: "Selling" })
]

const classOf = (error: ToolError.Any) => error.constructor as never as ToolError.AnyClass

const sell = Tool.define("sell", {
  description: "Sells.",
  input: Schema.Struct({ which: Schema.Int }),
  output: Schema.Struct({ sold: Schema.Date }),
  errors: stock.map(classOf),
  safety: "idempotent"
})

const date = new Date("2026-11-21T00:00:00.000Z")
const selling = Tool.handle(
  sell,
  ({ which }) =>
    (which < 0 ? Effect.succeed({ sold: date }) : Effect.fail(stock[which]!)) as Effect.Effect<
      { readonly sold: Date },
      never
    >
)

describe.each(generations)("Client on %s", (_, connect) => {
  it.each(stock.map((error, which) => [error._tag, which] as const))("gets a declared %s back", async (_, which) => {
    const { sell: call } = Client.make(await connect([selling]), [sell])
    const error = await Effect.runPromise(Effect.flip(call({ which })))
    expect(error).toBeInstanceOf(stock[which]!.constructor)
    expect(ToolError.details(error)).toEqual(ToolError.details(stock[which]!))
  })

  it("gets the output back, decoded", async () => {
    const { sell: call } = Client.make(await connect([selling]), [sell])
    expect(await Effect.runPromise(call({ which: -1 }))).toEqual({ sold: date })
  })

  it("gets a remote error of the family for what the tool does not declare", async () => {
    const forgetful = Tool.define("sell", {
      description: "Sells.",
      input: sell.input,
      output: sell.output,
      safety: "idempotent"
    })
    const { sell: call } = Client.make(await connect([selling]), [forgetful])
    const error = async (which: number) => await Effect.runPromise(Effect.flip(call({ which })))
    expect(await error(0)).toMatchObject({
      _tag: "RemotePermanent",
      error: "NotFound",
      type: "not_found",
      reason: "Pen 7 not found"
    })
    const limited = await error(5)
    expect(limited._tag).toBe("RemoteTransient")
    expect(ToolError.retryAfter(limited)).toEqual(Duration.seconds(3))
  })

  it("says which tool there is none of", async () => {
    const other = Tool.define("buy", { description: "Buys.", safety: "read" })
    const { buy } = Client.make(await connect([selling]), [other])
    expect(ToolError.isTransient(await Effect.runPromise(Effect.flip(buy({}))))).toBe(false)
  })

  it("calls again where the server says that it helps, and gives up where it says that it does not", async () => {
    const answers = [
      new Errors.Unavailable({ service: "Till" }),
      new Errors.Unavailable({ service: "Till" }),
      undefined
    ]
    let calls = 0
    const flaky = Tool.define("flaky", {
      description: "",
      output: Schema.String,
      errors: [Errors.Unavailable],
      safety: "read"
    })
    const once = Tool.define("once", { description: "", output: Schema.String, errors: [Errors.Unavailable] })
    const handler = () =>
      Effect.suspend(() => {
        const error = answers[calls++]
        return error === undefined ? Effect.succeed("done") : Effect.fail(error)
      })
    const connected = await connect([Tool.handle(flaky, handler), Tool.handle(once, handler)])
    const retry = RetryPolicy.make(Schedule.spaced("1 millis").pipe(Backoff.fullJitter), { maxRetries: 3 })
    const methods = Client.make(connected, [flaky, once], { retry })
    expect(await Effect.runPromise(methods.flaky({}))).toBe("done")
    expect(calls).toBe(3)
    calls = 0
    await Effect.runPromise(Effect.flip(methods.once({})))
    expect(calls).toBe(1)
  })

  it("leaves alone what a policy of the server has given up on", async () => {
    let calls = 0
    const tired = Tool.define("tired", {
      description: "",
      errors: [Errors.Unavailable],
      safety: "read",
      retry: RetryPolicy.make(Schedule.spaced("1 millis"), { maxRetries: 3 })
    })
    const handler = Tool.handle(tired, () =>
      Effect.suspend(() => {
        calls++
        return Effect.fail(new Errors.Unavailable({ service: "Till" }))
      }))
    const retry = RetryPolicy.make(Schedule.spaced("1 millis"), { maxRetries: 3 })
    const methods = Client.make(await connect([handler]), [tired], { retry })
    await Effect.runPromise(Effect.flip(methods.tired({})))
    expect(calls).toBe(4)
  })

  it("cancels the call at the server when it is interrupted", async () => {
    const started = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<void>()
    const slow = Tool.define("slow", { description: "", safety: "read" })
    const handler = Tool.handle(slow, () =>
      Effect.suspend(() => {
        started.resolve()
        return Effect.onInterrupt(Effect.never, () => Effect.sync(() => ended.resolve()))
      }))
    const connected = await connect([handler])
    // request 0 cannot be cancelled in SDK 1.x, but listing tools came before
    const fiber = Effect.runFork(Client.make(connected, [slow]).slow({}))
    await started.promise
    fiber.interruptUnsafe()
    await ended.promise
  })

  it("turns a lost connection into an error of ours", async () => {
    const connected = await connect([selling])
    await connected.close()
    const exit = await Effect.runPromiseExit(Client.make(connected, [sell]).sell({ which: 0 }))
    expect(Exit.isFailure(exit) && JSON.stringify(exit.cause)).toContain("Unavailable")
  })
})

describe("decode", () => {
  const tool = Tool.define("any", { description: "", output: Schema.Struct({ n: Schema.Int }), safety: "read" })
  const failure = (result: Client.ResultLike) => {
    const decoded = Client.decode(result, tool)
    return Result.isFailure(decoded) ? decoded.failure : undefined
  }
  const text = (text: string) => [{ type: "text", text }]

  it.each([
    ["text alone", { isError: true, content: text("boom") }, "RemotePermanent", "boom"],
    [
      "a doubled prefix",
      { isError: true, content: text("MCP error -32603: MCP error -32603: boom") },
      "RemotePermanent",
      "boom"
    ],
    [
      "structuredContent.error",
      { isError: true, content: text("{\"error\":{\"message\":\"boom\"}}") },
      "RemotePermanent",
      "boom"
    ],
    [
      "success: false without isError",
      { content: text("{\"success\":false,\"error\":\"boom\"}") },
      "RemotePermanent",
      "boom"
    ],
    [
      "an SDK's validation",
      { isError: true, content: text("MCP error -32602: Input validation error: n") },
      "RemoteValidation",
      "Input validation error: n"
    ]
  ])("reads what servers answer that know nothing of us: %s", (_, result, tag, reason) => {
    expect(failure(result)).toMatchObject({ _tag: tag, reason })
  })

  it.each([
    ["an output that does not fit", { content: [], structuredContent: { n: "x" } }],
    ["no output", { content: [] }],
    ["nothing", {}],
    ["garbage", { content: 3, structuredContent: [], _meta: 7 }]
  ])("says so where a result makes no sense: %s", (_, result) => {
    expect(failure(result)?._tag).toBe("MalformedResponse")
  })

  it("understands the prefixes that it is told", () => {
    const problem = {
      error: "X",
      type: "conflict",
      category: "permanent",
      is_transient: false,
      message: "no",
      retry: { should_retry: false, attempts_made: 1 },
      reference_id: "00000000"
    }
    const result = { isError: true, content: [], _meta: { "acme/problem": problem } }
    const decoded = Client.decode(result, tool, { metaPrefixes: ["errata/", "acme/"] })
    expect(Result.isFailure(decoded) && decoded.failure).toMatchObject({ type: "conflict" })
  })
})
