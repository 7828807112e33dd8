/** Servers that carry out programs, of every kind that a caller may meet, and the ways in which existing code fails. */
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import type * as ToolError from "@errata/core/ToolError"
import { adoptServer } from "@errata/mcp-adapter/adopt"
import type { CallToolResult } from "@errata/mcp-adapter/CallToolResult"
import * as Client from "@errata/mcp-adapter/Client"
import * as EffectHost from "@errata/mcp-adapter/effect"
import * as Handler from "@errata/mcp-adapter/Handler"
import { toHandler } from "@errata/mcp-adapter/toHandler"
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import { Client as SdkClient } from "@modelcontextprotocol/sdk/client/index.js"
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js"
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import * as McpProtocol from "effect/ai/McpProtocol"
import * as McpTest from "effect/ai/McpTest"
import * as AiTool from "effect/ai/Tool"
import * as AiToolkit from "effect/ai/Toolkit"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { Ledger } from "./interpret.ts"
import { run } from "./interpret.ts"
import type { Program } from "./programs.ts"

export const kinds = [
  "once",
  "marked",
  "batch once",
  "batch marked",
  "gateway",
  "undeclared",
  "wrapped",
  "adopted",
  "toolkit"
] as const
export type Kind = (typeof kinds)[number]

/** How existing code lets its callers know of a failure. */
export const voices = ["as it is", "as a driver does", "forged", "passed on"] as const
export type Voice = (typeof voices)[number]

/** One server to be tried. */
export interface Subject {
  readonly kind: Kind
  readonly voice: Voice
  readonly self: Program
}

export type Call = (args: object, signal?: AbortSignal) => Promise<CallToolResult>

export const errors = Object.values(Errors).filter((Class) => "identifier" in Class) as unknown as [
  typeof Errors.NotFound
]
export const retry = RetryPolicy.make(Schedule.recurs(2), { maxRetries: 2 })

const times = { timeout: "20 millis", progressTimeout: "20 millis", grace: "5 millis", logsCalls: false } as const
const input = Schema.Struct({ keys: Schema.optionalKey(Schema.Array(Schema.String)) })
const options = { description: "Acts.", input, errors, timeout: "20 millis" } as const
const batchOf = { ...options, output: Batch.Report(Schema.Void) } as const
const once = Tool.make("acts", options)

/** What a client knows of the tool. */
export const tools = {
  once,
  marked: Tool.make("acts", { ...options, effects: "marked" }),
  "batch once": Tool.make("acts", batchOf),
  "batch marked": Tool.make("acts", { ...batchOf, effects: "marked" }),
  gateway: once,
  undeclared: once,
  wrapped: once,
  adopted: once,
  toolkit: once
} as const

const allKeys = ["k1", "k2", "k3"]

/** Serves the program, item by item if it is a batch. */
export const serve = (
  { kind, self, voice }: Subject,
  ledger: Ledger
): Effect.Effect<Call, never, Scope.Scope> =>
  Effect.contextWith((given: Context.Context<Scope.Scope>) => {
    const runtime = Context.add(given as Context.Context<never>, Logger.CurrentLoggers, new Set())
    const settings = { ...times, runtime }
    const isMarked = kind === "marked" || kind === "batch marked"
    const work = (key = "") => run(self, ledger, isMarked, key)
    const bound = (handled: Tool.Handled): Call => {
      const made = Handler.make(handled, settings)
      return async (args, signal) => await made(args, { signal })
    }
    const existing = async (signal: AbortSignal | undefined) =>
      told(await Effect.runPromiseExitWith(runtime)(work(), { signal }), voice)
    switch (kind) {
      case "once":
      case "marked":
        return Effect.succeed(bound(handled(kind, () => work())))
      case "batch once":
      case "batch marked":
        return Effect.succeed(bound(handled(kind, ({ keys = allKeys }) => items(keys, work))))
      case "undeclared":
        return Effect.succeed(async (_args, signal) =>
          await toHandler((_context: object) => work(), settings)({ signal })
        )
      case "wrapped":
        return Effect.succeed(async (_args, signal) =>
          await wrapHandler(
            (context: { readonly signal: AbortSignal | undefined }) => existing(context.signal),
            settings
          )(
            { signal }
          )
        )
      case "gateway": {
        const inner = bound(handled("once", () => work()))
        const client = Client.make(
          { callTool: (params: { readonly arguments: object }) => inner(params.arguments) } as never,
          [once],
          { retry }
        )
        return Effect.succeed(bound(handled("once", () => RetryPolicy.retry(client.acts({}) as Work, retry))))
      }
      case "adopted":
        return adopted(existing, settings)
      case "toolkit":
        return toolkit(work, runtime)
    }
  })

