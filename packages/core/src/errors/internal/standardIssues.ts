import type { Issue } from "../Issue.ts"
import * as Suggestion from "../Suggestion.ts"
import { show, valueAt, type ValueContext } from "./issueValue.ts"

/** What a Standard Schema says of one thing that is wrong; zod says more, in fields of its own. */
export interface StandardIssue {
  readonly message: string
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined
}

type Allowed = ReadonlyArray<string | number | boolean>

export const fromStandard = (issue: StandardIssue, context: ValueContext): ReadonlyArray<Issue> => {
  const path = (issue.path ?? []).map(keyOf)
  const unknown = listAt(issue, "keys")
  if (codeOf(issue) === "unrecognized_keys" && unknown !== undefined) {
    return unknown.map((key) => ({ path: [...path, String(key)], message: "Unknown argument" }))
  }
  const meant = meantBy(issue)
  if (meant !== undefined) return meant.flatMap((inner) => fromStandard(inner, context))
  const isMissing = valueAt(context.value, path) === undefined && path.length > 0
  const received = show(path, context)
  const shown = received === undefined ? {} : { received }
  const allowed = allowedBy(issue)
  if (allowed !== undefined) return [{ path, ...shown, ...oneOf(allowed, isMissing, valueAt(context.value, path)) }]
  const expected = expectedBy(issue)
  if (expected === undefined || !isDefaultMessage(issue.message)) {
    return [{ path, message: issue.message.replace(/[.\s]+$/, "") || "Invalid", ...shown }]
  }
  return [{ path, message: isMissing ? `Required; expected ${expected}` : `Expected ${expected}`, expected, ...shown }]
}

const keyOf = (segment: PropertyKey | { readonly key: PropertyKey }): string | number => {
  const key = typeof segment === "object" ? segment.key : segment
  return typeof key === "symbol" ? String(key) : key
}

const oneOf = (allowed: Allowed, isMissing: boolean, given: unknown): Omit<Issue, "path"> => {
  const list = allowed.map((value) => JSON.stringify(value)).join(", ")
  const expected = allowed.length === 1 ? list : `one of ${list}`
  const near = typeof given === "string"
    ? Suggestion.similar(given, allowed.filter((value) => typeof value === "string"), { limit: 1 })[0]
    : undefined
  const message = `Expected ${expected}${near === undefined ? "" : `; did you mean ${JSON.stringify(near)}?`}`
  return { message: isMissing ? `Required; expected ${expected}` : message, expected, examples: allowed.slice(0, 5) }
}

const field = (issue: object, name: string): unknown => (issue as { readonly [name: string]: unknown })[name]
const codeOf = (issue: object): unknown => field(issue, "code")

const listAt = (issue: object, name: string): ReadonlyArray<unknown> | undefined => {
  const list = field(issue, name)
  return Array.isArray(list) ? list : undefined
}

/** The values that zod allows: an enumeration, a literal, the names that tell the members of a union apart. */
const allowedBy = (issue: StandardIssue): Allowed | undefined => {
  const list = codeOf(issue) === "invalid_literal"
    ? [field(issue, "expected")]
    : listAt(issue, "values") ?? listAt(issue, "options") ?? quotedIn(field(issue, "expected"))
  const isPlain = list?.every((value) => /^(?:string|number|boolean)$/.test(typeof value)) === true
  return isPlain && list.length > 0 && isDefaultMessage(issue.message) ? list as Allowed : undefined
}

/** zod 3 writes an enumeration that was expected, but is missing, as `'a' | 'b'`. */
const quotedIn = (expected: unknown): ReadonlyArray<string> | undefined =>
  typeof expected === "string" && /^'[^']*'(?: \| '[^']*')*$/.test(expected)
    ? expected.slice(1, -1).split("' | '")
    : undefined

/** What each member of a union says, with paths from the union on; zod 3 writes them from the root. */
const membersOf = (issue: StandardIssue): ReadonlyArray<ReadonlyArray<StandardIssue>> => {
  const depth = issue.path?.length ?? 0
  const lists = listAt(issue, "errors") ??
    listAt(issue, "unionErrors")?.map((error) =>
      listAt(Object(error) as object, "issues")?.map((inner) => ({
        ...inner as StandardIssue,
        path: (inner as StandardIssue).path?.slice(depth)
      }))
    )
  return codeOf(issue) === "invalid_union" && lists?.every(Array.isArray) === true
    ? lists as ReadonlyArray<ReadonlyArray<StandardIssue>>
    : []
}

const isBelow = (issue: StandardIssue): boolean => issue.path !== undefined && issue.path.length > 0

/** What is wrong with the only member of a union that was meant: the value has its type, but not all that it needs. */
const meantBy = (issue: StandardIssue): ReadonlyArray<StandardIssue> | undefined => {
  const [only, another] = membersOf(issue).filter((member) => member.some(isBelow))
  return another === undefined && isDefaultMessage(issue.message)
    ? only?.map((inner) => ({ ...inner, path: [...issue.path ?? [], ...inner.path ?? []] }))
    : undefined
}

/** What zod expected: a type, or one of the types of a union. */
const expectedBy = (issue: StandardIssue): string | undefined => {
  const expected = field(issue, "expected")
  if (codeOf(issue) === "invalid_type") return typeof expected === "string" ? expected : undefined
  const types = membersOf(issue).map(([first]) => first === undefined || isBelow(first) ? undefined : expectedBy(first))
  return types.length === 0 || types.includes(undefined) ? undefined : [...new Set(types)].join(" or ")
}

/** Whether zod itself wrote a message: one that somebody else wrote is better than ours. */
const isDefaultMessage = (message: string): boolean =>
  /^(?:Invalid (?:input|option|enum value|literal value|discriminator value)\b|Expected .+, received |Required$)/.test(
    message
  )
