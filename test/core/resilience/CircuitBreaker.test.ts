import { describe, expect, it } from "@effect/vitest"
import * as CircuitBreaker from "@errata/core/CircuitBreaker"
import * as Deadline from "@errata/core/Deadline"
import * as Errors from "@errata/core/Errors"
import * as Health from "@errata/core/Health"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import type * as ToolError from "@errata/core/ToolError"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Persistence from "effect/persistence/CircuitBreaker"
import * as References from "effect/References"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { down, failing } from "./support/script.ts"
import { endsWithin, settle } from "./support/virtual.ts"

const service = "The weather service"

const make = (options?: Partial<CircuitBreaker.Options>) =>
  CircuitBreaker.make({ service, tripPolicy: CircuitBreaker.consecutive(2), ...options })

const fail = (error: ToolError.Any = down()) => Effect.fail(error)

/** The tags of what some calls end with, one after the other. */
const tags = (calls: ReadonlyArray<Effect.Effect<unknown, ToolError.Any>>) =>
  Effect.map(
    Effect.forEach(calls, Effect.exit),
    (exits) =>
      exits.map((exit) =>
        Exit.isSuccess(exit) ? "Success" : Option.getOrUndefined(Exit.findErrorOption(exit))?._tag ?? "Defect"
      )
  )

const stateOf = (breaker: CircuitBreaker.CircuitBreaker) =>
  Effect.map(breaker.circuits, (circuits) => circuits.map(({ state }) => state).join())

