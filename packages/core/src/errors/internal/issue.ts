import type * as Redaction from "../../redaction/Redaction.ts"
import * as Suggestion from "../Suggestion.ts"

/**
 * Says what is wrong with one argument.
 *
 * @category models
 * @since 0.1.0
 */
export interface Issue {
  /** Keys and indices from the root of the arguments. */
  readonly path: ReadonlyArray<string | number>
  /** One sentence without a full stop. */
  readonly message: string
  /** The right kind of value, in words. */
  readonly expected?: string | undefined
  /** The value that came, shortened; absent where it is sensitive or nothing came. */
  readonly received?: string | undefined
  /** Values that would have been right. */
  readonly examples?: ReadonlyArray<Redaction.Json> | undefined
}

/** Limits how many names or values a sentence lists. */
const listed = 20

const list = (all: ReadonlyArray<string>): string =>
  all.length <= listed ? all.join(", ") : `${all.slice(0, listed).join(", ")} and ${all.length - listed} more`

/** Writes the one sentence about an argument that the tool does not declare. */
export const unknownArgument = (name: string, known: ReadonlyArray<string>): string => {
  const near = Suggestion.similar(name, known, { limit: 1 })[0]
  if (near !== undefined) return `Unknown argument; did you mean ${JSON.stringify(near)}?`
  return known.length === 0
    ? "Unknown argument; none is expected here"
    : `Unknown argument; the known ones are ${list(known)}`
}

export type Literal = string | number | boolean

/** Returns what is said where only some values are allowed. */
export const oneOf = (allowed: ReadonlyArray<Literal>): string =>
  allowed.length === 1 ? JSON.stringify(allowed[0]) : `one of ${list(allowed.map((value) => JSON.stringify(value)))}`

/** Returns the value that was probably meant, as the end of a sentence. */
export const nearest = (given: unknown, allowed: ReadonlyArray<Literal>): string => {
  if (typeof given !== "string") return ""
  const texts = allowed.filter((value) => typeof value === "string")
  const near = Suggestion.similar(given, texts, { limit: 1 })[0]
  return near === undefined ? "" : `; did you mean ${JSON.stringify(near)}?`
}

const more = Symbol.for("errata/omittedIssues")

/** Notes on a list how many issues it leaves out; `Infinity` where they were not counted. */
export const withOmitted = (issues: ReadonlyArray<Issue>, count: number): ReadonlyArray<Issue> =>
  count <= 0 ? issues : Object.defineProperty([...issues], more, { value: count })

export const omitted = (issues: ReadonlyArray<Issue>): number => {
  const count = (issues as { readonly [more]?: unknown })[more]
  return typeof count === "number" ? count : 0
}
