/** Work under a key whose store fails, hangs or loses its answers, at each of its steps. */
import { describe, expect, it } from "@effect/vitest"
import type * as Idempotency from "@errata/core/Idempotency"
import * as IdempotencyKey from "@errata/core/IdempotencyKey"
import * as ToolCall from "@errata/core/ToolCall"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { CardDeclined, type Changes, type Charge, charge, type ChargeError, once, options } from "./support/charge.ts"
import { elsewhere, type Fault, faults, faulty, memory, on, type Step, type Store } from "./support/stores.ts"

const id = IdempotencyKey.scopeId(options().key, { principal: "ada", tool: "charge_user" })

/** Runs a program while time passes. */
const running = <A, E>(program: Effect.Effect<A, E>, minutes = 3) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.forkChild(Effect.exit(program))
    for (let i = 0; i < minutes * 60; i++) yield* TestClock.adjust("1 second")
    return yield* (yield* Fiber.join(fiber))
  })

interface World {
  readonly store: Store
  runs: number
  effects: number
}

const pay = (world: World, seconds: number): Effect.Effect<Charge> =>
  Effect.gen(function*() {
    world.runs++
    yield* Effect.sleep(`${seconds} seconds`)
    yield* ToolCall.irreversible(Effect.sync(() => void world.effects++))
    yield* Effect.sleep(`${seconds} seconds`)
    return charge(world.effects)
  })

const worldWith = (step: Step, fault: Fault, times: number) =>
  Effect.map(memory, (store): World & { readonly good: Store } => {
    let left = times
    return {
      store: faulty(store, (now) => now === step && left-- > 0 ? fault : undefined),
      good: store,
      runs: 0,
      effects: 0
    }
  })

const call = (world: World, changes: Changes = {}, seconds = 1) =>
  on(world.store)(once(pay(world, seconds), changes)) as Effect.Effect<Charge, ChargeError | Idempotency.Failure>

describe("a store that fails once", () => {
  for (const effects of ["marked", undefined] as const) {
    for (const step of ["claim", "begin", "complete", "renew"] as const) {
      for (const fault of faults) {
        it.effect(`${step}: ${fault}, effects ${effects}: nobody notices`, () =>
          Effect.gen(function*() {
            const world = yield* worldWith(step, fault, 1)
            const first = yield* running(call(world, { effects, storeTimeout: "5 seconds" }, 20))
            expect(first).toEqual(charge(1))
            expect(yield* running(call(world, { effects }), 1)).toEqual(charge(1))
            expect([world.runs, world.effects]).toEqual([1, 1])
          }))
      }
    }
  }
})

