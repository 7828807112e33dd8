/**
 * Opens the database of the operations server: a SQLite file, or Postgres.
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Classifier from "@errata/core/Classifier"
import * as SqlEngine from "@errata/core/durable/sql"
import * as SqliteEngine from "@errata/core/durable/sqlite"
import * as Errors from "@errata/core/Errors"
import * as SqliteClient from "@errata/core/stores/SqliteClient"
import * as ToolError from "@errata/core/ToolError"
import type { ConfigError } from "effect/Config"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type { PlatformError } from "effect/PlatformError"
import type { SocketServerError } from "effect/socket/SocketServer"
import type { MigrationError } from "effect/sql/Migrator"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { WorkflowEngine } from "effect/workflow/WorkflowEngine"
import * as NodePath from "node:path"
import { Settings } from "../settings.ts"
import { migrate } from "./migrations.ts"

const client = Layer.unwrap(Effect.gen(function*() {
  const { data, databaseUrl, databaseWait } = yield* Settings
  if (databaseUrl !== undefined) return PgClient.layer({ url: databaseUrl, applicationName: "errata-operations" })
  yield* (yield* FileSystem.FileSystem).makeDirectory(data, { recursive: true })
  return SqliteClient.layer({ filename: fileOf(data), busyTimeout: databaseWait })
}))

const fileOf = (data: string): string => NodePath.join(data, "operations.sqlite")

type Engine = Layer.Layer<WorkflowEngine, SqlError | ConfigError | SocketServerError, SqlClient>

/** Keeps the deployments' runs in the same database: on Postgres with a port for the other servers, if there is one. */
export const engine = Layer.unwrap(Effect.gen(function*() {
  const { data, databaseUrl, runnerPort, takeOver } = yield* Settings
  const made: Engine = databaseUrl === undefined
    // a connection of its own, and patient: calls may give up on a locked file, runs may not
    ? Layer.provide(
      SqliteEngine.layerOf({ filename: fileOf(data), takeOver }),
      SqliteClient.layer({ filename: fileOf(data), busyTimeout: "1 minute" })
    )
    : runnerPort === undefined
    ? SqlEngine.layer({ takeOver })
    : (yield* Effect.promise(() => import("@errata/core/durable/cluster"))).layer({ port: runnerPort, takeOver })
  return made
}))

/** Provides the database with its tables. */
export const layer: Layer.Layer<
  SqlClient,
  SqlError | MigrationError | PlatformError,
  Settings | FileSystem.FileSystem
> = Layer.provideMerge(Layer.effectDiscard(migrate), client)

const sql = Classifier.sql({ service: "The operations database" })

/** Takes what passes (a lock, a lost connection) for a transient failure; everything else that SQL says is a defect. */
export const orDie = Classifier.orDie((failure) => {
  const error = sql(failure)
  if (error === undefined || !ToolError.isTransient(error)) return undefined
  return error instanceof Errors.Unavailable
    ? error
    : new Errors.Unavailable({ service: "The operations database", cause: failure })
})
