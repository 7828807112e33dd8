import { describe, expect, it } from "@effect/vitest"
import * as Bulkhead from "@errata/core/Bulkhead"
import * as CircuitBreaker from "@errata/core/CircuitBreaker"
import * as Deadline from "@errata/core/Deadline"
import * as Errors from "@errata/core/Errors"
import * as Policy from "@errata/core/Policy"
import * as RateLimiter from "@errata/core/RateLimiter"
import * as RetryBudget from "@errata/core/RetryBudget"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import type * as ToolError from "@errata/core/ToolError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { flow, pipe } from "effect/Function"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import { runs, seeded, type Source } from "../support/arbitraries.ts"
import { acts, down, failing, play } from "./support/script.ts"
import { endsWithin, observe, settle } from "./support/virtual.ts"

const service = "The weather service"

const errorOf = <E>(exit: Exit.Exit<unknown, E>): E => Option.getOrThrow(Exit.findErrorOption(exit))

const outcome = (exit: Exit.Exit<unknown, unknown>) =>
  Exit.isFailure(exit) ? exit.cause.reasons.map(RetryPolicy.outcome).find((told) => told !== undefined) : undefined

const hanging = () => play([{ lasts: Number.POSITIVE_INFINITY, ends: Effect.void as never }])

const everySecond = (maxRetries: number) => RetryPolicy.make(Schedule.spaced("1 second"), { maxRetries })

describe("a policy", () => {
  it("that does nothing is identity", () => {
    const effect = Effect.succeed(1)
    expect(Policy.none(effect)).toBe(effect)
  })

  it.effect("composes with pipe and flow, the last being the outermost", () =>
    Effect.gen(function*() {
      const breaker = yield* CircuitBreaker.make({ service, tripPolicy: CircuitBreaker.consecutive(2) })
      const outside = failing(down())
      yield* endsWithin(pipe(outside.effect, RetryPolicy.retry(everySecond(3)), breaker), 5_000)
      expect(outside.seen.length).toBe(4)
      const inside = failing(down())
      yield* endsWithin(flow(breaker, RetryPolicy.retry(everySecond(3)))(inside.effect), 5_000)
      expect(inside.seen.length).toBe(1) // the second failure, after that of the whole above, opens the circuit
    }))
})

