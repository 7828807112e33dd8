/** Work under a key: what runs, what is kept, what is freed, and what a repeat gets. */
import { describe, expect, it } from "@effect/vitest"
import * as Deadline from "@errata/core/Deadline"
import * as Errors from "@errata/core/Errors"
import * as Idempotency from "@errata/core/Idempotency"
import * as IdempotencyKey from "@errata/core/IdempotencyKey"
import * as IdempotencyStore from "@errata/core/IdempotencyStore"
import * as Advice from "@errata/core/internal/advice"
import * as RecoveryStep from "@errata/core/RecoveryStep"
import * as Redaction from "@errata/core/Redaction"
import * as ToolCall from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import * as Verified from "@errata/core/Verified"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { CardDeclined, type Charge, charge, type ChargeError, once, options } from "./support/charge.ts"

const memory = IdempotencyStore.layerMemory()

/** A test with a store of its own. */
const test = (
  name: string,
  program: () => Generator<Effect.Effect<unknown, unknown, IdempotencyStore.IdempotencyStore>, void, never>
) => it.effect(name, () => Effect.provide(Effect.gen(program), memory))

/** Counts how often it ran. */
class Counter {
  runs = 0
  readonly work: Effect.Effect<Charge, ChargeError>

  constructor(f: (n: number) => Effect.Effect<Charge, ChargeError>) {
    this.work = Effect.suspend(() => f(++this.runs))
  }
}

const counted = (f: (n: number) => Effect.Effect<Charge, ChargeError> = (n) => Effect.succeed(charge(n))): Counter =>
  new Counter(f)

const notes = () => {
  const all: Array<Idempotency.Note> = []
  return { all, onNote: (note: Idempotency.Note) => Effect.sync(() => void all.push(note)) }
}

const withoutFiber = (exit: Exit.Exit<unknown, unknown>) =>
  exit._tag === "Success" ? exit : exit.cause.reasons.map((reason) => ({ ...reason, fiberId: undefined }))

const { codec: _, verify: __, ...call } = options()

const declined = new CardDeclined({ user_id: "u-1", left: 3 })
const down = new Errors.Unavailable({ service: "The bank" })
const marked = { effects: "marked" } as const

describe("a success", () => {
  test("runs once for 100 concurrent calls, who all get it", function*() {
    const counter = counted((n) => Effect.delay(Effect.succeed(charge(n)), "1 second"))
    const told = notes()
    const all = Effect.all(Array.from({ length: 100 }, () => once(counter.work, told)), { concurrency: "unbounded" })
    const fiber = yield* Effect.forkChild(all)
    yield* TestClock.adjust("2 seconds")
    expect(yield* Fiber.join(fiber)).toEqual(Array(100).fill(charge(1)))
    expect(told.all.length).toBe(99)
    expect(new Set(told.all.map(({ originalReferenceId }) => originalReferenceId)).size).toBe(1)
    expect(counter.runs).toBe(1)
  })

  test("is given again, with a word that it is a replay", function*() {
    const counter = counted()
    const told = notes()
    const first = yield* once(counter.work, told)
    expect(told.all).toEqual([])
    const second = yield* once(counter.work, told)
    expect(second).toEqual(first)
    expect(second.at).toBeInstanceOf(Date)
    expect(counter.runs).toBe(1)
    expect(told.all).toEqual([{ replayed: true, originalReferenceId: expect.stringMatching(/^[0-9a-f]{8}$/) }])
  })

  test("is kept for its retention", function*() {
    const counter = counted()
    yield* once(counter.work, { retention: "1 hour" })
    yield* TestClock.adjust("59 minutes")
    yield* once(counter.work)
    expect(counter.runs).toBe(1)
    yield* TestClock.adjust("2 minutes")
    yield* once(counter.work)
    expect(counter.runs).toBe(2)
  })

  test("is another one for another key, tool or caller", function*() {
    const counter = counted()
    yield* once(counter.work)
    yield* once(counter.work, { key: IdempotencyKey.make("order-8") })
    yield* once(counter.work, { tool: "charge_team" })
    yield* once(counter.work, { principal: "bob" })
    yield* once(counter.work, { principal: "" })
    expect(counter.runs).toBe(5)
  })

  test("that is nothing is kept too", function*() {
    const codec = Idempotency.codec({ output: Schema.Void, errors: [] })
    const counter = { runs: 0 }
    const work = Idempotency.once(Effect.sync(() => void counter.runs++), { ...call, codec })
    expect([yield* work, yield* work, counter.runs]).toEqual([undefined, undefined, 1])
  })

  test("that is too large to keep is told once, and then that it took effect", function*() {
    const counter = counted()
    expect(yield* once(counter.work, { maxSize: 20 })).toEqual(charge(1))
    const error = yield* Effect.flip(once(counter.work, { maxSize: 20 }))
    expect(error._tag).toBe("TooLarge")
    expect(ToolError.guidance(error).message).toBe(
      "An earlier call of charge_user with this key took effect, and its result was too large to keep"
    )
    expect(counter.runs).toBe(1)
  })

  test("that does not fit its schema is kept as one that took effect", function*() {
    const counter = counted(() => Effect.succeed({ charge_id: 7 } as never))
    yield* once(counter.work)
    expect((yield* Effect.flip(once(counter.work)))._tag).toBe("TooLarge")
    expect(counter.runs).toBe(1)
  })

  test("that cannot be read any more is not worked out again", function*() {
    const counter = counted()
    yield* once(counter.work)
    const codec = Idempotency.codec({ output: Schema.Struct({ other: Schema.String }), errors: [] })
    const again = Idempotency.once(Effect.die("it must not run"), { ...call, codec })
    const error = yield* Effect.flip(again)
    expect(error._tag).toBe("ProcessingError")
    expect(ToolError.guidance(error).message).toContain("took effect, and its result cannot be read any more")
  })
})

