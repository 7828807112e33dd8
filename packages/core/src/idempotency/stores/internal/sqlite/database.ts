import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import { closeSync, mkdirSync, openSync, statSync } from "node:fs"
import { dirname } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import { StoreError } from "../../../store/model.ts"
import { embedded } from "../sql/dialect.ts"
import { createEffects } from "../sql/effects.ts"
import { createKeys } from "../sql/keys.ts"

/** The names of the tables. */
export const tables = { keys: "keys", effects: "effects" } as const

/** Lists what each version of the file added. A step that was published is never changed. */
const migrations: ReadonlyArray<ReadonlyArray<string>> = [
  [...createKeys(embedded, tables.keys), ...createEffects(embedded, tables.effects)]
]

/** Bounds how long a step blocks this thread while another process writes. Beyond it, waiting is asynchronous. */
const blockFor = 5

/** Marks the file as ours ("Erra"), so that nobody's database is taken for a store. */
const applicationId = 0x45727261

const busy = 5
const sentences: { readonly [code: number]: string } = {
  3: "cannot be written",
  5: "is locked by another program",
  6: "is locked by another program",
  8: "cannot be written",
  10: "cannot be read or written: the disk failed",
  11: "is damaged",
  13: "cannot grow: the disk is full",
  14: "cannot be opened",
  23: "cannot be written",
  26: "is not a SQLite database"
}

/** A sentence about the file, and no other text of a driver. */
export class Refused extends Error {}

/** Returns SQLite's primary code of a failure. */
const codeOf = (failure: unknown): number | undefined => {
  const code = failure instanceof Error && "errcode" in failure ? failure.errcode : undefined
  return typeof code === "number" ? code & 0xff : undefined
}

export const isBusy = (failure: unknown): boolean => codeOf(failure) === busy

export const storeError = (operation: string, path: string, cause: unknown): StoreError => {
  const code = codeOf(cause)
  const reason = cause instanceof Refused
    ? cause.message
    : code === undefined
    ? "failed"
    : sentences[code] ?? `failed with SQLite's code ${code}`
  return new StoreError({ operation, reason: `The store ${path} ${reason}.`, cause })
}

/** Waits for another program that holds the file: about five seconds in all, and this thread is free meanwhile. */
export const patience = Schedule.min([Schedule.exponential("2 millis"), Schedule.spaced("50 millis")]).pipe(
  Schedule.jittered,
  Schedule.upTo({ duration: "5 seconds" })
)

/** Opens the file, makes it where it is not there, and brings its tables up to date. */
export const open = (path: string): Effect.Effect<DatabaseSync, StoreError, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.flatMap(load(path), (DatabaseSync) =>
      Effect.try({
        try: () => prepared(path, new DatabaseSync(path)),
        catch: (cause) => storeError("open", path, cause)
      }).pipe(Effect.retry({ schedule: patience, while: (error) => isBusy(error.cause) }))),
    (database) => Effect.sync(() => database.close())
  )

const load = (path: string): Effect.Effect<typeof DatabaseSync, StoreError> =>
  Effect.tryPromise({
    try: async () => {
      makeFile(path)
      return (await import("node:sqlite")).DatabaseSync
    },
    catch: (cause) => {
      const code = cause instanceof Error && "code" in cause ? cause.code : undefined
      return storeError(
        "open",
        path,
        code === "ERR_UNKNOWN_BUILTIN_MODULE" ? new Refused(needsNode) : notWritten(cause)
      )
    }
  })

const needsNode = "needs node:sqlite, of Node 22.16 or later"

const notWritten = (cause: unknown): Refused => new Refused("cannot be written", { cause })

/** Protects what is kept, the results of calls: nobody else's to read. */
const makeFile = (path: string): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  closeSync(openSync(path, "a", 0o600))
}

/** Tells which file each database was opened as. */
const opened = new WeakMap<DatabaseSync, { readonly path: string; readonly file: bigint }>()

const fileAt = (path: string): bigint | undefined => statSync(path, { bigint: true, throwIfNoEntry: false })?.ino

/** A file that was removed can be written on, but other processes see another one: two owners would have one key. */
export const mustBeThere = (database: DatabaseSync): void => {
  const { file, path } = opened.get(database) ?? {}
  if (path !== undefined && fileAt(path) !== file) {
    throw new Refused("was removed or replaced while it was open: restart the server")
  }
}

const prepared = (path: string, database: DatabaseSync): DatabaseSync => {
  try {
    opened.set(database, { path, file: fileAt(path) ?? -1n })
    database.exec(`PRAGMA busy_timeout = ${blockFor}`)
    mustBeOurs(database)
    // A commit is on the disk before anybody hears of it; on macOS only with fullfsync.
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON")
    database.exec("PRAGMA wal_autocheckpoint = 4000") // ids are hashes, whose pages come again and again
    migrate(database)
    return database
  } catch (failure) {
    database.close()
    throw failure
  }
}

const numberOf = (database: DatabaseSync, query: string): number =>
  Number(Object.values(database.prepare(query).get() ?? {})[0] ?? 0)

const mustBeOurs = (database: DatabaseSync): void => {
  const isOurs = numberOf(database, "PRAGMA application_id") === applicationId
  if (!isOurs && numberOf(database, "SELECT COUNT(*) FROM sqlite_schema") > 0) {
    throw new Refused("is the database of another program: choose another path")
  }
}

const migrate = (database: DatabaseSync): void => {
  if (numberOf(database, "PRAGMA user_version") === migrations.length) return
  database.exec("BEGIN IMMEDIATE")
  const version = numberOf(database, "PRAGMA user_version")
  if (version > migrations.length) throw new Refused("was written by a newer version of Errata")
  for (const statement of migrations.slice(version).flat()) database.exec(statement)
  database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migrations.length}; COMMIT`)
}
