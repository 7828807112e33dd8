/**
 * Provides effect's `SqlClient` on `node:sqlite`, for one file of this machine.
 *
 * effect's own SQLite driver for Node has no release for effect 4.1 yet. This one has one connection, whose transactions
 * begin as writers (`BEGIN IMMEDIATE`): two processes on one file take turns, and none is refused in the middle of its own. A
 * lock that another process holds is waited for without blocking the event loop. It needs Node 22.16 or later.
 *
 * **Example** (Asking a database)
 *
 * ```ts import.meta.vitest
 * import * as SqliteClient from "@errata/core/stores/SqliteClient"
 * import * as Effect from "effect/Effect"
 * import { SqlClient } from "effect/sql/SqlClient"
 *
 * const program = Effect.flatMap(SqlClient, (sql) => sql<{ n: number }>`SELECT 1 + 1 AS n`)
 *
 * const rows = await Effect.runPromise(Effect.provide(program, SqliteClient.layer({ filename: ":memory:" })))
 * rows[0]?.n // => 2
 * ```
 *
 * @stability unstable
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Schedule from "effect/Schedule"
import * as Semaphore from "effect/Semaphore"
import * as SqlClient from "effect/sql/SqlClient"
import type { Connection } from "effect/sql/SqlConnection"
import { classifySqliteError, SqlError } from "effect/sql/SqlError"
import * as Statement from "effect/sql/Statement"
import * as Stream from "effect/Stream"
import type { DatabaseSync, SQLInputValue } from "node:sqlite"

/**
 * Configures the client.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The path of the file; it is created where there is none. */
  readonly filename: string
  /** Says how long a lock of another process is waited for. Default: 10 seconds. */
  readonly busyTimeout?: Duration.Input | undefined
}

/** `node:sqlite` tells SQLite's code in a field of its own. */
const failure = (cause: unknown, operation: string): SqlError => {
  const errno = (cause as { readonly errcode?: unknown } | undefined)?.errcode
  const reason = classifySqliteError(typeof errno === "number" ? { errno, cause } : cause, {
    message: cause instanceof Error ? cause.message : String(cause),
    operation
  })
  return new SqlError({ reason })
}

const attempt = <A>(operation: string, run: () => A): Effect.Effect<A, SqlError> =>
  Effect.try({ try: run, catch: (cause) => failure(cause, operation) })

const isBusy = (error: SqlError): boolean => error.reason._tag === "LockTimeoutError"

/** Waits while another process holds the lock. */
const patiently = (busyTimeout: Duration.Input) => {
  const schedule = Schedule.spaced("5 millis").pipe(
    Schedule.jittered,
    Schedule.upTo({ duration: busyTimeout })
  )
  return <A>(self: Effect.Effect<A, SqlError>): Effect.Effect<A, SqlError> =>
    Effect.retry(self, { schedule, while: isBusy })
}

const toInput = (value: unknown): SQLInputValue =>
  typeof value === "boolean" ? Number(value) : (value ?? null) as SQLInputValue

const connect = (database: DatabaseSync, wait: ReturnType<typeof patiently>): Connection => {
  const inputs = (parameters: ReadonlyArray<unknown>): Array<SQLInputValue> => parameters.map(toInput)
  const run = <A>(operation: string, statement: () => A) => wait(attempt(operation, statement))
  const execute: Connection["execute"] = (sql, parameters, transform) =>
    run("execute", () => {
      const rows = database.prepare(sql).all(...inputs(parameters))
      return transform === undefined ? rows : transform(rows)
    })
  const executeValues: Connection["executeValues"] = (sql, parameters) =>
    run("executeValues", () => database.prepare(sql).all(...inputs(parameters)).map((row) => Object.values(row)))
  return {
    execute,
    executeUnprepared: execute,
    executeValues,
    executeValuesUnprepared: executeValues,
    executeRaw: (sql, parameters) => run("executeRaw", () => database.prepare(sql).run(...inputs(parameters))),
    executeStream: (sql, parameters, transform) => Stream.fromIterableEffect(execute(sql, parameters, transform))
  }
}

/** Says which file cannot be opened: SQLite does not. */
const open = (Database: typeof DatabaseSync, filename: string): DatabaseSync => {
  try {
    return new Database(filename, { timeout: 0 })
  } catch (cause) {
    if (cause instanceof Error) cause.message = `${filename}: ${cause.message}`
    throw cause
  }
}

const make = Effect.fnUntraced(function*({ busyTimeout = "10 seconds", filename }: Options) {
  const database = yield* Effect.acquireRelease(
    Effect.flatMap(
      Effect.promise(() => import("node:sqlite")),
      (sqlite) => attempt("open", () => open(sqlite.DatabaseSync, filename))
    ),
    (database) => Effect.sync(() => database.close())
  )
  const wait = patiently(busyTimeout)
  yield* wait(
    attempt(
      "open",
      () => database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")
    )
  )
  const acquirers = SqlClient.makeSqliteAcquirers({
    connection: Effect.succeed(connect(database, wait)),
    semaphore: Semaphore.makeUnsafe(1),
    isTransaction: () => database.isTransaction
  })
  return yield* SqlClient.make({
    ...acquirers,
    compiler: Statement.makeCompilerSqlite(),
    driver: "sqlite-node",
    beginTransaction: "BEGIN IMMEDIATE",
    releaseSavepoint: (name) => `RELEASE SAVEPOINT ${name}`,
    spanAttributes: [["db.system.name", "sqlite"]]
  })
})

/**
 * Provides a client of one file, open as long as the layer lives.
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<SqlClient.SqlClient, SqlError> =>
  Layer.provide(Layer.effect(SqlClient.SqlClient, make(options)), Reactivity.layer)
