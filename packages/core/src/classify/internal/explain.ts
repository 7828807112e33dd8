import { build, isTransient } from "./build.ts"
import { type Hint, hintOf } from "./hint.ts"
import type { Context } from "./model.ts"
import type { Decision } from "./walk.ts"

/** Describes why a failure became the error that it became, or stayed a defect. */
export interface Explanation {
  /** The class of the error; none for a defect. */
  readonly error: string | undefined
  /** The family of rules that decided: `http`, `sql`, `node`, ... */
  readonly family: string | undefined
  /** The rule that decided, in words; for a defect, why none did. */
  readonly rule: string
  /** The property that was read, as a path from the failure that decided. */
  readonly read: string | undefined
  /** Counts the causes down to the failure that decided: 0 is the failure itself. */
  readonly depth: number
  /** The hint when to try again, and where it was read. */
  readonly retryAfter: {
    /** The seconds to wait. */
    readonly seconds: number
    /** The property or header that said so. */
    readonly read: string
  } | undefined
  /** All of it in one line, for a log or a test. */
  readonly sentence: string
}

/** Returns the hint that goes with a decision, if waiting may help. */
export const waitOf = (decision: Decision, context: Context): Hint | undefined => {
  if (decision._tag !== "Known" || !isTransient(decision.finding.kind)) return undefined
  const { finding, view } = decision
  return hintOf(view.failure, {
    carrier: finding.carrier ?? view.failure,
    limited: finding.kind === "limited",
    now: context.now
  })
}

export const explain = (decision: Decision, context: Context): Explanation => {
  if (decision._tag !== "Known") return ofDefect(decision)
  const { depth, family, finding, view } = decision
  const error = build(finding, view.options, {})._tag
  const hint = waitOf(decision, context)
  const where = depth === 0 ? "" : `, ${depth} ${depth === 1 ? "cause" : "causes"} deep`
  const wait = hint === undefined ? "" : `; wait ${hint.seconds} s by ${hint.read}`
  return {
    error,
    family,
    rule: finding.rule,
    read: finding.read,
    depth,
    retryAfter: hint,
    sentence: `${error} by ${family}: ${finding.rule}, read from ${finding.read}${where}${wait}`
  }
}

const ofDefect = (decision: Exclude<Decision, { readonly _tag: "Known" }>): Explanation => {
  const rule = why(decision)
  return {
    error: undefined,
    family: undefined,
    rule,
    read: undefined,
    depth: decision._tag === "Unknown" ? 0 : decision.depth,
    retryAfter: undefined,
    sentence: `a defect: ${rule}`
  }
}

const why = (decision: Exclude<Decision, { readonly _tag: "Known" }>): string => {
  switch (decision._tag) {
    case "Mistake":
      return `${decision.name} is a mistake of a programmer`
    case "Disagree":
      return "its errors say different things"
    case "Unknown":
      return decision.looked === 0 ? "it is not an object" : "no rule fits it"
  }
}
