/** Sequences with an effect already done that nobody planned for: none may advise another call, nor make one. */
import { describe, expect, it } from "@effect/vitest"
import * as Batch from "@errata/core/Batch"
import * as Deadline from "@errata/core/Deadline"
import * as Errors from "@errata/core/Errors"
import * as IdempotencyKey from "@errata/core/IdempotencyKey"
import * as IdempotencyStore from "@errata/core/IdempotencyStore"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import * as ToolCall from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import type { CallToolResult } from "@errata/mcp-adapter/CallToolResult"
import * as Log from "@errata/mcp-adapter/Log"
import * as Meta from "@errata/mcp-adapter/Meta"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"

const errors = Object.values(Errors).filter((Class) => "identifier" in Class) as unknown as [typeof Errors.NotFound]
type Work = Effect.Effect<void, ToolError.Any>

const limited = new Errors.RateLimited({ service: "The mail", retry_after_seconds: 1 })
const refused = new Errors.ConnectionFailed({ service: "The mail" })
const open = new Errors.CircuitOpen({ service: "The mail", retry_after_seconds: 1 })
const full = new Errors.Overloaded({ service: "The mail" })
const busy = new Errors.InProgress({ operation: "The mail" })
const wrong = new Errors.ArgumentsRejected({ service: "The mail", reason: "no such address" })
const conflict = new Errors.Conflict({ resource: "The mail" })
const denied = new Errors.PermissionDenied({ action: "send", resource: "mail" })
const retry = RetryPolicy.make(Schedule.recurs(2), { maxRetries: 2 })

/** What fails after, beside or around an effect that is done. */
const sequences: ReadonlyArray<readonly [string, (act: Work) => Work]> = [
  ...[limited, refused, open, full, busy, wrong, conflict, denied].map((error) =>
    [`then ${error._tag}`, (act: Work) => Effect.andThen(act, Effect.fail(error))] as const
  ),
  ["then a policy that gives up", (act) => Effect.andThen(act, RetryPolicy.retry(Effect.fail(limited), retry))],
  ["inside a policy", (act) => RetryPolicy.retry(Effect.andThen(act, Effect.fail(limited)), retry)],
  [
    "swallowed, then a refusal",
    (act) => Effect.andThen(Effect.ignore(Effect.andThen(act, Effect.fail(limited))), Effect.fail(refused))
  ],
  [
    "caught, then a refusal",
    (act) => ToolError.catchTransient(Effect.andThen(act, Effect.fail(limited)), () => Effect.fail(refused))
  ],
  ["mapped to a refusal", (act) => Effect.mapError(Effect.andThen(act, Effect.fail(conflict)), () => refused)],
  [
    "beside a refusal",
    (act) =>
      Effect.all([Effect.andThen(act, Effect.never), Effect.andThen(Effect.yieldNow, Effect.fail(limited))], {
        concurrency: 2,
        discard: true
      })
  ],
  [
    "in a race that a refusal wins",
    (act) => Effect.raceFirst(Effect.andThen(act, Effect.never), Effect.andThen(Effect.yieldNow, Effect.fail(limited)))
  ],
  ["in a finalizer", (act) => Effect.ensuring(Effect.fail(limited), Effect.orDie(act))],
  [
    "before a finalizer that dies",
    (act) => Effect.ensuring(Effect.andThen(act, Effect.fail(conflict)), Effect.die(refused))
  ],
  [
    "before a bug whose finalizer dies of a refusal",
    (act) => Effect.ensuring(Effect.andThen(act, Effect.die(new TypeError("bug"))), Effect.die(refused))
  ],
  [
    "under a part's time",
    (act) =>
      Effect.andThen(
        Effect.ignore(Deadline.within(Effect.andThen(act, Effect.never), "1 millis", { operation: "part" })),
        Effect.fail(limited)
      )
  ],
  [
    "in a fork that goes on",
    (act) => Effect.andThen(Effect.forkChild(act), Effect.andThen(Effect.yieldNow, Effect.fail(limited)))
  ],
  [
    "in one item of a batch",
    (act) =>
      Effect.andThen(
        Batch.forEach(["a", "b"], (key) => key === "a" ? act : Effect.fail(limited), { concurrency: 1 }),
        Effect.fail(limited)
      )
  ],
  ["twice", (act) => Effect.andThen(act, Effect.andThen(act, Effect.fail(limited)))]
]

