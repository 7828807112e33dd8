import { describe, expect, it } from "@effect/vitest"
import type * as Advice from "@errata/core/Advice"
import * as Batch from "@errata/core/Batch"
import * as Deadline from "@errata/core/Deadline"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import type * as ToolError from "@errata/core/ToolError"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { logged, quiet } from "./support/logged.ts"

/** Runs a batch that has some time, and says how many milliseconds it took. */
const timed = <A, E>(batch: Effect.Effect<Batch.Batch<A, E>>, has: Duration.Input = "10 seconds") =>
  Effect.gen(function*() {
    const start = yield* Clock.currentTimeMillis
    const fiber = yield* batch.pipe(
      Effect.provideService(Deadline.Deadline, start + Duration.toMillis(Duration.fromInputUnsafe(has))),
      Effect.flatMap((batch) => Effect.map(Clock.currentTimeMillis, (end) => ({ batch, took: end - start }))),
      Effect.forkChild({ startImmediately: true })
    )
    for (let i = 0; i < 4000 && fiber.pollUnsafe() === undefined; i++) {
      yield* TestClock.adjust("5 millis")
      if (i % 20 === 0) yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
    }
    return yield* Fiber.join(fiber)
  })

const seconds = [1, 20, 2, 30, 3, 4]
const sleep = (n: number) => Effect.as(Effect.sleep(`${n} seconds`), n)
const tags = (batch: Batch.Batch<unknown, ToolError.Any>) =>
  batch.failures.map(({ advice, key }) => [key, advice.type.name])

