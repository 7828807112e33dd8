/**
 * Chooses what an obedient client does next: it knows the words of the reply, what it asked for, and what its user wants.
 */
import * as correct from "./correct.ts"
import type { Arguments } from "./model.ts"
import type { Action, Step, Told } from "./told.ts"

/** Names a call. */
export interface Call {
  readonly tool: string
  readonly args: Arguments
}

/** Names a call as text. */
export const keyOf = ({ args, tool }: Call): string => `${tool} ${JSON.stringify(args)}`

interface Again {
  readonly _tag: "Call"
  readonly call: Call
  readonly why: string
  /** The seconds to wait before; undefined: none. */
  readonly seconds: number | undefined
  /** Says that a person must act first. */
  readonly asksOthers: boolean
}

/** Names the client's next move. */
export type Move =
  | Again
  | { readonly _tag: "Steps"; readonly steps: ReadonlyArray<Step>; readonly isCheck: boolean }
  | { readonly _tag: "Stop"; readonly outcome: "handed over" | "told" | "lost"; readonly why: string }

/** Holds what the client knows beside a reply. */
export interface Situation {
  readonly intent: Arguments
  readonly call: Call
  /** Tests whether a call was made already. */
  readonly wasMade: (call: Call) => boolean
  /** Says that the client tries again where nothing is said. */
  readonly isEager: boolean
  /** Says that the call failed the same way before. */
  readonly repeated: boolean
  /** Says that the steps of a reply were followed before. */
  readonly stepsDone: boolean
}

const go = (call: Call, why: string, seconds?: number, asksOthers = false): Move => ({
  _tag: "Call",
  call,
  why,
  seconds,
  asksOthers
})

const stop = (outcome: "handed over" | "told" | "lost", why: string): Move => ({ _tag: "Stop", outcome, why })

/** Decides by a reply that says that the call failed. */
export const decide = (told: Told, situation: Situation): Move =>
  ofOpen(told, situation) ?? ofBatch(told, situation) ?? ofArguments(told, situation) ??
    ofAlternatives(told, situation) ??
    ofRepeat(told, situation) ?? ofSteps(told, situation) ?? ofWaiting(told, situation) ?? ofIntent(told, situation) ??
    ofSilence(told, situation) ?? ofEnd(told)

/** Looks first at what may have taken effect: it is not called again before. */
const ofOpen = ({ checks, steps, text }: Told, { stepsDone }: Situation): Move | undefined => {
  if (!checks || stepsDone) return undefined
  const ways = steps.filter(({ options, tool }) => tool !== undefined || options.length > 0)
  return ways.length > 0
    ? { _tag: "Steps", steps: ways, isCheck: true }
    : stop("lost", `it says to check and not how: ${text.split("\n")[1] ?? ""}`)
}

const again = (args: Arguments | undefined, why: string, { call, wasMade }: Situation): Move | undefined => {
  if (args === undefined) return undefined
  const next = { tool: call.tool, args }
  return wasMade(next) ? undefined : go(next, why)
}

const ofBatch = (told: Told, situation: Situation): Move | undefined => {
  const { items, retryKeys, seconds } = told
  const { call } = situation
  if (retryKeys.length > 0) {
    const args = correct.byKeys(call.args, retryKeys)
    if (args !== undefined) return go({ ...call, args }, "retry_keys", seconds ?? 1)
  }
  return items.length === 0 ? undefined : again(correct.byItems(call.args, told), "did you mean", situation)
}

const ofArguments = (told: Told, situation: Situation): Move | undefined =>
  told.issues.length === 0
    ? undefined
    : again(correct.byIssues(situation.call.args, told, situation.intent), "corrected arguments", situation)

const ofAlternatives = (told: Told, situation: Situation): Move | undefined => {
  const { call, intent, wasMade } = situation
  const { message, similar, text, type } = told
  if (/unknown tool|tool \S+ (?:was )?not found|no such tool/i.test(type === undefined ? text : message)) {
    const [tool] = similar
    const next = tool === undefined ? undefined : { tool, args: call.args }
    return next === undefined || wasMade(next) ? undefined : go(next, "did you mean")
  }
  return again(correct.byAlternative(call.args, told, intent), "did you mean", situation)
}

/** Repeats a call that may succeed later; one that failed again takes the way that the steps show. */
const ofRepeat = ({ repeats, seconds, steps }: Told, { call, repeated, stepsDone }: Situation): Move | undefined =>
  repeats && !stepsDone && !(repeated && steps.length > 0) ? go(call, "retry", seconds ?? 1) : undefined

const ofSteps = ({ steps }: Told, { stepsDone }: Situation): Move | undefined =>
  !stepsDone && steps.some(({ options, tool }) => tool !== undefined || options.length > 0)
    ? { _tag: "Steps", steps, isCheck: false }
    : undefined

/** Waits for a person, who may act meanwhile; then the same call is as it should be. */
const ofWaiting = ({ waitsFor }: Told, { call }: Situation): Move | undefined =>
  waitsFor === undefined
    ? undefined
    : go(call, `when ${waitsFor === "something" ? "it" : `the ${waitsFor}`} resolved it`, undefined, true)

/** Takes what the user wants instead, where the reply names it, or the argument, or asks for another. */
const ofIntent = ({ text }: Told, situation: Situation): Move | undefined => {
  const asksForOther = /\b(?:another|other|choose|different|instead|smaller|fewer|less|new|original)\b/i.test(text)
  const args = correct.byIntent(
    situation.call.args,
    situation.intent,
    (value, name) =>
      asksForOther || text.includes(name) ||
      text.includes(typeof value === "string" ? value : JSON.stringify(value))
  )
  return again(args, "what the user wants instead", situation)
}

/** Tries again where the text leaves the client alone, as models do: once. */
const ofSilence = ({ advice, type }: Told, { call, isEager, repeated }: Situation): Move | undefined =>
  isEager && !repeated && advice === "" && type === undefined ? go(call, "nothing is said", 1) : undefined

const ofEnd = ({ advice, reports, type }: Told): Move =>
  reports
    ? stop("handed over", "the reference is for a person")
    : advice !== "" || type !== undefined
    ? stop("told", advice)
    : stop("lost", "the text says nothing that could be done next")

/** Fills in what only the client knows; `unknown` names what it does not know either. */
export const filled = (
  { fill, parameters }: Action,
  { similar: [similar] }: Told,
  intent: Arguments,
  args: Arguments
): { readonly args: Arguments; readonly unknown: ReadonlyArray<string> } => {
  const wished = new Map(Object.entries(intent))
  const given = new Map(Object.entries(args))
  const known = fill.map((name) => [name, wished.get(name) ?? similar ?? given.get(name)] as const)
  return {
    args: { ...parameters, ...Object.fromEntries(known) },
    unknown: known.flatMap(([name, value]) => value === undefined ? [name] : [])
  }
}

/** Chooses among options as the user does, else the first. */
export const chosen = (step: Step, choose: string | undefined): Action | undefined => {
  if (step.options.length === 0) return step.tool === undefined ? undefined : step
  const wanted = choose === undefined ? undefined : step.options.find(({ action }) => action.includes(choose))
  return wanted ?? step.options.find(({ tool }) => tool !== undefined) ?? step.options[0]
}
