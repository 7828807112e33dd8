import type { Context, Options } from "./model.ts"

/** Describes what is known to happen, one for each class of errors. */
export type Kind =
  | "arguments"
  | "conflict"
  | "corrupted"
  | "credentials"
  | "denied"
  | "exists"
  | "failed"
  | "key"
  | "limited"
  | "lost"
  | "malformed"
  | "missing"
  | "open"
  | "overloaded"
  | "quota"
  | "refused"
  | "rejected"
  | "state"
  | "timeout"
  | "tooLarge"
  | "unsupported"

/** Describes what a rule says of a failure: what happened, why, and where it was read. */
export interface Finding {
  readonly kind: Kind
  readonly reason?: string | undefined
  readonly status?: number | undefined
  /** The rule in words: `SQLSTATE 40001`. */
  readonly rule: string
  /** The path of the property that was read. */
  readonly read: string
  /** Holds what the failure itself says of what was asked for. */
  readonly asked?: Partial<Options> | undefined
  /** Says whose headers say how long to wait, where that is not the failure. */
  readonly carrier?: unknown
}

/** Describes one failure on the way through the causes, read once. */
export interface View {
  readonly failure: object
  readonly names: ReadonlyArray<string>
  readonly message: string
  readonly code: string | undefined
  readonly options: Options
  readonly context: Context
}

/** Recognises one kind of failure. */
export type Rule = (view: View) => Finding | undefined

/** Failures of one kind of library. `strong` rules say what happened; a `weak` one is asked where none did. */
export interface Family {
  readonly name: string
  readonly strong?: Rule | undefined
  readonly weak?: Rule | undefined
  /** Is true if the strong rule says nothing of a failure that has only a name and a message, which is no JSON. */
  readonly needsMore?: boolean | undefined
  /** Says what both rules read of such a failure; `undefined`: whatever they like. */
  readonly ofBare?: OfBare | undefined
}

/** Describes of which failures a family says something that have only a name and a message. It may name too many. */
export interface OfBare {
  /** Tests for a name of which it says something, with or without the message. */
  readonly names?: ((name: string) => boolean) | undefined
  /** Matches the messages of which it says something under any name. */
  readonly messages?: (() => ReadonlyArray<RegExp>) | undefined
}

/** Returns the patterns of a list of sentences. */
export const patternsOf = (
  sentences: ReadonlyArray<readonly [kind: Kind, reason: string | undefined, pattern: RegExp]>
): ReadonlyArray<RegExp> => sentences.map(([, , pattern]) => pattern)

type Entry = readonly [kind: Kind, reason?: string | undefined]

/** Codes and what they mean. */
export type Table = Pick<ReadonlyMap<string, Entry>, "get" | "has">

/** Makes a table of codes that are written in one text, when it is first asked: most servers never ask most of them. */
export const table = (
  rows: ReadonlyArray<readonly [kind: Kind, reason: string | undefined, codes: string]>
): Table => {
  let made: ReadonlyMap<string, Entry> | undefined
  const entries = () => made ??= new Map(rows.flatMap(entriesOf))
  return { get: (code) => entries().get(code), has: (code) => entries().has(code) }
}

const entriesOf = (
  [kind, reason, codes]: readonly [kind: Kind, reason: string | undefined, codes: string]
): ReadonlyArray<readonly [string, Entry]> => codes.split(" ").map((code) => [code, [kind, reason]])

/** Looks a code up. */
export const lookUp = (
  { code, from, read, rule }: {
    readonly from: Table
    readonly code: string | undefined
    readonly rule: string
    readonly read: string
  }
): Finding | undefined => {
  const entry = code === undefined ? undefined : from.get(code)
  return entry === undefined ? undefined : { kind: entry[0], reason: entry[1], rule: `${rule} ${code}`, read }
}

/** Looks the names of a failure up. */
export const lookUpName = (from: Table, { names }: View, rule: string): Finding | undefined => {
  for (const code of names) {
    const found = lookUp({ from, code, rule, read: "name" })
    if (found !== undefined) return found
  }
  return undefined
}

/** Looks for the first pattern that fits a message. */
export const lookUpMessage = (
  from: ReadonlyArray<readonly [kind: Kind, reason: string | undefined, pattern: RegExp]>,
  message: string,
  rule: string
): Finding | undefined => {
  const row = message === "" ? undefined : from.find(([, , pattern]) => pattern.test(message))
  return row === undefined
    ? undefined
    : { kind: row[0], reason: row[1], rule: `${rule}: ${row[2].source}`, read: "message" }
}
