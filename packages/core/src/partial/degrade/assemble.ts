import * as Duration from "effect/Duration"
import * as ToolError from "../../errors/ToolError.ts"
import { shorten } from "../../redaction/internal/shorten.ts"
import * as Limits from "../../redaction/Limits.ts"
import * as Redaction from "../../redaction/Redaction.ts"

/**
 * Reports what is there, and what is not.
 *
 * @category models
 * @since 0.1.0
 */
export interface Degraded<out Data, out Name extends string = string> {
  /** The parts that are there. */
  readonly data: Data
  /** True if anything that was asked for is missing or stale. */
  readonly degraded: boolean
  /** One warning for each part that is missing or stale, in declared order. */
  readonly warnings: ReadonlyArray<Warning<Name>>
  /** Counts of what was asked for and is there. */
  readonly metadata: Metadata
}

/**
 * Reports what is wrong with an optional part, and what that means.
 *
 * @category models
 * @since 0.1.0
 */
export interface Warning<out Name extends string = string> {
  /** The part. */
  readonly component: Name
  /** The type and the message of the error, in one line and without secrets. */
  readonly reason: string
  /** The meaning for the reader. */
  readonly impact: string
  /** The age of a stale value, in seconds; absent if there is no value. */
  readonly stale_seconds?: number
}

/**
 * Reports how much of what was asked for is there.
 *
 * @category models
 * @since 0.1.0
 */
export interface Metadata {
  /** The number of parts that were asked for. */
  readonly components_requested: number
  /** The number of them that are there, stale ones included. */
  readonly components_returned: number
  /** The share of them that is there, from 0 to 1, rounded to two decimals; 1 if none was asked for. */
  readonly completeness: number
}

/** Describes what became of a part. An `error` that is `undefined` is an undeclared one. */
export type PartOutcome =
  | { readonly _tag: "Fresh"; readonly value: unknown }
  | {
    readonly _tag: "Stale"
    readonly value: unknown
    readonly age: Duration.Duration
    readonly error: ToolError.Any | undefined
  }
  | { readonly _tag: "Missing"; readonly error: ToolError.Any | undefined }

/** Describes what the state of a part means for the reader. */
export interface Meaning {
  /** The meaning for the reader of the part being missing. */
  readonly impact: string
  /** The meaning of it being stale. Default: how old it is. */
  readonly impactWhenStale?: string | undefined
}

/** Describes an optional part that was asked for, and what became of it. */
export interface Settled {
  readonly name: string
  readonly part: Meaning
  readonly outcome: PartOutcome
}

export interface Settings {
  /** Masks secrets in the reasons of warnings. Default: `Redaction.standard`. */
  readonly redactor?: Redaction.Redactor | undefined
  /** Bounds the reasons of warnings, by `message`. Default: `Limits.defaults`, 500 characters. */
  readonly limits?: Limits.Limits | undefined
}

/** Puts the parts together, and says what is wrong with which. */
export const assemble = (
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
  const stale_seconds = Math.max(0, Math.ceil(Duration.toSeconds(outcome.age)))
  const impact = part.impactWhenStale ?? `The value is ${stale_seconds} s old and may have changed since`
  return [{ component: name, reason, impact, stale_seconds }]
}

/** Returns the type and the message of an error, in one line and without secrets. Never throws. */
const reasonOf = (name: string, error: ToolError.Any | undefined, settings: Settings): string => {
  const { limits = Limits.defaults, redactor = Redaction.standard } = settings
  if (error === undefined) return `internal_error: ${name} failed unexpectedly`
  try {
    const words = ToolError.guidance(error).message ?? error.message
    const text = `${ToolError.type(error).name}: ${Redaction.strict(redactor).json(words, limits) as string}`
    return oneLine(text, limits.message)
  } catch {
    return `internal_error: ${name} failed unexpectedly`
  }
}

const unseen =
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class -- what may end a line, turn it around or hide in it
  /(?:[\s\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]|\udb40[\udc00-\uddef])+/g

/**
 * Makes one line of a text. A space rather than nothing stands for what it drops, so that what stood apart does not become one
 * word after it was looked through for secrets.
 */
const oneLine = (text: string, limit: number): string => shorten(text.replace(unseen, " ").trim(), limit)
