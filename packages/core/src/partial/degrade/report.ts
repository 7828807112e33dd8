import type * as Duration from "effect/Duration"
import { secondsUp } from "../../errors/internal/secondsUp.ts"
import * as ToolError from "../../errors/ToolError.ts"
import * as Limits from "../../redaction/Limits.ts"
import * as Redaction from "../../redaction/Redaction.ts"
import type { Degraded, OptionalPart, Warning } from "../Degrade.ts"

/** What became of a part. An `error` that is `undefined` is one that nobody declared. */
export type Outcome =
  | { readonly _tag: "Fresh"; readonly value: unknown }
  | {
    readonly _tag: "Stale"
    readonly value: unknown
    readonly age: Duration.Duration
    readonly error: ToolError.Any | undefined
  }
  | { readonly _tag: "Missing"; readonly error: ToolError.Any | undefined }

/** An optional part that was asked for, and what became of it. */
export interface Settled {
  readonly name: string
  readonly part: Pick<OptionalPart<unknown>, "impact" | "impactWhenStale" | "cached">
  readonly outcome: Outcome
}

interface Settings {
  readonly redactor?: Redaction.Redactor | undefined
  readonly limits?: Limits.Limits | undefined
}

/** Puts the parts together, and says what is wrong with which. */
export const report = (
  required: ReadonlyArray<readonly [name: string, value: unknown]>,
  optional: ReadonlyArray<Settled>,
  settings: Settings
): Degraded<unknown> => {
  const warnings = optional.flatMap((part) => warning(part, settings))
  const present = optional.flatMap(({ name, outcome }) =>
    outcome._tag === "Missing" ? [] : [[name, outcome.value] as const]
  )
  const requested = required.length + optional.length
  const returned = required.length + present.length
  return {
    data: Object.fromEntries([...required, ...present]),
    degraded: warnings.length > 0,
    warnings,
    metadata: {
      components_requested: requested,
      components_returned: returned,
      completeness: requested === 0 ? 1 : Math.round((returned / requested) * 100) / 100
    }
  }
}

const warning = ({ name, outcome, part }: Settled, settings: Settings): ReadonlyArray<Warning> => {
  if (outcome._tag === "Fresh") return []
  const reason = reasonOf(name, outcome.error, settings)
  if (outcome._tag === "Missing") return [{ component: name, reason, impact: part.impact }]
  const stale_seconds = Math.max(0, secondsUp(outcome.age))
  const impact = part.impactWhenStale ?? `This is from ${stale_seconds} s ago and may have changed since`
  return [{ component: name, reason, impact, stale_seconds }]
}

/** The type and the message of an error, in one line and without secrets. Never throws. */
const reasonOf = (name: string, error: ToolError.Any | undefined, settings: Settings): string => {
  const { limits = Limits.defaults, redactor = Redaction.standard } = settings
  if (error === undefined) return `internal_error: ${name} failed unexpectedly`
  try {
    const text = `${ToolError.type(error).name}: ${redactor.json(error.message, limits) as string}`
    return oneLine(text, limits.message)
  } catch {
    return `internal_error: ${name} failed unexpectedly`
  }
}

// oxlint-disable-next-line no-control-regex -- what may end a line, turn it around or hide in it
const unseen = /[\s\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+/g

/** A space rather than nothing, so that what stood apart does not become one word after it was looked through for secrets. */
const oneLine = (text: string, limit: number): string => {
  const line = text.replace(unseen, " ").trim()
  return line.length <= limit ? line : `${line.slice(0, limit - 1).toWellFormed()}…`
}
