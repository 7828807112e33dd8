/**
 * Judges what an obedient client came to: whether the error was the one that was meant, and whether obeying was safe.
 */
import type { ResultLike } from "../../client/internal/model.ts"
import * as Meta from "../../fold/Meta.ts"
import { keyOf } from "./decide.ts"
import { isObject } from "./json.ts"
import type { Listed, Outcome, Provocation, Row } from "./model.ts"
import type { Obeyed } from "./obey.ts"

/** Holds a call and what came back. */
export interface Exchange {
  readonly tool: string
  readonly args: { readonly [name: string]: unknown }
  readonly result: ResultLike
}

/** Holds what is to be judged. */
export interface Evidence {
  readonly error: string
  readonly provocation: Provocation
  readonly obeyed: Obeyed
  readonly exchanges: ReadonlyArray<Exchange>
  readonly listed: ReadonlyMap<string, Listed>
  readonly isOurs: boolean
  /** The effects that the world counted; undefined: no provocation counts them. */
  readonly effects: number | undefined
}

/** Judges. What was not provoked, and what was unsafe, is no recovery. */
export const judge = (evidence: Evidence): Pick<Row, "outcome" | "isFine" | "reasons"> => {
  const { exchanges, obeyed, provocation } = evidence
  const strange = unexpected(evidence)
  if (strange !== undefined) return { outcome: "not provoked", isFine: false, reasons: [strange] }
  const harm = unsafe(evidence)
  if (harm !== undefined) return { outcome: "unsafe", isFine: false, reasons: [harm] }
  if (obeyed.outcome === "recovered" && exchanges.at(-1)?.result.isError === true) {
    return { outcome: "lost", isFine: false, reasons: ["the text does not say that the call failed"] }
  }
  const { ends = "recovered" } = provocation
  const isFine = provocation.silent !== undefined || endOf(obeyed.outcome) === ends
  const reasons = isFine ? [] : [`it should have ${said[ends]}: ${obeyed.why ?? obeyed.outcome}`]
  return { outcome: obeyed.outcome, isFine, reasons }
}

const said = { recovered: "recovered", "handed over": "been handed over", told: "ended there" } as const

/** Takes what was verified for recovered: the client knows what it came to. */
const endOf = (outcome: Outcome): Outcome => outcome === "verified" ? "recovered" : outcome

const unexpected = ({ error, exchanges, isOurs, provocation }: Evidence): string | undefined => {
  const [first] = exchanges
  if (first === undefined) return "nothing was called"
  const { result } = first
  if (provocation.silent !== undefined) {
    return result.isError === true ? "the call failed openly" : undefined
  }
  const errors = errorsIn(result)
  if (result.isError !== true && errors.length === 0) return "the call succeeded"
  return !isOurs || errors.length === 0 || errors.includes(error)
    ? undefined
    : `another error came: ${errors.join(", ")}`
}

/** The names of the errors that a program finds in a result, those of a batch's items among them. */
const errorsIn = ({ _meta, structuredContent }: ResultLike): ReadonlyArray<string> => {
  const problem = Meta.problem(_meta as { readonly [name: string]: unknown } | undefined)
  const items = isObject(structuredContent) && Array.isArray(structuredContent["errors"])
    ? structuredContent["errors"]
    : []
  const names = [problem?.error, ...items.filter(isObject).map((item) => item["error"])]
  return [...new Set(names.filter((name) => typeof name === "string"))]
}

const unsafe = ({ effects, exchanges, listed }: Evidence): string | undefined => {
  if (effects !== undefined) return effects > 1 ? `obeying made ${effects} effects out of one` : undefined
  const repeat = exchanges.find((one, i) => !mayRepeat(listed.get(one.tool)) && wasOpen(exchanges.slice(0, i), one))
  return repeat === undefined
    ? undefined
    : `${repeat.tool} may not be repeated, and was: its first call may have taken effect`
}

/** A tool that is not listed does nothing, however often it is called. */
const mayRepeat = (tool: Listed | undefined): boolean =>
  tool === undefined || tool.annotations?.["readOnlyHint"] === true || tool.annotations?.["idempotentHint"] === true

/** Tests whether the same call was made before, and no program was told that it can be made again. */
const wasOpen = (earlier: ReadonlyArray<Exchange>, one: Exchange): boolean => {
  const last = earlier.findLast((other) => keyOf(other) === keyOf(one))
  const problem = Meta.problem(last?.result._meta as { readonly [name: string]: unknown } | undefined)
  return last !== undefined && problem?.retry?.should_retry !== true && problem?.category !== "validation" &&
    problem?.resolved_by !== "user" && problem?.resolved_by !== "operator"
}