const asks = (result: CallToolResult): boolean => {
  const text = result.content.map((block) => block.type === "text" ? block.text : "").join("\n")
  const sentence = /^Error: \w+ \(\w+\)\.(?: (.*))?$/m.exec(text)?.[1] ?? ""
  return Meta.problem(result._meta)?.retry.should_retry === true ||
    /^(?:Already tried \d+ times?\. )?Retry|^Correct|^Use the original|^Call again/.test(sentence)
}

describe("no reply asks for another call after an effect is done", () => {
  const tools = {
    once: Tool.make("acts", { description: "", errors }),
    marked: Tool.make("acts", { description: "", errors, effects: "marked" })
  } as const

  for (const kind of ["once", "marked"] as const) {
    it.live.each(sequences)(`in a ${kind} tool: %s`, ([, sequence]) =>
      Effect.gen(function*() {
        let acted = 0
        const effect = Effect.sync(() => void acted++)
        const work = sequence(kind === "marked" ? ToolCall.irreversible(effect) : effect)
        const handled = Tool.handle(tools[kind], () => work as Effect.Effect<void, Errors.NotFound>)
        const { result } = yield* ToolTest.call(handled, {}, { timeout: "2 seconds" })
        expect(acted).toBeGreaterThan(0)
        expect(asks(result)).toBe(false)
        if (kind === "marked") expect(Meta.call(result._meta)?.effects?.length ?? 0).toBeGreaterThan(0)
      }))
  }

  it.live("before the first mark a marked tool may be tried again", () =>
    Effect.gen(function*() {
      const handled = Tool.handle(tools.marked, () =>
        Effect.fail(limited) as Work as Effect.Effect<void, Errors.NotFound>)
      expect(asks((yield* ToolTest.call(handled, {})).result)).toBe(true)
    }))

  it.each<[string, () => unknown]>([
    ["a refused connection", () => Object.assign(new Error("refused"), { code: "ECONNREFUSED" })],
    ["no more files", () => Object.assign(new Error("too many open files"), { code: "EMFILE" })],
    ["a limit", () => Object.assign(new Error("limit"), { status: 429 })],
    ["arguments", () => Object.assign(new Error("wrong"), { status: 422 })],
    ["credentials", () => Object.assign(new Error("who"), { status: 401 })],
    ["an outage", () => Object.assign(new Error("down"), { status: 503 })],
    ["an error of ours", () => limited],
    ["a conflict of ours", () => conflict]
  ])("of a wrapped handler that nobody declared: %s", async (_, failure) => {
    const handler = wrapHandler(async () => {
      throw failure()
    }, { logsCalls: false })
    expect(asks(await handler())).toBe(false)
  })
})

describe("a tool that marks its effects", () => {
  it.live("is warned of where it succeeds without one", () =>
    Effect.gen(function*() {
      const lines: Array<string> = []
      const tool = Tool.make("acts", { description: "", output: Schema.Void, effects: "marked" })
      const layer = Log.layer({ write: (line) => void lines.push(line) })
      yield* ToolTest.call(Tool.handle(tool, () => Effect.void), {}, { logsCalls: true }).pipe(Effect.provide(layer))
      yield* ToolTest.call(Tool.handle(tool, () => ToolCall.irreversible(Effect.void, { name: "act" })), {}, {
        logsCalls: true
      })
        .pipe(Effect.provide(layer))
      const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
      expect(told.map(({ effects, level, note }) => [level, note, effects])).toEqual([
        ["Warn", "it marks its effects, and succeeded without one", undefined],
        ["Info", undefined, [{ name: "act", outcome: "done" }]]
      ])
    }))

  it.live("is not warned of where an earlier call had it", () =>
    Effect.gen(function*() {
      const lines: Array<string> = []
      const tool = Tool.make("acts", {
        description: "",
        input: { key: IdempotencyKey.IdempotencyKey },
        safety: "keyed",
        keyed: "key",
        effects: "marked"
      })
      const handled = Tool.handle(tool, () => ToolCall.irreversible(Effect.void, { name: "act" }))
      const again = ToolTest.call(handled, { key: "k-1" }, { logsCalls: true })
      yield* Effect.andThen(again, again).pipe(
        Effect.provide([Log.layer({ write: (line) => void lines.push(line) }), IdempotencyStore.layerMemory()])
      )
      const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
      expect(told.map(({ level, note, replayed }) => [level, note, replayed])).toEqual([
        ["Info", undefined, undefined],
        ["Info", undefined, true]
      ])
    }))
})
