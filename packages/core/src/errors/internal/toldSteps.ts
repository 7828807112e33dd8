import * as SchemaParser from "effect/SchemaParser"
import { StepSchema } from "../problem/stepSchema.ts"
import type { RecoveryStep } from "../recoveryStep/model.ts"
import { safeStep, type Settings } from "./safeStep.ts"

/** Limits how many steps are looked at: whatever is left out of them, more are not needed. */
const mostSteps = 100

type Told = Omit<typeof StepSchema.Type, "step">

const isStep = SchemaParser.is(StepSchema)

/** Returns the steps that may be told, as they leave but for their numbers. */
export const toldSteps = (steps: ReadonlyArray<RecoveryStep>, settings: Settings): ReadonlyArray<Told> =>
  steps.slice(0, mostSteps).flatMap((step) => told(step, settings)).slice(0, settings.limits.steps)

/** Leaves out what circumvented the compiler: a client could not read the others because of it. */
const told = (step: RecoveryStep, settings: Settings): ReadonlyArray<Told> => {
  const safe: unknown = Object.assign({}, safeStep(step, settings), { step: 1 })
  if (!isStep(safe)) return []
  const { step: _, ...rest } = safe
  return [rest]
}