describe("forDependency", () => {
  it.effect("gives four attempts of ten seconds, within forty-five", () =>
    Effect.gen(function*() {
      const policy = yield* Policy.forDependency({ service })
      const { effect, seen } = hanging()
      const { exit, took } = yield* observe(policy(effect))
      expect(seen.length).toBe(4)
      expect(took).toBeGreaterThanOrEqual(40_000)
      expect(took).toBeLessThanOrEqual(43_500)
      expect(errorOf(exit)).toMatchObject({ _tag: "Timeout", operation: service, timeout_seconds: 10 })
      expect(outcome(exit)).toEqual({ attempts: 4, maxAttempts: 4, stopped: "exhausted" })
    }))

  it.effect.prop("keeps to its timeout, whatever happens", [
    seeded((from: Source) => ({ acts: acts(from), timeout: 1 + from.int(5_000), attemptTimeout: 1 + from.int(3_000) }))
  ], ([scene]) =>
    Effect.gen(function*() {
      const { effect, seen } = play(scene.acts)
      const policy = yield* Policy.forDependency({ service, ...scene })
      const { took } = yield* observe(policy(effect))
      expect(took).toBeLessThanOrEqual(scene.timeout)
      expect(seen.length).toBeLessThanOrEqual(4)
    }), runs(150))

  it.effect("raises a timeout of the whole with what was done, and no outer policy starts all over", () =>
    Effect.gen(function*() {
      const policy = yield* Policy.forDependency({
        service,
        timeout: "5 seconds",
        attemptTimeout: "2 seconds",
        retry: everySecond(5)
      })
      const { effect, seen } = hanging()
      const { exit, took } = yield* observe(RetryPolicy.retry(policy(effect), RetryPolicy.patient))
      // 0 to 2 s, 3 to 5 s
      expect([seen.length, took]).toEqual([2, 5_000])
      expect(errorOf(exit)).toMatchObject({ _tag: "Timeout", timeout_seconds: 5 })
      expect(outcome(exit)).toEqual({ attempts: 2, maxAttempts: 6, stopped: "deadline" })
    }))

  it.effect("gives an attempt half of a shorter timeout", () =>
    Effect.gen(function*() {
      const policy = yield* Policy.forDependency({ service, timeout: "4 seconds", retry: RetryPolicy.none })
      const { exit, took } = yield* observe(policy(hanging().effect))
      expect(took).toBe(2_000)
      expect(errorOf(exit)).toMatchObject({ timeout_seconds: 2 })
    }))

  it.effect("keeps to the caller's deadline", () =>
    Effect.gen(function*() {
      const policy = yield* Policy.forDependency({ service })
      const { effect, seen } = failing(down(20))
      const { exit, took } = yield* observe(Deadline.within(policy(effect), "15 seconds", { operation: "The call" }))
      expect([seen.length, took]).toEqual([1, 0])
      expect(errorOf(exit)).toMatchObject({ _tag: "Unavailable", retry_after_seconds: 20 })
      expect(outcome(exit)?.stopped).toBe("deadline")
    }))

  it.effect("lets the breaker count requests that hang", () =>
    Effect.gen(function*() {
      const breaker = yield* CircuitBreaker.make({ service, tripPolicy: CircuitBreaker.consecutive(2) })
      const policy = yield* Policy.forDependency({ service, breaker, retry: everySecond(3) })
      const { effect, seen } = hanging()
      const exit = yield* endsWithin(policy(effect), 30_000)
      expect(seen.length).toBe(2)
      expect(errorOf(exit)).toMatchObject({ _tag: "CircuitOpen", retry_after_seconds: 29 })
    }))

  it.effect("does not let the breaker count an attempt that had too little time", () =>
    Effect.gen(function*() {
      const breaker = yield* CircuitBreaker.make({ service, tripPolicy: CircuitBreaker.consecutive(1) })
      const policy = yield* Policy.forDependency({ service, breaker })
      const hurried = Deadline.within(policy(hanging().effect), "3 seconds", { operation: "The call" })
      expect(errorOf(yield* endsWithin(hurried, 3_000))._tag).toBe("Timeout")
      expect((yield* breaker.circuits)[0]?.state).toBe("Closed")
    }))

  it.effect("lets the breaker count an attempt that had all the time there is", () =>
    Effect.gen(function*() {
      const breaker = yield* CircuitBreaker.make({ service, tripPolicy: CircuitBreaker.consecutive(1) })
      const policy = yield* Policy.forDependency({
        service,
        breaker,
        timeout: "2 seconds",
        attemptTimeout: "10 seconds"
      })
      yield* endsWithin(policy(hanging().effect), 2_000)
      expect((yield* breaker.circuits)[0]?.state).toBe("Open")
    }))

  it.effect("opens the circuit in the second call, after five requests", () =>
    Effect.gen(function*() {
      const breaker = yield* CircuitBreaker.make({ service })
      const policy = yield* Policy.forDependency({ service, breaker })
      const { effect, seen } = failing(down())
      yield* endsWithin(policy(effect), 5_000)
      expect(seen.length).toBe(4)
      expect(errorOf(yield* endsWithin(policy(effect), 5_000))._tag).toBe("CircuitOpen")
      expect(seen.length).toBe(5)
    }))

  it.effect("counts calls, not attempts, in the rate and in the bulkhead", () =>
    Effect.gen(function*() {
      const rateLimit = yield* RateLimiter.make({ service, limit: 2, window: "1 hour" })
      const bulkhead = yield* Bulkhead.make({ service, permits: 1, queue: 0 })
      const policy = yield* Policy.forDependency({ service, rateLimit, bulkhead })
      const { effect, seen } = failing(down())
      const calls = Effect.forEach(Array(3), () => Effect.exit(policy(effect)), { concurrency: "unbounded" })
      const exit = yield* endsWithin(calls, 10_000)
      const ends = Exit.isSuccess(exit) ? exit.value.map((end) => errorOf(end)._tag) : []
      expect(ends).toEqual(["Unavailable", "Overloaded", "RateLimited"])
      expect(seen.length).toBe(4)
    }))

  it.effect("shares one budget among its calls", () =>
    Effect.gen(function*() {
      const budget = RetryBudget.make({ initial: 4, ratio: 0, perSecond: 0 })
      const policy = yield* Policy.forDependency({ service, budget })
      const { effect, seen } = failing(down())
      for (const _ of [1, 2, 3]) yield* settle(policy(effect))
      expect(seen.length).toBe(3 + 4)
      const retry = RetryPolicy.withBudget(everySecond(3), budget)
      yield* settle((yield* Policy.forDependency({ service, retry }))(effect))
      expect(seen.length).toBe(3 + 4 + 1)
      const other = RetryBudget.make({ initial: 1, ratio: 0, perSecond: 0 })
      yield* settle((yield* Policy.forDependency({ service, retry, budget: other }))(effect))
      expect(seen.length).toBe(3 + 4 + 1 + 2)
    }))

  it.effect("has a budget of ten retries to begin with", () =>
    Effect.gen(function*() {
      const policy = yield* Policy.forDependency({ service, retry: RetryPolicy.make(Schedule.forever) })
      const { effect, seen } = failing(down())
      for (let call = 0; call < 10; call++) yield* endsWithin(policy(effect), 0)
      expect(seen.length).toBe(10 + 12) // a fifth of a retry for each call
    }))

  it.effect("takes any policy in the place of a breaker, with its errors and its needs", () =>
    Effect.gen(function*() {
      class Gate extends Context.Service<Gate, { readonly isOpen: boolean }>()("test/Gate") {}
      const gate: Policy.Policy<Errors.Overloaded, Gate> = <A, E extends ToolError.Any, R>(
        self: Effect.Effect<A, E, R>
      ) =>
        Effect.gen(function*() {
          if (!(yield* Gate).isOpen) return yield* new Errors.Overloaded({ service })
          return yield* self
        })
      const policy = yield* Policy.forDependency({ service, breaker: gate, retry: RetryPolicy.none })
      const shut = Effect.provideService(policy(Effect.succeed(1)), Gate, { isOpen: false })
      const error: Errors.Overloaded | Errors.Timeout = yield* Effect.flip(shut)
      expect(error._tag).toBe("Overloaded")
    }))

  it.effect("lets success, permanent errors and defects through as they are", () =>
    Effect.gen(function*() {
      const policy = yield* Policy.forDependency({ service })
      expect(yield* policy(Effect.succeed(1))).toBe(1)
      const missing = new Errors.NotFound({ resource: "City" })
      expect(yield* Effect.flip(policy(Effect.fail(missing)))).toBe(missing)
      expect(Exit.hasDies(yield* Effect.exit(policy(Effect.die("a bug"))))).toBe(true)
      expect(Exit.hasInterrupts(yield* Effect.exit(policy(Effect.interrupt)))).toBe(true)
    }))

  it.effect.each([{ timeout: 0 }, { timeout: -1 }, { attemptTimeout: 0 }])(
    "dies of %o",
    (options) =>
      Effect.gen(function*() {
        expect(Exit.hasDies(yield* Effect.exit(Policy.forDependency({ service, ...options })))).toBe(true)
      })
  )
})
