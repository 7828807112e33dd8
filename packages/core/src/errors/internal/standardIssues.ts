import * as Suggestion from "../Suggestion.ts"
import { formOf, joined } from "../suggestion/form.ts"
import { got, type Kind } from "./arrived.ts"
import { type Issue, type Literal, nearest, oneOf, unknownArgument } from "./issue.ts"
import { show, valueAt, type ValueContext } from "./issueValue.ts"
import { type Read, readLibrary } from "./libraryIssues.ts"

/** Holds what a Standard Schema says of one thing that is wrong; zod says more, in fields of its own. */
export interface StandardIssue {
  /** The sentence of the schema. */
  readonly message: string
  /** The keys from the root down to the wrong value. Absent: the root. */
  readonly path?:
    | ReadonlyArray<
      PropertyKey | {
        /** The key, where a library wraps it. */
        readonly key: PropertyKey
      }
    >
    | undefined
}

type Allowed = ReadonlyArray<Literal>

export const fromStandard = (issue: StandardIssue, context: ValueContext): ReadonlyArray<Issue> => {
  const path = Array.from(issue.path ?? [], keyOf) // a plain one, whatever the library makes of it
  const read = readLibrary(issue)
  if (read !== undefined) return [{ path, ...told(read, path, context) }]
  const unknown = listAt(issue, "keys")
  if (codeOf(issue) === "unrecognized_keys" && unknown !== undefined) {
    return unknown.map((key) => ({ path: [...path, String(key)], message: "Unknown argument" }))
  }
  const meant = meantBy(issue)
  if (meant !== undefined) return meant.flatMap((inner) => fromStandard(inner, context))
  const value = valueAt(context.value, path)
  const isMissing = value === undefined && path.length > 0
  const received = show(path, context)
  const shown = received === undefined ? {} : { received }
  const allowed = allowedBy(issue)
  if (allowed !== undefined) return [{ path, ...shown, ...choice(allowed, isMissing, value) }]
  const expected = expectedBy(issue)
  if (expected === undefined || !isDefaultMessage(issue.message)) {
    return [{ path, message: issue.message.replace(/[.\s]+$/, "") || "Invalid", ...shown }]
  }
  const message = isMissing
    ? `Required; expected ${expected}`
    : `Expected ${expected}${got(value, kindsIn(expected), false)}`
  return [{ path, message, expected, ...shown }]
}

/** Writes what was read of an issue of valibot or arktype. */
const told = (read: Read, path: ReadonlyArray<string | number>, context: ValueContext): Omit<Issue, "path"> => {
  if (read._tag === "Unknown") return { message: "Unknown argument" }
  const value = valueAt(context.value, path)
  const isMissing = read._tag === "Missing" || value === undefined && path.length > 0
  const received = show(path, context)
  const shown = received === undefined ? {} : { received }
  switch (read._tag) {
    case "Missing": {
      const { expected } = read
      return expected === undefined ? { message: "Required" } : { message: `Required; expected ${expected}`, expected }
    }
    case "Choice":
      return { ...shown, ...choice(read.allowed, isMissing, value) }
    case "Kind": {
      const { expected, kinds } = read
      const message = isMissing ? `Required; expected ${expected}` : `Expected ${expected}${got(value, kinds, false)}`
      return { message, expected, ...shown }
    }
    case "Words":
      return { message: read.message, ...shown }
  }
}

/** So many keys beside a missing one are looked at. */
const neighbours = 200

/**
 * Says which unknown key was probably meant for a missing one. Where a schema lets unknown keys pass, one that was sent in other
 * letters, as `pageId` for `page_id`, is named beside the missing one.
 */
export const withMeant = (issues: ReadonlyArray<Issue>, value: unknown): ReadonlyArray<Issue> => {
  const missing = issues.filter(({ message, path }) => path.length > 0 && /^Required\b/.test(message))
  if (missing.length === 0) return issues
  const parentOf = ({ path }: Issue): string => JSON.stringify(path.slice(0, -1))
  const keyIn = ({ path }: Issue): string => String(path.at(-1))
  const wrong = new Set(issues.map(({ path }) => JSON.stringify(path)))
  return issues.map((issue): Issue => {
    if (issue.message === "Unknown argument") {
      const parent = parentOf(issue)
      const near = missing.filter((other) => parentOf(other) === parent).map(keyIn)
      return near.length === 0 || Suggestion.similar(keyIn(issue), near).length === 0
        ? issue
        : { ...issue, message: unknownArgument(keyIn(issue), near) }
    }
    if (!missing.includes(issue)) return issue
    const above = issue.path.slice(0, -1)
    const sent = keysIn(valueAt(value, above)).find((key) =>
      sameWords(key, keyIn(issue)) && !wrong.has(JSON.stringify([...above, key]))
    )
    return sent === undefined ? issue : { ...issue, message: `${issue.message}; ${JSON.stringify(sent)} was sent` }
  })
}