describe("a store that fails for good", () => {
  for (const fault of faults) {
    it.effect(`claim: ${fault}: nothing runs`, () =>
      Effect.gen(function*() {
        const world = yield* worldWith("claim", fault, 1000)
        const error = yield* Effect.flip(running(call(world)))
        expect(error).toMatchObject({ _tag: "Unavailable", service: "The store of idempotency keys" })
        expect(world.runs).toBe(0)
      }))

    it.effect(`claim: ${fault}: it runs unprotected where the tool says so`, () =>
      Effect.gen(function*() {
        const world = yield* worldWith("claim", fault, 1000)
        expect(yield* running(call(world, { whenStoreFails: "allow" }))).toEqual(charge(1))
        expect(world.effects).toBe(1)
      }))

    it.effect(`begin: ${fault}: no marked effect begins, and the key is free again`, () =>
      Effect.gen(function*() {
        const world = yield* worldWith("begin", fault, 2)
        expect(yield* Effect.flip(running(call(world, { effects: "marked" })))).toMatchObject({ _tag: "Unavailable" })
        expect([world.runs, world.effects]).toEqual([1, 0])
        expect(yield* running(call(world, { effects: "marked" }))).toEqual(charge(1))
      }))

    it.effect(`begin: ${fault}: a marked effect begins where the tool says so`, () =>
      Effect.gen(function*() {
        const world = yield* worldWith("begin", fault, 2)
        expect(yield* running(call(world, { effects: "marked", whenStoreFails: "allow" }))).toEqual(charge(1))
      }))

    it.effect(`complete: ${fault}: the caller has its result, and nothing runs again`, () =>
      Effect.gen(function*() {
        const world = yield* worldWith("complete", fault, 1000)
        expect(yield* running(call(world))).toEqual(charge(1))
        const next = yield* Effect.exit(running(call(world)))
        const expected = fault === "lost" ? { _tag: "Success", value: charge(1) } : { _tag: "Failure" }
        expect(next).toMatchObject(expected)
        if (next._tag === "Failure") expect(next.cause.reasons[0]).toMatchObject({ error: { _tag: "OutcomeUnknown" } })
        expect(world.effects).toBe(1)
      }))

    it.effect(`renew: ${fault}: the work goes on, and its result is kept`, () =>
      Effect.gen(function*() {
        const world = yield* worldWith("renew", fault, 1000)
        expect(yield* running(call(world, {}, 60))).toEqual(charge(1))
        expect(yield* running(call(world))).toEqual(charge(1))
        expect(world.effects).toBe(1)
      }))

    it.effect(`release: ${fault}: the failure is told, and the key is free when the lease ends`, () =>
      Effect.gen(function*() {
        const world = yield* worldWith("release", fault, 1000)
        const failing = on(world.store)(
          once(Effect.fail(new CardDeclined({ user_id: "u", left: 0 })), { effects: "marked" })
        )
        expect((yield* Effect.flip(running(failing)))._tag).toBe("CardDeclined")
        expect(yield* running(call(world))).toEqual(charge(1))
      }))

    it.effect(`abandon: ${fault}: the outcome stays unknown`, () =>
      Effect.gen(function*() {
        const world = yield* worldWith("abandon", fault, 1000)
        const failing = on(world.store)(once(Effect.die("lost")))
        expect((yield* Effect.flip(running(failing)))._tag).toBe("OutcomeUnknown")
        expect((yield* Effect.flip(running(call(world))))._tag).toBe("OutcomeUnknown")
        expect(world.runs).toBe(0)
      }))
  }

  it.effect("lets nothing begin that a failed call left behind", () =>
    Effect.gen(function*() {
      const world = yield* worldWith("release", "refused", 1000)
      const later = ToolCall.irreversible(Effect.sync(() => void world.effects++))
      const leaves = Effect.andThen(
        Effect.forkDetach(Effect.delay(later, "1 second")),
        Effect.fail(new CardDeclined({ user_id: "u", left: 0 }))
      )
      const failing = on(world.store)(once(leaves, { effects: "marked" }))
      expect((yield* Effect.flip(running(failing, 1)))._tag).toBe("CardDeclined")
      expect(world.effects).toBe(0)
    }))

  it.effect("is not left with steps that nobody waits for any more", () =>
    Effect.gen(function*() {
      const good = yield* memory
      let stopped = 0
      const hanging = Effect.onInterrupt(Effect.never, () => Effect.sync(() => void stopped++))
      const world: World = { store: { ...good, claim: () => hanging }, runs: 0, effects: 0 }
      yield* Effect.flip(running(call(world), 1))
      expect(stopped).toBeGreaterThanOrEqual(2)
    }))

  it.effect("gives back a claim whose answers were lost", () =>
    Effect.gen(function*() {
      const world = yield* worldWith("claim", "lost", 2)
      expect((yield* Effect.flip(call(world)))._tag).toBe("Unavailable")
      expect((yield* world.good.lookup(id))._tag).toBe("InProgress")
      yield* TestClock.adjust("1 second")
      expect(yield* world.good.lookup(id)).toEqual({ _tag: "Absent" })
    }))

  it.effect("does not run unprotected what somebody else does", () =>
    Effect.gen(function*() {
      const good = yield* memory
      const world: World = { store: good, runs: 0, effects: 0 }
      yield* Effect.forkChild(call(world, {}, 60))
      yield* Effect.yieldNow
      let claims = 0
      const second: World = {
        store: faulty(elsewhere(good), (step) => step === "claim" && claims++ > 0 ? "refused" : undefined),
        runs: 0,
        effects: 0
      }
      const error = yield* Effect.flip(running(call(second, { whenStoreFails: "allow" }), 1))
      expect(error._tag).toBe("InProgress")
      expect(second.runs).toBe(0)
    }))
})

