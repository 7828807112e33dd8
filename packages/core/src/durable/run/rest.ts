import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as DurableDeferred from "effect/workflow/DurableDeferred"
import type * as Workflow from "effect/workflow/Workflow"
import { WorkflowEngine, WorkflowInstance } from "effect/workflow/WorkflowEngine"

const Rest = Schema.Struct({
  /** The names of activities that had ended and were not undone. */
  left: Schema.Array(Schema.String),
  /** The names of activities that could not be undone. */
  stuck: Schema.Array(Schema.String)
})

/** Says what a run has done that is not undone. */
export interface Rest extends Schema.Schema.Type<typeof Rest> {}

/** Lies beside a run: the end of one that was cancelled, or died, has no place for it. */
const note = DurableDeferred.make("errata/rest", { success: Rest })

const isEmpty = ({ left, stuck }: Rest): boolean => left.length === 0 && stuck.length === 0

/** Keeps what is not undone of a run that is cancelled, or dies. */
export const keepRest = ({ left, stuck }: Rest): Effect.Effect<void, never, WorkflowEngine | WorkflowInstance> =>
  isEmpty({ left, stuck }) ? Effect.void : Effect.gen(function*() {
    const engine = yield* WorkflowEngine
    const { executionId, workflow } = yield* WorkflowInstance
    yield* engine.deferredDone(note, {
      workflowName: workflow._tag,
      executionId,
      deferredName: note.name,
      exit: Exit.succeed({ left, stuck })
    })
  }).pipe(
    Effect.catchCause((cause) => Effect.logError("It cannot be kept what was not undone", { left, stuck }, cause))
  )

/** Returns what is not undone of a run that was cancelled, or died; `undefined` if all is. */
export const restOf = (
  workflow: Workflow.Any,
  executionId: string
): Effect.Effect<Rest | undefined, never, WorkflowEngine> =>
  Effect.flatMap(WorkflowEngine, (engine) => engine.deferredResult(note)).pipe(
    Effect.provideService(WorkflowInstance, WorkflowInstance.initial(workflow, executionId)),
    Effect.map((found) => {
      const exit = Option.getOrUndefined(found)
      return exit !== undefined && Exit.isSuccess(exit) ? exit.value : undefined
    })
  )

/** Names what is not undone, in one or two sentences without their last full stop; `undefined` if all is. */
export const named = (rest: Rest | undefined): string | undefined => {
  const { left = [], stuck = [] } = rest ?? {}
  const sentences = [
    ...stuck.length === 0 ? [] : [`Could not be undone: ${stuck.join(", ")}`],
    ...left.length === 0 ? [] : [`Done and not undone: ${left.join(", ")}`]
  ]
  return sentences.length === 0 ? undefined : sentences.join(". ")
}
