import { describe, expect, it } from "@effect/vitest"
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import { irreversible, ToolCall } from "@errata/core/ToolCall"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { inside, recorded } from "./support/calls.ts"
import { logged } from "./support/logged.ts"

const busy = new Errors.Unavailable({ service: "x" })
const sleep = (n: number) => Effect.as(Effect.sleep(n), n)

/** Runs an effect while the clock runs, step by step. */
const running = <A, E>(self: Effect.Effect<A, E>, steps = 3000) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.forkChild(self, { startImmediately: true })
    for (let i = 0; i < steps && fiber.pollUnsafe() === undefined; i++) yield* TestClock.adjust("10 millis")
    return yield* Fiber.join(fiber)
  })

describe("progress", () => {
  it.effect("is told for slow items after each, with what is known of the whole", () =>
    Effect.gen(function*() {
      const { call, progress } = recorded()
      yield* running(Batch.forEach([200, 200, 200], sleep, { concurrency: 1 }).pipe(inside(call)))
      expect(progress).toEqual([
        { progress: 1, total: 3, message: "1 of 3 items done" },
        { progress: 2, total: 3, message: "2 of 3 items done" },
        { progress: 3, total: 3, message: "3 of 3 items done" }
      ])
    }))

  it.effect("is told at most ten times a second, and at the end", () =>
    Effect.gen(function*() {
      const { call, progress } = recorded()
      const items = Array.from({ length: 1000 }, () => 10)
      yield* running(
        Batch.forEach(items, (n, { index }) => index % 3 === 0 ? Effect.fail(busy) : sleep(n), { concurrency: 4 }).pipe(
          inside(call)
        )
      )
      expect(progress.length).toBeLessThan(25)
      expect(progress.at(-1)).toEqual({ progress: 1000, total: 1000, message: "1000 of 1000 items done" })
      expect(progress.map(({ progress }) => progress)).toEqual(
        progress.map(({ progress }) => progress).toSorted((a, b) => a - b)
      )
    }))

  it.effect("has no total where nobody knows it", () =>
    Effect.gen(function*() {
      const { call, progress } = recorded()
      yield* running(Batch.forEach(Stream.make(150, 150), sleep, { concurrency: 1 }).pipe(inside(call)))
      expect(progress).toEqual([{ progress: 1, message: "1 item done" }, { progress: 2, message: "2 items done" }])
    }))

  it.effect("is not told if nobody wants it, of no items, or outside a call", () =>
    Effect.gen(function*() {
      const { call, progress } = recorded()
      yield* running(Batch.forEach([1], sleep, { tellsProgress: false }).pipe(inside(call)))
      yield* running(Batch.forEach([], sleep).pipe(inside(call)))
      yield* running(Batch.forEach([1], sleep))
      expect(progress).toEqual([])
    }))

  it.effect("that breaks costs nothing", () =>
    Effect.gen(function*() {
      const { call } = recorded()
      const broken: ReadonlyArray<() => Effect.Effect<void>> = [() => Effect.die("gone"), () => {
        throw new Error("gone")
      }, () => Effect.never]
      for (const progress of broken) {
        const batch = yield* running(Batch.forEach([1, 2], sleep).pipe(inside({ ...call, progress })))
        expect([batch.succeeded, batch.failed]).toEqual([2, 0])
      }
    }))
})

