import { describe, expect, it } from "@effect/vitest"
import * as Backoff from "@errata/core/Backoff"
import * as Deadline from "@errata/core/Deadline"
import * as Errors from "@errata/core/Errors"
import { makeState } from "@errata/core/internal/state"
import type { ReferenceId } from "@errata/core/ReferenceId"
import * as RetryBudget from "@errata/core/RetryBudget"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as ToolCall from "@errata/core/ToolCall"
import type * as ToolError from "@errata/core/ToolError"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as TestClock from "effect/testing/TestClock"
import { inspect } from "node:util"
import { runs, seeded, type Source } from "../support/arbitraries.ts"
import { schedule } from "./support/schedules.ts"
import { acts, down, failing, play, waits } from "./support/script.ts"
import { observe, settle } from "./support/virtual.ts"

const everySecond = (maxRetries: number, options?: { readonly budget?: RetryBudget.RetryBudget }) =>
  RetryPolicy.make(Schedule.spaced("1 second"), { maxRetries, ...options })

/** What the final cause says was done. */
const outcome = (exit: Exit.Exit<unknown, unknown>): RetryPolicy.Outcome | undefined => {
  if (Exit.isSuccess(exit)) throw new Error("It did not fail")
  return exit.cause.reasons.map(RetryPolicy.outcome).find((told) => told !== undefined)
}

const errorOf = (exit: Exit.Exit<unknown, ToolError.Any>) => Option.getOrThrow(Exit.findErrorOption(exit))

describe("retry", () => {
  it.effect("makes as many attempts as there may be, and raises the last error with what was done", () =>
    Effect.gen(function*() {
      const errors = [down(1), down(2), down(0)]
      const { effect, seen } = play(errors.map((error) => ({ lasts: 0, ends: Effect.fail(error) })))
      const exit = yield* settle(RetryPolicy.retry(effect, everySecond(2)))
      expect(waits(seen)).toEqual([1_000, 2_000])
      expect(errorOf(exit)).toBe(errors[2])
      expect(outcome(exit)).toEqual({ attempts: 3, maxAttempts: 3, stopped: "exhausted" })
    }))

  it.effect.prop("never makes more attempts than the bound", [
    seeded((from: Source) => ({ schedule: schedule(from), acts: acts(from), maxRetries: from.int(6) }))
  ], ([scene]) =>
    Effect.gen(function*() {
      const { effect, seen } = play(scene.acts)
      const policy = RetryPolicy.make(scene.schedule, { maxRetries: scene.maxRetries })
      const exit = yield* settle(RetryPolicy.retry(effect, policy))
      expect(seen.length).toBeLessThanOrEqual(policy.maxAttempts)
      const told = Exit.isFailure(exit) ? outcome(exit) : undefined
      if (told !== undefined) {
        expect(told.attempts).toBe(seen.length)
        expect(told.maxAttempts).toBeLessThanOrEqual(policy.maxAttempts)
      }
    }), runs(200))

  it.effect.each([
    new Errors.NotFound({ resource: "City" }),
    new Errors.InvalidArguments({ issues: [] }),
    new Errors.CircuitOpen({ service: "It", retry_after_seconds: 1 })
  ])("does not try %s again", (error) =>
    Effect.gen(function*() {
      const { effect, seen } = failing(error)
      const exit = yield* settle(RetryPolicy.retry(effect, RetryPolicy.patient))
      expect([seen.length, errorOf(exit)]).toEqual([1, error])
    }))

  it.effect("tries an open circuit again where the policy says so", () =>
    Effect.gen(function*() {
      const { effect, seen } = failing(new Errors.CircuitOpen({ service: "It", retry_after_seconds: 5 }))
      const isRetryable = () => true
      yield* settle(RetryPolicy.retry(effect, RetryPolicy.make(Schedule.forever, { maxRetries: 1, isRetryable })))
      expect(waits(seen)).toEqual([5_000])
    }))

  it.effect("asks the policy which transient errors are worth it", () =>
    Effect.gen(function*() {
      const isRetryable = (error: ToolError.Any) => error._tag !== "Timeout"
      const policy = RetryPolicy.make(Schedule.forever, { isRetryable })
      const { effect, seen } = play([
        { lasts: 0, ends: Effect.fail(down()) },
        { lasts: 0, ends: Effect.fail(new Errors.Timeout({ operation: "It" })) }
      ])
      const exit = yield* settle(RetryPolicy.retry(effect, policy))
      expect(seen.length).toBe(2)
      expect(outcome(exit)).toEqual({ attempts: 2, maxAttempts: 4, stopped: undefined })
    }))

  it.effect("keeps the whole cause of the last attempt", () =>
    Effect.gen(function*() {
      const both = Cause.combine(Cause.fail(down()), Cause.fail(new Errors.NotFound({ resource: "City" })))
      const exit = yield* settle(RetryPolicy.retry(Effect.failCause(both), everySecond(1)))
      expect(Exit.isFailure(exit) && exit.cause.reasons.map((reason) => reason._tag)).toEqual(["Fail", "Fail"])
      expect(outcome(exit)?.stopped).toBe("exhausted")
    }))

  it.effect("keeps a typed failure beside the defect of its finalizer, and does not try again", () =>
    Effect.gen(function*() {
      const error = down()
      const mixed = Effect.failCause(Cause.combine(Cause.fail(error), Cause.die("a finalizer")))
      const exit = yield* settle(RetryPolicy.retry(mixed, everySecond(3)))
      expect(Exit.isFailure(exit) && exit.cause.reasons.map((reason) => reason._tag)).toEqual(["Fail", "Die"])
    }))

  it.effect("says how many attempts there were where the schedule ends before the bound", () =>
    Effect.gen(function*() {
      const exit = yield* settle(RetryPolicy.retry(failing(down()).effect, RetryPolicy.make(Schedule.recurs(1))))
      expect(outcome(exit)).toEqual({ attempts: 2, maxAttempts: 2, stopped: "exhausted" })
    }))

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses %s retries", (maxRetries) => {
    expect(() => RetryPolicy.make(Schedule.forever, { maxRetries })).toThrow(RangeError)
  })
})

