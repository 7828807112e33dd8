import * as Effect from "effect/Effect"
import * as Activity from "effect/workflow/Activity"
import type { WorkflowEngine, WorkflowInstance } from "effect/workflow/WorkflowEngine"
import { persistently } from "../call/engine.ts"
import { endOfWork } from "../engines/cancelled.ts"

const end = Activity.make({ name: endOfWork, execute: Effect.void })

/**
 * Ends a run that was cancelled during its last activity as cancelled. Engines look for a cancel before each activity only: this is one more,
 * which does nothing.
 */
export const orCut = <A, E, R>(
  self: Effect.Effect<A, E, R>
): Effect.Effect<A, E, R | WorkflowEngine | WorkflowInstance> => Effect.tap(self, persistently(end))