describe("other arguments", () => {
  test("are refused while the key is in progress, and after", function*() {
    const counter = counted((n) => Effect.delay(Effect.succeed(charge(n)), "1 second"))
    const other = once(counter.work, { arguments: { user_id: "u-1", amount: 6 } })
    const fiber = yield* Effect.forkChild(once(counter.work))
    yield* Effect.yieldNow
    expect((yield* Effect.flip(other))._tag).toBe("IdempotencyConflict")
    yield* TestClock.adjust("1 second")
    yield* Fiber.join(fiber)
    expect((yield* Effect.flip(other))._tag).toBe("IdempotencyConflict")
    expect((yield* Effect.flip(once(counter.work, { version: "2" })))._tag).toBe("IdempotencyConflict")
    expect(yield* once(counter.work, { arguments: { amount: 5, user_id: "u-1" } })).toEqual(charge(1))
    expect(counter.runs).toBe(1)
  })
})

describe("a failure", () => {
  test("that is permanent is kept, with its fields and guidance, if something may have happened", function*() {
    const steps = [RecoveryStep.manual("Ask for another card")]
    const error = () =>
      ToolError.withGuidance(new CardDeclined({ user_id: "u-1", left: 3 }), { steps, suggestion: "Pay cash" })
    const counter = counted(() => Effect.fail(error()))
    const told = notes()
    const first = yield* Effect.flip(once(counter.work, told))
    const second = yield* Effect.flip(once(counter.work, told))
    expect(counter.runs).toBe(1)
    expect(second).toBeInstanceOf(CardDeclined)
    expect(second).toEqual(first)
    expect(second).not.toBe(first)
    expect(ToolError.guidance(second)).toEqual({ steps, suggestion: "Pay cash", retryAfter: undefined })
    expect(told.all).toEqual([{ replayed: true, originalReferenceId: expect.any(String) }])
  })

  test("of a class that is not declared any more says what was said", function*() {
    yield* Effect.flip(once(Effect.fail(declined)))
    const codec = Idempotency.codec({ output: Schema.String, errors: [] })
    const error = yield* Effect.flip(Idempotency.once(Effect.die("no"), { ...call, codec }))
    expect(error._tag).toBe("ProcessingError")
    expect(ToolError.guidance(error).message).toBe("The card of u-1 was declined")
  })

  test("frees the key if nothing has happened yet, whatever it is", function*() {
    const failures: ReadonlyArray<Effect.Effect<never, ChargeError>> = [
      Effect.fail(declined),
      Effect.fail(down),
      Effect.fail(new Errors.InvalidArguments({ issues: [] })),
      Effect.die("a bug"),
      Effect.interrupt
    ]
    for (const failure of failures) {
      const counter = counted((n) => n === 1 ? failure : Effect.succeed(charge(n)))
      const key = IdempotencyKey.make(`order-${failures.indexOf(failure)}`)
      const exit = yield* Effect.exit(once(counter.work, { ...marked, key }))
      expect(withoutFiber(exit)).toEqual(withoutFiber(yield* Effect.exit(failure)))
      expect(yield* once(counter.work, { ...marked, key })).toEqual(charge(2))
    }
  })

  test("after a marked effect is kept, or leaves the outcome unknown", function*() {
    const pay = ToolCall.irreversible(Effect.void, { name: "pay" })
    const kept = counted(() => Effect.andThen(pay, Effect.fail(declined)))
    yield* Effect.flip(once(kept.work, marked))
    expect(yield* Effect.flip(once(kept.work, marked))).toEqual(declined)
    expect(kept.runs).toBe(1)

    const key = IdempotencyKey.make("order-8")
    const lost = counted(() => Effect.andThen(pay, Effect.fail(down)))
    for (let i = 0; i < 3; i++) {
      expect((yield* Effect.flip(once(lost.work, { ...marked, key })))._tag).toBe("OutcomeUnknown")
    }
    expect(lost.runs).toBe(1)
  })

  test("that says nothing leaves the outcome unknown, and says how to find out", function*() {
    const failures: ReadonlyArray<Effect.Effect<never, ChargeError>> = [
      Effect.fail(down),
      Effect.fail(new Errors.RateLimited({ service: "x" })),
      Effect.die("a bug")
    ]
    const step = { action: "Look for the charge", tool: "get_charge", parameters: { user_id: "u-1" } }
    const verify = { check: Effect.succeed(Verified.cannotTell), step }
    for (const [i, failure] of failures.entries()) {
      const counter = counted(() => failure)
      const key = IdempotencyKey.make(`order-${i}`)
      for (let n = 0; n < 2; n++) {
        const error = yield* Effect.flip(once(counter.work, { key, verify }))
        expect(error._tag).toBe("OutcomeUnknown")
        expect(ToolError.guidance(error).steps).toEqual([step])
      }
      expect(counter.runs).toBe(1)
    }
  })

  test("is tried again where the tool declares that it may run again", function*() {
    const counter = counted((n) => n === 1 ? Effect.fail(down) : Effect.succeed(charge(n)))
    expect(yield* Effect.flip(once(counter.work, { whenLost: "run again" }))).toEqual(down)
    expect(yield* once(counter.work, { whenLost: "run again" })).toEqual(charge(2))
  })

  test("is shared by those who wait", function*() {
    const counter = counted(() => Effect.delay(Effect.fail(down), "1 second"))
    const all = Effect.all(Array.from({ length: 5 }, () => Effect.flip(once(counter.work, marked))), {
      concurrency: "unbounded"
    })
    const fiber = yield* Effect.forkChild(all)
    yield* TestClock.adjust("1 second")
    expect((yield* Fiber.join(fiber)).map(({ _tag }) => _tag)).toEqual(Array(5).fill("Unavailable"))
    expect(counter.runs).toBe(1)
  })
})

