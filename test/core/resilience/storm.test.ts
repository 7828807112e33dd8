/** What 200 calls do to a dependency that is down: with budget and breaker, and without. */
import { describe, expect, it } from "@effect/vitest"
import * as Bulkhead from "@errata/core/Bulkhead"
import * as CircuitBreaker from "@errata/core/CircuitBreaker"
import * as Policy from "@errata/core/Policy"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type * as Scope from "effect/Scope"
import { down } from "./support/script.ts"
import { observe } from "./support/virtual.ts"

const service = "The weather service"

type Guard = Effect.Effect<Policy.Policy<never>, never, Scope.Scope>

const guard = (options: { readonly breaker?: boolean; readonly bulkhead?: boolean }): Guard =>
  Effect.gen(function*() {
    return yield* Policy.forDependency({
      service,
      breaker: options.breaker === true ? yield* CircuitBreaker.make({ service }) : Policy.none,
      bulkhead: options.bulkhead === true ? yield* Bulkhead.make({ service }) : Policy.none
    })
  }) as Guard

const without: Guard = Effect.succeed(RetryPolicy.retry(Policy.defaults.retry))

/** How many requests reach a dependency that fails after 50 ms, of 200 calls that come over some time. */
const requests = (guard: Guard, overMillis: number) =>
  Effect.gen(function*() {
    const policy = yield* guard
    let requests = 0
    const request = Effect.suspend(() => {
      requests++
      return Effect.andThen(Effect.sleep("50 millis"), Effect.fail(down()))
    })
    const call = (i: number) => Effect.andThen(Effect.sleep((i * overMillis) / 200), Effect.exit(policy(request)))
    yield* observe(Effect.forEach(Array.from({ length: 200 }, (_, i) => i), call, { concurrency: "unbounded" }))
    return requests
  })

describe("a storm of 200 calls", () => {
  it.effect.each<readonly [name: string, guard: Guard, overMillis: number, least: number, most: number]>([
    ["at once, with plain retries", without, 0, 800, 800],
    // 10 to begin with, a fifth of 200, half a retry for each second
    ["at once, with a budget", guard({}), 0, 200 + 50, 200 + 54],
    ["at once, with budget and breaker", guard({ breaker: true }), 0, 200, 200],
    ["at once, with budget, breaker and bulkhead", guard({ breaker: true, bulkhead: true }), 0, 5, 10],
    ["in 20 s, with plain retries", without, 20_000, 800, 800],
    ["in 20 s, with a budget", guard({}), 20_000, 200 + 50, 200 + 64],
    ["in 20 s, with budget and breaker", guard({ breaker: true }), 20_000, 5, 6],
    ["in 10 min, with plain retries", without, 600_000, 800, 800],
    // five, and then a probe every 30 s
    ["in 10 min, with budget and breaker", guard({ breaker: true }), 600_000, 5, 5 + 20]
  ])("%s", ([name, guard, overMillis, least, most]) =>
    Effect.gen(function*() {
      const count = yield* Random.withSeed(requests(guard, overMillis), "storm")
      if (process.env["ERRATA_FIGURES"] !== undefined) console.log(`${name}: ${count} requests`)
      expect(count).toBeGreaterThanOrEqual(least)
      expect(count).toBeLessThanOrEqual(most)
    }))
})
