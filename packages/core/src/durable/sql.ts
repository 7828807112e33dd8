/**
 * Keeps the runs of durable tools in any database that effect's `SqlClient` reaches, such as Postgres, without opening a port.
 *
 * Processes share the runs by nothing but the database: each looks into it a few times a second. It is the engine for servers that
 * a host starts on stdio; processes that serve many calls hear of each other sooner with `@errata/core/durable/cluster`. Both may
 * not share a database.
 *
 * @stability unstable
 * @since 0.1.0
 */
import type { MessageStorage } from "effect/cluster/MessageStorage"
import type { Sharding } from "effect/cluster/Sharding"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import type { SqlClient } from "effect/sql/SqlClient"
import type { WorkflowEngine } from "effect/workflow/WorkflowEngine"
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
  /**
   * Names the process. One that starts again under its name goes on at once; no two that run may have one name. Default: a name
   * that nobody else has, so that its runs are taken over after `takeOver`.
   */
  readonly name?: string | undefined
  /** Says how often a process looks for work of the others. Default: 250 milliseconds. */
  readonly lookEvery?: Duration.Input | undefined
}

/**
 * Provides an engine that keeps its runs in the database of a client.
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  { lookEvery = "250 millis", name, ...timing }: Options = {}
): Layer.Layer<WorkflowEngine | Sharding | MessageStorage, never, SqlClient> =>
  Layer.unwrap(
    Effect.map(
      Random.nextIntBetween(0, Number.MAX_SAFE_INTEGER),
      (random) => storageEngine(timing, { name: name ?? `process-${random.toString(36)}`, lookEvery })
    )
  )