describe("the mark of what was given up on", () => {
  const fourOf = (inner: Effect.Effect<string, ToolError.Any>) => RetryPolicy.retry(inner, everySecond(3))

  it.effect("makes four attempts of four attempts four", () =>
    Effect.gen(function*() {
      const { effect, seen } = failing(down())
      const exit = yield* settle(fourOf(fourOf(effect)))
      expect(seen.length).toBe(4)
      expect(outcome(exit)).toEqual({ attempts: 4, maxAttempts: 4, stopped: "exhausted" })
      expect((yield* settle(fourOf(fourOf(fourOf(effect)))))._tag).toBe("Failure")
      expect(seen.length).toBe(8)
    }))

  it.effect("is not there with plain Effect.retry: four of four are sixteen", () =>
    Effect.gen(function*() {
      const { effect, seen } = failing(down())
      yield* settle(Effect.retry(Effect.retry(effect, Schedule.recurs(3)), Schedule.recurs(3)))
      expect(seen.length).toBe(16)
    }))

  it.effect("stays on through a policy that failed for another reason first", () =>
    Effect.gen(function*() {
      // in the middle policy: first its own failure, then one that the inner policy has given up on
      const { effect, seen } = failing(down())
      let calls = 0
      const middle = Effect.suspend(() => ++calls === 1 ? Effect.fail(down()) : fourOf(effect))
      const exit = yield* settle(fourOf(fourOf(middle)))
      expect([calls, seen.length]).toEqual([2, 4])
      expect(outcome(exit)).toEqual({ attempts: 2, maxAttempts: 4, stopped: "exhausted" })
    }))

  it.effect("survives mapError, and not a new failure", () =>
    Effect.gen(function*() {
      const { effect, seen } = failing(down())
      yield* settle(fourOf(Effect.mapError(fourOf(effect), () => down())))
      expect(seen.length).toBe(4)
      yield* settle(fourOf(Effect.catch(fourOf(effect), (error) => Effect.fail(error))))
      expect(seen.length).toBe(4 + 16)
    }))
})

describe("a deadline", () => {
  const withDeadline = (at: number) => Effect.provideService(Deadline.Deadline, at)

  it.effect("ends retrying at once where the hint goes beyond it, and the hint goes out", () =>
    Effect.gen(function*() {
      const { effect, seen } = failing(down(30))
      const { exit, took } = yield* observe(withDeadline(10_000)(RetryPolicy.retry(effect, RetryPolicy.patient)))
      expect([seen.length, took]).toEqual([1, 0])
      expect(errorOf(exit)).toMatchObject({ retry_after_seconds: 30 })
      expect(outcome(exit)).toEqual({ attempts: 1, maxAttempts: 5, stopped: "deadline" })
    }))

  it.effect("is also the policy's own bound", () =>
    Effect.gen(function*() {
      const policy = RetryPolicy.make(Schedule.forever, { within: "10 seconds" })
      const { exit, took } = yield* observe(RetryPolicy.retry(failing(down(30)).effect, policy))
      expect(took).toBe(0)
      expect(outcome(exit)).toEqual({ attempts: 1, maxAttempts: 4, stopped: "deadline" })
    }))

  it.effect.prop("is never exceeded by waits and attempts together", [
    seeded((from: Source) => ({ schedule: schedule(from), acts: acts(from), bound: 1 + from.int(6_000) }))
  ], ([scene]) =>
    Effect.gen(function*() {
      const { effect, seen } = play(scene.acts)
      const policy = RetryPolicy.make(scene.schedule, { maxRetries: 8 })
      const bounded = Deadline.within(RetryPolicy.retry(effect, policy), scene.bound, { operation: "The call" })
      const { took } = yield* observe(bounded)
      expect(took).toBeLessThanOrEqual(scene.bound)
      for (const { at } of seen) expect(at).toBeLessThan(scene.bound)
    }), runs(200))
})

