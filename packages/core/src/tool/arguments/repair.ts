/** Takes what clients send in the wrong kind, where no other reading is possible. */
import type * as SchemaAST from "effect/SchemaAST"
import { type Kind, kindOf, standsFor } from "../../errors/internal/arrived.ts"
import {
  annotationsOf,
  below,
  isOptional,
  isSensitiveAt,
  kindsOf,
  membersOf,
  objectFor
} from "../../errors/internal/place.ts"
import * as Issue from "../../errors/Issue.ts"
import { keysOf } from "../../redaction/internal/keys.ts"
import type * as Limits from "../../redaction/Limits.ts"
import { isVerbatim } from "./verbatim.ts"

/** Describes a value that decodes as it should have been sent, and what was changed. */
export interface Repaired {
  readonly value: unknown
  /** As `ids: text to array`; no more than are told. */
  readonly notes: ReadonlyArray<string>
  readonly count: number
}

interface Walk {
  /** The schema, from which it is known what is sensitive. */
  readonly root: SchemaAST.AST
  /** Names a field that is taken as it came. */
  readonly verbatim: string | undefined
  readonly limits: Limits.Limits
  readonly path: Array<string | number>
  readonly notes: Array<string>
  count: number
  /** Counts what cannot be repaired: after many of them nothing helps. */
  hopeless: number
}

type Path = ReadonlyArray<PropertyKey>

/**
 * Repairs each value once, and not what came out of a text. The value itself is left as it is. What stands before the first
 * issue is right, and is not looked at.
 */
export const repair = (
  schema: { readonly root: SchemaAST.AST; readonly codec: SchemaAST.AST; readonly verbatim?: string | undefined },
  value: unknown,
  limits: Limits.Limits,
  towards: Path
): Repaired => {
  const walk: Walk = {
    root: schema.root,
    verbatim: schema.verbatim,
    limits,
    path: [],
    notes: [],
    count: 0,
    hopeless: 0
  }
  const kind = kindOf(value)
  const repaired = kind === "text"
    ? convert(walk, schema.codec, value, kind, object)
    : visit(walk, schema.codec, value, towards)
  return { value: repaired, notes: walk.notes, count: walk.count }
}

/** Arguments are an object, whatever their schema takes besides. */
const object: ReadonlySet<Kind> = new Set(["object"])

const visit = (walk: Walk, ast: SchemaAST.AST, value: unknown, towards?: Path): unknown => {
  const wanted = kindsOf(ast)
  const kind = kindOf(value)
  if (wanted === undefined || kind === undefined || walk.hopeless > walk.limits.problemIssues) return value
  if (!wanted.has(kind)) return convert(walk, ast, value, kind, wanted)
  if (kind === "object") return inObject(walk, ast, value as Readonly<Record<string, unknown>>, towards)
  return kind === "array" ? inArray(walk, ast, value as ReadonlyArray<unknown>, towards) : value
}

const convert = (
  walk: Walk,
  ast: SchemaAST.AST,
  value: unknown,
  kind: Kind,
  wanted: ReadonlySet<Kind>
): unknown => {
  const other = kind === "text" ? standsFor(value as string) : textOf(value)
  const meant = other === undefined ? undefined : kindOf(other)
  if (meant === undefined || !wanted.has(meant) || isKept(walk, ast)) {
    walk.hopeless++
    return value
  }
  note(walk, `${kind} to ${meant}`)
  return other
}

/** Writes as text what can be written in one way only. */
const textOf = (value: unknown): string | undefined =>
  typeof value === "boolean" || Number.isSafeInteger(value) ? String(value) : undefined

/**
 * Tests for what stays as it is: a sensitive value is not looked into, and a key that a client made must stay what it was made.
 */
const isKept = ({ path, root, verbatim }: Walk, ast: SchemaAST.AST): boolean =>
  (path.length === 1 && path[0] === verbatim) ||
  isVerbatim(annotationsOf(ast), path.at(-1)) || isSensitiveAt(root, path)

const note = ({ limits, notes, path }: Walk, change: string): void => {
  if (notes.length < limits.repairs) notes.push(`${Issue.path({ path, message: "" })}: ${change}`)
}

const inArray = (
  walk: Walk,
  ast: SchemaAST.AST,
  value: ReadonlyArray<unknown>,
  towards: Path | undefined
): ReadonlyArray<unknown> => {
  let copy: Array<unknown> | undefined
  const start = typeof towards?.[0] === "number" && isOne(ast) ? towards[0] : 0
  for (let i = start; i < value.length; i++) {
    const item = below(ast, i, value)
    if (item === undefined) return copy ?? value
    walk.path.push(i)
    const repaired = visit(walk, item, value[i], i === start ? towards?.slice(1) : undefined)
    walk.path.pop()
    if (repaired !== value[i]) (copy ??= [...value])[i] = repaired
  }
  return copy ?? value
}

const inObject = (
  walk: Walk,
  ast: SchemaAST.AST,
  value: Readonly<Record<string, unknown>>,
  towards: Path | undefined
): Readonly<Record<string, unknown>> => {
  const struct = objectFor(ast, value)
  if (struct === undefined) return value
  let copy: Record<string, unknown> | undefined
  for (const key of keysIn(struct, value)) {
    const place = below(struct, key, value)
    if (place === undefined) continue
    walk.path.push(key)
    if (value[key] === null && mayBeAbsent(place)) {
      note(walk, "null to absent")
      copy = without(copy ?? value, key)
    } else {
      const repaired = visit(walk, place, value[key], towards?.[0] === key ? towards.slice(1) : undefined)
      if (repaired !== value[key]) (copy ??= { ...value })[key] = repaired
    }
    walk.path.pop()
  }
  return copy ?? value
}

/** An object from which a key is deleted is slow to copy, so that of a small one the rest is taken. */
const without = (value: Readonly<Record<string, unknown>>, key: string): Record<string, unknown> => {
  const { [key]: _, ...rest } = value
  return rest
}

/** Tests that a place is no union of several containers, of which the first issue may be about another. */
const isOne = (ast: SchemaAST.AST): boolean =>
  membersOf(ast).filter((member) => member._tag === "Arrays" || member._tag === "Objects").length < 2

/** Returns the keys that may be repaired: where a schema names its keys, no others. */
const keysIn = (object: SchemaAST.Objects, value: object): ReadonlyArray<string> =>
  (object.indexSignatures.length === 0
    ? object.propertySignatures.map((property) => String(property.name))
    : keysOf(value)).filter((key) => Object.hasOwn(value, key) && key !== "__proto__")

const mayBeAbsent = (place: SchemaAST.AST): boolean => isOptional(place) && kindsOf(place)?.has("null") === false
