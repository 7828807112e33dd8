/** The ledger: what is on record of an effect that succeeds, fails, is interrupted, and where the ledger fails. */
import { describe, expect, it } from "@effect/vitest"
import * as Effects from "@errata/core/Effects"
import * as IdempotencyStore from "@errata/core/IdempotencyStore"
import { StoreError } from "@errata/core/IdempotencyStore"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"

const described = { name: "charge the card", target: "user 7", key: "child-1", reference: "5f3c9a1e" }

const onRecord = Effect.map(
  Effects.of("5f3c9a1e"),
  (all) =>
    all.map(({ endedAt, key, name, outcome, referenceId, startedAt, target, tool }) => ({
      key,
      name,
      outcome,
      referenceId,
      target,
      tool,
      took: endedAt === undefined ? undefined : endedAt - startedAt
    }))
)

const memory = Effect.provide(IdempotencyStore.layerMemory())

describe("Effects.record", () => {
  it.effect("writes before it begins, and how it ended", () =>
    Effect.gen(function*() {
      const during = Effect.flatMap(Effect.sleep("3 seconds"), () => onRecord)
      const fiber = yield* Effect.forkChild(Effects.record(during, described))
      yield* TestClock.adjust("3 seconds")
      const fields = { referenceId: "5f3c9a1e", tool: "", name: "charge the card", target: "user 7", key: "child-1" }
      expect(yield* Fiber.join(fiber)).toEqual([{ ...fields, outcome: "begun", took: undefined }])
      expect(yield* onRecord).toEqual([{ ...fields, outcome: "done", took: 3000 }])
    }).pipe(memory))

  it.effect("writes that it failed, died or was interrupted, and passes that on", () =>
    Effect.gen(function*() {
      expect(yield* Effect.flip(Effect.fail("no").pipe(Effects.record(described)))).toBe("no")
      expect((yield* Effect.exit(Effect.die("bug").pipe(Effects.record(described))))._tag).toBe("Failure")
      const fiber = yield* Effect.forkChild(Effects.record(Effect.never, described))
      yield* Effect.yieldNow
      yield* Fiber.interrupt(fiber)
      expect((yield* onRecord).map(({ outcome }) => outcome)).toEqual(["failed", "failed", "failed"])
    }).pipe(memory))

  it.effect("is kept for its retention", () =>
    Effect.gen(function*() {
      yield* Effects.record(Effect.void, described)
      yield* Effects.record(Effect.void, { ...described, name: "short", retention: "1 hour" })
      yield* TestClock.adjust("29 days")
      expect((yield* onRecord).map(({ name }) => name)).toEqual(["charge the card"])
      yield* TestClock.adjust("2 days")
      expect(yield* onRecord).toEqual([])
    }).pipe(memory))

  it.effect("stops no effect, whatever becomes of the ledger", () =>
    Effect.gen(function*() {
      expect(yield* Effects.record(Effect.succeed(1), described)).toBe(1)
      const error = new StoreError({ operation: "append", reason: "down" })
      const bad: ReadonlyArray<Effect.Effect<never, StoreError>> = [Effect.fail(error), Effect.die("bug"), Effect.never]
      for (const step of bad) {
        const ledger = { append: () => step, end: () => step, byReference: () => step, expire: step }
        const recorded = Effect.provideService(
          Effects.record(Effect.succeed(2), described),
          Effects.EffectsStore,
          ledger
        )
        const fiber = yield* Effect.forkChild(recorded)
        yield* TestClock.adjust("4 seconds")
        expect(yield* Fiber.join(fiber)).toBe(2)
      }
    }))
})