describe("an interruption", () => {
  test("of the one at work is nobody else's: who waits takes over if nothing happened", function*() {
    const counter = counted((n) => Effect.delay(Effect.succeed(charge(n)), "1 second"))
    const first = yield* Effect.forkChild(once(counter.work, marked))
    yield* Effect.yieldNow
    const second = yield* Effect.forkChild(once(counter.work, marked))
    yield* Effect.yieldNow
    yield* Fiber.interrupt(first)
    yield* TestClock.adjust("2 seconds")
    expect(yield* Fiber.join(second)).toEqual(charge(2))
  })

  test("after an effect may have begun leaves the outcome unknown", function*() {
    const counter = counted(() => Effect.never)
    const first = yield* Effect.forkChild(once(counter.work))
    yield* Effect.yieldNow
    const second = yield* Effect.forkChild(Effect.flip(once(counter.work)))
    yield* Effect.yieldNow
    yield* Fiber.interrupt(first)
    expect(Cause.hasInterrupts(Exit.getCause(yield* Fiber.await(first)).pipe(Option.getOrThrow))).toBe(true)
    expect((yield* Fiber.join(second))._tag).toBe("OutcomeUnknown")
    expect(counter.runs).toBe(1)
  })

  test("of one that waits stops the waiting and nothing else", function*() {
    const counter = counted((n) => Effect.delay(Effect.succeed(charge(n)), "1 second"))
    const first = yield* Effect.forkChild(once(counter.work))
    yield* Effect.yieldNow
    const second = yield* Effect.forkChild(once(counter.work))
    yield* Effect.yieldNow
    yield* Fiber.interrupt(second)
    yield* TestClock.adjust("1 second")
    expect(yield* Fiber.join(first)).toEqual(charge(1))
  })
})