describe("a deadline in the middle", () => {
  it.effect("is answered 500 ms before with what is there: what was begun timed out, the rest was not attempted", () =>
    Effect.gen(function*() {
      const { batch, took } = yield* timed(
        Batch.forEach(seconds, sleep, { concurrency: 2, safety: "idempotent", key: String })
      )
      expect(took).toBe(9_500)
      expect(batch.results.map(({ key }) => key)).toEqual(["1", "2"])
      expect(tags(batch)).toEqual([["20", "timeout"], ["30", "timeout"]])
      expect(batch.skipped).toEqual([
        { _tag: "NotAttempted", index: 4, key: "3" },
        { _tag: "NotAttempted", index: 5, key: "4" }
      ])
      expect(Batch.report(batch)).toMatchObject({
        status: "partial",
        note: "2 of 6 succeeded, 2 failed, 2 were not attempted.",
        error_summary: {
          retry_keys: ["20", "30", "3", "4"],
          suggestion: "2 of 6 failed temporarily. Call again with retry_keys."
        }
      })
    }))

  it.effect.each<readonly [Advice.Safety, string, ReadonlyArray<string>]>([
    ["read", "timeout", ["20"]],
    ["idempotent", "timeout", ["20"]],
    ["keyed", "timeout", ["20"]],
    ["once", "outcome_unknown", []]
  ])("leaves items of safety %s as %s", ([safety, type, retryKeys]) =>
    Effect.gen(function*() {
      const { batch } = yield* timed(Batch.forEach([20], sleep, { safety, key: String }))
      expect(tags(batch)).toEqual([["20", type]])
      expect(Batch.errorSummary(batch).retry_keys).toEqual(retryKeys)
    }))

  it.effect("keeps as much time for answering as it is told, and half of a very short one", () =>
    Effect.gen(function*() {
      for (
        const [has, reserve, took] of [["10 seconds", "2 seconds", 8000], ["10 seconds", 0, 10_000], [
          "600 millis",
          undefined,
          300
        ], [0, undefined, 0]] as const
      ) {
        const result = yield* timed(Batch.forEach(seconds, () => Effect.never, { reserve, concurrency: 1 }), has)
        expect(result.took).toBe(took)
      }
    }))

  it.effect("that has passed begins nothing", () =>
    Effect.gen(function*() {
      let begun = 0
      const { batch } = yield* timed(Batch.forEach(seconds, () => Effect.sync(() => begun++)), 0)
      expect([begun, Batch.summary(batch).not_attempted, Batch.status(batch)]).toEqual([0, 6, "failed"])
      expect(Batch.errorSummary(batch)).toMatchObject({
        retry_keys: ["0", "1", "2", "3", "4", "5"],
        suggestion: "Call again with retry_keys to go on."
      })
    }))

  it.effect("interrupts what was begun, and waits for its finalizers", () =>
    Effect.gen(function*() {
      const released: Array<number> = []
      const work = (n: number) =>
        Effect.onInterrupt(Effect.never, () =>
          Effect.andThen(Effect.sleep("100 millis"), Effect.sync(() => released.push(n))))
      const { batch, took } = yield* timed(Batch.forEach([1, 2, 3], work, { concurrency: 2 }))
      expect(released).toEqual([1, 2])
      expect([took, batch.failed, batch.notAttempted]).toEqual([9_600, 2, 1])
    }))

  it.effect("logs finalizers that die, under their item", () =>
    Effect.gen(function*() {
      const { layer, lines } = logged()
      const work = () => Effect.onInterrupt(Effect.never, () => Effect.die(new Error("finalizer")))
      yield* timed(Batch.forEach(["a"], work).pipe(Effect.provide(layer)))
      expect(lines.map(({ annotations, cause }) => [annotations["item"], cause.includes("finalizer")])).toEqual([[
        "a",
        true
      ]])
    }))

  it.effect("does not wait longer than half of the reserve for what cannot be interrupted, and says so", () =>
    Effect.gen(function*() {
      const { layer, lines } = logged()
      let ended = false
      const stuck = Effect.uninterruptible(Effect.andThen(Effect.sleep("20 seconds"), Effect.sync(() => ended = true)))
      const { batch, took } = yield* timed(
        Batch.forEach(["stuck", "quick"], (key) => key === "stuck" ? stuck : Effect.succeed(true)).pipe(
          Effect.provide(layer)
        )
      )
      expect([took, ended]).toEqual([9_750, false])
      expect([batch.results.map(({ key }) => key), tags(batch)]).toEqual([["quick"], [["stuck", "outcome_unknown"]]])
      expect(lines.map(({ level, message }) => [level, message])).toEqual([[
        "Warn",
        "[\"something that cannot be interrupted is left behind\",{\"items\":1}]"
      ]])
      const before = JSON.stringify(batch)
      yield* TestClock.adjust("20 seconds")
      expect([ended, JSON.stringify(batch)]).toEqual([true, before])
    }))

  it.effect("inside an uninterruptible region lets items end as long as there is time", () =>
    Effect.gen(function*() {
      const run = Batch.forEach([1, 9.6, 30, 1], sleep, { concurrency: 3, key: String })
      const { batch, took } = yield* timed(Effect.uninterruptible(run).pipe(Effect.provide(quiet)))
      expect([took, batch.results.map(({ key }) => key), tags(batch)]).toEqual([9_750, ["1", "9.6", "1"], [[
        "30",
        "outcome_unknown"
      ]]])
      const before = JSON.stringify(batch)
      yield* TestClock.adjust("1 minute")
      expect(JSON.stringify(batch)).toBe(before)
    }))

  it.effect("counts a promise that settles after it as timed out, while others still release what they hold", () =>
    Effect.gen(function*() {
      yield* TestClock.adjust(1) // the first sleep under a TestClock can be interrupted in a finalizer, to warn
      const context = yield* Effect.context<never>()
      let begun = 0
      const releasing = Effect.onInterrupt(Effect.never, () => Effect.sleep("200 millis"))
      const late = new Promise<Result.Result<string>>((resolve) => {
        const clock = Effect.runForkWith(context)
        clock(Effect.andThen(Effect.sleep("9600 millis"), Effect.sync(() => resolve(Result.succeed("late")))))
      })
      const work = (name: string): Batch.Returned<string, never, never> => {
        begun++
        return name === "promise" ? late : releasing
      }
      const { batch, took } = yield* timed(
        Batch.forEach(["promise", "releasing", "never begun"], work, { concurrency: 2, safety: "read" })
      )
      expect([took, begun, tags(batch)]).toEqual([9_700, 2, [["promise", "timeout"], ["releasing", "timeout"]]])
    }))

  it.live("counts every item, also those that were taken when it came", () =>
    Effect.gen(function*() {
      const items = Array.from({ length: 2000 }, (_, i) => i)
      const spin = Effect.sync(() => {
        const until = performance.now() + 0.5
        while (performance.now() < until);
      })
      const batch = yield* Batch.forEach(items, () => spin, { concurrency: 16, discard: true }).pipe(
        Effect.provideService(Deadline.Deadline, Date.now() + 400)
      )
      expect(Batch.total(batch)).toBe(2000)
      expect([batch.succeeded > 0, batch.notAttempted > 0]).toEqual([true, true])
    }))

  it.effect("ends what waits for items", () =>
    Effect.gen(function*() {
      const never: AsyncIterable<number> = {
        [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) })
      }
      const stuck = async function*() {
        yield 1
        await new Promise(() => undefined)
        yield 2
      }
      for (const items of [never, stuck(), Stream.concat(Stream.make(1), Stream.never)]) {
        const { batch, took } = yield* timed(Batch.forEach(items, Effect.succeed))
        expect([took, batch.failed, batch.isTruncated]).toEqual([9_500, 0, true])
        expect(Batch.report(batch).error_summary.suggestion).toBe(
          "Call again with fewer items, or with those that are missing."
        )
      }
    }))

  it.effect("gives items a little less time, so that a policy that keeps to it ends with the item's own error", () =>
    Effect.gen(function*() {
      const busy = new Errors.Unavailable({ service: "x" })
      const retry = RetryPolicy.make(Schedule.spaced("4 seconds"), { maxRetries: 10 })
      const { batch, took } = yield* timed(Batch.forEach(["a"], () => Effect.fail(busy), { retry, safety: "read" }))
      expect(batch.failures.map(({ advice, error }) => [error._tag, advice.retry.attempts_made, advice.retry.reason]))
        .toEqual([["Unavailable", 3, "deadline"]])
      expect(took).toBe(8_000)
    }))

  it.live("is kept by items that never wait", () =>
    Effect.gen(function*() {
      const endless = function*() {
        for (let i = 0;; i++) yield i
      }
      const works: ReadonlyArray<(i: number) => Batch.Returned<number, never, never>> = [
        Effect.succeed,
        (i) => Effect.sync(() => i),
        (i) => Effect.promise(() => Promise.resolve(i)),
        (i) => Promise.resolve(Result.succeed(i))
      ]
      for (const work of works) {
        const batch = yield* Batch.forEach(endless(), work, { discard: true }).pipe(
          Effect.provideService(Deadline.Deadline, Date.now() + 200)
        )
        expect([batch.isTruncated, batch.succeeded > 0, batch.failed <= 8]).toEqual([true, true, true])
      }
    }))
})

