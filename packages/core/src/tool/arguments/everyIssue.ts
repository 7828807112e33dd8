/** Finds what else is wrong with arguments, near the first thing that is. */
import type * as SchemaAST from "effect/SchemaAST"
import { kindOf } from "../../errors/internal/arrived.ts"
import { valueAt } from "../../errors/internal/issueValue.ts"
import { collector, type Leaf } from "../../errors/internal/leaves.ts"
import { below, kindsOf, membersOf, objectFor } from "../../errors/internal/place.ts"
import { keysOf } from "../../redaction/internal/keys.ts"
import type * as Limits from "../../redaction/Limits.ts"
import type { Parser } from "./plain/make.ts"

type Path = ReadonlyArray<PropertyKey>

/** Holds what is wrong, as far as it is shown. */
export interface Found {
  readonly leaves: ReadonlyArray<Leaf>
  readonly total: number
  /** Is true if there may be more, in what was not looked at. */
  readonly isPartial: boolean
}

interface Window {
  readonly limits: Limits.Limits
  left: number
  /** Is true if something was left out that may be wrong. */
  isPartial: boolean
  /** The containers of which something was left out, and those around them. */
  readonly touched: Set<unknown>
  readonly offsets: Map<string, number>
  readonly path: Array<PropertyKey>
}

/**
 * Looking for every issue costs its time for each. So long lists are cut to a window that begins at the
 * first issue, and what is said about a list that was cut is not believed.
 */
export const everyIssue = (
  { tell }: Parser,
  codec: SchemaAST.AST,
  value: unknown,
  towards: Path,
  limits: Limits.Limits
): Found => {
  const window: Window = {
    limits,
    left: limits.window * 2,
    isPartial: false,
    touched: new Set(),
    offsets: new Map(),
    path: []
  }
  const cut = shorten(window, codec, value, towards)
  const isCut = window.touched.size > 0
  const { found, teller } = collector({ ast: codec, value }, limits.problemIssues, {
    skips: isCut ? (leaf) => isDoubtful(leaf, value, window.touched) : undefined,
    offsets: isCut ? window.offsets : undefined
  })
  tell(cut, teller)
  return { leaves: found.leaves, total: found.total, isPartial: teller.isIdle() || isCut && window.isPartial }
}

const isDoubtful = ({ issue, path }: Leaf, value: unknown, touched: ReadonlySet<unknown>): boolean => {
  if (issue._tag === "MissingKey") return valueAt(value, path) !== undefined
  const there = valueAt(value, path)
  if (!touched.has(there) || issue._tag === "InvalidType") return false
  return issue._tag !== "AnyOf" || kindsOf(issue.ast)?.has(kindOf(there)!) !== false
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
  // what stands before the first issue is right; where places differ in kind, it has to stay
  const from = isUniform(ast) ? start : 0
  if (from > 0) window.offsets.set(JSON.stringify(window.path), from)
  const out = value.slice(from, end)
  window.isPartial ||= end < value.length
  let isCut = out.length < value.length
  for (let i = start; i < end; i++) {
    const item = value[i]
    const place = ast === undefined ? undefined : below(ast, i, value)
    window.path.push(i)
    const shortened = shorten(window, place, item, i === start ? towards?.slice(1) : undefined)
    window.path.pop()
    if (shortened !== item) out[i - from] = shortened
    isCut ||= window.touched.has(item)
  }
  if (isCut) window.touched.add(value)
  return isCut ? out : value
}

/** Tests whether all entries of a list have one schema. */
const isUniform = (ast: SchemaAST.AST | undefined): boolean => {
  const arrays = ast === undefined ? [] : membersOf(ast).filter((member) => member._tag === "Arrays")
  return arrays.length > 0 && arrays.every((array) => array.elements.length === 0 && array.rest.length === 1)
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
  const all = isStruct ? declared.filter((key) => Object.hasOwn(source, key)) : keysOf(source)
  const room = Math.max(1, Math.min(window.limits.window, window.left))
  const kept = isStruct || all.length <= room
    ? all
    : [...new Set([...namesToKeep(towards, declared, source), ...all.slice(0, room)])]
  window.left -= kept.length
  let copy: Record<string, unknown> | undefined = kept.length < all.length ? pick(source, kept) : undefined
  if (copy !== undefined) {
    window.touched.add(value)
    window.isPartial = true
  }
  for (const key of kept) {
    const place = object === undefined ? undefined : below(object, key, value)
    const item = source[key]
    window.path.push(key)
    const shortened = shorten(window, place, item, towards?.[0] === key ? towards.slice(1) : undefined)
    window.path.pop()
    if (window.touched.has(item)) window.touched.add(value)
    if (shortened !== item) (copy ??= isStruct ? pick(source, kept) : { ...source })[key] = shortened
  }
  return copy ?? value
}

const namesToKeep = (towards: Path | undefined, declared: ReadonlyArray<string>, source: object) =>
  [...typeof towards?.[0] === "string" ? [towards[0]] : [], ...declared].filter((key) => Object.hasOwn(source, key))

const pick = (source: Readonly<Record<string, unknown>>, keys: ReadonlyArray<string>): Record<string, unknown> =>
  Object.fromEntries(keys.map((key) => [key, source[key]]))
