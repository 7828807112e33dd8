import type * as Issue from "@errata/core/Issue"
import { isRecord } from "../../fold/internal/resultLike.ts"

/** Describes what an issue is held against. */
export interface Given {
  readonly args: { readonly [key: string]: unknown }
  /** The names of the arguments that the tool lists, where they are known. */
  readonly listed: ReadonlySet<string> | undefined
  /** Is true if the parse ran before the handler waited for anything: nothing else had arrived by then. */
  readonly isFirst: boolean
}

/**
 * Tests whether the issue of a parse is one of the arguments, and of nothing else that the handler parsed: what it complains of
 * has to be what the caller sent. What is missing may be missing in anything.
 */
export const isParsedFrom = (issue: Issue.StandardIssue, { args, isFirst, listed }: Given): boolean => {
  const path = (issue.path ?? []).map(keyOf)
  if (!path.every((key) => key !== undefined)) return false
  const [first] = path
  const value = at(args, path)
  if (!isReceived(issue, value)) return false
  if (first === undefined) return isFirst || Object.keys(args).length > 0
  if (value !== undefined) return isBroken(issue, value)
  return path.length > 1 ? isObject(at(args, path.slice(0, -1))) : isFirst || listed?.has(first) === true
}

const keyOf = (segment: unknown): string | undefined => {
  const key = isRecord(segment) ? segment["key"] : segment
  return typeof key === "string" || typeof key === "number" ? String(key) : undefined
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null

const at = (args: unknown, path: ReadonlyArray<string>): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      isObject(value) && Object.hasOwn(value, key) ? (value as { readonly [key: string]: unknown })[key] : undefined,
    args
  )

type Raw = Issue.StandardIssue & { readonly [field: string]: unknown }

/** Tests whether a value is what the parser says that it received; true where it does not say. */
const isReceived = (issue: Issue.StandardIssue, value: unknown): boolean => {
  const { input, received: named } = issue as Raw
  if (input !== undefined) return kindOf(input) === kindOf(value) && (isObject(input) || Object.is(input, value))
  const received = typeof named === "string" && kinds.has(named.toLowerCase())
    ? named
    : /\breceived ([a-z]+)\s*$/i.exec(issue.message)?.[1]
  const kind = received?.toLowerCase()
  return kind === undefined || !kinds.has(kind) || kind === kindOf(value)
}

const kinds: ReadonlySet<string> = new Set(
  ["array", "bigint", "boolean", "nan", "null", "number", "object", "string", "undefined"]
)

const kindOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "array" : Number.isNaN(value) ? "nan" : typeof value

/** Tests whether a value breaks the rule that the parser says was broken; true where it is none that can be tried. */
const isBroken = (issue: Issue.StandardIssue, value: unknown): boolean => {
  const { code, inclusive, keys, maximum, minimum, options, values } = issue as Raw
  const size = typeof value === "number"
    ? value
    : typeof value === "string" || Array.isArray(value)
    ? value.length
    : undefined
  switch (code) {
    case "too_small":
      return typeof minimum !== "number" || size === undefined || size < minimum ||
        (size === minimum && inclusive === false)
    case "too_big":
      return typeof maximum !== "number" || size === undefined || size > maximum ||
        (size === maximum && inclusive === false)
    case "invalid_value":
    case "invalid_enum_value": {
      const allowed = values ?? options
      return !Array.isArray(allowed) || !allowed.includes(value)
    }
    case "unrecognized_keys":
      return !Array.isArray(keys) || (isObject(value) && keys.every((key) => Object.hasOwn(value, String(key))))
    default:
      return true
  }
}
