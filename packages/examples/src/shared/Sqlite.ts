/**
 * Opens an embedded SQLite database, as a resource.
 *
 * effect's own SQLite driver for Node has no release for effect 4.1 yet, and two statements are all that is needed here.
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { DatabaseSync, type SQLInputValue } from "node:sqlite"

/** What SQLite said. `code` and `errcode` are SQLite's, so that a classifier can read them. */
export class SqliteError extends Data.TaggedError("SqliteError")<{ readonly cause: unknown }> {
  override readonly message: string = this.cause instanceof Error ? this.cause.message : String(this.cause)
  readonly code: unknown = (this.cause as { readonly code?: unknown } | undefined)?.code
  readonly errcode: unknown = (this.cause as { readonly errcode?: unknown } | undefined)?.errcode
}

/** A row of a result. */
export type Row = { readonly [column: string]: unknown }

/** A database, open as long as its layer lives. */
export class Sqlite extends Context.Service<Sqlite, {
  /** Runs a statement and returns its rows. */
  readonly all: (
    sql: string,
    ...parameters: ReadonlyArray<SQLInputValue>
  ) => Effect.Effect<ReadonlyArray<Row>, SqliteError>
  /** Runs a statement for what it does. */
  readonly run: (sql: string, ...parameters: ReadonlyArray<SQLInputValue>) => Effect.Effect<void, SqliteError>
}>()("@errata/examples/shared/Sqlite") {}

const attempt = <A>(run: () => A): Effect.Effect<A, SqliteError> =>
  Effect.try({ try: run, catch: (cause) => new SqliteError({ cause }) })

/**
 * Opens a file and creates its tables. A lock that somebody else holds is waited for 100 ms, since waiting blocks the
 * event loop; the caller's retry policy does the rest.
 */
export const layer = (file: string, schema: string): Layer.Layer<Sqlite, SqliteError> =>
  Layer.effect(
    Sqlite,
    Effect.gen(function*() {
      const database = yield* Effect.acquireRelease(
        attempt(() => new DatabaseSync(file, { timeout: 100 })),
        (database) => Effect.sync(() => database.close())
      )
      yield* attempt(() => database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${schema}`))
      return Sqlite.of({
        all: (sql, ...parameters) => attempt(() => database.prepare(sql).all(...parameters) as ReadonlyArray<Row>),
        run: (sql, ...parameters) => attempt(() => void database.prepare(sql).run(...parameters))
      })
    })
  )
