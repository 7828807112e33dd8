import { ShardGroup } from "effect/cluster/ClusterSchema"
import * as ClusterWorkflowEngine from "effect/cluster/ClusterWorkflowEngine"
import * as EntityId from "effect/cluster/EntityId"
import { Sharding } from "effect/cluster/Sharding"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import type * as Activity from "effect/workflow/Activity"
import { WorkflowEngine, WorkflowInstance } from "effect/workflow/WorkflowEngine"

type Execute = WorkflowEngine["Service"]["activityExecute"]

/**
 * Gives an activity that has ended, and whose end the engine could not keep, to the engine once more: as it ended, not to be done again.
 *
 * effect's engine gives such a request back, finds nobody who does it when it comes again, and says that it sleeps: its run would
 * sleep with it, and nobody would wake it. A run that has moved meanwhile is left to its new process.
 */
const untilKept = (execute: Execute, { getShardId, hasShardId }: Sharding["Service"]): Execute => (activity, attempt) =>
  Effect.flatMap(WorkflowInstance, ({ executionId, workflow }) => {
    const id = EntityId.make(executionId)
    const shard = getShardId(id, Context.get(workflow.annotations, ShardGroup)(id))
    const work = activity as Activity.Any
    let ended: Exit.Exit<unknown, unknown> | undefined
    let isAsked = false
    const executeEncoded = Effect.suspend(() => {
      isAsked = true
      if (ended !== undefined) return ended
      return Effect.onExit(work.executeEncoded, (exit) =>
        Effect.sync(() => {
          if (!Exit.hasInterrupts(exit)) ended = exit
        }))
    })
    const remembered = Object.create(activity, { executeEncoded: { value: executeEncoded } }) as typeof activity
    const once: ReturnType<typeof execute> = Effect.suspend(() => {
      isAsked = false
      return execute(remembered, attempt)
    })
    return Effect.repeat(once as unknown as Effect.Effect<{ readonly _tag: string }>, {
      while: ({ _tag }) => _tag === "Suspended" && isAsked && ended !== undefined && hasShardId(shard)
    }) as never
  })

/** Provides effect's engine of a cluster. */
export const layerWorkflows = Layer.effect(
  WorkflowEngine,
  Effect.gen(function*() {
    const engine = yield* WorkflowEngine
    const sharding = yield* Sharding
    return WorkflowEngine.of({ ...engine, activityExecute: untilKept(engine.activityExecute, sharding) })
  })
).pipe(Layer.provide(ClusterWorkflowEngine.layer))