describe("CircuitBreaker", () => {
  it.effect("opens after five failures in a row, for thirty seconds", () =>
    Effect.gen(function*() {
      const breaker = yield* CircuitBreaker.make({ service })
      const { effect, seen } = failing(down())
      for (let i = 0; i < 7; i++) yield* Effect.exit(breaker(effect))
      expect(seen.length).toBe(5)
      const error = yield* Effect.flip(breaker(effect))
      expect(error).toMatchObject({ _tag: "CircuitOpen", service, retry_after_seconds: 30 })
      yield* TestClock.adjust("29500 millis")
      expect(yield* Effect.flip(breaker(effect))).toMatchObject({ retry_after_seconds: 1 })
      yield* TestClock.adjust("500 millis")
      expect(yield* breaker(Effect.succeed("up"))).toBe("up")
      expect(yield* stateOf(breaker)).toBe("Closed")
    }))

  it.effect("stays open as long as the error asks for, up to five minutes", () =>
    Effect.gen(function*() {
      const breaker = yield* make({ tripPolicy: CircuitBreaker.consecutive(1) })
      yield* Effect.exit(breaker(fail(down(200))))
      expect(yield* Effect.flip(breaker(Effect.void))).toMatchObject({ retry_after_seconds: 200 })
      yield* TestClock.adjust("200 seconds")
      yield* Effect.exit(breaker(fail(down(365 * 24 * 3600))))
      expect(yield* Effect.flip(breaker(Effect.void))).toMatchObject({ retry_after_seconds: 300 })
    }))

  it.effect("lets one probe through, and tells the others to come back in a second", () =>
    Effect.gen(function*() {
      const breaker = yield* make({ tripPolicy: CircuitBreaker.consecutive(1) })
      yield* Effect.exit(breaker(fail()))
      yield* TestClock.adjust("30 seconds")
      const gate = yield* Deferred.make<void>()
      const probe = yield* Effect.forkChild(breaker(Deferred.await(gate)), { startImmediately: true })
      expect(yield* Effect.flip(breaker(Effect.void))).toMatchObject({ _tag: "CircuitOpen", retry_after_seconds: 1 })
      expect(yield* stateOf(breaker)).toBe("HalfOpen")
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(probe)
      expect(yield* stateOf(breaker)).toBe("Closed")
    }))

  it.effect("stays half-open after a probe that says nothing, and the next call probes", () =>
    Effect.gen(function*() {
      const breaker = yield* make({ tripPolicy: CircuitBreaker.consecutive(1) })
      yield* Effect.exit(breaker(fail()))
      yield* TestClock.adjust("30 seconds")
      const nothing = [new Errors.NotFound({ resource: "City" }), new Errors.InvalidArguments({ issues: [] })].map(fail)
      expect(yield* tags([...nothing, Effect.die("a bug")].map(breaker))).toEqual([
        "NotFound",
        "InvalidArguments",
        "Defect"
      ])
      expect(yield* stateOf(breaker)).toBe("HalfOpen")
      const probe = yield* Effect.forkChild(breaker(Effect.never), { startImmediately: true })
      yield* Fiber.interrupt(probe)
      expect(yield* stateOf(breaker)).toBe("HalfOpen")
      expect(yield* tags([breaker(Effect.void)])).toEqual(["Success"])
      expect(yield* stateOf(breaker)).toBe("Closed")
    }))

  it.effect("counts a transient failure that has a defect beside it", () =>
    Effect.gen(function*() {
      const breaker = yield* make({ tripPolicy: CircuitBreaker.consecutive(1) })
      const mixed = Effect.failCause(Cause.combine(Cause.fail(down()), Cause.die("a finalizer")))
      const exit = yield* Effect.exit(breaker(mixed))
      expect(Exit.isFailure(exit) && exit.cause.reasons.map((reason) => reason._tag)).toEqual(["Fail", "Die"])
      expect(yield* stateOf(breaker)).toBe("Open")
    }))

  it.effect("does not count what no dependency did", () =>
    Effect.gen(function*() {
      const breaker = yield* make({ tripPolicy: CircuitBreaker.consecutive(1) })
      yield* tags(
        [new Errors.CircuitOpen({ service }), new Errors.InProgress({ operation: "It" })].map((e) => breaker(fail(e)))
      )
      expect(yield* stateOf(breaker)).toBe("Closed")
    }))

  it.effect("counts what it is told to", () =>
    Effect.gen(function*() {
      const isFailure = (error: ToolError.Any) => error._tag === "Unauthenticated"
      const breaker = yield* make({ tripPolicy: CircuitBreaker.consecutive(1), isFailure })
      yield* Effect.exit(breaker(fail()))
      expect(yield* stateOf(breaker)).toBe("Closed")
      yield* Effect.exit(breaker(fail(new Errors.Unauthenticated({ service }))))
      expect(yield* stateOf(breaker)).toBe("Open")
    }))

  it.effect("counts a timeout inside it, not one around it", () =>
    Effect.gen(function*() {
      const breaker = yield* make({ tripPolicy: CircuitBreaker.consecutive(1) })
      const timeout = Deadline.within("1 second", { operation: "It" })
      yield* endsWithin(timeout(breaker(Effect.never)), 1_000)
      expect(yield* stateOf(breaker)).toBe("Closed")
      yield* endsWithin(breaker(timeout(Effect.never)), 1_000)
      expect(yield* stateOf(breaker)).toBe("Open")
    }))

  it.effect("keeps the mark of a policy inside it", () =>
    Effect.gen(function*() {
      const breaker = yield* make()
      const exit = yield* settle(breaker(RetryPolicy.retry(failing(down()).effect, RetryPolicy.quick)))
      expect(Exit.isFailure(exit) && RetryPolicy.outcome(exit.cause.reasons[0]!)?.stopped).toBe("exhausted")
    }))

  it.effect("has a circuit for each key", () =>
    Effect.gen(function*() {
      const breaker = yield* make({ tripPolicy: CircuitBreaker.consecutive(1) })
      const [eu, us] = [breaker.forKey("eu"), breaker.forKey("us")]
      expect(yield* tags([eu(fail()), eu(Effect.void), us(Effect.void), breaker(Effect.void)]))
        .toEqual(["Unavailable", "CircuitOpen", "Success", "Success"])
      const circuits = yield* breaker.circuits
      expect(circuits.map(({ key, state }) => [key, state])).toEqual([[service, "Closed"], [`${service}/eu`, "Open"]])
    }))

  it.effect("opens by the rate of failures, and longer each time, if told so", () =>
    Effect.gen(function*() {
      const breaker = yield* make({
        tripPolicy: CircuitBreaker.rate({ threshold: 0.5, size: 4, minimumCalls: 4 }),
        openDuration: Schedule.exponential("10 seconds")
      })
      const one = breaker(Effect.void)
      expect(yield* tags([one, breaker(fail()), one, breaker(fail()), one]))
        .toEqual(["Success", "Unavailable", "Success", "Unavailable", "CircuitOpen"])
      yield* TestClock.adjust("10 seconds")
      yield* Effect.exit(breaker(fail()))
      expect(yield* Effect.flip(one)).toMatchObject({ retry_after_seconds: 20 })
    }))

  it.effect("is not retried by the policy around it", () =>
    Effect.gen(function*() {
      const breaker = yield* make({ tripPolicy: CircuitBreaker.consecutive(2) })
      const { effect, seen } = failing(down())
      const exit = yield* settle(RetryPolicy.retry(breaker(effect), RetryPolicy.patient))
      expect(seen.length).toBe(2)
      expect(Option.getOrThrow(Exit.findErrorOption(exit))._tag).toBe("CircuitOpen")
    }))
})

