import { isRepeatable } from "../../errors/internal/advice.ts"
import type { Action } from "../../errors/RecoveryStep.ts"
import { actionsOf, refusalOf, staticSteps } from "../definition/follow.ts"
import type { Check, Found } from "./model.ts"

/** Looks for steps that call what the server does not list. */
export const unknownTools: Check = ({ errors, names }) =>
  errors.flatMap(({ error, steps = [] }) => {
    const called = steps.flatMap(actionsOf).flatMap(({ tool }) => tool === undefined ? [] : [tool])
    return [...new Set(called)].filter((tool) => !names.has(tool)).map((tool): Found => ({
      code: "step_unknown_tool",
      error,
      message: `A step after ${error} calls ${tool}, and no tool is called so`,
      fix: "Make steps by Tool.step, register the tool, or name it in `otherTools`"
    }))
  })

/** Looks for steps with parameters that their tool would refuse, as far as they are known before a call fails. */
export const refusedSteps: Check = ({ all, guides, tool }) =>
  staticSteps([tool], guides.filter((guide) => guide.tools.some(({ name }) => name === tool.name))).flatMap(
    ({ steps, where }) =>
      steps.flatMap(actionsOf).flatMap((action): ReadonlyArray<Found> => {
        const definitionOf = (name: string) => all.find((one) => one.name === name)
        const refusal = refusalOf(asJson(action), action, { tool: tool.name, definitionOf, lists: () => undefined })
        return refusal === undefined ? [] : [{
          code: "step_refused",
          message: `${where}: ${refusal}`,
          fix: "Make the step by Tool.step, and name in `fill` what only the model can know"
        }]
      })
  )

const asJson = (action: Action): Action => JSON.parse(JSON.stringify(action)) as Action

const repeats = /\b(?:retry|try (?:it )?again|call (?:it )?again|repeat)\b/i

/** Looks for advice of the server's own to repeat what may not be repeated. */
export const unsafeRepeats: Check = ({ errors, tool }) =>
  isRepeatable(tool.safety) ? [] : errors.filter(({ origin }) => origin === "declared").flatMap((
    { error, steps = [], suggestion = "" }
  ): ReadonlyArray<Found> => [
    ...steps.flatMap(actionsOf).some((step) => step.tool === tool.name && (step.fill ?? []).length === 0)
      ? [{
        code: "step_repeats_unsafe" as const,
        error,
        message: `A step after ${error} calls ${tool.name} again, whose calls may not be repeated`,
        fix: "Let the step verify first, or name in `fill` what is to be another call"
      }]
      : [],
    ...repeats.test(suggestion)
      ? [{
        code: "suggestion_repeats_unsafe" as const,
        error,
        message: `The suggestion of ${error} asks to call again, and calls of ${tool.name} may not be repeated`,
        fix: "Say how to find out if it took effect, or make the tool `keyed`"
      }]
      : []
  ])
