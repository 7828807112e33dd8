import { isNextSteps, toldSteps } from "@errata/core/internal/nextSteps"
import type { RecoveryStep } from "@errata/core/RecoveryStep"
import type * as Schema from "effect/Schema"
import { circumstancesOf } from "./circumstances.ts"
import type { Call } from "./model.ts"

/** Returns what tells the steps of an output as they may leave; `undefined` if the output has no field for steps. */
export const stepsTeller = (output: Schema.Top): ((value: unknown, call: Call) => unknown) | undefined => {
  const { ast } = output
  const fields = ast._tag === "Objects"
    ? ast.propertySignatures.filter(({ type }) => isNextSteps(type)).map(({ name, type }) => ({
      name,
      isOptional: type.context?.isOptional === true
    }))
    : []
  if (fields.length === 0) return undefined
  return (value, call) => {
    if (typeof value !== "object" || value === null) return value
    const told: Record<PropertyKey, unknown> = { ...value }
    for (const { isOptional, name } of fields) {
      const given = told[name]
      if (!Array.isArray(given)) continue
      const { limits, redactor } = call.settings.format
      const { steps: rules } = circumstancesOf(call)
      const steps = toldSteps(given as ReadonlyArray<RecoveryStep>, { limits, redactor, rules })
      if (steps.length === 0 && isOptional) delete told[name]
      else told[name] = steps
    }
    return told
  }
}
