/** The transactional form: the work's own writes and its outcome stand together, or not at all. */
import { IdempotencyStore, StoreError } from "@errata/core/IdempotencyStore"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Option from "effect/Option"
import { SqlClient } from "effect/sql/SqlClient"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { proxyTo } from "../../../services/proxy.ts"
import { describeWith } from "../../../services/service.ts"
import { onPostgres, onSqliteClient } from "./support/backends.ts"
import { temporaryFolder } from "./support/folder.ts"
import { done, heldBy, request } from "./support/requests.ts"

type Needed = IdempotencyStore | SqlClient

const folder = temporaryFolder()

const program = <A, E>(
  use: (store: IdempotencyStore["Service"] & { transaction: object }, sql: SqlClient) => Effect.Effect<A, E, Needed>
) => Effect.flatMap(Effect.all([IdempotencyStore, SqlClient]), ([store, sql]) => use(store as never, sql))

const charge = (sql: SqlClient, id: string) =>
  Effect.as(sql`INSERT INTO charges (id) VALUES (${id})`, { value: "charged", outcome: done })

const charges = (sql: SqlClient, id: string) =>
  Effect.map(sql`SELECT id FROM charges WHERE id = ${id}`, ({ length }) => length)

const keepsItsWord = (layer: () => Layer.Layer<Needed>): void => {
  let runtime: ManagedRuntime.ManagedRuntime<Needed, never>
  const run = <A, E>(effect: Effect.Effect<A, E, Needed>) => runtime.runPromise(effect)
  beforeAll(async () => {
    runtime = ManagedRuntime.make(layer())
    await run(Effect.flatMap(SqlClient, (sql) => sql`CREATE TABLE charges (id TEXT NOT NULL)`))
  })
  afterAll(() => runtime.dispose())

  it("commits the work and its outcome together", () =>
    run(program((store, sql) =>
      Effect.gen(function*() {
        const id = crypto.randomUUID()
        const held = heldBy(yield* store.claim(request(id)))
        expect(yield* store.transaction!(held, charge(sql, id))).toEqual(Option.some("charged"))
        expect(yield* store.lookup(id)).toMatchObject({ _tag: "Completed", outcome: done })
        expect(yield* charges(sql, id)).toBe(1)
      })
    )))

  it("rolls the work back when it fails, with its own failure, and the key is still held", () =>
    run(program((store, sql) =>
      Effect.gen(function*() {
        const id = crypto.randomUUID()
        const held = heldBy(yield* store.claim(request(id)))
        const work = Effect.andThen(charge(sql, id), Effect.fail("declined" as const))
        expect(yield* Effect.flip(store.transaction!(held, work))).toBe("declined")
        expect(yield* charges(sql, id)).toBe(0)
        expect(yield* store.lookup(id)).toMatchObject({ _tag: "InProgress" })
        expect(yield* store.release(held)).toBe(true)
      })
    )))

  it("answers what the work asks the store meanwhile", () =>
    run(program((store, sql) =>
      Effect.gen(function*() {
        const id = crypto.randomUUID()
        const held = heldBy(yield* store.claim(request(id)))
        const work = Effect.gen(function*() {
          const result = yield* charge(sql, id)
          expect((yield* store.lookup(id))._tag).toBe("InProgress")
          expect((yield* store.claim(request(`${id} other`)))._tag).toBe("Claimed")
          return result
        })
        expect(yield* store.transaction!(held, work)).toEqual(Option.some("charged"))
        expect((yield* store.lookup(`${id} other`))._tag).toBe("InProgress")
      })
    )))

  it("rolls the work back when the key went to somebody else meanwhile", () =>
    run(program((store, sql) =>
      Effect.gen(function*() {
        const id = crypto.randomUUID()
        const first = heldBy(yield* store.claim(request(id, { lease: Duration.zero })))
        const second = heldBy(yield* store.claim(request(id, { owner: "second" })))
        expect(second.generation).toBe(2)
        expect(yield* store.transaction!(first, charge(sql, id))).toEqual(Option.none())
        expect(yield* charges(sql, id)).toBe(0)
        expect(yield* store.transaction!(second, charge(sql, id))).toEqual(Option.some("charged"))
        expect(yield* charges(sql, id)).toBe(1)
      })
    )))
}

