import { describe, expect, it } from "@effect/vitest"
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as Idempotency from "@errata/core/Idempotency"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import * as ToolCall from "@errata/core/ToolCall"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { args, call, note, options, secondLine, till, withStore } from "./support.ts"

const retry = RetryPolicy.make(Schedule.spaced("1 second"), { maxRetries: 2 })
const busy = Effect.fail(new Errors.Unavailable({ service: "The bank" }))

/** Calls while the clock runs. */
const calling = <A>(program: Effect.Effect<A>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.forkChild(program, { startImmediately: true })
    yield* TestClock.adjust("10 seconds")
    return yield* Fiber.join(fiber)
  })

describe("a policy of a keyed tool", () => {
  it.effect("tries again what began nothing, and nothing that did", () =>
    Effect.gen(function*() {
      const tool = Tool.make("charge", { ...options, effects: "marked", retry })
      const first = till([busy, busy, "ok"])
      expect((yield* calling(call(first.handle(tool as never), args).pipe(withStore))).value).toEqual({
        transaction_id: "t-1"
      })
      expect(first.attempts()).toBe(3)
      const second = till([busy, "lost", "ok"])
      const answer = yield* calling(call(second.handle(tool as never), args).pipe(withStore))
      expect(answer.problem?.error).toBe("OutcomeUnknown")
      expect(second.attempts()).toBe(2)
      expect(second.charges).toHaveLength(1)
    }))

  it.effect("tries nothing again that marks no effects, unless it may run again", () =>
    Effect.gen(function*() {
      const first = till(["lost", "ok"])
      const tool = Tool.make("charge", { ...options, retry })
      const answer = yield* calling(call(first.handle(tool as never), args).pipe(withStore))
      expect(answer.problem?.error).toBe("OutcomeUnknown")
      expect(first.attempts()).toBe(1)
      const second = till(["lost", "ok"])
      const again = Tool.make("charge", {
        ...options,
        keyed: { field: "idempotency_key", whenLost: "run again" },
        retry
      })
      const value = yield* calling(call(second.handle(again as never), args).pipe(withStore))
      expect(value.value).toEqual({ transaction_id: "t-2" })
      expect(second.attempts()).toBe(2)
    }))

  it.effect("tries nothing again without a key", () =>
    Effect.gen(function*() {
      const tool = Tool.make("charge", {
        ...options,
        input: { ...options.input, idempotency_key: Schema.optionalKey(Schema.String) },
        retry
      })
      const { attempts, handle } = till(["lost", "ok"])
      const answer = yield* calling(call(handle(tool as never), { user_id: "ada", amount: 5 }).pipe(withStore))
      expect(secondLine(answer)).toMatch(/^Error: outcome_unknown \(permanent\)\. Do not retry/)
      expect(attempts()).toBe(1)
    }))
})

describe("a keyed batch", () => {
  const mail = Tool.make("mail", {
    description: "Mails.",
    input: { to: Schema.Array(Schema.String), idempotency_key: Schema.String },
    output: Batch.Report(Schema.Struct({ key: Schema.String })),
    safety: "keyed",
    keyed: "idempotency_key",
    effects: "marked"
  })

  const sending = (failing: ReadonlySet<string>) => {
    const sent: Array<string> = []
    const handled = Tool.handle(mail, ({ to }) =>
      Batch.forEach(to, (name) =>
        Effect.gen(function*() {
          const key = Option.getOrThrow(yield* Idempotency.childKey(name))
          if (failing.has(name)) return yield* new Errors.RateLimited({ service: "The post" })
          yield* ToolCall.irreversible(Effect.sync(() => sent.push(name)))
          return { key }
        }), { key: (name) => name }))
    return { handled, sent }
  }

  it.effect("sends each item once, with a key of its own, and replays its report as it was", () =>
    Effect.gen(function*() {
      const { handled, sent } = sending(new Set(["bob"]))
      const given = { to: ["ada", "bob", "cy"], idempotency_key: "k" }
      const first = yield* call(handled, given)
      const second = yield* call(handled, given)
      expect(sent).toEqual(["ada", "cy"])
      expect(first.result.structuredContent).toMatchObject({
        status: "partial",
        results: [{ key: "ada" }, { key: "cy" }],
        error_summary: { suggestion: expect.stringContaining("the others are done") as string }
      })
      expect(second.result.structuredContent).toEqual(first.result.structuredContent)
      expect(note(second)?.replayed).toBe(true)
      const keys = (first.value?.results ?? []).map(({ value }) => value.key)
      expect(new Set(keys).size).toBe(2)
    }).pipe(withStore))

  it.effect("of which nothing began may be called again with its key", () =>
    Effect.gen(function*() {
      const failing = new Set(["ada"])
      const { handled, sent } = sending(failing)
      const given = { to: ["ada"], idempotency_key: "k" }
      expect((yield* call(handled, given)).problem?.type).toBe("batch_failed")
      failing.clear()
      expect((yield* call(handled, given)).value?.status).toBe("success")
      expect(sent).toEqual(["ada"])
    }).pipe(withStore))
})
