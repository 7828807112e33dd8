import * as Backoff from "@errata/core/Backoff"
import * as Bulkhead from "@errata/core/Bulkhead"
import * as CircuitBreaker from "@errata/core/CircuitBreaker"
import * as Policy from "@errata/core/Policy"
import * as RateLimiter from "@errata/core/RateLimiter"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { inspect } from "node:util"
import { describe, expect, it } from "vitest"

/** What a value says as text, on a console, and as JSON. */
const said = (value: Printed) => {
  const { text } = JSON.parse(JSON.stringify(value)) as { readonly text: string }
  return [String(value), inspect(value), text]
}

interface Printed {
  readonly toString: () => string
}

const thrice = (text: string) => [text, text, text]

const retry = RetryPolicy.make(Schedule.spaced("1 second"), { maxRetries: 2 })

describe("what is printed", () => {
  it("of a retry policy is what explain says", () => {
    const { text } = Effect.runSync(RetryPolicy.explain(retry))
    expect(said(retry)).toEqual(thrice(text))
    expect(JSON.parse(JSON.stringify(RetryPolicy.none))).toEqual({
      max_attempts: 1,
      waits_ms: [],
      text: "One attempt, no retries."
    })
    expect(String(RetryPolicy.withBudget(retry, undefined as never))).toBe(text)
  })

  it("of a schedule with a backoff is what explain says", () => {
    const schedules = [
      Backoff.fullJitter(Schedule.upTo(Schedule.exponential("100 millis"), { times: 3 })),
      Backoff.cap(Schedule.exponential("100 millis"), "1 second"),
      Backoff.honorRetryAfter(Schedule.spaced("2 minutes")),
      Backoff.refuseRetryAfterBeyond(Schedule.recurs(1), "2 minutes"),
      Backoff.within(Schedule.spaced("1 second"), "3 seconds")
    ]
    for (const schedule of schedules) {
      expect(said(schedule)).toEqual(thrice(Effect.runSync(RetryPolicy.explain(schedule)).text))
    }
  })

  it("of a schedule without an end has no number of attempts", () => {
    const { max_attempts, text } = JSON.parse(JSON.stringify(Backoff.cap(Schedule.spaced(1_000), 500)))
    expect(max_attempts).toBeUndefined()
    expect(text).toMatch(/^Without end: wait 500 ms, then 500 ms/)
  })

  it("of a dependency's policy is its time, its retries, and what guards it", async () => {
    const service = "Billing"
    const policy = await Effect.runPromise(Effect.scoped(Effect.gen(function*() {
      return yield* Policy.forDependency({
        service,
        retry,
        timeout: "20 seconds",
        breaker: yield* CircuitBreaker.make({ service, tripPolicy: CircuitBreaker.consecutive(3) }),
        bulkhead: yield* Bulkhead.make({ service, permits: 1, queue: 5 }),
        rateLimit: yield* RateLimiter.make({ service, limit: 60, window: "1 minute" })
      })
    })))
    const text =
      "Billing: at most 20 s in all, 10 s for each attempt. At most 3 attempts: wait 1 s, then 1 s. In all at most 2 s of " +
      "waiting. At most 60 calls in 60 s; more fail. At most 1 call at once, and 5 waiting. After 3 failures in a row the " +
      "circuit is open for 30 s."
    expect(said(policy)).toEqual(thrice(text))
    expect(JSON.parse(JSON.stringify(policy))).toEqual({
      service,
      timeout_ms: 20_000,
      attempt_timeout_ms: 10_000,
      retry: JSON.parse(JSON.stringify(retry)),
      text
    })
  })

  it("of a policy that somebody wrote is nothing", () => {
    const breaker = <A, E, R>(self: Effect.Effect<A, E, R>) => self
    const policy = Effect.runSync(Policy.forDependency({ service: "It", retry: RetryPolicy.none, breaker }))
    expect(String(policy)).toBe("It: at most 45 s in all, 10 s for each attempt. One attempt, no retries.")
  })

  it("of a breaker and a limiter says when and what", async () => {
    const service = "Billing"
    const { breaker, limiter } = await Effect.runPromise(Effect.scoped(Effect.all({
      breaker: CircuitBreaker.make({
        service,
        tripPolicy: CircuitBreaker.rate({ threshold: 0.5, minimumCalls: 10, size: 20 }),
        openDuration: Schedule.exponential("1 second")
      }),
      limiter: RateLimiter.make({ service, limit: 1, window: "500 millis", onExceeded: "delay" })
    })))
    expect(String(breaker)).toBe("When 50 % of the last 20 calls failed the circuit is open for a growing time.")
    expect(String(limiter)).toBe("At most 1 call in 500 ms; more wait their turn.")
  })
})
