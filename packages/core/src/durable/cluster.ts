/**
 * Shares the runs of durable tools between processes on several machines, on one Postgres database.
 *
 * Each process is a runner: it listens on a port for the others, and takes a part of the runs. Runners join and leave as they like:
 * what one had begun goes on elsewhere.
 *
 * **Details**
 *
 * - The database is whatever `SqlClient` the layer is given: `@effect/sql-pg` was tested.
 * - A runner that stops gives its runs away at once. One that dies, or is cut off, is taken over from after `takeOver`.
 * - It needs the package `@effect/platform-node`.
 *
 * **Gotchas**
 *
 * The port speaks to runners only, and trusts them: keep it in a network of your own.
 *
 * @stability unstable
 * @since 0.1.0
 */
import * as NodeClusterSocket from "@effect/platform-node/NodeClusterSocket"
import type { MessageStorage } from "effect/cluster/MessageStorage"
import * as RunnerAddress from "effect/cluster/RunnerAddress"
import type { Sharding } from "effect/cluster/Sharding"
import * as ShardingConfig from "effect/cluster/ShardingConfig"
import type { ConfigError } from "effect/Config"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { SocketServerError } from "effect/socket/SocketServer"
import type { SqlClient } from "effect/sql/SqlClient"
import type { WorkflowEngine } from "effect/workflow/WorkflowEngine"
import { makeKnown } from "./engines/known.ts"
import { layerMessages, layerRunners } from "./engines/steady.ts"
import { shardingOf, type Timing } from "./engines/timing.ts"
import { layerWorkflows } from "./engines/workflows.ts"
import { withLoggersIn } from "./run/loggers.ts"

export type { Timing } from "./engines/timing.ts"

/**
 * Configures a runner.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Options extends Timing {
  /** The port on which the other runners reach this one. */
  readonly port: number
  /** The name or address under which the other runners reach this one. Default: 127.0.0.1, for runners of one machine. */
  readonly host?: string | undefined
  /** The address to listen on. Default: that of `host`. */
  readonly listenOn?: string | undefined
  /** Says how often a runner looks for messages that did not reach it otherwise. Default: 2 seconds. */
  readonly lookEvery?: Duration.Input | undefined
}

/**
 * Provides an engine that shares its runs with the other runners of a database.
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  { host = "127.0.0.1", listenOn = host, lookEvery = "2 seconds", port, ...timing }: Options
): Layer.Layer<WorkflowEngine | Sharding | MessageStorage, SocketServerError | ConfigError, SqlClient> => {
  const shardingConfig = {
    ...shardingOf(timing, Duration.fromInputUnsafe(lookEvery)),
    runnerAddress: Option.some(RunnerAddress.make(host, port)),
    runnerListenAddress: Option.some(RunnerAddress.make(listenOn, port))
  }
  return withLoggersIn(Layer.unwrap(Effect.sync(() => {
    const known = makeKnown()
    return layerWorkflows(known).pipe(
      Layer.provideMerge(NodeClusterSocket.layer({ storage: "byo", shardingConfig })),
      Layer.provideMerge(layerMessages(timing, known)),
      Layer.provide(layerRunners),
      Layer.provide(ShardingConfig.layerFromEnv(shardingConfig))
    )
  })))
}
