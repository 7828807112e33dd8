/** Work under a key and the time: deadlines, waiting, clocks that are set, retries. */
import { describe, expect, it } from "@effect/vitest"
import * as Deadline from "@errata/core/Deadline"
import * as Errors from "@errata/core/Errors"
import * as Idempotency from "@errata/core/Idempotency"
import * as IdempotencyKey from "@errata/core/IdempotencyKey"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as ToolCall from "@errata/core/ToolCall"
import * as Verified from "@errata/core/Verified"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as TestClock from "effect/testing/TestClock"
import { type Changes, type Charge, charge, type ChargeError, once, options } from "./support/charge.ts"
import { elsewhere, memory, on, type Store } from "./support/stores.ts"

const marked = { effects: "marked" } as const
const pay = ToolCall.irreversible(Effect.void, { name: "pay" })

/** A call with a deadline. */
const within = (store: Store, seconds: number, work: Effect.Effect<Charge, ChargeError>, changes: Changes = {}) =>
  on(store)(once(work, changes)).pipe(Deadline.within(`${seconds} seconds`, { operation: "The call" }))

describe("a deadline", () => {
  it.effect("before anything happened frees the key, and says what took too long", () =>
    Effect.gen(function*() {
      const store = yield* memory
      const fiber = yield* Effect.forkChild(Effect.flip(within(store, 50, Effect.never, marked)))
      yield* TestClock.adjust("50 seconds")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "Timeout", operation: "charge_user", timeout_seconds: 50 })
      expect(yield* within(store, 50, Effect.succeed(charge(1)), marked)).toEqual(charge(1))
    }))

  it.effect("after an effect began says that nobody knows, and still answers in time", () =>
    Effect.gen(function*() {
      const store = yield* memory
      for (const [work, changes] of [[Effect.never, {}], [Effect.andThen(pay, Effect.never), marked]] as const) {
        const key = IdempotencyKey.make(`order-${"effects" in changes}`)
        const fiber = yield* Effect.forkChild(Effect.flip(within(store, 50, work, { ...changes, key })))
        yield* TestClock.adjust("49900 millis")
        expect((yield* Fiber.join(fiber))._tag).toBe("OutcomeUnknown")
        const next = yield* Effect.flip(within(store, 50, Effect.die("no"), { ...changes, key }))
        expect(next._tag).toBe("OutcomeUnknown")
      }
    }))

  it.effect("leaves time to find out", () =>
    Effect.gen(function*() {
      const store = yield* memory
      const verify = { check: Effect.delay(Effect.succeed(Verified.tookEffect(charge(9))), "4 seconds") }
      const fiber = yield* Effect.forkChild(within(store, 50, Effect.never, { verify }))
      yield* TestClock.adjust("49900 millis")
      expect(yield* Fiber.join(fiber)).toEqual(charge(9))
    }))

  it.effect("that is over when the key comes lets nothing begin", () =>
    Effect.gen(function*() {
      const store = yield* memory
      const slow: Store = { ...store, claim: (request) => Effect.delay(store.claim(request), "1900 millis") }
      let runs = 0
      const work = Effect.sync(() => charge(++runs))
      const fiber = yield* Effect.forkChild(Effect.flip(within(slow, 2, work)))
      yield* TestClock.adjust("1950 millis")
      expect((yield* Fiber.join(fiber))._tag).toBe("Timeout")
      expect(runs).toBe(0)
      expect(yield* within(store, 2, work)).toEqual(charge(1))
    }))

  it.effect("that is over when an unknown key comes leaves it unknown", () =>
    Effect.gen(function*() {
      const store = yield* memory
      yield* Effect.flip(on(store)(once(Effect.die("lost"))))
      const slow: Store = { ...store, claim: (request) => Effect.delay(store.claim(request), "1900 millis") }
      const fiber = yield* Effect.forkChild(Effect.flip(within(slow, 2, Effect.die("no"), { whenLost: "run again" })))
      yield* TestClock.adjust("1950 millis")
      expect((yield* Fiber.join(fiber))._tag).toBe("OutcomeUnknown")
      expect((yield* Effect.flip(on(store)(once(Effect.die("no")))))._tag).toBe("OutcomeUnknown")
    }))

  it.effect("of who waits ends the waiting with the seconds that the lease has left", () =>
    Effect.gen(function*() {
      const store = yield* memory
      for (const other of [store, elsewhere(store)]) {
        const key = IdempotencyKey.make(`order-${other === store}`)
        const first = yield* Effect.forkChild(
          within(store, 500, Effect.delay(Effect.succeed(charge(1)), "5 minutes"), { key })
        )
        yield* Effect.yieldNow
        const second = yield* Effect.forkChild(Effect.flip(within(other, 20, Effect.die("no"), { key })))
        yield* TestClock.adjust("19900 millis")
        expect(yield* Fiber.join(second)).toMatchObject({ _tag: "InProgress", operation: "charge_user" })
        yield* TestClock.adjust("6 minutes")
        expect(yield* Fiber.join(first)).toEqual(charge(1))
      }
    }))
})

