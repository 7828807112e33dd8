/** What is kept by key is bounded, and what is idle is forgotten first. */
import { describe, expect, it } from "@effect/vitest"
import * as CircuitBreaker from "@errata/core/CircuitBreaker"
import * as Errors from "@errata/core/Errors"
import * as RateLimiter from "@errata/core/RateLimiter"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"

const service = "The weather service"
const down = Effect.fail(new Errors.Unavailable({ service }))

describe("the keys of a breaker", () => {
  it.effect("are forgotten beyond their bound: closed circuits first", () =>
    Effect.gen(function*() {
      const breaker = yield* CircuitBreaker.make({ service, tripPolicy: CircuitBreaker.consecutive(1), maxKeys: 2 })
      yield* Effect.exit(breaker.forKey("open")(down))
      yield* breaker.forKey("closed")(Effect.void)
      for (let i = 0; i < 100; i++) yield* breaker.forKey(`new ${i}`)(Effect.void)
      expect(yield* Effect.flip(breaker.forKey("open")(Effect.void))).toMatchObject({ _tag: "CircuitOpen" })
    }))

  it.effect("are forgotten in the order of their use where none is closed", () =>
    Effect.gen(function*() {
      const breaker = yield* CircuitBreaker.make({ service, tripPolicy: CircuitBreaker.consecutive(1), maxKeys: 2 })
      for (const key of ["a", "b", "c"]) yield* Effect.exit(breaker.forKey(key)(down))
      const isOpen = (key: string) => Effect.map(Effect.exit(breaker.forKey(key)(Effect.void)), Exit.isFailure)
      expect([yield* isOpen("b"), yield* isOpen("c"), yield* isOpen("a")]).toEqual([true, true, false])
    }))

  it.effect("cannot be none", () =>
    Effect.gen(function*() {
      expect(Exit.hasDies(yield* Effect.exit(CircuitBreaker.make({ service, maxKeys: 0 })))).toBe(true)
    }))
})

describe("the keys of a limiter", () => {
  it.effect("are forgotten beyond their bound, one that rests first", () =>
    Effect.gen(function*() {
      const limiter = yield* RateLimiter.make({ service, limit: 1, window: "1 minute", maxKeys: 2 })
      const isLimited = (key: string) => Effect.map(Effect.exit(limiter.forKey(key)(Effect.void)), Exit.isFailure)
      expect([yield* isLimited("a"), yield* isLimited("a")]).toEqual([false, true])
      yield* TestClock.adjust("1 minute")
      expect([yield* isLimited("b"), yield* isLimited("c"), yield* isLimited("b")]).toEqual([false, false, true])
    }))
})

describe("callers that leave the queue of a limiter", () => {
  const queue = (algorithm: "token-bucket" | "fixed-window") =>
    RateLimiter.make({ service, limit: 1, window: "1 second", onExceeded: "delay", algorithm })

  it.effect.each(["token-bucket", "fixed-window"] as const)(
    "keep no tokens, and the others move up (%s)",
    (algorithm) =>
      Effect.gen(function*() {
        const limiter = yield* queue(algorithm)
        const ran: Array<string> = []
        const call = (name: string) =>
          Effect.forkChild(limiter(Effect.sync(() => void ran.push(name))), { startImmediately: true })
        yield* call("now")
        const leaving = []
        for (let i = 0; i < 300; i++) leaving.push(yield* call(`leaving ${i}`))
        yield* call("stays")
        yield* Fiber.interruptAll(leaving)
        yield* call("comes")
        yield* TestClock.adjust("1 second")
        expect(ran).toEqual(["now", "stays"])
        yield* TestClock.adjust("1 second")
        expect(ran).toEqual(["now", "stays", "comes"])
        // nobody waits: nothing was given back twice
        yield* call("last")
        expect(ran).toHaveLength(3)
      })
  )
})