describe("a budget", () => {
  it.effect("ends retrying when it is spent", () =>
    Effect.gen(function*() {
      const budget = RetryBudget.make({ initial: 1, ratio: 0, perSecond: 0 })
      const { effect, seen } = failing(down())
      const exit = yield* settle(RetryPolicy.retry(effect, RetryPolicy.withBudget(everySecond(3), budget)))
      expect(seen.length).toBe(2)
      expect(outcome(exit)).toEqual({ attempts: 2, maxAttempts: 4, stopped: "budget" })
    }))

  it.effect("is filled by calls, not by retries, and not asked where there is no time", () =>
    Effect.gen(function*() {
      const budget = RetryBudget.make({ initial: 0, ratio: 0.5, perSecond: 0 })
      const call = RetryPolicy.retry(failing(down(60)).effect, everySecond(3, { budget }))
      const noTime = Effect.provideService(call, Deadline.Deadline, 1_000)
      for (let i = 0; i < 4; i++) yield* settle(noTime)
      expect(budget.available(0)).toBe(2)
      yield* settle(call) // deposits a half, and can pay for two retries
      expect(budget.available(0)).toBe(0)
    }))
})

describe("inside a tool call", () => {
  const call = (told: Array<unknown>): ToolCall.ToolCall["Service"] => ({
    tool: "get_weather",
    safety: "read",
    marksEffects: false,
    state: makeState(),
    referenceId: "5f3c9a1e" as ReferenceId,
    attempt: 1,
    principal: Option.none(),
    meta: {},
    traceId: Option.none(),
    progress: () => Effect.void,
    onRetry: ({ attempt, delay, maxAttempts }) =>
      Effect.sync(() => void told.push([attempt, maxAttempts, Duration.toMillis(delay)])),
    attach: () => Effect.void
  })

  it.effect("each retry is told of before its wait", () =>
    Effect.gen(function*() {
      const told: Array<unknown> = []
      const policy = RetryPolicy.make(Schedule.exponential("1 second"), { maxRetries: 2 })
      const work = RetryPolicy.retry(failing(down()).effect, policy)
      yield* settle(Effect.provideService(work, ToolCall.ToolCall, call(told)))
      expect(told).toEqual([[2, 3, 1_000], [3, 3, 2_000]])
    }))

  it.effect("a retry that does not come is not told of", () =>
    Effect.gen(function*() {
      const told: Array<unknown> = []
      const work = RetryPolicy.retry(failing(down(60)).effect, RetryPolicy.quick)
      const bounded = Effect.provideService(work, Deadline.Deadline, 1_000)
      yield* settle(Effect.provideService(bounded, ToolCall.ToolCall, call(told)))
      expect(told).toEqual([])
    }))
})

describe("the named policies", () => {
  it.effect.each([[RetryPolicy.quick, 3], [RetryPolicy.patient, 5], [RetryPolicy.none, 1]] as const)(
    "%# makes as many attempts as it says",
    ([policy, attempts]) =>
      Effect.gen(function*() {
        const { effect, seen } = failing(down())
        yield* settle(RetryPolicy.retry(effect, policy))
        expect([seen.length, policy.maxAttempts]).toEqual([attempts, attempts])
      })
  )

  it.effect("keep to the hint even where they cap their own waits", () =>
    Effect.gen(function*() {
      const { effect, seen } = failing(down(40))
      yield* settle(RetryPolicy.retry(effect, RetryPolicy.patient))
      expect(waits(seen)).toEqual([40_000, 40_000, 40_000, 40_000])
      const capped = RetryPolicy.make(Backoff.cap(Schedule.forever, 0), { maxRetries: 1 })
      const again = failing(down(2))
      yield* settle(RetryPolicy.retry(again.effect, capped))
      expect(waits(again.seen)).toEqual([2_000])
    }))
})

describe("a policy as text", () => {
  it("is what explain says, in a string and on a console, and with a budget too", () => {
    const policy = RetryPolicy.withBudget(RetryPolicy.quick, RetryBudget.make())
    const { text } = Effect.runSync(RetryPolicy.explain(policy))
    expect(String(policy)).toBe(text)
    expect(inspect(policy)).toBe(text)
  })
})

describe("a hint that is too long to wait for", () => {
  const asking = (seconds: number) =>
    Effect.fail(new Errors.RateLimited({ service: "x", retry_after_seconds: seconds }))

  it.effect("ends the policy at once, as no time left, and is passed on", () =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(RetryPolicy.retry(asking(301), RetryPolicy.patient))
      const reason = exit._tag === "Failure" ? exit.cause.reasons[0] : undefined
      expect(reason && RetryPolicy.outcome(reason)).toEqual({ attempts: 1, maxAttempts: 5, stopped: "deadline" })
    }))

  it.effect("is waited for where the policy says so", () =>
    Effect.gen(function*() {
      const policy = RetryPolicy.make(Schedule.spaced(0), { maxRetries: 1, maxRetryAfter: "1 hour" })
      const fiber = yield* Effect.forkChild(Effect.exit(RetryPolicy.retry(asking(3600), policy)), {
        startImmediately: true
      })
      yield* TestClock.adjust("59 minutes")
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 minute")
      expect((yield* Fiber.join(fiber))._tag).toBe("Failure")
    }))
})
