/** The store in memory keeps every rule of the contract, and its bounds. */
import { describe, expect, it } from "@effect/vitest"
import { EffectsStore } from "@errata/core/Effects"
import * as IdempotencyStore from "@errata/core/IdempotencyStore"
import { cases, layerTestClock } from "@errata/core/testing"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"

describe("the contract", () => {
  it.each(cases)(
    "$name",
    ({ run }) => Effect.runPromise(Effect.provide(run, Layer.merge(IdempotencyStore.layerMemory(), layerTestClock)))
  )

  it("has a name for every rule", () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
  })
})

const held = (answer: IdempotencyStore.Claim): IdempotencyStore.Held => {
  if (answer._tag !== "Claimed") throw new Error(`expected Claimed, got ${answer._tag}`)
  return answer.held
}

const request = (id: string, retention: Duration.Input = "1 hour") => ({
  id,
  fingerprint: "f",
  owner: `owner of ${id}`,
  referenceId: "5f3c9a1e",
  lease: Duration.seconds(30),
  retention: Duration.fromInputUnsafe(retention),
  begun: true,
  takesUnknown: false
})

describe("the bounds", () => {
  it.effect("refuses new keys, and only them, while it is full of keys that must be remembered", () =>
    Effect.gen(function*() {
      const store = yield* IdempotencyStore.IdempotencyStore
      const first = held(yield* store.claim(request("1")))
      yield* store.claim(request("2", "10 minutes"))
      const error = yield* Effect.flip(store.claim(request("3")))
      expect(error).toBeInstanceOf(IdempotencyStore.StoreError)
      expect(error.message).toBe("claim: the store holds 2 keys, and none is past its retention")
      expect(yield* store.complete(first, { kind: "success", value: "1" })).toBe(true)
      expect((yield* store.claim({ ...request("1"), owner: "x" }))._tag).toBe("Completed")
      yield* TestClock.adjust("11 minutes")
      expect((yield* store.claim(request("3")))._tag).toBe("Claimed")
      expect((yield* store.lookup("1"))._tag).toBe("Completed")
    }).pipe(Effect.provide(IdempotencyStore.layerMemory({ maxKeys: 2 }))))

  it.effect("forgets the oldest values and no key", () =>
    Effect.gen(function*() {
      const store = yield* IdempotencyStore.IdempotencyStore
      for (const id of ["1", "2", "3"]) {
        yield* store.complete(held(yield* store.claim(request(id))), { kind: "success", value: `"${id}".......` })
      }
      const values = yield* Effect.forEach(["1", "2", "3"], (id) => store.lookup(id))
      expect(values.map((state) => state._tag === "Completed" ? state.outcome.value : state._tag)).toEqual(
        [undefined, "\"2\".......", "\"3\"......."]
      )
      yield* store.complete(held(yield* store.claim(request("4"))), { kind: "success", value: "x".repeat(99) })
      const last = yield* store.lookup("4")
      expect(last).toMatchObject({ _tag: "Completed", outcome: { kind: "success", value: undefined } })
    }).pipe(Effect.provide(IdempotencyStore.layerMemory({ maxCharacters: 20 }))))

  it.effect("counts values that went with their keys no more", () =>
    Effect.gen(function*() {
      const store = yield* IdempotencyStore.IdempotencyStore
      for (let i = 0; i < 10; i++) {
        yield* store.complete(held(yield* store.claim(request(`${i}`))), { kind: "success", value: "x".repeat(15) })
        const kept = yield* store.lookup(`${i}`)
        expect(kept).toMatchObject({ outcome: { value: "x".repeat(15) } })
        yield* TestClock.adjust("2 hours")
        expect(yield* store.expire).toBe(1)
      }
    }).pipe(Effect.provide(IdempotencyStore.layerMemory({ maxCharacters: 20 }))))

  it.effect("keeps the newest effects", () =>
    Effect.gen(function*() {
      const ledger = yield* EffectsStore
      const entry = { referenceId: "5f3c9a1e", tool: "t", name: "n", target: "x", key: undefined }
      for (const id of ["1", "2", "3"]) yield* ledger.append({ ...entry, id, retention: Duration.hours(1) })
      expect((yield* ledger.byReference("5f3c9a1e")).map(({ id }) => id)).toEqual(["2", "3"])
    }).pipe(Effect.provide(IdempotencyStore.layerMemory({ maxEffects: 2 }))))
})
