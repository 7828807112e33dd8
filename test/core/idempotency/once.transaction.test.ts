/** Work whose own writes stand together with its key, or not at all: on a real database. */
import * as Errors from "@errata/core/Errors"
import * as Idempotency from "@errata/core/Idempotency"
import * as IdempotencyKey from "@errata/core/IdempotencyKey"
import * as IdempotencyStore from "@errata/core/IdempotencyStore"
import { Contract } from "@errata/core/testing"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { SqlClient } from "effect/sql/SqlClient"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { onSqliteClient } from "./stores/support/backends.ts"
import { temporaryFolder } from "./stores/support/folder.ts"
import { type Charge, charge, type ChargeError, codec } from "./support/charge.ts"

const folder = temporaryFolder()
const runtime = ManagedRuntime.make(onSqliteClient(join(folder.path, "once.db")))

beforeAll(() => runtime.runPromise(Effect.flatMap(SqlClient, (sql) => sql`CREATE TABLE charges (id TEXT NOT NULL)`)))
afterAll(() => runtime.dispose())

/** Books a charge for a key, which counts for one test. */
const booking = () => {
  const key = IdempotencyKey.make(crypto.randomUUID())
  const options = { key, tool: "charge_user", arguments: {}, codec, effects: "marked" } as const
  const insert = Effect.flatMap(SqlClient, (sql) => Effect.orDie(sql`INSERT INTO charges (id) VALUES (${key})`))
  const booked = Effect.flatMap(
    SqlClient,
    (sql) => Effect.map(Effect.orDie(sql`SELECT id FROM charges WHERE id = ${key}`), ({ length }) => length)
  )
  const once = <R>(work: Effect.Effect<Charge, ChargeError, R>) => Idempotency.once(work, options)
  return { key, options, insert, booked, once }
}

describe("Idempotency.transaction", () => {
  it("books once, and keeps the result with it", () =>
    runtime.runPromise(Effect.gen(function*() {
      const { booked, insert, once } = booking()
      const work = Idempotency.transaction(Effect.as(insert, charge(1)))
      expect(yield* once(work)).toEqual(charge(1))
      expect(yield* once(work)).toEqual(charge(1))
      expect(yield* booked).toBe(1)
    })))

  it("books nothing where the work fails, and the key is free again", () =>
    runtime.runPromise(Effect.gen(function*() {
      const { booked, insert, once } = booking()
      const down = new Errors.Unavailable({ service: "The bank" })
      expect(yield* Effect.flip(once(Idempotency.transaction(Effect.andThen(insert, Effect.fail(down)))))).toEqual(down)
      expect(yield* booked).toBe(0)
      expect(yield* once(Idempotency.transaction(Effect.as(insert, charge(2))))).toEqual(charge(2))
      expect(yield* booked).toBe(1)
    })))

  it("is the call's result, whatever comes after it", () =>
    runtime.runPromise(Effect.gen(function*() {
      const { booked, insert, once } = booking()
      const work = Idempotency.transaction(Effect.as(insert, charge(1)))
      expect(yield* once(Effect.andThen(work, Effect.die("a bug")))).toEqual(charge(1))
      expect(yield* once(Effect.die("it must not run"))).toEqual(charge(1))
      expect(yield* booked).toBe(1)
    })))

  it("of a late owner books nothing: its call gets what its follower did", () =>
    runtime.runPromise(Effect.gen(function*() {
      const { booked, insert, options } = booking()
      const store = yield* IdempotencyStore.IdempotencyStore
      const latch = yield* Deferred.make<void>()
      const started = yield* Deferred.make<void>()
      const late = Effect.andThen(Deferred.succeed(started, undefined), Deferred.await(latch)).pipe(
        Effect.andThen(Idempotency.transaction(Effect.as(insert, charge(1))))
      )
      const elsewhere = Effect.provideService(IdempotencyStore.IdempotencyStore, { ...store })
      const first = yield* Effect.forkChild(elsewhere(Idempotency.once(late, options)))
      yield* Deferred.await(started)
      yield* Effect.flatMap(Contract, (_) => _.advance(Duration.seconds(31)))
      const follower = Idempotency.once(Idempotency.transaction(Effect.as(insert, charge(2))), options)
      expect(yield* follower).toEqual(charge(2))
      yield* Deferred.succeed(latch, undefined)
      expect(yield* Fiber.join(first)).toEqual(charge(2))
      expect(yield* booked).toBe(1)
    })))

  it("says what is missing where it would promise too much", () =>
    runtime.runPromise(Effect.gen(function*() {
      const { booked, insert, once, options } = booking()
      const work = Idempotency.transaction(Effect.as(insert, charge(1)))
      const why = (effect: Effect.Effect<unknown, unknown, SqlClient | IdempotencyStore.IdempotencyStore>) =>
        Effect.catchDefect(Effect.as(effect, "none"), (defect) => Effect.succeed(String(defect)))
      expect(yield* why(work)).toContain("the call has no idempotency key")
      const caught = (unprotected: Effect.Effect<Charge, ChargeError, SqlClient>) =>
        Effect.catchDefect(unprotected, (defect) => Effect.succeed({ charge_id: String(defect), at: new Date(0) }))
      const inMemory = Effect.provide(Idempotency.once(caught(work), options), IdempotencyStore.layerMemory())
      expect((yield* inMemory).charge_id).toContain("this store has none; use that of @errata/core/stores/sql")
      const { effects: _, ...unmarked } = { ...options, key: IdempotencyKey.make(crypto.randomUUID()) }
      expect((yield* Idempotency.once(caught(work), unmarked)).charge_id).toContain("effects must be \"marked\"")
      const twice = Effect.andThen(work, Effect.flatMap(caught(work), ({ charge_id }) => Effect.die(charge_id)))
      expect(yield* once(twice)).toEqual(charge(1))
      expect(yield* booked).toBe(1)
    })))
})