describe("a timeout for each item", () => {
  it.effect("counts from its beginning, its attempts together", () =>
    Effect.gen(function*() {
      const { batch, took } = yield* timed(
        Batch.forEach(seconds, sleep, { timeout: "2500 millis", concurrency: 1, safety: "read", key: String }),
        "1 minute"
      )
      expect(batch.results.map(({ key }) => key)).toEqual(["1", "2"])
      expect(Batch.report(batch).errors.map(({ key, message }) => [key, message])).toEqual([
        ["20", "20 took longer than 2.5 s"],
        ["30", "30 took longer than 2.5 s"],
        ["3", "3 took longer than 2.5 s"],
        ["4", "4 took longer than 2.5 s"]
      ])
      expect(took).toBe(13_000)
    }))

  it.effect("does not turn an item into a failure that came too late to be begun", () =>
    Effect.gen(function*() {
      const work = (n: number) => Effect.as(Effect.sleep(n), n)
      const { batch } = yield* timed(Batch.forEach([9_460, 1, 2], work, { timeout: "1 minute", concurrency: 1 }))
      expect([batch.succeeded, batch.failed, batch.notAttempted]).toEqual([0, 1, 2])
    }))

  it.effect("bounds promises, and aborts their signal", () =>
    Effect.gen(function*() {
      const signals: Array<Batch.Signal> = []
      const hang = (_: string, { signal }: Batch.ItemCall) => {
        signals.push(signal)
        return new Promise<Result.Result<never>>(() => undefined)
      }
      const { batch } = yield* timed(Batch.forEach(["a"], hang, { timeout: "1 second", safety: "read" }))
      expect(tags(batch)).toEqual([["a", "timeout"]])
      expect(signals.map((signal) => (signal as { readonly aborted: boolean }).aborted)).toEqual([true])
    }))
})

describe("a policy for each item", () => {
  const retry = RetryPolicy.make(Schedule.spaced("1 second"), { maxRetries: 2 })
  const busy = new Errors.Unavailable({ service: "x" })

  it.effect("tries each again, and tells each which attempt it is, in the log too", () =>
    Effect.gen(function*() {
      const { layer, lines } = logged()
      const work = (name: string, { attempt }: Batch.ItemCall) =>
        Effect.andThen(
          Effect.logInfo("trying"),
          name === "never" || attempt < 3 && name === "third" ? Effect.fail(busy) : Effect.succeed(attempt)
        )
      const { batch } = yield* timed(
        Batch.forEach(["first", "third", "never"], work, { retry, safety: "idempotent" }).pipe(Effect.provide(layer))
      )
      expect(batch.results.map(({ key, value }) => [key, value])).toEqual([["first", 1], ["third", 3]])
      expect(batch.failures.map(({ advice, key }) => [key, advice.retry])).toEqual([
        ["never", { should_retry: true, attempts_made: 3, max_attempts: 3, reason: "exhausted" }]
      ])
      expect(lines.map(({ annotations }) => `${annotations["item"]} ${annotations["attempt"]}`).toSorted())
        .toEqual(["first 1", "never 1", "never 2", "never 3", "third 1", "third 2", "third 3"])
    }))

  it.effect("repeats what may happen once only where nothing happened", () =>
    Effect.gen(function*() {
      const attempts = { unavailable: 0, limited: 0 }
      const work = (name: "unavailable" | "limited") =>
        Effect.suspend(() => {
          attempts[name]++
          return Effect.fail(name === "limited" ? new Errors.RateLimited({ service: "x" }) : busy)
        })
      const { batch } = yield* timed(Batch.forEach(["unavailable", "limited"] as const, work, { retry }))
      expect(attempts).toEqual({ unavailable: 1, limited: 3 })
      expect(tags(batch)).toEqual([["unavailable", "outcome_unknown"], ["limited", "outcome_unknown"]])
    }))
})
