import { ShardGroup } from "effect/cluster/ClusterSchema"
import * as ClusterWorkflowEngine from "effect/cluster/ClusterWorkflowEngine"
import * as EntityId from "effect/cluster/EntityId"
import { MessageStorage } from "effect/cluster/MessageStorage"
import { Sharding } from "effect/cluster/Sharding"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import type * as Activity from "effect/workflow/Activity"
import { WorkflowEngine, WorkflowInstance } from "effect/workflow/WorkflowEngine"
import type { Known } from "./known.ts"

type Execute = WorkflowEngine["Service"]["activityExecute"]

/** How activities ended that are not written down yet. */
type Ended = Map<string, Exit.Exit<unknown, unknown>>

/** So many are remembered: a process that loses its database has at most as many activities as it does at once. */
const remembered = 10_000

const remember = (ended: Ended, id: string, exit: Exit.Exit<unknown, unknown>): void => {
  const [oldest] = ended.keys()
  if (ended.size >= remembered && oldest !== undefined) ended.delete(oldest)
  ended.set(id, exit)
}

/**
 * Gives an activity that has ended, and whose end the engine could not keep, to the engine once more: as it ended, not to be done again.
 *
 * effect's engine gives such a request back, finds nobody who does it when it comes again, and says that it sleeps: its run would
 * sleep with it, and nobody would wake it. A run that has moved meanwhile is left to its new process. If it comes back, because the
 * database was away for everybody, it finds here how the activity ended.
 */
const untilKept = (execute: Execute, { getShardId, hasShardId }: Sharding["Service"]): Execute => {
  const ended: Ended = new Map()
  return (activity, attempt) =>
    Effect.flatMap(WorkflowInstance, ({ executionId, workflow }) => {
      const entity = EntityId.make(executionId)
      const shard = getShardId(entity, Context.get(workflow.annotations, ShardGroup)(entity))
      const work = activity as Activity.Any
      const id = `${executionId}/${work.name}/${attempt}`
      let isAsked = false
      const executeEncoded = Effect.suspend(() => {
        isAsked = true
        const exit = ended.get(id)
        if (exit !== undefined) return exit
        return Effect.onExit(work.executeEncoded, (exit) =>
          Effect.sync(() => {
            if (!Exit.hasInterrupts(exit)) remember(ended, id, exit)
          }))
      })
      const once: ReturnType<typeof execute> = Effect.suspend(() => {
        isAsked = false
        return execute(
          Object.create(activity, { executeEncoded: { value: executeEncoded } }) as typeof activity,
          attempt
        )
      })
      return Effect.repeat(once as unknown as Effect.Effect<{ readonly _tag: string }>, {
        while: ({ _tag }) => _tag === "Suspended" && isAsked && ended.has(id) && hasShardId(shard)
      }).pipe(Effect.tap(({ _tag }) => Effect.sync(() => _tag === "Suspended" || ended.delete(id)))) as never
    })
}

/** Provides effect's engine of a cluster. */
export const layerWorkflows = (known: Known) =>
  Layer.effect(
    WorkflowEngine,
    Effect.gen(function*() {
      const engine = yield* WorkflowEngine
      const sharding = yield* Sharding
      const storage = yield* MessageStorage
      yield* known.learn("Workflow/-/DurableClock", storage)
      return WorkflowEngine.of({
        ...engine,
        activityExecute: untilKept(engine.activityExecute, sharding),
        register: (workflow, execute) =>
          Effect.tap(engine.register(workflow, execute), () => known.learn(`Workflow/${workflow._tag}`, storage))
      })
    })
  ).pipe(Layer.provide(ClusterWorkflowEngine.layer))
