/** Setting the system's clock, an hour back or forward, changes no span. */
import { describe, expect, it } from "@effect/vitest"
import * as Batch from "@errata/core/Batch"
import * as CircuitBreaker from "@errata/core/CircuitBreaker"
import * as Deadline from "@errata/core/Deadline"
import * as Errors from "@errata/core/Errors"
import * as Fallback from "@errata/core/Fallback"
import * as RateLimiter from "@errata/core/RateLimiter"
import * as RetryBudget from "@errata/core/RetryBudget"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as TestClock from "effect/testing/TestClock"

const service = "The weather service"
const down = new Errors.Unavailable({ service })

/** Runs a test with a clock whose wall can be set. */
const jumping = <A, E, R>(test: (jump: Effect.Effect<void>) => Effect.Effect<A, E, R>, by: number) =>
  Effect.clockWith((clock) => {
    let offset = 0
    const currentTimeMillisUnsafe = () => clock.currentTimeMillisUnsafe() + offset
    const set = Effect.sync(() => {
      offset += by
    })
    return Effect.andThen(Deadline.now, test(set)).pipe(
      Effect.provideService(
        Clock.Clock,
        Object.assign({}, clock, { // the test's, which can be adjusted
          currentTimeMillisUnsafe,
          currentTimeMillis: Effect.sync(currentTimeMillisUnsafe),
          currentTimeNanosUnsafe: () => clock.currentTimeNanosUnsafe() + BigInt(offset) * 1_000_000n,
          currentTimeNanos: Effect.sync(() => clock.currentTimeNanosUnsafe() + BigInt(offset) * 1_000_000n)
        })
      )
    )
  })

const settled = <A, E, R>(self: Effect.Effect<A, E, R>, seconds = 120) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.forkChild(self, { startImmediately: true })
    for (let i = 0; i < seconds && fiber.pollUnsafe() === undefined; i++) yield* TestClock.adjust("1 second")
    return yield* Fiber.join(fiber)
  })

const hour = 3_600_000

describe.each([["back", -hour], ["forward", hour]] as const)("an hour %s", (_, by) => {
  const withJump = <A, E, R>(test: (jump: Effect.Effect<void>) => Effect.Effect<A, E, R>) => jumping(test, by)

  it.effect("a breaker is open for its time, no more and no less", () =>
    withJump((jump) =>
      Effect.gen(function*() {
        const breaker = yield* CircuitBreaker.make({
          service,
          tripPolicy: CircuitBreaker.consecutive(1),
          openDuration: "30 seconds"
        })
        yield* Effect.ignore(breaker(Effect.fail(down)))
        yield* jump
        expect(yield* Effect.flip(breaker(Effect.void))).toMatchObject({ retry_after_seconds: 30 })
        yield* TestClock.adjust("29 seconds")
        expect(yield* Effect.flip(breaker(Effect.void))).toMatchObject({ retry_after_seconds: 1 })
        yield* TestClock.adjust("1 second")
        expect(yield* breaker(Effect.succeed("probed"))).toBe("probed")
      }).pipe(Effect.scoped)
    ))

  it.effect("a policy makes all its attempts, and keeps its bound", () =>
    withJump((jump) =>
      Effect.gen(function*() {
        const policy = RetryPolicy.make(Schedule.spaced("10 seconds"), { maxRetries: 9, within: "25 seconds" })
        let attempts = 0
        const work = Effect.suspend(() =>
          ++attempts === 2 ? Effect.andThen(jump, Effect.fail(down)) : Effect.fail(down)
        )
        yield* settled(Effect.ignore(RetryPolicy.retry(work, policy)))
        expect(attempts).toBe(3)
      })
    ))

  it.effect("a deadline stays where it is, and a batch and a policy keep to it", () =>
    withJump((jump) =>
      Effect.gen(function*() {
        const left = Effect.gen(function*() {
          yield* jump
          yield* Effect.sleep("4 seconds")
          return Duration.toMillis(yield* Deadline.remaining)
        })
        expect(yield* settled(left.pipe(Deadline.within("10 seconds", { operation: "x" })))).toBe(6_000)
        const batch = Batch.forEach(["a", "b", "c"], (key) =>
          key === "a" ? jump : key === "b" ? Effect.void : Effect.never, { concurrency: 1 })
        const ended = yield* settled(batch.pipe(Deadline.within("10 seconds", { operation: "x" })))
        expect([ended.succeeded, ended.failed]).toEqual([2, 1])
      })
    ))

  it.effect("a limiter counts on, and a budget is neither filled nor starved", () =>
    withJump((jump) =>
      Effect.gen(function*() {
        const limiter = yield* RateLimiter.make({ service, limit: 1, window: "10 seconds" })
        const budget = RetryBudget.make({ initial: 0, ratio: 0, perSecond: 1 })
        const policy = RetryPolicy.make(Schedule.spaced(0), { maxRetries: 100, budget })
        let attempts = 0
        const call = Effect.ignore(RetryPolicy.retry(
          Effect.suspend(() => {
            attempts++
            return Effect.fail(down)
          }),
          policy
        ))
        yield* limiter(Effect.void)
        yield* call
        yield* jump
        expect(yield* Effect.flip(limiter(Effect.void))).toMatchObject({ retry_after_seconds: 10 })
        yield* TestClock.adjust("10 seconds")
        yield* limiter(Effect.void)
        yield* call
        expect(attempts).toBe(1 + 11)
      }).pipe(Effect.scoped)
    ))

  it.effect("a last good value has its true age", () =>
    withJump((jump) =>
      Effect.gen(function*() {
        const results: Array<Effect.Effect<number, Errors.Unavailable>> = [Effect.succeed(1), Effect.fail(down)]
        const last = yield* Fallback.lastGood(() => results.shift()!, { key: () => "", maxAge: "1 minute" })
        yield* last()
        yield* jump
        yield* TestClock.adjust("20 seconds")
        expect(Option.map((yield* last()).staleFor, Duration.toMillis)).toEqual(Option.some(20_000))
      })
    ))
})