type Work = Effect.Effect<void, ToolError.Any>
type Args = { readonly keys?: ReadonlyArray<string> }

const handled = (kind: keyof typeof tools, handler: (args: Args) => unknown): Tool.Handled =>
  Tool.handle(tools[kind] as typeof once, handler as () => Effect.Effect<void, Errors.NotFound>)

const items = (keys: ReadonlyArray<string>, work: (key: string) => Work) =>
  Batch.forEach(keys, (key) => work(key), { key: (key) => key, concurrency: 2, retry })

/** What existing code throws or returns after its work ended so. */
const told = (exit: Exit.Exit<void, ToolError.Any>, voice: Voice): unknown => {
  if (Exit.isSuccess(exit)) return { content: [{ type: "text", text: "Done." }] }
  const failure = Cause.squash(exit.cause) as ToolError.Any
  const problem = {
    error: "RateLimited",
    type: "rate_limited",
    category: "transient",
    is_transient: true,
    message: "Slow down",
    retry: { should_retry: true, retry_after_seconds: 0 },
    reference_id: "0123abcd"
  }
  switch (voice) {
    case "as it is":
      throw failure
    case "as a driver does":
      throw driver(failure)
    case "forged":
      return {
        isError: true,
        content: [{ type: "text", text: `${failure._tag}\nError: rate_limited (transient). Retry after 0 s.` }]
      }
    case "passed on":
      return {
        isError: true,
        content: [{
          type: "text",
          text: "Slow down.\nError: rate_limited (transient). Retry after 0 s.\nReference: 0123abcd"
        }],
        _meta: { "errata/problem": problem }
      }
  }
}

const drivers: { readonly [tag: string]: object } = {
  RateLimited: { status: 429, headers: { "retry-after": "0" } },
  ConnectionFailed: { code: "ECONNREFUSED", syscall: "connect" },
  Timeout: { code: "ETIMEDOUT" },
  Unavailable: { status: 503 },
  Overloaded: { code: "EMFILE" },
  Conflict: { status: 409 },
  NotFound: { status: 404 },
  ArgumentsRejected: { status: 422 }
}

const driver = (failure: ToolError.Any): Error =>
  Object.assign(new Error("it failed"), drivers[failure?._tag] ?? { status: 500 })

/** A server of an official SDK that was adopted as a whole, asked by an official client. */
const adopted = (
  existing: (signal: AbortSignal | undefined) => Promise<unknown>,
  settings: object
): Effect.Effect<Call, never, Scope.Scope> =>
  Effect.gen(function*() {
    const server = new McpServer({ name: "acts", version: "1.0.0" })
    server.registerTool(
      "acts",
      { description: "Acts." },
      (({ signal }: { signal: AbortSignal }) => existing(signal)) as never
    )
    adoptServer(server, settings)
    const client = new SdkClient({ name: "caller", version: "1.0.0" })
    const [ours, theirs] = InMemoryTransport.createLinkedPair()
    yield* Effect.addFinalizer(() => Effect.promise(() => client.close()))
    yield* Effect.promise(() => Promise.all([server.connect(ours), client.connect(theirs)]))
    return async (args) => await client.callTool({ name: "acts", arguments: { ...args } }) as CallToolResult
  })

const acts = AiTool.make("acts", { description: "Acts.", failure: Schema.Unknown })
const Acts = AiToolkit.make(acts)

/** A toolkit of effect's that was adopted, asked by effect's own client. */
const toolkit = (
  work: () => Work,
  runtime: Context.Context<never>
): Effect.Effect<Call, never, Scope.Scope> =>
  Effect.gen(function*() {
    const handlers = Acts.toLayer({ acts: () => work() as Effect.Effect<void> })
    const served = Layer.provide(EffectHost.adoptToolkit(Acts, times), handlers)
    const client = yield* Effect.orDie(McpTest.makeClient(Layer.provide(served, Layer.succeedContext(runtime)), {
      protocols: [McpProtocol.v2025_11_25]
    }))
    return (): Promise<CallToolResult> =>
      Effect.runPromiseWith(runtime)(client.callTool({ name: "acts", arguments: {} }) as Effect.Effect<never>)
  })
