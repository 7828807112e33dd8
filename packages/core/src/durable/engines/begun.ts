import * as Effect from "effect/Effect"
import type * as Workflow from "effect/workflow/Workflow"
import { WorkflowEngine } from "effect/workflow/WorkflowEngine"

type HasBegun = (workflow: Workflow.Any, executionId: string) => Effect.Effect<boolean>

const engines = new WeakMap<WorkflowEngine["Service"], HasBegun>()

/** Lets an engine say which runs were begun: effect's engines do not tell one that goes on from one that is not there. */
export const telling = (engine: WorkflowEngine["Service"], hasBegun: HasBegun): WorkflowEngine["Service"] => {
  engines.set(engine, hasBegun)
  return engine
}

/** Tests whether a run was begun. An engine in memory does not say: its keys do not outlive the process that claims them. */
export const hasBegun = (workflow: Workflow.Any, executionId: string): Effect.Effect<boolean, never, WorkflowEngine> =>
  Effect.flatMap(WorkflowEngine, (engine) => engines.get(engine)?.(workflow, executionId) ?? Effect.succeed(true))
