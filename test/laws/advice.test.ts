/**
 * The law of advice: no reply advises to repeat a call that is not safe to repeat and may have taken effect, and no client,
 * policy or batch of ours repeats it. `ERRATA_FUZZ_RUNS` raises the number of programs, `ERRATA_FUZZ_FROM` is the first seed.
 */
import { describe, expect, it } from "@effect/vitest"
import type * as Batch from "@errata/core/Batch"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import type { CallToolResult } from "@errata/mcp-adapter/CallToolResult"
import * as Client from "@errata/mcp-adapter/Client"
import * as Meta from "@errata/mcp-adapter/Meta"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { source } from "../core/support/arbitraries.ts"
import { Ledger } from "./support/interpret.ts"
import { hasForeignRepeats, program } from "./support/programs.ts"
import { kinds, retry, serve, type Subject, tools, voices } from "./support/servers.ts"

const many = Math.max(600, Number(process.env["ERRATA_FUZZ_RUNS"] ?? 0))

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

/** How far the clock goes at once: first as parts of a call take, then as hints ask for. */
const paces = [[400, "5 millis"], [200, "10 seconds"], [50, "1 day"], [50, "40 weeks"]] as const

/** Runs to the end, however long a hint lets it wait; what still hangs then is a finding of its own. */
const soon = <A>(effect: Effect.Effect<A>, say: string, at?: (round: number) => void): Effect.Effect<A> =>
  Effect.gen(function*() {
    const fiber = yield* Effect.forkChild(effect)
    let round = 0
    for (const [rounds, pace] of paces) {
      for (let i = 0; i < rounds && fiber.pollUnsafe() === undefined; i++) {
        yield* Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))
        at?.(round++)
        yield* TestClock.adjust(pace)
      }
    }
    expect(fiber.pollUnsafe(), `it hangs: ${say}`).toBeDefined()
    return yield* Fiber.join(fiber)
  })

interface Trial extends Subject {
  /** The round in which the client cancels, if it does. */
  readonly cancelsAt: number | undefined
}

const trial = (seed: number): Trial => {
  const from = source(seed)
  const kind = from.pick(kinds)
  return {
    kind,
    self: program(from),
    voice: from.pick(voices),
    cancelsAt: from.chance(15) && !["adopted", "toolkit"].includes(kind) ? from.int(4) : undefined
  }
}

const acting = new Map<string, number>()
const repeated = new Map<string, number>()
/** Whose callers are ever asked for another call: of the others nobody knows that nothing happened. */
const mayBeRepeated: ReadonlyArray<string> = ["marked", "batch marked"]
const tally = (counts: Map<string, number>, kind: string): void => void counts.set(kind, (counts.get(kind) ?? 0) + 1)

const check = (seed: number): Effect.Effect<void> =>
  Effect.gen(function*() {
    const subject = trial(seed)
    const { cancelsAt, kind, self } = subject
    const say = `seed ${seed}: ${JSON.stringify(subject)}`
    const ledger = new Ledger()
    const call = yield* serve(subject, ledger)
    let args: object | undefined = {}
    let acted: ReadonlyMap<string, number> = new Map()
    for (let calls = 0; calls < 4 && args !== undefined; calls++) {
      const sent = args
      const controller = new AbortController()
      const result = yield* soon(
        Effect.promise(() => call(sent, controller.signal)),
        say,
        (round) => round === cancelsAt && controller.abort()
      )
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
      if (calls === 0 && args !== undefined) tally(repeated, kind)
    }
    if (acted.size > 0) tally(acting, kind)
    yield* checkClient(subject, say)
  }).pipe(Effect.scoped, Effect.provide(TestClock.layer()))

/** Our own client, with a policy of its own and one around it, makes no call after one that acted. */
const checkClient = (subject: Subject, say: string) =>
  Effect.gen(function*() {
    const ledger = new Ledger()
    const call = yield* serve(subject, ledger)
    const totals: Array<number> = []
    const callTool = async (params: { readonly arguments?: object }, _options: unknown) => {
      const result = await call(params.arguments ?? {})
      totals.push(ledger.total)
      return result
    }
    const client = Client.make({ callTool } as never, [tools[subject.kind] as typeof tools.once], { retry })
    yield* soon(Effect.exit(RetryPolicy.retry(client.acts({}) as Effect.Effect<void, never>, retry)), say)
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

  it.each(kinds)("though many of these programs act, and many are asked to be repeated: %s", (kind) => {
    expect(acting.get(kind)).toBeGreaterThan(many / 60)
    expect(repeated.get(kind) ?? 0).toBeGreaterThan(mayBeRepeated.includes(kind) ? many / 200 : -1)
  })
})
