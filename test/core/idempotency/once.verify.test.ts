/** Finding out what happened, and what is said where nobody can. */
import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import type * as Idempotency from "@errata/core/Idempotency"
import * as ToolCall from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import * as Verified from "@errata/core/Verified"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { type Changes, type Charge, charge, type ChargeError, once } from "./support/charge.ts"
import { elsewhere, memory, on, type Store } from "./support/stores.ts"

type Verify = Idempotency.Verify<Charge, never>

const step = { action: "Look for the charge", tool: "get_charge", parameters: { user_id: "u-1" } }
const lost = Effect.fail(new Errors.Unavailable({ service: "The bank" }))

const asking = (verdict: Effect.Effect<Verified.Verified<Charge>, unknown>) => {
  const asked = { times: 0 }
  const check = Effect.suspend(() => {
    asked.times++
    return verdict
  })
  return { asked, verify: { check, fences: true, step } as const satisfies Verify }
}

/** Leaves a key whose owner has died in the middle of its work. */
const crashed = (store: Store) =>
  Effect.gen(function*() {
    const dead = { ...elsewhere(store), renew: () => Effect.never }
    yield* Effect.forkDetach(on(dead)(once(Effect.never)))
    yield* TestClock.adjust("31 seconds")
  })

interface Ended {
  readonly value?: Charge
  readonly error?: unknown
  readonly notes: ReadonlyArray<Idempotency.Note>
}

const run = (store: Store, work: Effect.Effect<Charge, ChargeError>, changes: Changes): Effect.Effect<Ended> => {
  const notes: Array<Idempotency.Note> = []
  const told = { onNote: (note: Idempotency.Note) => Effect.sync(() => void notes.push(note)) }
  return Effect.match(on(store)(once(work, { ...told, ...changes })), {
    onSuccess: (value) => ({ value, notes }),
    onFailure: (error) => ({ error, notes })
  })
}

describe("after the own work ended openly", () => {
  it.effect("a check that found the effect gives its result, which is kept", () =>
    Effect.gen(function*() {
      const store = yield* memory
      const { asked, verify } = asking(Effect.succeed(Verified.tookEffect(charge(7))))
      expect(yield* run(store, lost, { verify })).toEqual({ value: charge(7), notes: [{ verified: true }] })
      const again = yield* run(store, Effect.die("no"), { verify })
      expect(again).toEqual({ value: charge(7), notes: [{ replayed: true, originalReferenceId: expect.any(String) }] })
      expect(asked.times).toBe(1)
    }))

  it.effect("a check that fences and found nothing frees the key, and the failure stands", () =>
    Effect.gen(function*() {
      const store = yield* memory
      const { verify } = asking(Effect.succeed(Verified.didNot))
      expect((yield* run(store, lost, { verify })).error).toMatchObject({ _tag: "Unavailable" })
      expect((yield* run(store, Effect.succeed(charge(2)), { verify })).value).toEqual(charge(2))
    }))

  it.effect("a check that fences frees nothing where the key went to somebody else meanwhile", () =>
    Effect.gen(function*() {
      const store = yield* memory
      const { verify } = asking(Effect.succeed(Verified.didNot))
      const taken = { ...store, release: () => Effect.succeed(false) }
      expect((yield* run(taken, lost, { verify })).error).toMatchObject({ _tag: "OutcomeUnknown" })
    }))

  it.effect("a check that does not fence cannot say that nothing happened", () =>
    Effect.gen(function*() {
      const store = yield* memory
      const verify = { check: Effect.succeed(Verified.didNot) } as unknown as Verify
      expect((yield* run(store, lost, { verify })).error).toMatchObject({ _tag: "OutcomeUnknown" })
    }))

  const unsure: ReadonlyArray<readonly [string, Effect.Effect<Verified.Verified<Charge>, unknown>]> = [
    ["cannot tell", Effect.succeed(Verified.cannotTell)],
    ["fails", Effect.fail("down")],
    ["dies", Effect.die(new Error("a bug"))],
    ["interrupts itself", Effect.interrupt],
    ["takes for ever", Effect.never]
  ]
  for (const [name, verdict] of unsure) {
    it.effect(`a check that ${name} leaves the outcome unknown; the next call asks again`, () =>
      Effect.gen(function*() {
        const store = yield* memory
        const { asked, verify } = asking(verdict)
        for (const n of [1, 2]) {
          const fiber = yield* Effect.forkChild(run(store, lost, { verify }))
          yield* TestClock.adjust("15 seconds")
          const { error } = yield* Fiber.join(fiber)
          expect(error).toMatchObject({ _tag: "OutcomeUnknown" })
          expect(ToolError.guidance(error as ToolError.Any).steps).toEqual([step])
          expect(asked.times).toBe(n)
        }
      }))
  }

  it.effect("the lease is renewed while a check takes its time", () =>
    Effect.gen(function*() {
      const store = yield* memory
      const { verify } = asking(Effect.delay(Effect.succeed(Verified.tookEffect(charge(1))), "9 seconds"))
      const fiber = yield* Effect.forkChild(run(store, lost, { verify, lease: "3 seconds" }))
      yield* TestClock.adjust("8 seconds")
      const other = yield* run(elsewhere(store), Effect.die("no"), { verify, duplicates: "reject" })
      expect(other.error).toMatchObject({ _tag: "InProgress" })
      yield* TestClock.adjust("2 seconds")
      expect((yield* Fiber.join(fiber)).value).toEqual(charge(1))
    }))
})

