/** What the shared stores meet in practice: tables that are made by many, or not at all, clients that rename, and forgotten scripts. */
import * as PgClient from "@effect/sql-pg/PgClient"
import { IdempotencyStore, StoreError } from "@errata/core/IdempotencyStore"
import * as SqlStore from "@errata/core/stores/sql"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Redis } from "effect/persistence/Redis"
import type { SqlClient } from "effect/sql/SqlClient"
import * as String from "effect/String"
import { expect, it } from "vitest"
import { describeWith } from "../../../services/service.ts"
import { onRedis } from "./support/backends.ts"
import { done, heldBy, request } from "./support/requests.ts"

const call = (id: string) =>
  Effect.gen(function*() {
    const store = yield* IdempotencyStore
    const held = heldBy(yield* store.claim(request(id)))
    yield* store.complete(held, done)
    return yield* store.claim(request(id, { owner: "second" }))
  })

describeWith("postgres", "PostgreSQL", (current) => {
  const client = (options: Partial<PgClient.PgPoolConfig> = {}) =>
    PgClient.layer({ host: "127.0.0.1", port: current().port, username: "postgres", database: "postgres", ...options })

  const run = <A, E>(program: Effect.Effect<A, E, IdempotencyStore | SqlClient>, options: SqlStore.Options) =>
    Effect.runPromise(Effect.provide(program, Layer.provideMerge(SqlStore.layer(options), client())))

  it("makes its tables once, whoever comes first", async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => run(call(`${index}`), { prefix: "shared" }))
    )
    expect(answers).toMatchObject(Array.from({ length: 8 }, () => ({ _tag: "Completed", outcome: done })))
  })

  it("keeps stores with different prefixes apart", async () => {
    const state = Effect.flatMap(IdempotencyStore, (store) => store.lookup("mine"))
    await run(call("mine"), { prefix: "first" })
    expect(await run(state, { prefix: "second" })).toEqual({ _tag: "Absent" })
    expect(() => SqlStore.layer({ prefix: "keys; DROP TABLE charges" })).toThrow(RangeError)
  })

  it("says what is missing where it may not make its tables", async () => {
    const error = await run(Effect.flip(call("1")), { prefix: "missing", createsTables: false })
    expect(error).toBeInstanceOf(StoreError)
    expect(error.message).toBe("claim: The database does not have the store's tables as this version needs them.")
  })

  it("runs on a client that renames columns", async () => {
    const renaming = { transformQueryNames: String.camelToSnake, transformResultNames: String.snakeToCamel }
    const layer = Layer.provide(SqlStore.layer({ prefix: "renamed" }), client(renaming))
    expect(await Effect.runPromise(Effect.provide(call("1"), layer))).toMatchObject({
      _tag: "Completed",
      outcome: done
    })
  })

  it("fails in one sentence where no database answers", async () => {
    const nowhere = Layer.provide(SqlStore.layer(), client({ port: 1 }))
    const error = await Effect.runPromise(Effect.flip(Effect.provide(call("1"), nowhere)))
    expect(error).toMatchObject({ _tag: "StoreError", message: "open: The database cannot be reached." })
  })
})

describeWith("redis", "Redis", (current) => {
  it("goes on when Redis has forgotten the scripts", () =>
    Effect.runPromise(Effect.provide(
      Effect.gen(function*() {
        const redis = yield* Redis
        yield* call("1")
        yield* redis.send("SCRIPT", "FLUSH")
        expect(yield* call("2")).toMatchObject({ _tag: "Completed", outcome: done })
      }),
      onRedis(current())
    )))

  it("refuses new keys when Redis is full, and no step of those who have one", () =>
    Effect.runPromise(Effect.provide(
      Effect.gen(function*() {
        const redis = yield* Redis
        const store = yield* IdempotencyStore
        const held = heldBy(yield* store.claim(request("held")))
        const lost = heldBy(yield* store.claim(request("lost")))
        yield* redis.send("CONFIG", "SET", "maxmemory", "1")
        const error = yield* Effect.flip(store.claim(request("new")))
        const steps = yield* Effect.all([
          store.begin(held),
          store.renew(held, Duration.seconds(30)),
          store.complete(held, done),
          store.abandon(lost)
        ])
        yield* redis.send("CONFIG", "SET", "maxmemory", "0")
        expect(error.message).toBe("claim: Redis is full.")
        expect(steps).toEqual([true, true, true, true])
        expect(yield* store.lookup("held")).toMatchObject({ _tag: "Completed", outcome: done })
        expect(yield* store.lookup("lost")).toMatchObject({ _tag: "Unknown" })
      }).pipe(
        Effect.ensuring(Effect.ignore(Effect.flatMap(Redis, (redis) => redis.send("CONFIG", "SET", "maxmemory", "0"))))
      ),
      onRedis(current())
    )))

  it("gives every key a slot of its own, and lets Redis remove it", () =>
    Effect.runPromise(Effect.provide(
      Effect.gen(function*() {
        const redis = yield* Redis
        yield* call("slot")
        expect(yield* redis.send("EXISTS", "errata:key:{slot}")).toBe(1)
        const left = Number(yield* redis.send("PTTL", "errata:key:{slot}"))
        expect(left).toBeGreaterThan(23 * 3_600_000)
        expect(left).toBeLessThanOrEqual(24 * 3_600_000)
      }),
      onRedis(current())
    )))
})
