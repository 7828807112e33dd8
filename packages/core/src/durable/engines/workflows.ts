import * as ClusterWorkflowEngine from "effect/cluster/ClusterWorkflowEngine"
import { MessageStorage } from "effect/cluster/MessageStorage"
import { Sharding } from "effect/cluster/Sharding"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Activity from "effect/workflow/Activity"
import * as Workflow from "effect/workflow/Workflow"
import { WorkflowEngine, WorkflowInstance } from "effect/workflow/WorkflowEngine"
import { telling } from "./begun.ts"
import { addressOf, endOfWork, isCancelled, makeIsCut } from "./cancelled.ts"
import type { Known } from "./known.ts"

type Execute = WorkflowEngine["Service"]["activityExecute"]

/** Holds the ends of activities that are not written down yet. */
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
const untilKept = (execute: Execute, sharding: Sharding["Service"]): Execute => {
  const ended: Ended = new Map()
  return (activity, attempt) =>
    Effect.flatMap(WorkflowInstance, (run) => {
      const { shardId } = addressOf(run, sharding)
      const work = activity as Activity.Any
      const id = `${run.executionId}/${work.name}/${attempt}`
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
        while: ({ _tag }) => _tag === "Suspended" && isAsked && ended.has(id) && sharding.hasShardId(shardId)
      }).pipe(Effect.tap(({ _tag }) => Effect.sync(() => _tag === "Suspended" || ended.delete(id)))) as never
    })
}

/** Begins no activity of a run that was cancelled: it sleeps instead, and the engine ends runs that sleep and were cancelled. */
const unlessCut = (execute: Execute, isCut: ReturnType<typeof makeIsCut>): Execute => (activity, attempt) =>
  Effect.flatMap(
    isCut(`${(activity as Activity.Any).name}/${attempt}`),
    (isCut) => isCut ? Effect.succeed(new Workflow.Suspended({})) : execute(activity, attempt)
  ) as ReturnType<typeof execute>

/** Lets a run that was cancelled during its last activity sleep at its end, which writes nothing down. */
const atEnd =
  (execute: Execute, deferredResult: WorkflowEngine["Service"]["deferredResult"]): Execute => (activity, attempt) =>
    (activity as Activity.Any).name === endOfWork
      ? Effect.map(
        isCancelled(deferredResult),
        (is) => is ? new Workflow.Suspended({}) : new Workflow.Complete({ exit: Exit.void })
      ) as ReturnType<typeof execute>
      : execute(activity, attempt)

/**
 * Leaves an undo to whoever holds the run next, where this process has lost it. A run that was cancelled undoes as its scope closes,
 * which cannot be interrupted: it would wait for an end that nobody may write, and its process for the run, before it takes it again.
 */
const unlessLost = (execute: Execute, sharding: Sharding["Service"]): Execute => (activity, attempt) =>
  Effect.flatMap(WorkflowInstance, (run) => {
    if (!run.interrupted) return execute(activity, attempt)
    const { shardId } = addressOf(run, sharding)
    const lost = Effect.sync(() => !sharding.hasShardId(shardId)).pipe(
      Effect.delay("200 millis"),
      Effect.repeat({ until: (isLost) => isLost }),
      Effect.andThen(Effect.interrupt)
    )
    return Effect.raceFirst(Effect.interruptible(execute(activity, attempt)), Effect.interruptible(lost))
  }) as ReturnType<typeof execute>

/** Provides effect's engine of a cluster. */
export const layerWorkflows = (known: Known) =>
  Layer.effect(
    WorkflowEngine,
    Effect.gen(function*() {
      const engine = yield* WorkflowEngine
      const sharding = yield* Sharding
      const storage = yield* MessageStorage
      yield* known.learn("Workflow/-/DurableClock", storage)
      const ours = WorkflowEngine.of({
        ...engine,
        activityExecute: atEnd(
          unlessCut(
            unlessLost(untilKept(engine.activityExecute, sharding), sharding),
            makeIsCut(engine.deferredResult, sharding, storage)
          ),
          engine.deferredResult
        ),
        register: (workflow, execute) =>
          Effect.tap(engine.register(workflow, execute), () => known.learn(`Workflow/${workflow._tag}`, storage))
      })
      return telling(ours, (workflow, executionId) => {
        const address = addressOf({ executionId, workflow }, sharding)
        return Effect.orDie(Effect.map(storage.requestIdForPrimaryKey({ address, tag: "run", id: "" }), Option.isSome))
      })
    })
  ).pipe(Layer.provide(ClusterWorkflowEngine.layer))
