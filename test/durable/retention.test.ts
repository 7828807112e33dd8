/**
 * Removes old runs from the database of an engine: what has ended long ago, as a whole, and nothing else, beside processes that run.
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as DurableTool from "@errata/core/durable"
import * as Cluster from "@errata/core/durable/cluster"
import * as Retention from "@errata/core/durable/retention"
import * as Sqlite from "@errata/core/durable/sqlite"
import * as Errors from "@errata/core/Errors"
import * as SqliteClient from "@errata/core/stores/SqliteClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { SqlClient } from "effect/sql/SqlClient"
import { setInterval } from "node:timers/promises"
import { assert, describe, it, onTestFinished, vi } from "vitest"
import { describeWith } from "../services/service.ts"
import * as Folder from "../wire/Folder.ts"
import { until } from "../wire/Wait.ts"
import { databaseOf, freePort } from "./support/database.ts"
import { answerOf } from "./support/model.ts"
import { notes } from "./support/order.ts"
import * as Process from "./support/process.ts"

vi.setConfig({ testTimeout: 60_000 })

const order = DurableTool.make("place_order", {
  description: "Places an order.",
  input: { order_id: Schema.String, what: Schema.String },
  output: { what: Schema.String },
  errors: [Errors.Timeout],
  key: "order_id",
  waitsFor: "700 millis"
})

/** How often each order was charged, and how often its shipping may fail. */
interface World {
  readonly charges: Array<string>
  readonly failures: Map<string, number>
}

const workOf = ({ charges, failures }: World) =>
  DurableTool.layer(order, ({ order_id, what }) =>
    Effect.gen(function*() {
      yield* DurableTool.activity("charge", {
        execute: () => Effect.sync(() => void charges.push(order_id)),
        compensate: () => Effect.void
      })
      yield* DurableTool.activity("ship", {
        errors: [Errors.Timeout],
        execute: () =>
          Effect.suspend(() => {
            const left = failures.get(order_id) ?? 0
            failures.set(order_id, left - 1)
            return left > 0 ? Effect.fail(new Errors.Timeout({ operation: "Shipping" })) : Effect.void
          })
      })
      if (what === "sleeps") yield* DurableTool.sleep("cooling off", "1 day")
      if (what === "hangs") yield* DurableTool.activity("hang", { execute: () => Effect.never })
      return { what }
    }))

type Engine = () => Promise<{
  readonly layer: Layer.Layer<DurableTool.Needs<string> | SqlClient, unknown>
  readonly processes: (folder: Folder.Folder) => Promise<Process.Settings["engine"]>
  readonly client: (folder: Folder.Folder) => Promise<Layer.Layer<SqlClient, unknown>>
}>

const sqlite: Engine = async () => {
  const folder = Folder.make()
  onTestFinished(folder.remove)
  return {
    layer: Sqlite.layer({ filename: folder.at("runs.sqlite"), shards: 5, lookEvery: "50 millis" }) as never,
    processes: async (folder) => ({ kind: "sqlite", filename: folder.at("runs.sqlite") }),
    client: async (folder) => SqliteClient.layer({ filename: folder.at("runs.sqlite") }) as never
  }
}

const countIn = (runtime: ManagedRuntime.ManagedRuntime<SqlClient, unknown>, table: string): Promise<number> =>
  runtime.runPromise(Effect.flatMap(SqlClient, (sql) =>
    Effect.map(
      sql<{ readonly count: number | string }>`SELECT COUNT(*) AS count FROM ${sql(table)}`,
      (rows) => Number(rows[0]!.count)
    )))

const world = async (engine: Engine) => {
  const world: World = { charges: [], failures: new Map() }
  const { layer } = await engine()
  const runtime = ManagedRuntime.make(Layer.provideMerge(
    workOf(world),
    layer as never as Layer.Layer<
      DurableTool.Needs<"place_order"> | SqlClient
    >
  ))
  onTestFinished(() => runtime.dispose())
  return {
    ...world,
    call: async (order_id: string, what = "works") => {
      const answer = await runtime.runPromise(Effect.result(DurableTool.handler(order)({ order_id, what })))
      return answer._tag === "Success" ? answer.success.what : answer.failure._tag
    },
    prune: (keepFor: Retention.Options["keepFor"], atOnce?: number) =>
      runtime.runPromise(Retention.prune({ keepFor, atOnce })),
    /** Makes the first messages of an activity ones that wait, as if their end had not been kept. */
    mark: (name: string, count: number) =>
      runtime.runPromise(
        Effect.flatMap(SqlClient, (sql) =>
          sql`UPDATE cluster_messages SET processed = FALSE WHERE id IN (
          SELECT id FROM cluster_messages WHERE tag = 'activity' AND payload LIKE ${`%"${name}"%`}
          ORDER BY id ${sql.literal(`LIMIT ${count}`)}
        )`)
      ),
    rows: async () => [
      await countIn(runtime as never, "cluster_messages"),
      await countIn(runtime as never, "cluster_replies")
    ]
  }
}

