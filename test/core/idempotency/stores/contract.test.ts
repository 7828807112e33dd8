/** Every store keeps every rule of the contract, on real services. */
import type { EffectsStore } from "@errata/core/Effects"
import type { IdempotencyStore } from "@errata/core/IdempotencyStore"
import * as SqliteStore from "@errata/core/stores/sqlite"
import { cases, Contract } from "@errata/core/testing"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as TestClock from "effect/testing/TestClock"
import { join } from "node:path"
import { afterAll, beforeAll, describe, it } from "vitest"
import { describeWith } from "../../../services/service.ts"
import { onPostgres, onRedis, onSqliteClient } from "./support/backends.ts"
import { temporaryFolder } from "./support/folder.ts"

type Needed = IdempotencyStore | EffectsStore | Contract

/** Runs the cases on one store, one after the other: what lets time pass for one ages the keys of all. */
const keepsTheContract = (layer: () => Layer.Layer<Needed>): void => {
  let runtime: ManagedRuntime.ManagedRuntime<Needed, never>
  beforeAll(() => {
    runtime = ManagedRuntime.make(layer())
  })
  afterAll(() => runtime.dispose())
  it.each(cases)("$name", ({ run }) => runtime.runPromise(run))
}

const folder = temporaryFolder()

describe("a SQLite file", () => {
  keepsTheContract(() =>
    Layer.orDie(SqliteStore.layer({ path: join(folder.path, "store.sqlite") })).pipe(
      Layer.merge(Layer.succeed(Contract, { advance: (span) => TestClock.adjust(span), removesByItself: true })),
      Layer.provideMerge(TestClock.layer())
    )
  )
})

describe("a SQL client for SQLite", () => {
  keepsTheContract(() => onSqliteClient(join(folder.path, "client.sqlite")))
})

describeWith("postgres", "PostgreSQL", (current) => {
  keepsTheContract(() => onPostgres(current()))
})

describeWith("redis", "Redis", (current) => {
  keepsTheContract(() => onRedis(current()))
})
