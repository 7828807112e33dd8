import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import { ToolCall } from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import * as Meta from "@errata/mcp-adapter/Meta"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { bind, problemOf, recorder, textOf } from "./support/harness.ts"

const twice = RetryPolicy.make(Schedule.spaced("1 second"), { maxRetries: 2 })
const tool = (safety: "read" | "idempotent" | "keyed" = "read") =>
  Tool.make("flaky", {
    description: "d",
    output: Schema.Finite,
    errors: [Errors.Unavailable, Errors.RateLimited, Errors.NotFound, Errors.InvalidArguments],
    safety,
    retry: twice
  })

const unavailable = new Errors.Unavailable({ service: "Billing" })

type Failure = Errors.Unavailable | Errors.RateLimited | Errors.NotFound | Errors.InvalidArguments

/** A handler whose attempts end as told, and when they began. */
const scripted = (outcomes: ReadonlyArray<Failure | number>) => {
  const attempts: Array<{ readonly at: number; readonly attempt: number }> = []
  const handled = Tool.handle(
    tool(),
    Effect.fnUntraced(function*() {
      const { attempt } = yield* ToolCall
      attempts.push({ at: yield* Clock.currentTimeMillis, attempt })
      const outcome = outcomes[attempts.length - 1] ?? 0
      return typeof outcome === "number" ? outcome : yield* outcome as Errors.Unavailable
    })
  )
  return { attempts, handled }
}

const run = (outcomes: ReadonlyArray<Failure | number>) =>
  Effect.gen(function*() {
    const { attempts, handled } = scripted(outcomes)
    const call = yield* bind(handled)
    const pending = call({})
    yield* TestClock.adjust("40 seconds")
    return { attempts, result: yield* pending.reply }
  }).pipe(Effect.provide(recorder().layer))