const keysIn = (parent: unknown): ReadonlyArray<string> =>
  typeof parent === "object" && parent !== null && !Array.isArray(parent)
    ? Object.keys(parent).slice(0, neighbours)
    : []

const sameWords = (a: string, b: string): boolean => a !== b && joined(formOf(a).plain) === joined(formOf(b).plain)

const keyOf = (segment: PropertyKey | { readonly key: PropertyKey }): string | number => {
  const key = typeof segment === "object" ? segment.key : segment
  return typeof key === "symbol" ? String(key) : key
}

const choice = (allowed: Allowed, isMissing: boolean, given: unknown): Omit<Issue, "path"> => {
  const expected = oneOf(allowed)
  const kinds = new Set(allowed.map((value): Kind => typeof value === "string" ? "text" : typeof value as Kind))
  const message = `Expected ${expected}${got(given, kinds, false) || nearest(given, allowed)}`
  return { message: isMissing ? `Required; expected ${expected}` : message, expected, examples: allowed.slice(0, 5) }
}

const kinds: { readonly [type: string]: Kind } = {
  array: "array",
  boolean: "boolean",
  int: "number",
  integer: "number",
  null: "null",
  number: "number",
  object: "object",
  record: "object",
  string: "text",
  tuple: "array"
}

/** Returns the kinds that zod's words name. */
const kindsIn = (expected: string): ReadonlySet<Kind> =>
  new Set(expected.split(" or ").flatMap((type) => kinds[type] ?? []))

const field = (issue: object, name: string): unknown => (issue as { readonly [name: string]: unknown })[name]
const codeOf = (issue: object): unknown => field(issue, "code")

const listAt = (issue: object, name: string): ReadonlyArray<unknown> | undefined => {
  const list = field(issue, name)
  return Array.isArray(list) ? list : undefined
}

/** Returns the values that zod allows: an enumeration, a literal, the names that tell the members of a union apart. */
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

/** Returns what each member of a union says, with paths from the union on; zod 3 writes them from the root. */
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

/**
 * Tells what is wrong with the only member of a union that was meant: the value has its type, but not all that it needs. Where
 * several have it, the one whose tag fits; where none has such a tag, what the tags are.
 */
const meantBy = (issue: StandardIssue): ReadonlyArray<StandardIssue> | undefined => {
  if (!isDefaultMessage(issue.message)) return undefined
  const inside = membersOf(issue).filter((member) => member.some(isBelow))
  const fitting = inside.length > 1 ? inside.filter((member) => !member.some(isTag)) : inside
  const meant = fitting.length === 1 ? fitting[0] : fitting.length === 0 ? tagIn(inside) : undefined
  return meant?.map((inner) => ({ ...inner, path: [...issue.path ?? [], ...inner.path ?? []] }))
}

const isTag = (issue: StandardIssue): boolean => issue.path?.length === 1 && literalIn(issue) !== undefined

/** zod 4 calls a literal a list of one value, zod 3 a literal. */
const literalIn = (issue: StandardIssue): unknown => {
  if (codeOf(issue) === "invalid_literal") return field(issue, "expected")
  const values = codeOf(issue) === "invalid_value" ? listAt(issue, "values") : undefined
  return values?.length === 1 ? values[0] : undefined
}

/** Finds out whether all members need another value at the same key: then there is one issue, about that key. */
const tagIn = (members: ReadonlyArray<ReadonlyArray<StandardIssue>>): ReadonlyArray<StandardIssue> | undefined => {
  const tags = members.map((member) => member.find(isTag))
  const [first] = tags
  const key = first === undefined ? undefined : keyOf(first.path![0]!)
  if (first === undefined || !tags.every((tag) => tag !== undefined && keyOf(tag.path![0]!) === key)) return undefined
  const values = tags.map((tag) => literalIn(tag!))
  return [{ ...first, code: "invalid_value", values } as StandardIssue]
}

/** Returns what zod expected: a type, or one of the types of a union. */
const expectedBy = (issue: StandardIssue): string | undefined => {
  const expected = field(issue, "expected")
  if (codeOf(issue) === "invalid_type") return typeof expected === "string" ? expected : undefined
  const types = membersOf(issue).map(([first]) => first === undefined || isBelow(first) ? undefined : expectedBy(first))
  return types.length === 0 || types.includes(undefined) ? undefined : [...new Set(types)].join(" or ")
}

/** Tests whether zod itself wrote a message: an author's own is better than ours. */
const isDefaultMessage = (message: string): boolean =>
  /^(?:Invalid (?:input|option|enum value|literal value|discriminator value)\b|Expected .+, received |Required$)/.test(
    message
  )
