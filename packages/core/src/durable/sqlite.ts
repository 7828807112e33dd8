/**
 * Keeps the runs of durable tools in one SQLite file of this machine.
 *
 * It needs nothing but Node. What a process had begun when it was killed goes on when it starts again; several processes on one
 * file share the runs, and take over from each other. They send each other nothing: each looks into the file a few times a second.
 *
 * **Details**
 *
 * - A process that starts again goes on at once. If it does not come back, the others take its runs over after `takeOver`.
 * - The client of the file is provided too (`SqlClient`), for activities that write beside their journal.
 * - Beside the file lie a few that are empty (`-runner-1`): they number the processes.
 *
 * **Gotchas**
 *
 * A path that names no file (`:memory:`) throws a `TypeError`. The file must lie on a disk of this machine. What has run is kept:
 * `@errata/core/durable/retention` removes what is old.
 *
 * @stability unstable
 * @since 0.1.0
 */
import type { MessageStorage } from "effect/cluster/MessageStorage"
import type { Sharding } from "effect/cluster/Sharding"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { WorkflowEngine } from "effect/workflow/WorkflowEngine"
import { takeSlot } from "../idempotency/stores/internal/sqlite/slot.ts"
import * as SqliteClient from "../idempotency/stores/SqliteClient.ts"
import { storageEngine } from "./engines/storage.ts"
import type { Timing } from "./engines/timing.ts"

export type { Timing } from "./engines/timing.ts"

/**
 * Configures the engine.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Options extends Timing {
  /** The path of the file; it is created where there is none, in a folder that is there. */
  readonly filename: string
  /** Says how long a lock of another process is waited for. Default: 10 seconds. */
  readonly busyTimeout?: Duration.Input | undefined
  /** Says how often a process looks for work of the others. Default: 250 milliseconds. */
  readonly lookEvery?: Duration.Input | undefined
}

/**
 * Provides an engine that keeps its runs in one file.
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Options
): Layer.Layer<WorkflowEngine | Sharding | MessageStorage | SqlClient, SqlError> =>
  Layer.provideMerge(layerOf(options), SqliteClient.layer(options))

/**
 * Provides an engine that keeps its runs in the file of a client that there is already, so that activities write into the same file.
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layerOf = (
  { filename, lookEvery = "250 millis", ...timing }: Omit<Options, "busyTimeout">
): Layer.Layer<WorkflowEngine | Sharding | MessageStorage, never, SqlClient> => {
  if (filename === "" || filename === ":memory:") {
    throw new TypeError("`filename` is the path of a file: what need not be kept, DurableTool.layerMemory holds")
  }
  return Layer.unwrap(
    Effect.map(takeSlot(filename), (slot) => storageEngine(timing, { name: `process-${slot}`, lookEvery }))
  )
}