describe("a policy of a tool", () => {
  it.effect("does not show where the first attempt succeeds", () =>
    Effect.gen(function*() {
      const { attempts, result } = yield* run([7])
      expect(result).toEqual({ content: [{ type: "text", text: "{\"result\":7}" }], structuredContent: { result: 7 } })
      expect(attempts).toEqual([{ at: 0, attempt: 1 }])
    }))

  it.effect("says how often it tried where a later one does", () =>
    Effect.gen(function*() {
      const { attempts, result } = yield* run([unavailable, unavailable, 7])
      expect(result.structuredContent).toEqual({ result: 7 })
      expect(Meta.call(result._meta)).toEqual({ reference_id: expect.stringMatching(/^[0-9a-f]{8}$/), attempts: 3 })
      expect(attempts).toEqual([{ at: 0, attempt: 1 }, { at: 1000, attempt: 2 }, { at: 2000, attempt: 3 }])
    }))

  it.effect("says that it gave up, and why", () =>
    Effect.gen(function*() {
      const { attempts, result } = yield* run([unavailable, unavailable, unavailable, 7])
      expect(attempts).toHaveLength(3)
      expect(problemOf(result)?.retry).toEqual({
        should_retry: true,
        attempts_made: 3,
        max_attempts: 3,
        reason: "exhausted"
      })
      expect(textOf(result).split("\n")[1]).toBe("Error: unavailable (transient). Already tried 3 times. Retry later.")
    }))

  it.effect("never tries again what is permanent or wrong", () =>
    Effect.gen(function*() {
      for (const error of [new Errors.NotFound({ resource: "x" }), new Errors.InvalidArguments({ issues: [] })]) {
        const { attempts, result } = yield* run([error, 7])
        expect(attempts).toHaveLength(1)
        expect(problemOf(result)?.error).toBe(error._tag)
        expect(problemOf(result)?.retry).toMatchObject({ should_retry: false })
      }
    }))

  it.effect("stops at a permanent error on the way, and does not call it exhausted", () =>
    Effect.gen(function*() {
      const { attempts, result } = yield* run([unavailable, new Errors.NotFound({ resource: "x" }), 7])
      expect(attempts).toHaveLength(2)
      expect(problemOf(result)).toMatchObject({ error: "NotFound", retry: { should_retry: false, attempts_made: 2 } })
      expect(problemOf(result)?.retry).not.toHaveProperty("reason")
    }))

  it.effect("never waits less than the error asks for", () =>
    Effect.gen(function*() {
      const limited = new Errors.RateLimited({ service: "x", retry_after_seconds: 5 })
      const hinted = ToolError.withGuidance(new Errors.Unavailable({ service: "x" }), { retryAfter: "7 seconds" })
      const short = new Errors.RateLimited({ service: "x", retry_after_seconds: 0.1 })
      const { attempts } = yield* run([limited, hinted, 7])
      expect(attempts.map(({ at }) => at)).toEqual([0, 5000, 12_000])
      expect((yield* run([short, 7])).attempts.map(({ at }) => at)).toEqual([0, 1000].map((at) => at + 40_000))
    }))

  it.effect("never tries a defect again", () =>
    Effect.gen(function*() {
      let attempts = 0
      const call = yield* bind(Tool.handle(tool(), () =>
        Effect.suspend(() => {
          attempts++
          return Effect.die(new TypeError("x"))
        })))
      const pending = call({})
      yield* TestClock.adjust("10 seconds")
      expect(problemOf(yield* pending.reply)?.type).toBe("internal_error")
      expect(attempts).toBe(1)
    }).pipe(Effect.provide(recorder().layer)))

  it.effect("gives every attempt a scope of its own, closed before the next", () =>
    Effect.gen(function*() {
      const events: Array<string> = []
      let attempt = 0
      const call = yield* bind(Tool.handle(tool(), () =>
        Effect.gen(function*() {
          const n = ++attempt
          yield* Effect.acquireRelease(
            Effect.sync(() => events.push(`open ${n}`)),
            () => Effect.sync(() => events.push(`close ${n}`))
          )
          return n < 3 ? yield* unavailable : n
        })))
      const pending = call({})
      yield* TestClock.adjust("10 seconds")
      expect((yield* pending.reply).structuredContent).toEqual({ result: 3 })
      expect(events).toEqual(["open 1", "close 1", "open 2", "close 2", "open 3", "close 3"])
    }))

  it.effect("keeps to the deadline, attempts and waiting together", () =>
    Effect.gen(function*() {
      const stubborn = RetryPolicy.make(Schedule.spaced("3 seconds"), { maxRetries: 100 })
      const retried = Tool.make("stubborn", {
        description: "d",
        errors: [Errors.Unavailable],
        safety: "read",
        retry: stubborn,
        timeout: "10 seconds"
      })
      let attempts = 0
      const call = yield* bind(Tool.handle(retried, () =>
        Effect.suspend(() => {
          attempts++
          return Effect.fail(unavailable)
        })))
      const pending = call({})
      yield* TestClock.adjust("10 seconds")
      const result = yield* pending.poll
      expect(result).toBeDefined()
      expect(attempts).toBe(4)
      expect(problemOf(result!)?.category).toBe("transient")
    }).pipe(Effect.provide(recorder().layer)))

  it.effect("tells the log which attempt it was", () =>
    Effect.gen(function*() {
      const log = recorder()
      const { handled } = scripted([unavailable, 7])
      const call = yield* bind(handled).pipe(Effect.provide(log.layer))
      const pending = call({})
      yield* TestClock.adjust("10 seconds")
      yield* pending.reply
      expect(log.lines.at(-1)).toMatchObject({ outcome: "success", attempt: 2, duration_ms: 1000 })
    }))

  it.effect("can be cancelled while it waits", () =>
    Effect.gen(function*() {
      const { attempts, handled } = scripted([unavailable, 7])
      const call = yield* bind(handled)
      const controller = new AbortController()
      const pending = call({}, { signal: controller.signal })
      yield* TestClock.adjust("500 millis")
      controller.abort()
      expect(yield* pending.reply).toEqual({ isError: true, content: [] })
      yield* TestClock.adjust("10 seconds")
      expect(attempts).toHaveLength(1)
    }))
})
