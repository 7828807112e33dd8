import type { Kind } from "./arrived.ts"
import type { Literal } from "./issue.ts"

/** Holds what a library says of one thing that is wrong, without its words for what came: they may quote a secret. */
export type Read =
  | { readonly _tag: "Unknown" }
  | { readonly _tag: "Missing"; readonly expected?: string | undefined }
  | { readonly _tag: "Choice"; readonly allowed: ReadonlyArray<Literal> }
  | { readonly _tag: "Kind"; readonly expected: string; readonly kinds: ReadonlySet<Kind> }
  | { readonly _tag: "Words"; readonly message: string }

type Raw = { readonly [name: string]: unknown }

/** Reads an issue of valibot or arktype in the library's own words; `undefined` for those of others, and of the schema's author. */
export const readLibrary = (issue: object): Read | undefined => {
  const raw = issue as Raw
  const { actual, code, expected, kind, message, received, type } = raw
  if (typeof message !== "string") return undefined
  if ((kind === "schema" || kind === "validation") && typeof type === "string" && typeof received === "string") {
    return valibot(message, kind, typeof expected === "string" ? expected : undefined, received)
  }
  return typeof code === "string" && typeof expected === "string" && typeof actual === "string"
    ? arktype(raw, message, expected, actual)
    : undefined
}

const valibot = (
  message: string,
  kind: "schema" | "validation",
  expected: string | undefined,
  received: string
): Read | undefined => {
  const [, what] = /^(Invalid [a-z ]+): (?:Expected .+ but received|Received) /s.exec(message) ?? []
  if (what === undefined) return undefined
  if (what === "Invalid key") {
    if (expected === "never") return { _tag: "Unknown" }
    if (received === "undefined") return { _tag: "Missing" }
  }
  if (expected === undefined) return { _tag: "Words", message: what }
  if (kind === "validation") return { _tag: "Words", message: `${what}; expected ${expected}` }
  const parts = expected.replace(/^\((.*)\)$/s, "$1").split(" | ")
  return choiceOf(parts) ?? kindOf([...new Set(parts)])
}

const arktype = (raw: Raw, message: string, expected: string, actual: string): Read | undefined => {
  if (!/(?:^|\s)must be /.test(message)) return undefined
  if (expected === "removed") return { _tag: "Unknown" }
  const { errors } = raw
  const parts = raw["code"] === "union" && Array.isArray(errors)
    ? errors.slice(0, most).map((error) => String((Object(error) as Raw)["expected"]))
    : expected.split(/, (?:or )?| or /)
  if (actual === "missing") {
    const allowed = choiceOf(parts)
    return allowed?._tag === "Choice"
      ? { _tag: "Missing", expected: listed(allowed.allowed.map((value) => JSON.stringify(value))) }
      : { _tag: "Missing", expected: plain(expected) }
  }
  return choiceOf(parts) ?? kindOf(parts.map(plain)) ??
    { _tag: "Words", message: `Expected ${plain(parts.join(" or "))}` }
}

/** So many members of a union are looked at. */
const most = 100

const listed = (all: ReadonlyArray<string>): string => all.length === 1 ? all[0]! : `one of ${all.join(", ")}`

const plain = (expected: string): string => {
  const bare = expected.replace(/^an? /, "")
  return Object.hasOwn(kinds, bare) ? bare : expected
}

/** Returns the values that are allowed, if all of them are written as JSON has them. */
const choiceOf = (parts: ReadonlyArray<string>): Read | undefined => {
  const allowed: Array<Literal> = []
  for (const part of parts.slice(0, most)) {
    if (!/^(?:"|-?\d|true$|false$)/.test(part)) return undefined
    try {
      allowed.push(JSON.parse(part) as Literal)
    } catch {
      return undefined
    }
  }
  return allowed.length === 0 ? undefined : { _tag: "Choice", allowed }
}

const kinds: { readonly [name: string]: Kind } = {
  Array: "array",
  Object: "object",
  array: "array",
  boolean: "boolean",
  null: "null",
  number: "number",
  object: "object",
  string: "text"
}

/** Returns the kinds that are allowed, if all parts are kinds. */
const kindOf = (parts: ReadonlyArray<string>): Read | undefined => {
  const found = parts.flatMap((part) => Object.hasOwn(kinds, part) ? [kinds[part]!] : [])
  return found.length < parts.length || parts.length === 0
    ? undefined
    : { _tag: "Kind", expected: parts.map((part) => part.toLowerCase()).join(" or "), kinds: new Set(found) }
}
