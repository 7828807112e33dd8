/** P9: what it costs to claim a key and to keep an outcome, in every store: alone, and 64 calls at a time. */
import * as NodeRedis from "@effect/platform-node/NodeRedis"
import * as PgClient from "@effect/sql-pg/PgClient"
import { type Claim, IdempotencyStore, layerMemory } from "@errata/core/IdempotencyStore"
import * as RedisStore from "@errata/core/stores/redis"
import * as SqlStore from "@errata/core/stores/sql"
import * as SqliteStore from "@errata/core/stores/sqlite"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import { randomBytes } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { createClient } from "redis"
import type { Benchmark } from "./lib/benchmark.ts"
import type { Comparison, Goal } from "./lib/report.ts"
import { type Service, startService } from "./lib/services.ts"
import { interleave, type Plan } from "./lib/stats.ts"

const value = JSON.stringify({ content: [{ type: "text", text: "{\"sum\":3}" }], structuredContent: { sum: 3 } })
const fingerprint = "f".repeat(64)
const newId = (): string => randomBytes(32).toString("hex")

/** One claim and its end, once for each key. */
interface Contender {
  readonly name: string
  readonly run: (calls: number, atOnce: number) => Promise<void>
  readonly stop: () => Promise<void>
}

const loops = async (calls: number, atOnce: number, call: () => Promise<void>): Promise<void> => {
  let left = calls
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (left-- > 0) await call()
  }))
}

const held = (claim: Claim) => {
  if (claim._tag !== "Claimed") throw new Error(claim._tag)
  return claim.held
}

const ofStore = (name: string, layer: Layer.Layer<IdempotencyStore, unknown>): Contender => {
  const runtime = ManagedRuntime.make(layer)
  const call = Effect.gen(function*() {
    const store = yield* IdempotencyStore
    const id = newId()
    const claim = yield* store.claim({
      id,
      fingerprint,
      owner: id.slice(0, 32),
      referenceId: "5f3c9a1e",
      lease: Duration.seconds(30),
      retention: Duration.hours(24),
      begun: true,
      takesUnknown: false
    })
    yield* store.complete(held(claim), { kind: "success", value })
  })
  const calls = (count: number, atOnce: number) =>
    Effect.forEach(
      Array.from({ length: atOnce }),
      () => Effect.repeat(call, { times: count / atOnce - 1 }),
      { concurrency: atOnce, discard: true }
    )
  return {
    name,
    run: (count, atOnce) => runtime.runPromise(calls(count, atOnce)),
    stop: () => runtime.dispose()
  }
}

/** Two commands, as one would write it without a thought of owners, leases or lost calls. */
const redisByHand = async (name: string, port: number): Promise<Contender> => {
  const client = createClient({ socket: { host: "127.0.0.1", port } })
  await client.connect()
  const call = async () => {
    const id = newId()
    const answer = await client.set(id, "P", { expiration: { type: "PX", value: 30_000 }, condition: "NX" })
    if (answer !== "OK") throw new Error("not claimed")
    await client.set(id, value, { expiration: { type: "PX", value: 86_400_000 } })
  }
  return { name, run: (calls, atOnce) => loops(calls, atOnce, call), stop: () => client.close() }
}

/** A commit, and thereby a wait for the disk, for each of two statements. */
const sqliteByHand = (path: string): Contender => {
  const database = new DatabaseSync(path)
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
  database.exec("CREATE TABLE keys (id TEXT PRIMARY KEY, state INT, value TEXT, time INT)")
  const claim = database.prepare("INSERT INTO keys VALUES (?, 0, NULL, ?) ON CONFLICT DO NOTHING")
  const complete = database.prepare("UPDATE keys SET state = 1, value = ? WHERE id = ?")
  const call = async () => {
    const id = newId()
    if (claim.run(id, Date.now()).changes !== 1) throw new Error("not claimed")
    await null
    complete.run(value, id)
  }
  return {
    name: "SQLite by hand, a commit each",
    run: (calls, atOnce) => loops(calls, atOnce, call),
    stop: async () => database.close()
  }
}

const contenders = async (folder: string, redis: Service, postgres: Service): Promise<ReadonlyArray<Contender>> => {
  const address = { host: "127.0.0.1", port: postgres.port, username: "postgres", database: "postgres" }
  return [
    await redisByHand("Redis by hand, not on disk", redis.port),
    await redisByHand("Redis by hand again", redis.port),
    sqliteByHand(join(folder, "hand.sqlite")),
    ofStore("memory", layerMemory({ maxKeys: 10_000_000 })),
    ofStore("SQLite", SqliteStore.layer({ path: join(folder, "store.sqlite") })),
    ofStore(
      "Redis, not on disk",
      Layer.provide(RedisStore.layer(), NodeRedis.layer({ socket: { host: "127.0.0.1", port: redis.port } }))
    ),
    ofStore("PostgreSQL", Layer.provide(SqlStore.layer(), PgClient.layer({ ...address, maxConnections: 16 })))
  ]
}

const compare = async (
  title: string,
  all: ReadonlyArray<Contender>,
  atOnce: number,
  plan: Plan,
  goals: ReadonlyArray<Goal>
): Promise<Comparison> => ({
  title,
  unit: "ns/claim and end",
  samples: await interleave(all.map(({ name, run }) => ({ name, run: (times) => run(times, atOnce) })), plan),
  control: ["Redis by hand, not on disk", "Redis by hand again"],
  goals
})

const goals: ReadonlyArray<Goal> = [
  { variant: "SQLite", against: "Redis by hand, not on disk", atMost: 1 },
  { variant: "SQLite", against: "SQLite by hand, a commit each", atMost: 0.1 }
]

export const benchmark: Benchmark = {
  steps: async function*() {
    const folder = mkdtempSync(join(tmpdir(), "errata-bench-"))
    const services = [await startService("redis", false), await startService("postgres", true)] as const
    const all = await contenders(folder, ...services)
    const plan = { rounds: 7, chunks: 3, warmups: 1 }
    try {
      yield () => compare("One call at a time", all, 1, { ...plan, size: 16 }, [])
      yield () => compare("64 calls at a time", all, 64, { ...plan, size: 128 }, goals)
    } finally {
      for (const { stop } of all) await stop()
      for (const { stop } of services) await stop()
      rmSync(folder, { recursive: true })
    }
  }
}