describe("metrics and transitions", () => {
  it.effect("say what happened", () =>
    Effect.gen(function*() {
      const breaker = yield* make({ tripPolicy: CircuitBreaker.consecutive(1) })
      const told = yield* Effect.forkChild(Stream.runCollect(Stream.take(breaker.transitions, 3)), {
        startImmediately: true
      })
      yield* tags([breaker(fail()), breaker(Effect.void), breaker(Effect.void)])
      const metric = (id: string, attributes: Record<string, string>) =>
        Effect.map(Metric.snapshot, (snapshot) =>
          snapshot.find((found) =>
            found.id === id && Object.entries(attributes).every(([name, value]) =>
              found.attributes?.[name] === value
            )
          )?.state)
      expect(yield* metric("errata_circuits_not_closed", { service })).toMatchObject({ value: 1 })
      yield* TestClock.adjust("30 seconds")
      yield* breaker(Effect.void)
      expect(yield* metric("errata_circuits_not_closed", { service })).toMatchObject({ value: 0 })
      expect(yield* metric("errata_circuit_rejections_total", { service })).toMatchObject({ count: 2 })
      for (const [from, to] of [["Closed", "Open"], ["Open", "HalfOpen"], ["HalfOpen", "Closed"]] as const) {
        expect(yield* metric("errata_circuit_transitions_total", { service, from, to })).toMatchObject({ count: 1 })
      }
      expect((yield* Fiber.join(told)).map(({ to }) => to)).toEqual(["Open", "HalfOpen", "Closed"])
    }).pipe(Effect.provideService(Metric.MetricRegistry, new Map())))
})

describe("a store that cannot be reached", () => {
  const broken = Effect.fail(
    new Persistence.CircuitBreakerError({ reason: new Persistence.CircuitBreakerStoreError({ message: "no Redis" }) })
  )
  const store = { admit: () => broken, record: () => broken, state: () => broken }

  it.effect("lets calls through, and its circuits are unknown", () =>
    Effect.gen(function*() {
      const breaker = yield* CircuitBreaker.makeWithStore({ service })
      expect(yield* breaker(Effect.succeed("up"))).toBe("up")
      expect(yield* Effect.flip(breaker(fail()))).toMatchObject({ _tag: "Unavailable" })
      expect(yield* Health.collect([breaker])).toEqual({
        status: "healthy",
        circuits: [{ service, key: service, state: "Unknown", retryAfter: undefined }]
      })
    }).pipe(
      Effect.provideService(Persistence.CircuitBreakerStore, store),
      Effect.provideService(References.UnhandledLogLevel, undefined)
    ))
})

describe("Health.collect", () => {
  it.effect("is degraded while a circuit is not closed", () =>
    Effect.gen(function*() {
      const [bank, post] = yield* Effect.all([
        make({ service: "The bank", tripPolicy: CircuitBreaker.consecutive(1) }),
        make()
      ])
      expect((yield* Health.collect([bank, post])).status).toBe("healthy")
      yield* Effect.exit(bank(fail()))
      const { circuits, status } = yield* Health.collect([bank, post])
      expect(status).toBe("degraded")
      expect(circuits[0]).toMatchObject({ service: "The bank", state: "Open", retryAfter: Duration.seconds(30) })
      expect(circuits[1]).toMatchObject({ service, state: "Closed", retryAfter: undefined })
    }))
})
