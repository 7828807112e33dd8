/** A marked effect that comes too late, after its call or its attempt was told as one that may be repeated, never begins. */
import { describe, expect, it } from "@effect/vitest"
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import * as ToolCall from "@errata/core/ToolCall"
import type { CallToolResult } from "@errata/mcp-adapter/CallToolResult"
import * as Meta from "@errata/mcp-adapter/Meta"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { bind, recorder } from "../mcp-adapter/support/harness.ts"

const options = { description: "d", errors: [Errors.RateLimited, Errors.Timeout], effects: "marked" } as const
const tool = Tool.make("acts", { ...options, timeout: "1 second" })
const limited = Effect.fail(new Errors.RateLimited({ service: "The mail" }))
const retry = RetryPolicy.make(Schedule.spaced("20 millis"), { maxRetries: 1 })

type Work = Effect.Effect<void, Errors.RateLimited | Errors.Timeout>

/** Calls once, and waits long enough for whatever was left behind. */
const ask = (make: (act: Effect.Effect<void>) => Work, count: () => void) =>
  Effect.gen(function*() {
    const log = recorder()
    const act = ToolCall.irreversible(Effect.sync(count), { name: "charge" })
    const call = yield* bind(Tool.handle(tool, () => make(act)), { grace: "1 second" }).pipe(Effect.provide(log.layer))
    const pending = call({})
    for (let i = 0; i < 40; i++) {
      yield* pending.poll
      yield* TestClock.adjust("250 millis")
    }
    return { result: (yield* pending.poll)!, notes: log.lines.map(({ note, message }) => note ?? message) }
  })

const asks = ({ _meta }: CallToolResult) => Meta.problem(_meta)?.retry.should_retry

const later = (act: Effect.Effect<void>) => Effect.delay(act, "10 millis")

describe("a marked effect that comes too late", () => {
  it.effect.each<[string, (act: Effect.Effect<void>) => Work]>([
    ["in a fiber that outlives its call", (act) => Effect.andThen(Effect.forkDetach(later(act)), limited)],
    [
      "in what cannot be interrupted, after the deadline and the grace",
      (act) => Effect.uninterruptible(Effect.andThen(Effect.sleep("5 seconds"), act))
    ]
  ])("%s: the caller may repeat the call, and the effect does not begin", ([, make]) =>
    Effect.gen(function*() {
      let acted = 0
      const { notes, result } = yield* ask(make, () => void acted++)
      expect(asks(result)).toBe(true)
      expect(acted).toBe(0)
      expect(JSON.stringify(notes)).toContain("a marked effect did not begin")
    }))

  it.effect("in a fiber that outlives its attempt: the next attempt alone acts", () =>
    Effect.gen(function*() {
      let acted = 0
      let attempts = 0
      const attempt = (act: Effect.Effect<void>): Work =>
        Effect.suspend(() =>
          Effect.andThen(
            Effect.forkChild(Effect.delay(act, "40 millis")),
            ++attempts < 2 ? limited : Effect.sleep("1 millis")
          )
        )
      yield* ask((act) => Effect.andThen(RetryPolicy.retry(attempt(act), retry), Effect.sleep("100 millis")), () =>
        void acted++)
      expect([attempts, acted]).toEqual([2, 1])
    }))

  it.effect("in a fiber that outlives its item: the key is told to be repeated, and the effect does not begin", () =>
    Effect.gen(function*() {
      let acted = 0
      const act = ToolCall.irreversible(Effect.sync(() => void acted++), { name: "charge" })
      const batch = Tool.make("acts", { ...options, output: Batch.Report(Schema.Void) })
      const handled = Tool.handle(batch, () =>
        Effect.tap(
          Batch.forEach(["a", "b"], (key) =>
            key === "b" ? Effect.void : Effect.andThen(Effect.forkDetach(later(act)), limited)),
          () =>
            Effect.sleep("100 millis")
        ))
      const pending = (yield* bind(handled))({})
      yield* pending.poll
      yield* TestClock.adjust("1 second")
      const report = (yield* pending.poll)!.structuredContent as unknown as Batch.ReportOf<void>
      expect(report.error_summary!.retry_keys).toEqual(["a"])
      expect(acted).toBe(0)
    }))

  it.effect("of a call that succeeded begins as ever", () =>
    Effect.gen(function*() {
      let acted = 0
      const { result } = yield* ask((act) => Effect.asVoid(Effect.forkDetach(later(act))), () => void acted++)
      expect([result.isError, acted]).toEqual([undefined, 1])
    }))
})