const suite = (engine: Engine): void => {
  it("removes what has ended, with all its rows, and lets its key run again, with other arguments too", async () => {
    const { call, charges, prune, rows } = await world(engine)
    for (const id of ["a", "b", "c"]) assert.strictEqual(await call(id), "works")
    assert.deepStrictEqual(await prune("1 hour"), { keys: 0, messages: 0 })
    assert.deepStrictEqual(await rows(), [12, 12]) // a claim, a run and two activities each
    assert.deepStrictEqual(await prune(0, 2), { keys: 3, messages: 12 })
    assert.deepStrictEqual(await rows(), [0, 0])
    assert.strictEqual(await call("a", "other"), "other")
    assert.strictEqual(await call("a", "other"), "other")
    assert.strictEqual(await call("a", "works"), "IdempotencyConflict")
    assert.deepStrictEqual(charges, ["a", "b", "c", "a"])
  })

  it("removes nothing that sleeps or goes on", async () => {
    const { call, charges, prune } = await world(engine)
    assert.strictEqual(await call("sleeps", "sleeps"), "InProgress")
    assert.strictEqual(await call("hangs", "hangs"), "InProgress")
    assert.strictEqual(await call("works"), "works")
    assert.strictEqual((await prune(0)).keys, 1)
    assert.deepStrictEqual(await prune(0), { keys: 0, messages: 0 })
    assert.strictEqual(await call("sleeps", "other"), "IdempotencyConflict")
    assert.strictEqual(await call("sleeps", "sleeps"), "InProgress")
    assert.strictEqual(await call("hangs", "hangs"), "InProgress")
    assert.deepStrictEqual(charges, ["sleeps", "hangs", "works"])
  })

  it("removes a key with all its runs, or not at all", async () => {
    const { call, charges, failures, prune, rows } = await world(engine)
    failures.set("a", 2)
    assert.deepStrictEqual([await call("a"), await call("a"), await call("a")], ["Timeout", "Timeout", "works"])
    failures.set("b", 1)
    assert.strictEqual(await call("b", "sleeps"), "Timeout")
    assert.strictEqual(await call("b", "sleeps"), "InProgress") // its second run
    const { keys } = await prune(0)
    assert.strictEqual(keys, 1)
    assert.strictEqual(await call("b", "works"), "IdempotencyConflict")
    assert.deepStrictEqual(charges, ["a", "a", "a", "b", "b"])
    const before = await rows()
    assert.deepStrictEqual(await prune(0), { keys: 0, messages: 0 })
    assert.deepStrictEqual(await rows(), before)
  })

  it("leaves a key alone one of whose messages waits for a process", async () => {
    const { call, mark, prune, rows } = await world(engine)
    assert.deepStrictEqual([await call("a"), await call("b")], ["works", "works"])
    await mark("charge", 1) // of the first key
    assert.strictEqual((await prune(0)).keys, 1)
    assert.deepStrictEqual(await rows(), [4, 4])
  })

  it("does no harm where several do it, while processes run", async () => {
    const { client, processes } = await engine()
    const folder = Folder.make()
    onTestFinished(folder.remove)
    const settings = await Promise.all([1, 2].map(async () => (
      { folder: folder.path, engine: await processes(folder), takeOver: "15 seconds", deadly: [], pause: 0 } as const
    )))
    const workers = await Promise.all(settings.map(Process.start))
    onTestFinished(() => workers.forEach((worker) => worker.signal("SIGKILL")))
    const orders = Array.from({ length: 30 }, (_, i) => `order-${i}`)
    const sql = ManagedRuntime.make(await client(folder))
    onTestFinished(() => sql.dispose())
    let keepFor: Retention.Options["keepFor"] = "5 seconds"
    let isOver = false
    const keepPruning = async () => {
      for await (const _ of setInterval(100)) {
        if (isOver) return
        await sql.runPromise(Retention.prune({ keepFor, atOnce: 7 }))
      }
    }
    const pruning = [keepPruning(), keepPruning()]
    const answers = await Promise.all(
      orders.map((order_id, i) => workers[i % 2]!.call({ order_id, fails: false }))
    )
    assert.deepStrictEqual(answers, orders.map((order_id) => answerOf(order_id, false)), workers[0]!.said())
    keepFor = 0
    await until("all of them to be removed", async () => await countIn(sql, "cluster_messages") === 0)
    assert.strictEqual(await countIn(sql, "cluster_replies"), 0)
    isOver = true
    await Promise.all(pruning)
    const effects = new Set(notes(folder.path).map((line) => line.split(" ").slice(0, 3).join(" ")))
    assert.lengthOf([...effects], orders.length * 3, "an order had more than one run")
  })
}

describe("old runs on SQLite", () => suite(sqlite))

describeWith("postgres", "old runs on Postgres", (postgres) => {
  suite(async () => {
    const folder = Folder.make()
    onTestFinished(folder.remove)
    const { port } = postgres()
    const clientOf = async (folder: Folder.Folder) =>
      PgClient.layer({ url: Redacted.make(await databaseOf(port, folder)) }) as never as Layer.Layer<SqlClient>
    return {
      layer: Layer.provideMerge(Cluster.layer({ port: await freePort(), shards: 5 }), await clientOf(folder)) as never,
      processes: async (folder) => ({ kind: "postgres", url: await databaseOf(port, folder), port: await freePort() }),
      client: clientOf
    }
  })
})

describe("what is kept", () => {
  it("is a time, and a number", () => {
    assert.throws(() => Retention.prune({ keepFor: "Infinity" }), RangeError)
    assert.throws(() => Retention.prune({ atOnce: 0 }), RangeError)
  })
})
