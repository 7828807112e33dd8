import * as Backoff from "@errata/core/Backoff"
import * as CircuitBreaker from "@errata/core/CircuitBreaker"
import * as Errors from "@errata/core/Errors"
import * as Policy from "@errata/core/Policy"
import * as RetryBudget from "@errata/core/RetryBudget"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Simulator from "@errata/examples/weather/simulator"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { flow } from "effect/Function"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import { describe, expect, it } from "vitest"
import { endpoint } from "./fixtures/failures.ts"
import * as FastClock from "./fixtures/FastClock.ts"
import * as World from "./fixtures/World.ts"

const calls = 200
const service = "The service"

const retry = RetryPolicy.make(Schedule.exponential("500 millis").pipe(Backoff.fullJitter), { maxRetries: 3 })
const budget = Effect.sync(() => RetryBudget.make())
const breaker = CircuitBreaker.make({ service })

/** Four ways to call a dependency that differ in nothing else. */
const policies: {
  readonly [name: string]: Effect.Effect<Policy.Policy<Errors.CircuitOpen | Errors.Timeout>, never, Scope.Scope>
} = {
  "retries alone": Effect.succeed(RetryPolicy.retry(retry)),
  "with a budget": Effect.map(budget, (budget) => RetryPolicy.retry(RetryPolicy.withBudget(retry, budget))),
  "with a breaker": Effect.map(breaker, (breaker) => flow(breaker, RetryPolicy.retry(retry))),
  "with both": Effect.flatMap(breaker, (breaker) => Policy.forDependency({ service, retry, breaker }))
}

/** Who calls: so many clients, each one call after the other. */
const crowds = { "200 clients, a call each": 200, "20 clients, ten calls each": 20 }

const measure = (name: string, clients: number): Promise<number> =>
  Effect.gen(function*() {
    const policy = yield* policies[name]!
    const simulator = yield* Simulator.start({ script: [{ status: 503, times: "always" }] })
    const call = policy(
      Effect.tryPromise({
        try: async () => (await fetch(simulator.url)).arrayBuffer(),
        catch: () => new Errors.ConnectionFailed({ service })
      }).pipe(Effect.andThen(Effect.fail(new Errors.Unavailable({ service }))))
    )
    yield* Effect.all(Array.from({ length: calls }, () => Effect.exit(call)), { concurrency: clients, discard: true })
    return simulator.requests.length
  }).pipe(Effect.scoped, Effect.provideService(Clock.Clock, FastClock.make(World.speed)), Effect.runPromise)

describe("200 calls to a service that is down", () => {
  it("cost the service fewer requests with a budget, and hardly any with a breaker", async () => {
    const table: { [name: string]: { [crowd: string]: number } } = {}
    for (const name of Object.keys(policies)) {
      table[name] = {}
      for (const [crowd, clients] of Object.entries(crowds)) table[name][crowd] = await measure(name, clients)
    }
    console.table(table)
    const [alone, withBudget, withBreaker, withBoth] = Object.values(table).map((row) => Object.values(row))

    expect(alone).toEqual([800, 800])
    // 10 tokens at the start, a fifth of the calls, half a token a second
    for (const requests of withBudget!) expect(requests).toBeLessThanOrEqual(calls + 10 + calls / 5 + 15)
    // what is under way when the circuit opens cannot be taken back
    for (const [many, few] of [withBreaker!, withBoth!]) {
      expect(many).toBeLessThanOrEqual(calls + 10)
      expect(few).toBeLessThanOrEqual(20 + 10)
    }
  })

  it("are answered by the weather server with few requests, and each with advice", async () => {
    const world = await World.make({ openTime: Duration.hours(1) }, 5)
    world.simulator.play({ status: 503, times: "always" })
    const answers = await Promise.all(Array.from({ length: calls }, () => world.fetch(endpoint)))
    const types = Object.groupBy(answers, ({ problem }) => `${problem?.type} (${problem?.retry.reason ?? "no reason"})`)
    console.log(
      `weather server, all at once: ${world.simulator.requests.length} requests;`,
      Object.entries(types).map(([type, some]) => `${some?.length} ${type}`).join(", ")
    )
    expect(world.simulator.requests.length).toBeGreaterThanOrEqual(5)
    expect(world.simulator.requests.length).toBeLessThanOrEqual(calls + 5)
    expect(answers.every(({ problem }) => problem?.is_transient === true && problem.retry.should_retry)).toBe(true)
    const before = world.simulator.requests.length
    await Promise.all(Array.from({ length: calls }, () => world.fetch(endpoint)))
    expect(world.simulator.requests).toHaveLength(before)
    await world.close()
  })
})