describe("inside a call", () => {
  it.effect("items are as safe as the tool, unless something else is said", () =>
    Effect.gen(function*() {
      const type = (batch: Batch.Batch<unknown, unknown>) => batch.failures[0]?.advice.type.name
      const { call } = recorded("idempotent")
      expect(type(yield* Batch.forEach([1], () => Effect.fail(busy)).pipe(inside(call)))).toBe("unavailable")
      expect(type(yield* Batch.forEach([1], () => Effect.fail(busy), { safety: "once" }).pipe(inside(call)))).toBe(
        "outcome_unknown"
      )
      expect(type(yield* Batch.forEach([1], () => Effect.fail(busy)).pipe(inside(recorded("once").call)))).toBe(
        "outcome_unknown"
      )
      expect(type(yield* Batch.forEach([1], () => Effect.fail(busy)))).toBe("outcome_unknown")
    }))

  it.effect("an item sees the call, and its own attempts", () =>
    Effect.gen(function*() {
      const { call } = recorded()
      const seen: Array<unknown> = []
      yield* Batch.forEach(["a"], () =>
        Effect.gen(function*() {
          const { attempt, meta, referenceId, safety, tool, traceId } = yield* ToolCall
          seen.push({ attempt, meta, referenceId, safety, tool, traceId: traceId._tag })
        }), { safety: "read" }).pipe(inside(call))
      expect(seen).toEqual([{
        attempt: 1,
        meta: { a: 1 },
        referenceId: "5f3c9a1e",
        safety: "read",
        tool: "convert",
        traceId: "Some"
      }])
    }))

  it.effect("that an item is tried again is told as progress, and is no other attempt of the call", () =>
    Effect.gen(function*() {
      const { call, progress, retries } = recorded()
      const retry = RetryPolicy.make(Schedule.spaced("300 millis"), { maxRetries: 1 })
      yield* running(Batch.forEach(["a.md"], () => Effect.fail(busy), { retry }).pipe(inside(call)))
      expect(retries).toEqual([])
      expect(progress).toEqual([
        { progress: 0, message: "a.md: attempt 2 of 2 in 0.3 s" },
        { progress: 1, total: 1, message: "1 of 1 items done" }
      ])
    }))

  it.effect("an item that may not be repeated, and repeats something by itself, is not said to be safe to repeat", () =>
    Effect.gen(function*() {
      const retry = RetryPolicy.make(Schedule.spaced("300 millis"), { maxRetries: 1 })
      const errors = [busy, new Errors.RateLimited({ service: "x" })]
      const charge = Effect.suspend(() => Effect.fail(errors.shift()!)).pipe(RetryPolicy.retry(retry))
      const batch = yield* running(Batch.forEach(["a"], () => charge).pipe(inside(recorded("once").call)))
      expect(Batch.report(batch)).toMatchObject({
        errors: [{ error: "RateLimited", type: "outcome_unknown" }],
        error_summary: { retry_keys: [] }
      })
    }))

  it.effect("nor is one that repeated something before it failed with something else", () =>
    Effect.gen(function*() {
      const retry = RetryPolicy.make(Schedule.spaced("300 millis"), { maxRetries: 1 })
      let attempts = 0
      const charge = Effect.suspend(() => ++attempts === 1 ? Effect.fail(busy) : Effect.void).pipe(
        RetryPolicy.retry(retry)
      )
      const work = Effect.andThen(charge, Effect.fail(new Errors.RateLimited({ service: "x" })))
      const batch = yield* running(
        Batch.forEach(["a", "b"], () => work, { concurrency: 1 }).pipe(inside(recorded("once").call))
      )
      expect(batch.failures.map(({ advice }) => advice.type.name)).toEqual(["outcome_unknown", "outcome_unknown"])
    }))

  it.effect("one that begins no marked effect may be repeated in a tool that marks them, and one that does may not", () =>
    Effect.gen(function*() {
      const { call } = recorded("once")
      const limited = Effect.fail(new Errors.RateLimited({ service: "x" }))
      const batch = yield* running(
        Batch.forEach(["before", "after", "hung"], (key) =>
          key === "hung"
            ? Effect.never
            : key === "before"
            ? limited
            : Effect.andThen(irreversible(Effect.void), limited), { timeout: "1 second" })
          .pipe(inside({ ...call, marksEffects: true }))
      )
      expect(batch.failures.map(({ advice, key }) => [key, advice.type.name])).toEqual([
        ["before", "rate_limited"],
        ["after", "outcome_unknown"],
        ["hung", "outcome_unknown"]
      ])
      expect(Batch.errorSummary(batch).retry_keys).toEqual(["before"])
      expect(call.state.isOpen).toBe(true)
    }))

  it.effect("opens the call of a tool that may take effect once when its first item begins", () =>
    Effect.gen(function*() {
      const { call } = recorded("once")
      yield* running(Batch.forEach([], () => Effect.void).pipe(inside(call)))
      expect(call.state.isOpen).toBe(false)
      yield* running(Batch.forEach(["a"], () => Effect.void).pipe(inside(call)))
      expect(call.state.isOpen).toBe(true)
    }))

  it.effect("does not repeat an item that may take effect once, unless its effect is marked and has not begun", () =>
    Effect.gen(function*() {
      const retry = RetryPolicy.make(Schedule.spaced("10 millis"), { maxRetries: 2 })
      const counted = (call: ToolCall["Service"], isMarked: boolean) =>
        Effect.gen(function*() {
          let attempts = 0
          const item = Effect.suspend(() => {
            attempts++
            const limited = Effect.fail(new Errors.RateLimited({ service: "x" }))
            return isMarked ? Effect.andThen(irreversible(Effect.void), limited) : limited
          })
          yield* running(Batch.forEach(["a"], () => item, { retry }).pipe(inside(call)))
          return attempts
        })
      const { call } = recorded("once")
      expect(yield* counted(call, false)).toBe(1)
      expect(yield* counted({ ...call, marksEffects: true }, false)).toBe(3)
      expect(yield* counted({ ...call, marksEffects: true }, true)).toBe(1)
    }))

  it.effect("lines of an item carry its key beside what joins them with the call, those of what it forks too", () =>
    Effect.gen(function*() {
      const { layer, lines } = logged()
      const work = (name: string) =>
        Effect.gen(function*() {
          yield* Effect.logInfo("begin")
          yield* Effect.forkDetach(Effect.andThen(Effect.sleep(name === "a" ? 500 : 300), Effect.logInfo("detached")))
          yield* Effect.forEach([1, 2], () => Effect.andThen(Effect.sleep(10), Effect.logInfo("inner")), {
            concurrency: 2
          })
          yield* Effect.sleep(name === "a" ? 30 : 10)
        })
      const program = Batch.forEach(["a", "b", "c"], work, { concurrency: 2 }).pipe(
        Effect.andThen(Effect.logInfo("after")),
        Effect.andThen(Effect.sleep(1000))
      )
      yield* running(program.pipe(Effect.annotateLogs("tool", "convert"), Effect.provide(layer)))
      const seen = lines.map(({ annotations, message }) => `${annotations["tool"]} ${annotations["item"]} ${message}`)
        .toSorted()
      expect(seen).toEqual([
        ...["a", "b", "c"].flatMap((name) =>
          ["begin", "detached", "inner", "inner"].map((what) => `convert ${name} ["${what}"]`)
        ),
        "convert undefined [\"after\"]"
      ])
    }))
})
