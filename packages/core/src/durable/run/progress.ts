import * as Effect from "effect/Effect"
import { WorkflowEngine } from "effect/workflow/WorkflowEngine"
import type { Progress } from "../../call/ToolCall.ts"

/** Hears of a run's progress. */
export type Listener = (progress: Progress) => Effect.Effect<void>

/** Progress is told within a process only: what a run has done is in its journal, and a journal does not call. */
const listeners = new WeakMap<WorkflowEngine["Service"], Map<string, Set<Listener>>>()

/** Tells whoever waits for a run in this process that it goes on. */
export const tell = (executionId: string, progress: Progress): Effect.Effect<void, never, WorkflowEngine> =>
  Effect.flatMap(WorkflowEngine, (engine) => {
    const heard = listeners.get(engine)?.get(executionId)
    return heard === undefined ? Effect.void : Effect.forEach([...heard], (hear) => hear(progress), { discard: true })
  })

/** Hears of a run's progress while an effect runs. */
export const listening = <A, E, R>(
  self: Effect.Effect<A, E, R>,
  executionId: string,
  hear: Listener
): Effect.Effect<A, E, R | WorkflowEngine> =>
  Effect.flatMap(WorkflowEngine, (engine) =>
    Effect.acquireUseRelease(
      Effect.sync(() => listen(engine, executionId, hear)),
      () => self,
      (stop) => Effect.sync(stop)
    ))

const listen = (engine: WorkflowEngine["Service"], executionId: string, hear: Listener): () => void => {
  const runs = listeners.get(engine) ?? new Map<string, Set<Listener>>()
  listeners.set(engine, runs)
  const heard = runs.get(executionId) ?? new Set()
  runs.set(executionId, heard)
  heard.add(hear)
  return () => {
    heard.delete(hear)
    if (heard.size === 0 && runs.get(executionId) === heard) runs.delete(executionId)
  }
}