describe("a SQL client for SQLite", () => {
  keepsItsWord(() => onSqliteClient(join(folder.path, "client.sqlite")))
})

describeWith("postgres", "PostgreSQL", (current) => {
  keepsItsWord(() => onPostgres(current()))

  const onWay = async (port: number) => ManagedRuntime.make(onPostgres({ ...current(), port }))

  it("renews the lease, and other keys are claimed, while a transaction runs", async () => {
    const runtime = await onWay(current().port)
    await runtime.runPromise(program((store, sql) =>
      Effect.gen(function*() {
        const id = crypto.randomUUID()
        const held = heldBy(yield* store.claim(request(id)))
        const work = Effect.gen(function*() {
          const result = yield* charge(sql, id)
          expect(yield* store.renew(held, Duration.seconds(30))).toBe(true)
          // what is asked within the transaction of another stands at once
          expect((yield* store.claim(request(`${id} other`)))._tag).toBe("Claimed")
          return yield* Effect.as(Effect.fail("undone" as const), result)
        })
        expect(yield* Effect.flip(store.transaction!(held, work))).toBe("undone")
        expect((yield* store.lookup(`${id} other`))._tag).toBe("InProgress")
        expect(yield* charges(sql, id)).toBe(0)
      })
    ))
    await runtime.dispose()
  })

  it("of 100 concurrent owners of a lost key, in two pools, one has its work done", async () => {
    const [one, other] = [await onWay(current().port), await onWay(current().port)]
    const id = crypto.randomUUID()
    const attempt = (owner: string) =>
      program((store, sql) =>
        Effect.gen(function*() {
          const claim = yield* store.claim(request(id, { owner, lease: Duration.zero }))
          return claim._tag === "Claimed" ? yield* store.transaction!(claim.held, charge(sql, id)) : Option.none()
        })
      )
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? one : other).runPromise(attempt(`owner ${index}`)))
    )
    expect(outcomes.filter(Option.isSome)).toHaveLength(1)
    expect(await one.runPromise(program((_, sql) => charges(sql, id)))).toBe(1)
    await Promise.all([one.dispose(), other.dispose()])
  })

  it("a connection that is cut at any point leaves both or neither", async () => {
    for (const cutAt of ["before the work", "after the work", "at the commit"]) {
      await using way = await proxyTo(current().port)
      const [runtime, direct] = [await onWay(way.port), await onWay(current().port)]
      const id = crypto.randomUUID()
      const held = heldBy(await runtime.runPromise(program((store) => store.claim(request(id)))))
      const cut = (at: string) => Effect.sync(() => cutAt === at && way.cut())
      const exit = await runtime.runPromise(program((store, sql) =>
        Effect.exit(store.transaction!(
          held,
          cut("before the work").pipe(
            Effect.andThen(charge(sql, id)),
            Effect.tap(() => cut("after the work")),
            Effect.tap(() => Effect.sync(() => cutAt === "at the commit" && setImmediate(way.cut)))
          )
        ))
      ))
      const [state, count] = await direct.runPromise(
        program((store, sql) => Effect.all([store.lookup(id), charges(sql, id)]))
      )
      expect([cutAt, state._tag, count]).toEqual([cutAt, ...(count === 1 ? ["Completed", 1] : ["InProgress", 0])])
      if (cutAt !== "at the commit") expect([exit._tag, count]).toEqual(["Failure", 0])
      await Promise.all([runtime.dispose(), direct.dispose()])
    }
  })

  it("a statement that takes too long fails in one sentence", async () => {
    const runtime = ManagedRuntime.make(onPostgres(current(), { startupParameters: { statement_timeout: "50" } }))
    await runtime.runPromise(program((store, sql) =>
      Effect.gen(function*() {
        const held = heldBy(yield* store.claim(request(crypto.randomUUID())))
        const error = yield* sql.withTransaction(Effect.gen(function*() {
          yield* sql`SELECT id FROM errata_keys WHERE id = ${held.id} FOR UPDATE`
          return yield* Effect.flip(store.renew(held, Duration.seconds(30)))
        }))
        expect(error).toBeInstanceOf(StoreError)
        expect(error.message).toBe("renew: The database took too long.")
      })
    ))
    await runtime.dispose()
  })
})
