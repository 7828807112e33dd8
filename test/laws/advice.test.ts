/**
 * The law of advice: no reply advises to repeat a call that is not safe to repeat and may have taken effect, and no client,
 * policy or batch of ours repeats it. `ERRATA_FUZZ_RUNS` raises the number of programs.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import type { CallToolResult } from "@errata/mcp-adapter/CallToolResult"
import * as Client from "@errata/mcp-adapter/Client"
import * as Handler from "@errata/mcp-adapter/Handler"
import * as Meta from "@errata/mcp-adapter/Meta"
import { toHandler } from "@errata/mcp-adapter/wrap"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { source } from "../core/support/arbitraries.ts"
import { hasForeignRepeats, Ledger, type Program, program, run } from "./support/programs.ts"

const many = Math.max(500, Number(process.env["ERRATA_FUZZ_RUNS"] ?? 0))

const errors = Object.values(Errors).filter((Class) => "identifier" in Class) as unknown as [typeof Errors.NotFound]
const times = { timeout: "20 millis", progressTimeout: "20 millis", grace: "5 millis", logsCalls: false } as const

type Call = (args: object) => Promise<CallToolResult>

const kinds = ["once", "marked", "undeclared", "batch once", "batch marked"] as const
type Kind = (typeof kinds)[number]

const input = Schema.Struct({ keys: Schema.optionalKey(Schema.Array(Schema.String)) })
const options = { description: "Acts.", input, errors, timeout: "20 millis" } as const
const tools = {
  once: Tool.make("acts", options),
  marked: Tool.make("acts", { ...options, effects: "marked" }),
  "batch once": Tool.make("acts", { ...options, output: Batch.Report(Schema.Void) }),
  "batch marked": Tool.make("acts", { ...options, output: Batch.Report(Schema.Void), effects: "marked" })
} as const

const retry = RetryPolicy.make(Schedule.recurs(2), { maxRetries: 2 })
const allKeys = ["k1", "k2", "k3"]

/** A server that carries out the program, item by item if it is a batch. */
const serve = (kind: Kind, self: Program, ledger: Ledger, context: Context.Context<never>): Call => {
  const runtime = Context.add(context, Logger.CurrentLoggers, new Set())
  const isMarked = kind === "marked" || kind === "batch marked"
  const work = (key = "") => run(self, ledger, isMarked, key)
  if (kind === "undeclared") {
    return async (args) => await toHandler((_args: object) => work(), { ...times, runtime })(args)
  }
  const handler = kind === "once" || kind === "marked"
    ? () => work()
    : ({ keys = allKeys }: { readonly keys?: ReadonlyArray<string> }) =>
      Batch.forEach(keys, (key) => work(key), { key: (key) => key, concurrency: 2, retry })
  const handled = Tool.handle(tools[kind] as typeof tools.once, handler as () => Effect.Effect<void, Errors.NotFound>)
  const made = Handler.make(handled, { ...times, runtime })
  return async (args) => await made(args)
}

/** What a caller does who obeys: the arguments of the next call, if the reply asks for one. */
const obey = (result: CallToolResult): object | undefined => {
  const report = result.structuredContent as Batch.ReportOf<void> | undefined
  const problem = Meta.problem(result._meta)
  const text = result.content[0]?.type === "text" ? result.content[0].text : ""
  const sentence = /^Error: \w+ \(\w+\)\.(?: (.*))?$/m.exec(text)?.[1] ?? report?.advice ?? ""
  if (/retry_keys/.test(`${sentence} ${report?.error_summary?.suggestion}`)) {
    return (report?.error_summary?.retry_keys.length ?? 0) > 0 ? { keys: report!.error_summary.retry_keys } : undefined
  }
  const asks = problem?.retry.should_retry === true ||
    /^(?:Already tried \d+ times?\. )?Retry|^Correct the (?:arguments|items)|^Use the original|^Call again/.test(
      sentence
    )
  return asks && (problem !== undefined || report?.status !== "partial") ? {} : undefined
}

const soon = <A>(effect: Effect.Effect<A>): Effect.Effect<A> =>
  Effect.gen(function*() {
    const fiber = yield* Effect.forkChild(effect)
    for (let i = 0; i < 400 && fiber.pollUnsafe() === undefined; i++) {
      yield* Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))
      yield* TestClock.adjust("5 millis")
    }
    return yield* Fiber.join(fiber)
  })

interface Trial {
  readonly kind: Kind
  readonly self: Program
}

const trial = (seed: number): Trial => {
  const from = source(seed)
  return { kind: from.pick(kinds), self: program(from) }
}

const check = (seed: number): Effect.Effect<void> =>
  Effect.gen(function*() {
    const { kind, self } = trial(seed)
    const say = `seed ${seed}, ${kind}: ${JSON.stringify(self)}`
    const context = yield* Effect.context<never>()
    const ledger = new Ledger()
    const call = serve(kind, self, ledger, context)
    let args: object | undefined = {}
    let acted: ReadonlyMap<string, number> = new Map()
    for (let calls = 0; calls < 4 && args !== undefined; calls++) {
      const sent = args
      const result = yield* soon(Effect.promise(() => call(sent)))
      // an item that acted must not act again, nor anything else of a call that is no batch
      for (const [effect, count] of acted) {
        expect([say, effect, ledger.counts.get(effect)]).toEqual([say, effect, count])
      }
      if (acted.size > 0 && !kind.startsWith("batch")) expect([say, ledger.total]).toEqual([say, sum(acted)])
      acted = new Map(ledger.counts)
      if (kind.endsWith("marked") && !hasForeignRepeats(self)) {
        for (const [effect, count] of acted) expect([say, effect, count]).toEqual([say, effect, 1])
      }
      args = obey(result)
    }
    if (kind === "once" || kind === "marked") yield* checkClient(kind, self, context, say)
  }).pipe(Effect.provide(TestClock.layer()), Effect.scoped)

/** Our own client, with a policy of its own, makes no call after one that acted. */
const checkClient = (kind: "once" | "marked", self: Program, context: Context.Context<never>, say: string) =>
  Effect.gen(function*() {
    const ledger = new Ledger()
    const call = serve(kind, self, ledger, context)
    const totals: Array<number> = []
    const callTool = async (params: { readonly arguments?: object }, _options: unknown) => {
      const result = await call(params.arguments ?? {})
      totals.push(ledger.total)
      return result
    }
    const client = Client.make({ callTool } as never, [tools[kind]], { retry })
    yield* soon(Effect.exit(RetryPolicy.retry(client.acts({}) as Effect.Effect<void, never>, retry)))
    const first = totals.find((total) => total > 0)
    expect([say, totals.filter((total) => total > 0)]).toEqual([say, first === undefined ? [] : [first]])
  })

const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0)

describe("no reply, client, policy or batch repeats what may have taken effect", () => {
  const from = Number(process.env["ERRATA_FUZZ_FROM"] ?? 0)
  it.live(
    `in ${many} random programs`,
    () =>
      Effect.gen(function*() {
        for (let seed = from; seed < from + many; seed++) yield* check(seed)
      }),
    60_000 + many * 400
  )

  it("though many of these programs act, and many are asked to be repeated", () => {
    const acting = Array.from({ length: 500 }, (_, seed) => JSON.stringify(trial(seed).self)).filter((text) =>
      text.includes("\"act\"")
    )
    expect(acting.length).toBeGreaterThan(300)
  })
})
