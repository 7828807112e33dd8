/**
 * Keeps keys, outcomes and the ledger of effects in a database that a server has already, through effect's `SqlClient`.
 *
 * It is written for PostgreSQL (`@effect/sql-pg`) and runs on clients for SQLite too. Any number of processes and machines can
 * share it. It is the only store with **transactions**: `Idempotency.transaction` runs the work's own writes and the keeping of
 * its outcome in one transaction of the same client, so that both happen exactly once.
 *
 * **Details**
 *
 * - A claim is one statement, and every further step is one. Claims of the same key wait for each other in the database.
 * - Times are the clock of the database: what the clocks of the processes say plays no part.
 * - Steps run outside of the transaction that their caller may be in, and stand at once; only the end of
 *   `Idempotency.transaction` runs within. On a client for SQLite, which has one connection, all of them run within.
 * - The tables are `errata_keys`, `errata_effects` and `errata_migrations`, made with effect's `Migrator` when the layer is
 *   built. Where the server's user may not create tables, run the layer once as one who may, and set `createsTables: false`.
 * - What is past its retention is removed when the layer is built, and every ten minutes.
 *
 * **Gotchas**
 *
 * - A caller that gives up on a statement leaves at once, and its connection is cleared in the background. Set
 *   `statement_timeout` (`startupParameters` of the client), so that a slow database does not keep all connections.
 * - With `repeatable read` or `serializable` a transaction of more than a third of its lease fails when the lease is renewed
 *   meanwhile: give such tools a longer lease.
 *
 * **Example** (Configuring PostgreSQL)
 *
 * ```ts
 * import * as Sql from "@errata/core/stores/sql"
 * import { PgClient } from "@effect/sql-pg"
 * import * as Config from "effect/Config"
 * import * as Layer from "effect/Layer"
 *
 * const database = PgClient.layerConfig({
 *   url: Config.Redacted("DATABASE_URL"),
 *   startupParameters: Config.succeed({ statement_timeout: "5s" })
 * })
 * export const store = Sql.layer().pipe(Layer.provideMerge(database))
 * ```
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { SqlClient } from "effect/sql/SqlClient"
import { EffectsStore } from "../effects/model.ts"
import { IdempotencyStore, type StoreError } from "../store/model.ts"
import * as Client from "./internal/sql/client.ts"
import * as Store from "./internal/sql/store.ts"
import { keepSwept } from "./internal/sweep.ts"

/**
 * Configures a store in a SQL database.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** Begins the names of the tables, in lower-case letters, digits and underscores. Default `errata`. */
  readonly prefix?: string | undefined
  /** Is false if the tables are there already, and the user of the database may not create any. Default true. */
  readonly createsTables?: boolean | undefined
}

/**
 * Provides a store, and a ledger of effects, in the database of a `SqlClient`. Fails with one sentence where it cannot be
 * reached or its tables cannot be made.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Options = {}
): Layer.Layer<IdempotencyStore | EffectsStore, StoreError, SqlClient> => {
  const { createsTables = true, prefix = "errata" } = options
  const tables = Client.tablesOf(prefix)
  return Layer.effectContext(Effect.gen(function*() {
    const client = yield* Client.make(tables, createsTables)
    const keys = Store.makeKeys(client, tables.keys)
    const effects = Store.makeEffects(client, tables.effects)
    yield* keepSwept(keys.expire, effects.expire)
    return Context.make(IdempotencyStore, keys).pipe(Context.add(EffectsStore, effects))
  }))
}
