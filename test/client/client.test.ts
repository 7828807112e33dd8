/** The typed error comes back, whoever serves and whoever asks. */
import * as Backoff from "@errata/core/Backoff"
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Client from "@errata/mcp-adapter/Client"
import * as SdkHost from "@errata/mcp-adapter/sdk"
import { Client as ClientOldest } from "@modelcontextprotocol/sdk-oldest/client/index.js"
import { InMemoryTransport as InMemoryTransportOldest } from "@modelcontextprotocol/sdk-oldest/inMemory.js"
import { McpServer as McpServerOldest } from "@modelcontextprotocol/sdk-oldest/server/mcp.js"
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import { UrlElicitationRequiredError } from "@modelcontextprotocol/sdk/types.js"
import type * as McpClient from "effect/ai/McpClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { describe, expect, expectTypeOf, it, onTestFinished, vi } from "vitest"
import * as z from "zod"
import { effect, generations, sdk, server, silent } from "./support/generations.ts"

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

const sell = Tool.make("sell", {
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

describe.each(generations)("Client on %s", (name, connect) => {
  it.each(stock.map((error, which) => [error._tag, which] as const))("gets a declared %s back", async (_, which) => {
    const { sell: call } = Client.make((await connect([selling])).client, [sell])
    const error = await Effect.runPromise(Effect.flip(call({ which })))
    expect(error).toBeInstanceOf(stock[which]!.constructor)
    expect(ToolError.details(error)).toEqual(ToolError.details(stock[which]!))
  })

  it("gets the output back, decoded", async () => {
    const { sell: call } = Client.make((await connect([selling])).client, [sell])
    expect(await Effect.runPromise(call({ which: -1 }))).toEqual({ sold: date })
  })

  it("gets a remote error of the family for what the tool does not declare", async () => {
    const forgetful = Tool.make("sell", {
      description: "Sells.",
      input: sell.input,
      output: sell.output,
      safety: "idempotent"
    })
    const { sell: call } = Client.make((await connect([selling])).client, [forgetful])
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
    const other = Tool.make("buy", { description: "Buys.", safety: "read" })
    const { buy } = Client.make((await connect([selling])).client, [other])
    expect(await Effect.runPromise(Effect.flip(buy({})))).toMatchObject({ _tag: "RemotePermanent", type: "not_found" })
  })

  it("calls again where the server says that it helps, and gives up where it says that it does not", async () => {
    const answers = [
      new Errors.Unavailable({ service: "Till" }),
      new Errors.Unavailable({ service: "Till" }),
      undefined
    ]
    let calls = 0
    const flaky = Tool.make("flaky", {
      description: "",
      output: Schema.String,
      errors: [Errors.Unavailable],
      safety: "read"
    })
    const once = Tool.make("once", { description: "", output: Schema.String, errors: [Errors.Unavailable] })
    const handler = () =>
      Effect.suspend(() => {
        const error = answers[calls++]
        return error === undefined ? Effect.succeed("done") : Effect.fail(error)
      })
    const { client: connected } = await connect([Tool.handle(flaky, handler), Tool.handle(once, handler)])
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
    const tired = Tool.make("tired", {
      description: "",
      errors: [Errors.Unavailable],
      safety: "read",
      retry: RetryPolicy.make(Schedule.spaced("1 millis"), { maxRetries: 3 })
    })
    const handled = Tool.handle(tired, () =>
      Effect.suspend(() => {
        calls++
        return Effect.fail(new Errors.Unavailable({ service: "Till" }))
      }))
    const retry = RetryPolicy.make(Schedule.spaced("1 millis"), { maxRetries: 3 })
    const methods = Client.make((await connect([handled])).client, [tired], { retry })
    await Effect.runPromise(Effect.flip(methods.tired({})))
    expect(calls).toBe(4)
  })

  it("cancels the call at the server when it is interrupted", async () => {
    const started = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<void>()
    const slow = Tool.make("slow", { description: "", safety: "read" })
    const handled = Tool.handle(slow, () =>
      Effect.suspend(() => {
        started.resolve()
        return Effect.onInterrupt(Effect.never, () => Effect.sync(() => ended.resolve()))
      }))
    const { client: connected } = await connect([handled])
    // request 0 cannot be cancelled in SDK 1.x, but listing tools came before
    const fiber = Effect.runFork(Client.make(connected, [slow]).slow({}))
    await started.promise
    fiber.interruptUnsafe()
    await ended.promise
  })

  it("turns a lost connection into an error of ours", async () => {
    const { client, close } = await connect([selling])
    await close()
    const error = await Effect.runPromise(Effect.flip(Client.make(client, [sell]).sell({ which: 0 })))
    // effect's client does not say whether a call was sent
    expect(error).toMatchObject({ _tag: name === "effect" ? "Unavailable" : "ConnectionFailed", service: "The server" })
  })

  it("has the report of a batch of which nothing succeeded, beside the error", async () => {
    const many = Tool.make("many", {
      description: "",
      input: Schema.Struct({ keys: Schema.Array(Schema.String) }),
      output: Batch.Report(Schema.Struct({ at: Schema.Date })),
      safety: "read"
    })
    const handled = Tool.handle(many, ({ keys }) =>
      Batch.forEach(
        keys,
        (key) => key === "pen" ? Effect.succeed({ at: date }) : Effect.fail(new Errors.NotFound({ resource: key }))
      ))
    const { many: call, sell: other } = Client.make((await connect([handled, selling])).client, [many, sell])
    expect(await Effect.runPromise(call({ keys: ["pen", "ink"] }))).toMatchObject({
      status: "partial",
      results: [{ index: 0, value: { at: date } }],
      errors: [{ index: 1, error: "NotFound" }]
    })
    const failed = await Effect.runPromise(Effect.flip(call({ keys: ["nib", "ink"] })))
    expect(failed).toMatchObject({ _tag: "RemotePermanent", type: "batch_failed" })
    const report = Client.report(failed, many)
    expect(report?.errors.map(({ message }) => message)).toEqual(["nib not found", "ink not found"])
    expect(Client.report(failed, sell)).toBeUndefined()
    expect(Client.report(await Effect.runPromise(Effect.flip(other({ which: 0 }))), many)).toBeUndefined()
  })

  it("works inside a tool: what the other server has given up on is given up here, and the deadline holds there", async () => {
    let calls = 0
    const ended = Promise.withResolvers<void>()
    const errors = [Errors.Unavailable]
    const retry = RetryPolicy.make(Schedule.spaced("1 millis"), { maxRetries: 1 })
    const tired = Tool.make("tired", { description: "", errors, safety: "read", retry })
    const slow = Tool.make("slow", { description: "", safety: "read" })
    const far = await connect([
      Tool.handle(tired, () =>
        Effect.suspend(() => {
          calls++
          return Effect.fail(new Errors.Unavailable({ service: "Till" }))
        })),
      Tool.handle(slow, () => Effect.onInterrupt(Effect.never, () => Effect.sync(() => ended.resolve())))
    ])
    const remote = Client.make(far.client, [tired, slow], { retry })
    const unavailable = () => new Errors.Unavailable({ service: "The far shop" })
    const near = await connect([Tool.handle(tired, () => Effect.mapError(remote.tired({}), unavailable))])
    const hurried = await connect([
      Tool.handle(
        Tool.make("slow", { description: "", errors: [Errors.Timeout], safety: "read", timeout: "50 millis" }),
        () => Effect.mapError(remote.slow({}), () => new Errors.Timeout({ operation: "slow" }))
      )
    ], { progressTimeout: "50 millis" })

    const given = await Effect.runPromise(Effect.flip(Client.make(near.client, [tired], { retry }).tired({})))
    expect(Client.problem(given)?.retry).toMatchObject({ should_retry: true, attempts_made: 2, reason: "exhausted" })
    expect(calls).toBe(2)

    const { slow: hurry } = Client.make(hurried.client, [slow], { retry })
    expect(await Effect.runPromise(Effect.flip(hurry({})))).toMatchObject({ type: "timeout" })
    await ended.promise
  })
})

describe("the official SDK 1.x", () => {
  const info = { name: "raw", version: "1.0.0" }
  const connectTo = async (server: McpServer) => {
    const [ours, theirs] = InMemoryTransport.createLinkedPair()
    await server.connect(ours)
    const client = new Client1(info)
    await client.connect(theirs)
    await client.listTools()
    return Client.make(client, [Tool.make("raw", { description: "", output: Schema.Struct({ n: Schema.Int }) })])
  }

  it("refuses an error by itself whose structuredContent does not fit the listed schema", async () => {
    const server = new McpServer(info)
    server.registerTool("raw", { outputSchema: { n: z.int() } }, () => ({
      isError: true,
      content: [{ type: "text", text: "boom" }],
      structuredContent: { error: "boom" }
    }))
    const { raw } = await connectTo(server)
    expect(await Effect.runPromise(Effect.flip(raw({})))).toMatchObject({
      _tag: "MalformedResponse",
      reason: "its output does not fit"
    })
  })

  it("asks for a visit to an address with a doubled prefix", async () => {
    const server = new McpServer(info)
    server.registerTool("raw", {}, () => {
      throw new UrlElicitationRequiredError([
        { mode: "url", elicitationId: "1", url: "https://example.com/in", message: "Sign in" }
      ], "Sign in first")
    })
    const { raw } = await connectTo(server)
    expect(await Effect.runPromise(Effect.flip(raw({})))).toMatchObject({
      _tag: "RemotePermanent",
      type: "unauthenticated",
      reason: "Sign in first: https://example.com/in"
    })
  })
})

describe("the client of SDK 1.26", () => {
  const slow = Tool.make("slow", { description: "", safety: "read" })
  const connectTo = async (tools: ReadonlyArray<Tool.Handled>) => {
    const oldest = new McpServerOldest({ name: "old", version: "1.0.0" })
    SdkHost.register(oldest as never, tools, { runtime: silent, logsCalls: false })
    const [ours, theirs] = InMemoryTransportOldest.createLinkedPair()
    await oldest.connect(ours)
    const client = new ClientOldest({ name: "old", version: "1.0.0" })
    await client.connect(theirs)
    return client
  }

  it("is called like any other", async () => {
    const { sell: call } = Client.make(await connectTo([selling]), [sell])
    expect(await Effect.runPromise(call({ which: -1 }))).toEqual({ sold: date })
    expect(await Effect.runPromise(Effect.flip(call({ which: 0 })))).toBeInstanceOf(Errors.NotFound)
  })

  it("leaves no timer behind when it is closed in the middle of a call, or else the process would not end", async () => {
    const begun = Promise.withResolvers<void>()
    const handled = Tool.handle(slow, () => Effect.suspend(() => (begun.resolve(), Effect.never)))
    const client = await connectTo([handled])
    onTestFinished(() => void vi.restoreAllMocks())
    const timers = vi.spyOn(globalThis, "setTimeout")
    const cleared = vi.spyOn(globalThis, "clearTimeout")
    const fiber = Effect.runFork(Effect.flip(Client.make(client, [slow]).slow({})))
    await begun.promise
    await client.close()
    expect(await Effect.runPromise(Fiber.join(fiber))).toMatchObject({ _tag: "Unavailable" })
    const ofSdk = timers.mock.calls.findIndex(([, millis]) => millis === 2_147_483_647)
    const timer = timers.mock.results[ofSdk]!.value as unknown
    expect(cleared.mock.calls.map(([handle]) => handle)).toContain(timer)
  })
})

describe("make", () => {
  it.each([["SDK 1.x", sdk], ["client 2.x", server]] as const)(
    "calls a %s whose callTool is wrapped",
    async (_, connect) => {
      const { client } = await connect([selling])
      const callTool = client.callTool.bind(client) as (...args: ReadonlyArray<unknown>) => Promise<never>
      client.callTool = (...args: ReadonlyArray<unknown>) => callTool(...args)
      expect(await Effect.runPromise(Client.make(client, [sell]).sell({ which: -1 }))).toEqual({ sold: date })
    }
  )

  it.each(
    [
      ["2.x", (_request: unknown, options: unknown) => Promise.resolve({ options }), 1],
      ["1.x", (_request: unknown, _schema: unknown, options: unknown) => Promise.resolve({ options }), 2]
    ] as const
  )("gives what is called like %s its options in their place", async (_, callTool, place) => {
    const called = vi.fn()
    const wrapped = Object.defineProperty(
      (...args: ReadonlyArray<unknown>) => (called(...args), Promise.resolve({ content: [] })),
      "length",
      { value: callTool.length }
    )
    await Effect.runPromise(Client.make({ callTool: wrapped }, [Tool.make("tool", { description: "" })]).tool({}))
    expect(called.mock.calls[0]![place]).toMatchObject({ signal: expect.any(AbortSignal) })
  })

  it("takes names of any kind, but no name twice", async () => {
    const client = { callTool: () => Promise.resolve({ content: [] }) }
    for (const name of ["__proto__", "constructor", "toString", "get-order"] as const) {
      const methods = Client.make(client, [Tool.make(name, { description: "" })])
      expect(Object.keys(methods)).toEqual([name])
      expect(Object.getPrototypeOf(methods)).toBe(Object.prototype)
      expect(await Effect.runPromise(methods[name]({}))).toBeUndefined()
    }
    const again = Tool.make("sell", { description: "Sells again." })
    expect(() => Client.make(client, [sell, again])).toThrow("Client: two tools have the name \"sell\"")
  })
})

describe("types", () => {
  it("take a client of SDK 1.26, and no arguments that do not fit", () => {
    expectTypeOf<ClientOldest>().toExtend<Client.AnyClient>()
    const methods = Client.make({ callTool: () => Promise.resolve({}) }, [sell])
    // @ts-expect-error -- no argument of that type
    void methods.sell({ which: "1" })
    // @ts-expect-error -- no tool of that name
    void methods.buy
  })

  it("takes each client as its SDK types it, and gives its tools their types", async () => {
    const of1 = Client.make((await sdk([selling])).client, [sell])
    const of2 = Client.make((await server([selling])).client, [sell])
    const ofEffect = Client.make((await effect([selling])).client, [sell])
    for (const { sell: call } of [of1, of2, ofEffect]) {
      expectTypeOf(call).parameter(0).toEqualTypeOf<{ readonly which: number }>()
      expectTypeOf(call).returns.toExtend<Effect.Effect<{ readonly sold: Date }, Client.CallError<typeof sell>>>()
    }
    expectTypeOf<Parameters<typeof Client.make>[0]>().not.toBeAny()
    expectTypeOf<McpClient.McpClient>().toExtend<Parameters<typeof Client.make>[0]>()
    // @ts-expect-error -- what cannot call a tool is no client
    expect(() => Client.make({ callTool: () => 3 }, [sell])).not.toThrow()
  })
})
