/** P5: what a retry policy, and a breaker with it, cost a call that succeeds at once. And what a refusal costs. */
import * as CircuitBreaker from "@errata/core/CircuitBreaker"
import * as Errors from "@errata/core/Errors"
import * as Policy from "@errata/core/Policy"
import * as Promises from "@errata/core/promise"
import * as RetryBudget from "@errata/core/RetryBudget"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Cockatiel from "cockatiel"
import * as Effect from "effect/Effect"
import { flow } from "effect/Function"
import * as Breaker from "effect/persistence/CircuitBreaker"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import Opossum from "opossum"
import pRetry from "p-retry"
import type { Benchmark } from "./lib/benchmark.ts"
import { added, answer, awaited, inFiber } from "./lib/loops.ts"
import type { Comparison } from "./lib/report.ts"
import { interleave, type Plan, rounds } from "./lib/stats.ts"

const plan: Plan = { rounds: 11, chunks: 40, size: 1000, warmups: 3 }
const service = "The service"

const bare = Effect.sync(() => answer)
const promised = async () => answer

/** The same in every library: three retries, exponential and with jitter; open after five failures, for 30 s. */
const schedule = Schedule.exponential("100 millis").pipe(Schedule.jittered)
const policy = RetryPolicy.make(schedule, { maxRetries: 3 })
const own = Effect.retry({ schedule: Schedule.upTo(schedule, { times: 3 }) })
const cockatielRetry = () =>
  Cockatiel.retry(Cockatiel.handleAll, { maxAttempts: 3, backoff: new Cockatiel.ExponentialBackoff() })
const cockatielBreaker = () =>
  Cockatiel.circuitBreaker(Cockatiel.handleAll, {
    halfOpenAfter: 30_000,
    breaker: new Cockatiel.ConsecutiveBreaker(5)
  })
const cockatielTimeout = (millis: number) => Cockatiel.timeout(millis, Cockatiel.TimeoutStrategy.Cooperative)
const opossum = (operation: () => Promise<number>) => new Opossum(operation, { timeout: false, resetTimeout: 30_000 })

const retrying = async (): Promise<Comparison> => {
  const cockatiel = cockatielRetry()
  const measured = await interleave([
    inFiber("bare effect", bare),
    inFiber("bare effect again", bare),
    inFiber("Errata", RetryPolicy.retry(bare, policy)),
    inFiber("Errata with a budget", RetryPolicy.retry(bare, RetryPolicy.withBudget(policy, RetryBudget.make()))),
    inFiber("Effect.retry", own(bare)),
    awaited("bare promise", promised),
    awaited("cockatiel", () => cockatiel.execute(promised)),
    awaited("p-retry", () => pRetry(promised, { retries: 3 }))
  ], plan)
  const samples = [
    ...measured,
    added(measured, "Errata", "bare effect"),
    added(measured, "Errata with a budget", "bare effect"),
    added(measured, "Effect.retry", "bare effect"),
    added(measured, "cockatiel", "bare promise"),
    added(measured, "p-retry", "bare promise"),
    { name: "50 ns", rounds: Array.from({ length: rounds(plan.rounds) }, () => 50) }
  ]
  return {
    title: "Retry policy, success",
    unit: "ns/operation",
    samples,
    control: ["bare effect", "bare effect again"],
    goals: [
      { variant: "added by Errata", against: "50 ns", atMost: 1 },
      { variant: "added by Errata", against: "added by cockatiel", atMost: 1 }
    ]
  }
}

/** Does the same for work that returns a promise. */
const retryingPromises = async (): Promise<Comparison> => {
  const cockatiel = cockatielRetry()
  const dependency = Promises.forDependency({ service, retry: policy })
  const samples = await interleave([
    awaited("bare promise", promised),
    awaited("bare promise again", promised),
    awaited("Errata", () => Promises.retry(promised, policy)),
    awaited("Errata, forDependency", () => dependency(promised)),
    awaited(
      "Errata's effect, a fiber for each",
      () => Effect.runPromise(RetryPolicy.retry(Effect.promise(promised), policy))
    ),
    awaited("cockatiel", () => cockatiel.execute(promised)),
    awaited("p-retry", () => pRetry(promised, { retries: 3 }))
  ], { ...plan, size: 200 })
  return {
    title: "Retry policy for promises, success",
    unit: "ns/operation",
    samples,
    control: ["bare promise", "bare promise again"],
    goals: []
  }
}