describe("a duplicate", () => {
  test("is refused at once where that is wanted, with the seconds that are left", function*() {
    const counter = counted(() => Effect.never)
    yield* Effect.forkChild(once(counter.work))
    yield* TestClock.adjust("5500 millis")
    const error = yield* Effect.flip(once(counter.work, { duplicates: "reject" }))
    expect(error).toMatchObject({ _tag: "InProgress", operation: "charge_user", retry_after_seconds: 25 })
  })
})

describe("what is kept", () => {
  const kept = (work: Effect.Effect<unknown, ToolError.Any>, codec: Idempotency.Codec<never, never>) =>
    Effect.gen(function*() {
      let value: string | undefined
      const store = yield* IdempotencyStore.IdempotencyStore
      const watched = {
        ...store,
        complete: (held: IdempotencyStore.Held, outcome: IdempotencyStore.Outcome) => {
          value = outcome.value
          return store.complete(held, outcome)
        }
      }
      const once = Idempotency.once(work as Effect.Effect<never>, { ...call, codec })
      yield* Effect.exit(Effect.provideService(once, IdempotencyStore.IdempotencyStore, watched))
      return value
    })

  test("holds no sensitive part of a result", function*() {
    const output = Schema.Struct({ id: Schema.String, pin: Redaction.sensitive(Schema.String) })
    const codec = Idempotency.codec({ output, errors: [] })
    const value = yield* kept(Effect.succeed({ id: "ch_1", pin: "4711" }), codec as never)
    expect(value).toBe("{\"value\":{\"id\":\"ch_1\"}}")
  })

  test("holds no secret of an error, and its ids whole or not at all", function*() {
    const token = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"
    const error = ToolError.withGuidance(new CardDeclined({ user_id: token, left: 3 }), {
      message: `Refused with ${token}`,
      suggestion: `Do not use ${token}`,
      similarMatches: ["u-2", token],
      steps: [{ action: "Look", tool: "get_user", parameters: { user_id: token, page: 1 } }]
    })
    const codec = Idempotency.codec({ output: Schema.String, errors: [CardDeclined] })
    const value = yield* kept(Effect.fail(error), codec as never)
    expect(value).not.toContain("sk_live")
    expect(JSON.parse(value!)).toMatchObject({
      tag: "CardDeclined",
      details: { left: 3 },
      guidance: {
        similarMatches: ["u-2"],
        steps: [{ action: "Look", tool: "get_user", parameters: { page: 1 }, fill: ["user_id"] }]
      }
    })
  })

  test("holds neither the key nor the caller", function*() {
    const claims: Array<IdempotencyStore.Request> = []
    const store = yield* IdempotencyStore.IdempotencyStore
    const watched = {
      ...store,
      claim: (request: IdempotencyStore.Request) => {
        claims.push(request)
        return store.claim(request)
      }
    }
    yield* Effect.provideService(once(Effect.succeed(charge(1))), IdempotencyStore.IdempotencyStore, watched)
    expect(claims.length).toBe(1)
    expect(JSON.stringify(claims)).not.toMatch(/order-7|ada|u-1/)
    expect(claims[0]).toMatchObject({
      begun: true,
      takesUnknown: false,
      owner: expect.stringMatching(/^[0-9a-f]{32}$/)
    })
  })
})

describe("marked effects", () => {
  test("that others have are marked by hand", function*() {
    const store = yield* IdempotencyStore.IdempotencyStore
    const id = IdempotencyKey.scopeId(options().key, { principal: "ada", tool: "charge_user" })
    const died = Effect.andThen(ToolCall.markOpen("the printer was told"), Effect.never)
    const first = yield* Effect.forkChild(once(died, marked))
    yield* Effect.yieldNow
    yield* Fiber.interrupt(first)
    expect((yield* store.lookup(id))._tag).toBe("Unknown")
  })

  test("are not what an inner step lost", function*() {
    const step = Deadline.within(Effect.never, "1 second", { operation: "Looking" })
    const looked = Effect.as(Effect.ignore(step), charge(1))
    const failing = Effect.andThen(looked, Effect.fail(declined))
    const fiber = yield* Effect.forkChild(Effect.flip(once(failing, marked)))
    yield* TestClock.adjust("2 seconds")
    expect(yield* Fiber.join(fiber)).toEqual(declined)
    expect(yield* once(Effect.succeed(charge(2)), marked)).toEqual(charge(2))
  })

  test("are what a failure tells of another server", function*() {
    const unknown = Effect.fail(Advice.markOpen(new CardDeclined({ user_id: "u-1", left: 3 }), "timeout"))
    expect((yield* Effect.flip(once(unknown, marked)))._tag).toBe("OutcomeUnknown")
  })
})
