/** Finds what else is wrong with arguments, near the first thing that is. */
import * as Result from "effect/Result"
import type * as SchemaAST from "effect/SchemaAST"
import type * as SchemaIssue from "effect/SchemaIssue"
import { kindOf } from "../../errors/internal/arrived.ts"
import { valueAt } from "../../errors/internal/issueValue.ts"
import type { Leaf } from "../../errors/internal/leaves.ts"
import { below, kindsOf, objectFor } from "../../errors/internal/place.ts"
import type * as Limits from "../../redaction/Limits.ts"

type Path = ReadonlyArray<PropertyKey>

/** Decodes, and stops at the first issue or does not. */
export type Parse = (value: unknown, options?: SchemaAST.ParseOptions) => Result.Result<unknown, SchemaIssue.Issue>

export interface Found {
  /** The tree of issues. */
  readonly issue: SchemaIssue.Issue
  /** Whether there may be more, in what was not looked at. */
  readonly isPartial: boolean
  /** Whether something is said that only holds of what is left. */
  readonly skips?: ((leaf: Leaf) => boolean) | undefined
}

interface Window {
  readonly limits: Limits.Limits
  left: number
  /** The containers of which something was left out, and those around them. */
  readonly touched: Set<unknown>
}

const everything: SchemaAST.ParseOptions = { errors: "all" }

/**
 * Looking for every issue costs its decoder a microsecond for each. So long lists are cut to a window that begins at the
 * first issue, and what is said about a list that was cut is not believed.
 */
export const everyIssue = (
  parse: Parse,
  codec: SchemaAST.AST,
  value: unknown,
  first: SchemaIssue.Issue,
  limits: Limits.Limits
): Found => {
  const window: Window = { limits, left: limits.window * 2, touched: new Set() }
  const cut = shorten(window, codec, value, firstPath(first))
  const parsed = parse(cut, everything)
  if (Result.isSuccess(parsed)) return { issue: first, isPartial: true }
  if (window.touched.size === 0) return { issue: parsed.failure, isPartial: false }
  return { issue: parsed.failure, isPartial: true, skips: (leaf) => isDoubtful(leaf, value, window.touched) }
}

const isDoubtful = ({ issue, path }: Leaf, value: unknown, touched: ReadonlySet<unknown>): boolean => {
  if (issue._tag === "MissingKey") return valueAt(value, path) !== undefined
  const there = valueAt(value, path)
  if (!touched.has(there) || issue._tag === "InvalidType") return false
  return issue._tag !== "AnyOf" || kindsOf(issue.ast)?.has(kindOf(there)!) !== false
}

/** Where the first issue is. */
const firstPath = (issue: SchemaIssue.Issue): Path => {
  switch (issue._tag) {
    case "Pointer":
      return [...issue.path, ...firstPath(issue.issue)]
    case "Encoding":
    case "Filter":
      return firstPath(issue.issue)
    case "Composite":
    case "AnyOf":
      return issue.issues[0] === undefined ? [] : firstPath(issue.issues[0])
    default:
      return []
  }
}

const shorten = (
  window: Window,
  ast: SchemaAST.AST | undefined,
  value: unknown,
  towards: Path | undefined
): unknown => {
  if (typeof value !== "object" || value === null) return value
  return Array.isArray(value) ? shortenArray(window, ast, value, towards) : shortenObject(window, ast, value, towards)
}

const shortenArray = (
  window: Window,
  ast: SchemaAST.AST | undefined,
  value: ReadonlyArray<unknown>,
  towards: Path | undefined
): ReadonlyArray<unknown> => {
  const start = typeof towards?.[0] === "number" ? Math.min(towards[0], value.length) : 0
  const end = Math.min(value.length, start + Math.max(1, Math.min(window.limits.window, window.left)))
  window.left -= end - start
  const out = value.slice(0, end) // what stands before the first issue is right
  let isCut = end < value.length
  for (let i = start; i < end; i++) {
    const item = value[i]
    const place = ast === undefined ? undefined : below(ast, i, value)
    const shortened = shorten(window, place, item, i === start ? towards?.slice(1) : undefined)
    if (shortened !== item) out[i] = shortened
    isCut ||= window.touched.has(item)
  }
  if (isCut) window.touched.add(value)
  return isCut ? out : value
}

const shortenObject = (
  window: Window,
  ast: SchemaAST.AST | undefined,
  value: object,
  towards: Path | undefined
): object => {
  const source = value as Readonly<Record<string, unknown>>
  const object = ast === undefined ? undefined : objectFor(ast, value)
  const declared = object?.propertySignatures.map((property) => String(property.name)) ?? []
  const isStruct = object !== undefined && object.indexSignatures.length === 0
  const all = isStruct ? declared.filter((key) => Object.hasOwn(source, key)) : Object.keys(source)
  const room = Math.max(1, Math.min(window.limits.window, window.left))
  const kept = isStruct || all.length <= room
    ? all
    : [...new Set([...namesToKeep(towards, declared, source), ...all.slice(0, room)])]
  window.left -= kept.length
  let copy: Record<string, unknown> | undefined = kept.length < all.length ? pick(source, kept) : undefined
  if (copy !== undefined) window.touched.add(value)
  for (const key of kept) {
    const place = object === undefined ? undefined : below(object, key, value)
    const item = source[key]
    const shortened = shorten(window, place, item, towards?.[0] === key ? towards.slice(1) : undefined)
    if (window.touched.has(item)) window.touched.add(value)
    if (shortened !== item) (copy ??= isStruct ? pick(source, kept) : { ...source })[key] = shortened
  }
  return copy ?? value
}

const namesToKeep = (towards: Path | undefined, declared: ReadonlyArray<string>, source: object) =>
  [...typeof towards?.[0] === "string" ? [towards[0]] : [], ...declared].filter((key) => Object.hasOwn(source, key))

const pick = (source: Readonly<Record<string, unknown>>, keys: ReadonlyArray<string>): Record<string, unknown> =>
  Object.fromEntries(keys.map((key) => [key, source[key]]))
