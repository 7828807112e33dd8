import type { MessageStorage } from "effect/cluster/MessageStorage"
import * as RunnerAddress from "effect/cluster/RunnerAddress"
import * as RunnerHealth from "effect/cluster/RunnerHealth"
import * as Runners from "effect/cluster/Runners"
import * as Sharding from "effect/cluster/Sharding"
import * as ShardingConfig from "effect/cluster/ShardingConfig"
import * as Duration from "effect/Duration"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { SqlClient } from "effect/sql/SqlClient"
import type { WorkflowEngine } from "effect/workflow/WorkflowEngine"
import { withLoggersIn } from "../run/loggers.ts"
import { makeKnown } from "./known.ts"
import { layerMessages, layerRunners } from "./steady.ts"
import { shardingOf, type Timing } from "./timing.ts"
import { layerWorkflows } from "./workflows.ts"

/** Lets processes share runs by nothing but their database: they look into it, and send each other nothing. */
export const storageEngine = (
  timing: Timing,
  { lookEvery, name }: { readonly name: string; readonly lookEvery: Duration.Input }
): Layer.Layer<WorkflowEngine | Sharding.Sharding | MessageStorage, never, SqlClient> => {
  const address = RunnerAddress.make(name, 1)
  const known = makeKnown()
  const config = ShardingConfig.layer({
    ...shardingOf(timing, Duration.fromInputUnsafe(lookEvery)),
    runnerAddress: Option.some(address),
    runnerListenAddress: Option.none()
  })
  return withLoggersIn(
    layerWorkflows(known).pipe(
      Layer.provideMerge(Sharding.layer),
      Layer.provide(Runners.layerNoop),
      Layer.provideMerge(layerMessages(timing, known)),
      Layer.provide([layerRunners, RunnerHealth.layerNoop]),
      Layer.provide(config)
    )
  )
}
