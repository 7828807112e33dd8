import { ShardGroup } from "effect/cluster/ClusterSchema"
import * as EntityAddress from "effect/cluster/EntityAddress"
import * as EntityId from "effect/cluster/EntityId"
import * as EntityType from "effect/cluster/EntityType"
import type { MessageStorage } from "effect/cluster/MessageStorage"
import type { Sharding } from "effect/cluster/Sharding"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as DurableDeferred from "effect/workflow/DurableDeferred"
import { type WorkflowEngine, WorkflowInstance } from "effect/workflow/WorkflowEngine"

/** The name under which effect's engine keeps that a run was cancelled. */
const signal = DurableDeferred.make("Workflow/InterruptSignal")

/**
 * The name of the activity that stands for the end of the work: no activity of a tool has it. It is kept nowhere, and looks whether the
 * run was cancelled.
 */
export const endOfWork = ""

/** Returns where an engine keeps what belongs to a run. */
export const addressOf = (
  { executionId, workflow }: Pick<WorkflowInstance["Service"], "executionId" | "workflow">,
  { getShardId }: Sharding["Service"]
): EntityAddress.EntityAddress => {
  const entityId = EntityId.make(executionId)
  const shardId = getShardId(entityId, Context.get(workflow.annotations, ShardGroup)(entityId))
  return EntityAddress.make({ entityId, shardId, entityType: EntityType.make(`Workflow/${workflow._tag}`) })
}

/** Tests whether a run was cancelled, in whichever process. */
export const isCancelled = (
  deferredResult: WorkflowEngine["Service"]["deferredResult"]
): Effect.Effect<boolean, never, WorkflowInstance> => Effect.map(deferredResult(signal), Option.isSome)

/**
 * Tests whether an activity must not begin any more, because its run was cancelled in another process, which died while it undid what
 * was done.
 *
 * effect's engine learns of a cancel by its message. Whoever takes a run over has that message somewhere in what it reads: a run
 * whose journal is at hand is faster, and would go on to its end with half of it undone.
 */
export const makeIsCut = (
  deferredResult: WorkflowEngine["Service"]["deferredResult"],
  sharding: Sharding["Service"],
  storage: MessageStorage["Service"]
) => {
  const known = new WeakMap<WorkflowInstance["Service"], boolean>()
  const wasCancelled = (run: WorkflowInstance["Service"]) =>
    Effect.suspend(() => {
      const found = known.get(run)
      return found !== undefined
        ? Effect.succeed(found)
        : Effect.tap(isCancelled(deferredResult), (is) => Effect.sync(() => known.set(run, is)))
    })
  const isKept = (run: WorkflowInstance["Service"], id: string) =>
    Effect.gen(function*() {
      const request = yield* storage.requestIdForPrimaryKey({ address: addressOf(run, sharding), tag: "activity", id })
      if (Option.isNone(request)) return false
      const reply = (yield* storage.repliesForUnfiltered([request.value])).at(-1)
      if (reply?._tag !== "WithExit") return false
      const { exit } = reply as { readonly exit: { readonly value?: { readonly _tag: string } } }
      return exit.value?._tag !== "Suspended"
    })
  /** `id` names the activity and its attempt. */
  return (id: string): Effect.Effect<boolean, never, WorkflowInstance> =>
    Effect.flatMap(WorkflowInstance, (run) =>
      run.interrupted
        ? Effect.succeed(false)
        : Effect.flatMap(
          wasCancelled(run),
          (isCancelled) =>
            isCancelled ? Effect.orDie(Effect.map(isKept(run, id), (kept) => !kept)) : Effect.succeed(false)
        ))
}