const both = async (scope: Scope.Scope): Promise<Comparison> => {
  const breaker = await Effect.runPromise(Scope.provide(CircuitBreaker.make({ service }), scope))
  const effects = await Effect.runPromise(ownBreaker(scope))
  const guarded = flow(breaker, RetryPolicy.retry(policy))(bare)
  const cockatiel = Cockatiel.wrap(cockatielRetry(), cockatielBreaker())
  const timed = Cockatiel.wrap(cockatielTimeout(45_000), cockatielRetry(), cockatielBreaker(), cockatielTimeout(10_000))
  const whole = await Effect.runPromise(Policy.forDependency({ service, retry: policy, breaker }))
  const circuit = opossum(promised)
  const samples = await interleave([
    awaited("cockatiel", () => cockatiel.execute(promised)),
    awaited("cockatiel again", () => cockatiel.execute(promised)),
    awaited("opossum in p-retry", () => pRetry(() => circuit.fire(), { retries: 3 })),
    inFiber("Errata", guarded),
    awaited("Errata, a fiber for each", () => Effect.runPromise(guarded)),
    inFiber("effect's breaker", effects.execute(bare, { key: service })),
    inFiber("effect's breaker in Effect.retry", own(effects.execute(bare, { key: service }))),
    awaited("cockatiel with timeouts", () => timed.execute(promised)),
    inFiber("Errata, forDependency", whole(bare))
  ], { ...plan, size: 400 })
  return {
    title: "Breaker and retry, success",
    unit: "ns/operation",
    samples,
    control: ["cockatiel", "cockatiel again"],
    goals: []
  }
}

/** Refuses by an open circuit: nothing is called, and nothing is tried again. */
const refusing = async (scope: Scope.Scope): Promise<Comparison> => {
  const breaker = await Effect.runPromise(
    Scope.provide(
      CircuitBreaker.make({ service, tripPolicy: CircuitBreaker.consecutive(1), openDuration: "1 hour" }),
      scope
    )
  )
  const down = Effect.fail(new Errors.Unavailable({ service }))
  await Effect.runPromise(Effect.exit(breaker(down)))
  const refused = flow(breaker, RetryPolicy.retry(policy))(bare)
  const cockatielOpen = cockatielBreaker()
  const isolation = cockatielOpen.isolate()
  const cockatiel = Cockatiel.wrap(
    Cockatiel.retry(Cockatiel.handleWhen((error) => !Cockatiel.isBrokenCircuitError(error)), { maxAttempts: 3 }),
    cockatielOpen
  )
  const circuit = opossum(promised)
  circuit.open()
  const once = (call: () => Promise<number>) => () => call().then(() => 0, () => answer)
  const shouldRetry = () => false
  const samples = await interleave([
    awaited("cockatiel", once(() => cockatiel.execute(promised))),
    awaited("cockatiel again", once(() => cockatiel.execute(promised))),
    awaited("opossum in p-retry", once(() => pRetry(() => circuit.fire(), { retries: 3, shouldRetry }))),
    inFiber("Errata", Effect.match(refused, { onFailure: () => answer, onSuccess: () => 0 }))
  ], { ...plan, size: 200 })
  isolation.dispose()
  return {
    title: "Open circuit, refusal",
    unit: "ns/operation",
    samples,
    control: ["cockatiel", "cockatiel again"],
    goals: []
  }
}

const ownBreaker = (scope: Scope.Scope) =>
  Breaker.make({ tripPolicy: Breaker.consecutive(5), openDuration: "30 seconds" }).pipe(
    Effect.provide(Breaker.layerStoreMemory()),
    Scope.provide(scope)
  )

export const benchmark: Benchmark = {
  steps: () => {
    const scope = Scope.makeUnsafe()
    return [retrying, retryingPromises, () => both(scope), () => refusing(scope)]
  }
}
