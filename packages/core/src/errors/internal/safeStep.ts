import type * as Limits from "../../redaction/Limits.ts"
import * as Redaction from "../../redaction/Redaction.ts"
import type { StepRules } from "../problem/steps.ts"
import { isRefusal } from "../recoveryStep/make.ts"
import type { Action, RecoveryStep } from "../recoveryStep/model.ts"

type Parameters = NonNullable<Action["parameters"]>

export interface Settings {
  readonly redactor: Redaction.Redactor
  readonly limits: Limits.Limits
  /** Decides what can be followed. Default: everything can. */
  readonly rules?: StepRules | undefined
  /** Names the tool that no step may call: its call may have taken effect. Default: none. */
  readonly avoids?: string | undefined
}

/**
 * Returns a step as it may leave. What a model sends back comes out byte for byte or not at all: a parameter that would be masked
 * is left to be filled in, and a step whose tool or names would be is left out. So is what cannot be followed: a step that calls
 * no tool and has no option left is none.
 */
export const safeStep = (step: RecoveryStep, settings: Settings): Redaction.Json | undefined => {
  try {
    const action = safeAction(step, settings)
    const { options } = step
    if (action === undefined || options === undefined) return action
    let isIdle = true
    const safe = options.slice(0, settings.limits.items).flatMap((option) => {
      const told = safeAction(option, settings)
      if (told === undefined) return []
      if (!isRefusal(option)) isIdle = false
      return [told]
    })
    return isIdle && options.length > 0 && step.tool === undefined
      ? undefined
      : { ...action as object, options: safe }
  } catch {
    return undefined // it cannot even be read
  }
}

/** Tests for an action that calls a tool, or changes what it was called with. */
const repeats = ({ fill, parameters, tool }: Action, avoids: string): boolean =>
  tool === undefined ? fill !== undefined || parameters !== undefined : tool === avoids

const safeAction = (action: Action, settings: Settings): Redaction.Json | undefined => {
  const { avoids, limits, redactor, rules } = settings
  const { fill, options: _, parameters, ...rest } = action as RecoveryStep
  if (avoids !== undefined && repeats(action, avoids)) return undefined
  if (!Redaction.isClean(redactor, [rest.tool, fill], limits)) return undefined
  const told = parameters === undefined ? undefined : sendable(parameters, settings)
  if (told === null) return undefined
  const missing = told === undefined ? [] : Object.keys(parameters!).filter((name) => !Object.hasOwn(told, name))
  const toFill = [...fill ?? [], ...missing.filter((name) => fill?.includes(name) !== true)]
  const safe = redactor.json({
    ...rest,
    parameters: told,
    ...fill === undefined && missing.length === 0 ? {} : { fill: toFill }
  }, limits)
  const refusal = rules?.refusalOf(safe as unknown as Action, action)
  if (refusal === undefined) return safe
  rules!.onLeftOut(refusal)
  return undefined
}

/** Returns the parameters that would not be changed; `null` if one has a name that would be. */
const sendable = (parameters: Parameters, { limits, redactor }: Settings): Parameters | null => {
  if (Redaction.isClean(redactor, parameters, limits)) return parameters
  const names = Object.keys(parameters)
  if (!Redaction.isClean(redactor, names, limits)) return null
  return Object.fromEntries(
    names.filter((name) => Redaction.isClean(redactor, { [name]: parameters[name] }, limits)).map((
      name
    ) => [name, parameters[name]])
  )
}