describe("a clock that is set", () => {
  for (const years of [-1, 1]) {
    it.effect(`by ${years} year loses no key and doubles nothing`, () =>
      Effect.gen(function*() {
        const store = yield* memory
        let [runs, offset] = [0, 0]
        const clock = yield* Clock.Clock
        const moved: Clock.Clock = Object.assign(Object.create(clock) as Clock.Clock, {
          currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe() + offset
        })
        const set = Effect.provideService(Clock.Clock, moved)
        const work = Effect.delay(Effect.sync(() => charge(++runs)), "50 seconds")
        const first = yield* Effect.forkChild(set(on(store)(once(work))))
        yield* TestClock.adjust("5 seconds")
        offset = years * 365 * 86_400_000
        const second = yield* Effect.forkChild(set(on(elsewhere(store))(once(work))))
        yield* TestClock.adjust("1 minute")
        expect([yield* Fiber.join(first), yield* Fiber.join(second)]).toEqual([charge(1), charge(1)])
        offset = 0
        expect(yield* set(on(store)(once(work)))).toEqual(charge(1))
      }))
  }
})

describe("a retry policy inside", () => {
  const policy = RetryPolicy.make(Schedule.spaced("1 second"), { maxRetries: 2 })
  const failing = (attempts: { n: number }, before: Effect.Effect<void>) =>
    Effect.suspend(() => {
      attempts.n++
      return Effect.andThen(before, Effect.fail(new Errors.Unavailable({ service: "The bank" })))
    })

  const tried = (store: Store, before: Effect.Effect<void>, changes: Changes) =>
    Effect.gen(function*() {
      const attempts = { n: 0 }
      const work = RetryPolicy.retry(failing(attempts, before), policy)
      const fiber = yield* Effect.forkChild(Effect.flip(on(store)(once(work, changes))))
      yield* TestClock.adjust("2 minutes")
      return { attempts: attempts.n, error: (yield* Fiber.join(fiber))._tag }
    })

  it.effect("repeats what began no effect", () =>
    Effect.gen(function*() {
      const store = yield* memory
      expect(yield* tried(store, Effect.void, marked)).toEqual({ attempts: 3, error: "Unavailable" })
      expect(yield* on(store)(once(Effect.succeed(charge(1)), marked))).toEqual(charge(1))
    }))

  it.effect("does not repeat what began one, unless it may run again", () =>
    Effect.gen(function*() {
      const store = yield* memory
      expect(yield* tried(store, pay, marked)).toEqual({ attempts: 1, error: "OutcomeUnknown" })
      const key = IdempotencyKey.make("order-8")
      const again = { ...marked, key, whenLost: "run again" } as const
      expect(yield* tried(store, pay, again)).toEqual({ attempts: 3, error: "Unavailable" })
    }))
})

describe("work within work", () => {
  it.effect("has keys of its own: a repeat of the whole repeats no part that is done", () =>
    Effect.gen(function*() {
      const store = yield* memory
      const done: Array<string> = []
      const item = (name: string) =>
        Effect.flatMap(Idempotency.childKey(name), (key) =>
          once(
            ToolCall.irreversible(Effect.sync(() => charge(done.push(name)))),
            {
              ...marked,
              key: Option.getOrThrow(key)
            }
          ))
      const whole = (fails: boolean) =>
        Effect.andThen(
          Effect.forEach(["a", "b"], item),
          fails ? Effect.fail(new Errors.Unavailable({ service: "The printer" })) : Effect.succeed(charge(9))
        ) as Effect.Effect<Charge, ChargeError>
      expect((yield* Effect.flip(on(store)(once(whole(true), marked))))._tag).toBe("Unavailable")
      expect(yield* on(store)(once(whole(false), marked))).toEqual(charge(9))
      expect(done).toEqual(["a", "b"])
    }))
})

describe("the current key", () => {
  it.effect("is that of the call, and gives children that stay the same over repeats", () =>
    Effect.gen(function*() {
      const store = yield* memory
      const seen: Array<unknown> = []
      const work = Effect.gen(function*() {
        const current = Option.getOrThrow(yield* Idempotency.current)
        seen.push(current.key, current.child("charge"), Option.getOrThrow(yield* Idempotency.childKey("charge")))
        return charge(1)
      })
      yield* on(store)(once(work))
      const { key } = options()
      const child = IdempotencyKey.child(key, "charge")
      expect(seen).toEqual([key, child, child])
      expect(yield* Idempotency.current).toEqual(Option.none())
      expect(yield* Idempotency.childKey("charge")).toEqual(Option.none())
    }))
})