describe("another process", () => {
  it.effect("waits for the outcome, and gets it", () =>
    Effect.gen(function*() {
      const good = yield* memory
      const world: World = { store: good, runs: 0, effects: 0 }
      const first = yield* Effect.forkChild(call(world, {}, 20))
      yield* Effect.yieldNow
      const other: World = { store: elsewhere(good), runs: 0, effects: 0 }
      expect(yield* running(call(other, {}, 20), 2)).toEqual(charge(1))
      expect(yield* Fiber.join(first)).toEqual(charge(1))
      expect(other.runs).toBe(0)
    }))

  it.effect("that took the key keeps its outcome: that of the late one is told to nobody", () =>
    Effect.gen(function*() {
      const good = yield* memory
      const world: World = {
        store: faulty(good, (step) => step === "renew" ? "refused" : undefined),
        runs: 0,
        effects: 0
      }
      const first = yield* Effect.forkChild(Effect.flip(call(world, {}, 30)))
      yield* TestClock.adjust("31 seconds")
      const other: World = { store: elsewhere(good), runs: 0, effects: 10 }
      const second = yield* Effect.forkChild(call(other, { whenLost: "run again" }))
      yield* TestClock.adjust("2 minutes")
      expect(yield* Fiber.join(second)).toEqual(charge(11))
      expect((yield* Fiber.join(first))._tag).toBe("OutcomeUnknown")
      expect(yield* running(call(world))).toEqual(charge(11))
    }))

  it.effect("that took the key is told by the next renewal, which stops the work", () =>
    Effect.gen(function*() {
      const good = yield* memory
      let isDown = true
      const world: World = {
        store: faulty(good, (step) => step === "renew" && isDown ? "refused" : undefined),
        runs: 0,
        effects: 0
      }
      const first = yield* Effect.forkChild(Effect.flip(call(world, {}, 600)))
      yield* TestClock.adjust("31 seconds")
      const other: World = { store: elsewhere(good), runs: 0, effects: 0 }
      const second = yield* Effect.forkChild(call(other, { whenLost: "run again" }))
      yield* TestClock.adjust("5 seconds")
      yield* Fiber.join(second)
      isDown = false
      yield* TestClock.adjust("10 seconds")
      expect((yield* Fiber.join(first))._tag).toBe("OutcomeUnknown")
      expect(world.effects).toBe(0)
    }))

  it.effect("that took the key before an effect began lets none begin, and its outcome is shared", () =>
    Effect.gen(function*() {
      const good = yield* memory
      const world: World = {
        store: faulty(good, (step) => step === "renew" ? "refused" : undefined),
        runs: 0,
        effects: 0
      }
      const marked = { effects: "marked" } as const
      const first = yield* Effect.forkChild(call(world, marked, 40))
      yield* TestClock.adjust("31 seconds")
      const other: World = { store: elsewhere(good), runs: 0, effects: 0 }
      const second = yield* Effect.forkChild(call(other, marked, 20))
      yield* TestClock.adjust("2 minutes")
      expect([yield* Fiber.join(first), yield* Fiber.join(second)]).toEqual([charge(1), charge(1)])
      expect([world.effects, other.effects]).toEqual([0, 1])
    }))
})
