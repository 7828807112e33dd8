/** The only file that reaches effect's SQL client and its migrations. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Migrator from "effect/sql/Migrator"
import * as SqlClient from "effect/sql/SqlClient"
import * as SqlError from "effect/sql/SqlError"
import { StoreError } from "../../../store/model.ts"
import { bind, type Dialect, postgres, sqlite, type Statement, type Value } from "./dialect.ts"
import { createEffects } from "./effects.ts"
import { createKeys } from "./keys.ts"

/** Runs the statements of one store. */
export interface Client {
  readonly dialect: Dialect
  /** Runs a statement outside of the transaction that the caller may be in: what it writes stands at once, for everybody. */
  readonly rows: <Row>(
    operation: string,
    statement: Statement,
    values: Values
  ) => Effect.Effect<ReadonlyArray<Row>, StoreError>
  /** Runs a statement in the transaction that the caller is in. */
  readonly rowsWithin: Client["rows"]
  /** Runs work in a transaction; whatever its queries write stands with it, or not at all. */
  readonly transaction: <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.Effect<A, E | StoreError, R>
}

type Values = Readonly<Record<string, Value>>

/** The tables of a store. */
export interface Tables {
  readonly keys: string
  readonly effects: string
  readonly migrations: string
}

/** Names the tables after a prefix, which is part of the statements. */
export const tablesOf = (prefix: string): Tables => {
  if (!/^[a-z_][a-z0-9_]{0,39}$/.test(prefix)) {
    throw new RangeError(
      `Name the prefix of a store's tables in lower-case letters, digits and underscores: "${prefix}"`
    )
  }
  return { keys: `${prefix}_keys`, effects: `${prefix}_effects`, migrations: `${prefix}_migrations` }
}

/** Makes the client, and the tables where they are asked for. */
export const make = Effect.fnUntraced(function*(tables: Tables, createsTables: boolean) {
  const sql = yield* SqlClient.SqlClient
  const dialect = yield* dialectOf(sql)
  if (createsTables) yield* createTables(dialect, tables)
  const rowsWithin: Client["rows"] = <Row>(operation: string, statement: Statement, values: Values) =>
    sql.unsafe<Row & object>(statement.text, bind(statement, values)).withoutTransform.pipe(
      Effect.mapError((cause) => storeError(operation, cause))
    )
  const client: Client = {
    dialect,
    rowsWithin,
    // SQLite has one connection: whoever asks for another one within a transaction would wait for itself.
    rows: dialect === sqlite ?
      rowsWithin :
      (operation, statement, values) =>
        leavable(Effect.updateContext(rowsWithin(operation, statement, values), Context.omit(sql.transactionService))),
    transaction: (work) =>
      sql.withTransaction(Effect.mapError(work, (error) => new Own(error))).pipe(
        Effect.mapError((error) => error instanceof Own ? error.error : storeError("transaction", error))
      )
  }
  return client
})

/** Lets a caller leave at once; that the connection is cleared, which takes seconds where nothing answers, goes on without it. */
const leavable = <A, E>(self: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(
      Effect.forkDetach(restore(self)),
      (fiber) => Effect.onInterrupt(restore(Fiber.join(fiber)), () => Effect.sync(() => fiber.interruptUnsafe()))
    )
  )

/** Tells a failure of the work from one of the transaction around it. */
class Own<E> {
  readonly error: E

  constructor(error: E) {
    this.error = error
  }
}

const dialectOf = (sql: SqlClient.SqlClient): Effect.Effect<Dialect, StoreError> => {
  const dialect = sql.onDialectOrElse({ pg: () => postgres, sqlite: () => sqlite, orElse: () => undefined })
  if (dialect !== undefined) return Effect.succeed(dialect)
  const reason = "The SQL store is for PostgreSQL and SQLite: this client is for neither."
  return Effect.fail(new StoreError({ operation: "open", reason }))
}

const createTables = (dialect: Dialect, tables: Tables) =>
  Effect.mapError(
    Migrator.make({})({ loader: Migrator.fromRecord(migrations(dialect, tables)), table: tables.migrations }),
    (cause) => storeError("open", cause)
  )

/** Lists what each version of the tables added. A step that was published is never changed. */
const migrations = (dialect: Dialect, tables: Tables) => ({
  "1_keys_and_effects": Effect.flatMap(
    SqlClient.SqlClient,
    (sql) =>
      Effect.forEach(
        [...createKeys(dialect, tables.keys), ...createEffects(dialect, tables.effects)],
        (statement) => sql.unsafe(statement).withoutTransform,
        { discard: true }
      )
  )
})

const sentences: { readonly [tag: string]: string } = {
  ConnectionError: "The database cannot be reached.",
  AuthenticationError: "The database refused the name or the password.",
  AuthorizationError: "The database refused the permission.",
  SqlSyntaxError: "The database does not have the store's tables as this version needs them.",
  DeadlockError: "The database ended a deadlock.",
  SerializationError: "The database could not serialize the transaction.",
  LockTimeoutError: "The database waited too long for a lock.",
  StatementTimeoutError: "The database took too long."
}

/** The driver's own text goes no further than the cause. */
const storeError = (operation: string, cause: unknown): StoreError => {
  const failure = cause instanceof Migrator.MigrationError ? cause.cause : cause
  const tag = SqlError.isSqlError(failure) ? failure.reason._tag : "UnknownError"
  return new StoreError({ operation, reason: sentences[tag] ?? "The database failed.", cause })
}
