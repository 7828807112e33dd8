import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaParser from "effect/SchemaParser"
import * as Redaction from "../Redaction.ts"
import { decodedChildren, itemsAt } from "./children.ts"
import { copyProperties, leftOut } from "./copy.ts"
import { isMarked, isSensitive } from "./sensitive.ts"

/**
 * Takes out of an output what its schema marks as sensitive: what is optional is left out, text and `Schema.Redacted` (which
 * would encode to the clear value) are masked. Throws where neither is possible, so that nothing leaves.
 */
export const conceal = (ast: SchemaAST.AST, value: unknown): unknown => {
  if (!isSensitive(ast)) return value
  if (isMarked(ast)) return hide(value)
  switch (ast._tag) {
    case "Suspend":
      return conceal(ast.thunk(), value)
    case "Union":
      return concealOneOf(ast.types, value)
    case "Arrays":
      return Array.isArray(value)
        ? value.map((item, i) => concealOneOf(itemsAt(ast, i), item))
        : hide(value)
    case "Objects":
      return Predicate.isObject(value) && decodedChildren(ast).some(isSensitive)
        ? concealProperties(ast, value)
        : hide(value)
    case "Declaration":
      return concealDeclared(ast, value)
    default:
      return hide(value) // marked on the encoded side
  }
}

const hide = (value: unknown): unknown => {
  if (value === undefined || value === null || typeof value === "boolean") return value
  if (typeof value === "string") return Redaction.mask
  if (Redacted.isRedacted(value)) return Redacted.make(Redaction.mask, { label: value.label })
  throw new TypeError("A sensitive part of the output can neither be left out nor masked: make it optional")
}

const concealOneOf = (members: ReadonlyArray<SchemaAST.AST>, value: unknown): unknown =>
  members
    .filter((member) => isSensitive(member) && fits(member, value))
    .reduce<unknown>((value, member) => conceal(member, value), value)

const fits = (ast: SchemaAST.AST, value: unknown): boolean =>
  SchemaParser.is(Schema.make<Schema.Schema<unknown>>(SchemaAST.toType(ast)))(value)

const concealProperties = (ast: SchemaAST.Objects, value: object): object =>
  copyProperties(value, (name, inner) => {
    const property = ast.propertySignatures.find((property) => property.name === name)
    if (property === undefined) return concealOneOf(ast.indexSignatures.map((signature) => signature.type), inner)
    const isDropped = property.type.context?.isOptional === true && isMarked(property.type)
    return isDropped ? leftOut : conceal(property.type, inner)
  })

const concealDeclared = (ast: SchemaAST.Declaration, value: unknown): unknown => {
  const [only] = ast.typeParameters
  if (only === undefined || ast.typeParameters.length > 1) return hide(value)
  if (Option.isOption(value)) return Option.map(value, (inner) => conceal(only, inner))
  return only._tag === "Objects" ? conceal(only, value) : hide(value)
}
