/**
 * The `SqlClient` on `node:sqlite` that examples share.
 */
import * as SqliteClient from "@errata/core/stores/SqliteClient"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql/SqlClient"
import { assert, beforeEach, describe, it, onTestFinished } from "vitest"
import * as Folder from "../../../wire/Folder.ts"

let filename: string

beforeEach(() => {
  const folder = Folder.make()
  onTestFinished(folder.remove)
  filename = folder.at("test.sqlite")
})

/** Opens one more connection to the file. */
const connection = (busyTimeout?: `${number} millis`) =>
  Effect.map(
    Layer.build(Layer.fresh(SqliteClient.layer({ filename, busyTimeout }))),
    (context) => SqlClient.pipe(Effect.provide(context)) as Effect.Effect<SqlClient>
  ).pipe(Effect.flatten)

const run = <A>(program: Effect.Effect<A, unknown>) => Effect.runPromise(program)

const counter = Effect.fnUntraced(function*(sql: SqlClient) {
  yield* sql`CREATE TABLE counter (n BIGINT NOT NULL, name TEXT UNIQUE)`
  yield* sql`INSERT INTO counter ${sql.insert({ n: 0, name: "a" })}`
})

const count = (sql: SqlClient) => Effect.map(sql<{ n: number }>`SELECT n FROM counter`, ([row]) => row?.n)

/** Reads and writes with a pause between, where another could come in. */
const addOne = (sql: SqlClient) =>
  sql.withTransaction(Effect.gen(function*() {
    const n = yield* count(sql)
    yield* Effect.yieldNow
    yield* sql`UPDATE counter SET n = ${n! + 1}`
  }))

describe("transactions", () => {
  it("of two connections take turns, and none is refused", () =>
    run(
      Effect.gen(function*() {
        const [a, b] = [yield* connection(), yield* connection()]
        yield* counter(a)
        yield* Effect.forEach(Array.from({ length: 100 }), (_, i) => addOne(i % 2 === 0 ? a : b), {
          concurrency: "unbounded"
        })
        assert.strictEqual(yield* count(a), 100)
      }).pipe(Effect.scoped)
    ))

  it("that fail, or are interrupted, leave nothing", () =>
    run(
      Effect.gen(function*() {
        const sql = yield* connection()
        yield* counter(sql)
        yield* Effect.exit(sql.withTransaction(Effect.andThen(sql`UPDATE counter SET n = 1`, Effect.fail("no"))))
        const hanging = yield* Effect.forkChild(
          sql.withTransaction(Effect.andThen(sql`UPDATE counter SET n = 2`, Effect.never))
        )
        yield* Effect.yieldNow
        yield* Fiber.interrupt(hanging)
        assert.strictEqual(yield* count(sql), 0)
        yield* sql.withTransaction(Effect.gen(function*() {
          yield* sql`UPDATE counter SET n = 3`
          yield* Effect.exit(sql.withTransaction(Effect.andThen(sql`UPDATE counter SET n = 4`, Effect.fail("no"))))
        }))
        assert.strictEqual(yield* count(sql), 3)
      }).pipe(Effect.scoped)
    ))
})

describe("failures", () => {
  it("say what SQLite said", () =>
    run(
      Effect.gen(function*() {
        const [a, b] = [yield* connection(), yield* connection("20 millis")]
        yield* counter(a)
        const twice = yield* Effect.flip(a`INSERT INTO counter ${a.insert({ n: 0, name: "a" })}`)
        assert.strictEqual(twice.reason._tag, "UniqueViolation")
        const busy = yield* a.withTransaction(Effect.flip(b`UPDATE counter SET n = 1`))
        assert.strictEqual(busy.reason._tag, "LockTimeoutError")
        assert.strictEqual(busy.isRetryable, true)
      }).pipe(Effect.scoped)
    ))
})