describe("after an owner was lost", () => {
  it.effect("its outcome is unknown to whoever cannot find out, and nothing runs", () =>
    Effect.gen(function*() {
      const store = yield* memory
      yield* crashed(store)
      expect((yield* run(store, Effect.die("no"), {})).error).toMatchObject({ _tag: "OutcomeUnknown" })
    }))

  it.effect("one call finds out for all", () =>
    Effect.gen(function*() {
      const store = yield* memory
      yield* crashed(store)
      const { asked, verify } = asking(Effect.delay(Effect.succeed(Verified.tookEffect(charge(3))), "1 second"))
      const all = Array.from({ length: 20 }, (_, i) =>
        run(i % 2 === 0 ? store : elsewhere(store), Effect.die("no"), { verify }))
      const fiber = yield* Effect.forkChild(Effect.all(all, { concurrency: "unbounded" }))
      yield* TestClock.adjust("5 seconds")
      const answers = yield* Fiber.join(fiber)
      expect(answers.map(({ value }) =>
        value
      )).toEqual(Array(20).fill(charge(3)))
      expect(asked.times).toBe(1)
      const verified = answers.flatMap(({ notes }) => notes).filter((note) => note.verified)
      expect(verified).toEqual([{ verified: true, originalReferenceId: expect.any(String) }])
    }))

  it.effect("a check that fences and found nothing lets the work run", () =>
    Effect.gen(function*() {
      const store = yield* memory
      yield* crashed(store)
      const { verify } = asking(Effect.succeed(Verified.didNot))
      const work = ToolCall.irreversible(Effect.succeed(charge(4)))
      expect((yield* run(store, work, { verify })).value).toEqual(charge(4))
      expect((yield* run(store, Effect.die("no"), { verify })).value).toEqual(charge(4))
    }))

  it.effect("that had marked no effect its work runs, and nobody is asked", () =>
    Effect.gen(function*() {
      const store = yield* memory
      const dead = { ...elsewhere(store), renew: () => Effect.never }
      const marked = { effects: "marked" } as const
      yield* Effect.forkDetach(on(dead)(once(Effect.never, marked)))
      yield* TestClock.adjust("31 seconds")
      const { asked, verify } = asking(Effect.succeed(Verified.cannotTell))
      expect((yield* run(store, Effect.succeed(charge(5)), { ...marked, verify })).value).toEqual(charge(5))
      expect(asked.times).toBe(0)
    }))

  it.effect("other arguments are refused, and nobody is asked", () =>
    Effect.gen(function*() {
      const store = yield* memory
      yield* crashed(store)
      const { asked, verify } = asking(Effect.succeed(Verified.cannotTell))
      const other = yield* run(store, Effect.die("no"), { verify, arguments: {} })
      expect(other.error).toMatchObject({ _tag: "IdempotencyConflict" })
      expect(asked.times).toBe(0)
    }))
})
