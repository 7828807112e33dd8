/**
 * Opens the database of the documents server, and makes its tables.
 */
import * as SqliteClient from "@errata/core/stores/SqliteClient"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Migrator from "effect/sql/Migrator"
import { SqlClient } from "effect/sql/SqlClient"
import * as NodePath from "node:path"
import { Settings } from "./settings.ts"

const tables = Effect.gen(function*() {
  const sql = yield* SqlClient
  yield* sql`CREATE TABLE IF NOT EXISTS documents (
    document_id TEXT PRIMARY KEY, format TEXT NOT NULL, size_bytes INTEGER NOT NULL, categories TEXT NOT NULL
  ) STRICT`
  yield* sql`CREATE TABLE IF NOT EXISTS conversions (
    document_id TEXT NOT NULL, target_format TEXT NOT NULL, output_path TEXT NOT NULL, size_bytes INTEGER NOT NULL,
    converted_at TEXT NOT NULL, PRIMARY KEY (document_id, target_format)
  ) STRICT`
})

const conversionsAreCounted = Effect.gen(function*() {
  const sql = yield* SqlClient
  yield* sql`ALTER TABLE conversions ADD COLUMN times INTEGER NOT NULL DEFAULT 1`
})

/** None of them is unique: that a key assigns once is the work of the idempotency store. */
const assignments = Effect.gen(function*() {
  const sql = yield* SqlClient
  yield* sql`CREATE TABLE assignments (
    assignment_id TEXT PRIMARY KEY, document_id TEXT NOT NULL, category TEXT NOT NULL, assigned_at TEXT NOT NULL
  ) STRICT`
  yield* sql`CREATE INDEX assignments_by_document ON assignments (document_id)`
  yield* sql`CREATE TABLE notifications (assignment_id TEXT NOT NULL, text TEXT NOT NULL) STRICT`
  yield* sql`CREATE TABLE audit (at TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL) STRICT`
})

const migrate = Migrator.make({})({
  table: "documents_migrations",
  loader: Migrator.fromRecord({
    "1_tables": tables,
    "2_conversions_are_counted": conversionsAreCounted,
    "3_assignments": assignments
  })
})

/** Provides the database with its tables. */
export const layer = Layer.provideMerge(
  Layer.effectDiscard(migrate),
  Layer.unwrap(Effect.gen(function*() {
    const { data, databaseWait } = yield* Settings
    yield* (yield* FileSystem.FileSystem).makeDirectory(data, { recursive: true })
    return SqliteClient.layer({ filename: NodePath.join(data, "documents.sqlite"), busyTimeout: databaseWait })
  }))
)
