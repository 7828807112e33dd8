/** Finds the schema that stands at a path of the arguments, as they go over the wire. */
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import { childrenAt, decodedChildrenAt } from "../../redaction/internal/children.ts"
import { isMarked as isMarkedItself, isSensitive } from "../../redaction/internal/sensitive.ts"
import type { Kind } from "./arrived.ts"
import { kindOf } from "./arrived.ts"
import type { Literal } from "./issue.ts"

type Path = ReadonlyArray<string | number>

/** Asks once for each schema. */
const remembered = <A>(ask: (ast: SchemaAST.AST) => A): (ast: SchemaAST.AST) => A => {
  const known = new WeakMap<SchemaAST.AST, A>()
  return (ast) => {
    if (known.has(ast)) return known.get(ast)!
    const answer = ask(ast)
    known.set(ast, answer)
    return answer
  }
}

/** The schema as it reads JSON. */
export const codecOf = remembered((ast) => Schema.toCodecJson(Schema.make<Schema.Codec<unknown, unknown>>(ast)).ast)

/** Returns what a schema takes over the wire: the other end of its encoding. */
export const encodedOf = (ast: SchemaAST.AST): SchemaAST.AST => {
  let here = ast
  for (;;) {
    if (here.encoding !== undefined) here = here.encoding[here.encoding.length - 1]!.to
    else if (here._tag === "Suspend") here = here.thunk()
    else return here
  }
}

/** The members of a union, and of the unions in it; of anything else itself. */
export const membersOf = remembered((ast): ReadonlyArray<SchemaAST.AST> => {
  const encoded = encodedOf(ast)
  return encoded._tag === "Union" ? encoded.types.flatMap(membersOf) : [encoded]
})

/** The kinds of JSON that a schema takes; `undefined` if it takes any. */
export const kindsOf = remembered((ast): ReadonlySet<Kind> | undefined => {
  const kinds = new Set<Kind>()
  const members = membersOf(ast)
  const isNumber = members.some((member) => member._tag === "Number")
  for (const member of members) {
    if (isNumber && isInfinite(member)) continue
    const kind = kindOfMember(member)
    if (kind === undefined) return undefined
    for (const one of kind) kinds.add(one)
  }
  return kinds
})

/** Tests for a number that may be infinite, which is written as a text where it is. */
const isInfinite = (ast: SchemaAST.AST): boolean =>
  ast._tag === "Literal" && /^(?:-?Infinity|NaN)$/.test(String(ast.literal))

const kindOfMember = (ast: SchemaAST.AST): ReadonlyArray<Kind> | undefined => {
  switch (ast._tag) {
    case "Null":
      return ["null"]
    case "String":
    case "TemplateLiteral":
      return ["text"]
    case "Number":
      return ["number"]
    case "Boolean":
      return ["boolean"]
    case "Arrays":
      return ["array"]
    case "Objects":
      return ast.propertySignatures.length + ast.indexSignatures.length === 0 ? undefined : ["object"]
    case "Literal":
      return [kindOf(ast.literal) ?? "text"]
    case "Enum":
      return ast.enums.map(([, value]) => kindOf(value)!)
    case "Never":
    case "Undefined":
      return []
    default:
      return undefined
  }
}

/** Describes a member of a union of objects, told apart by the value of one of its keys. */
interface Tagged {
  readonly member: SchemaAST.Objects
  readonly tag: Literal
}

/** Describes how the objects of a union are told apart: by a key for which each of them has a value of its own. */
export interface Tags {
  readonly key: string
  readonly members: ReadonlyArray<Tagged>
}

export const tagsOf = remembered((ast): Tags | undefined => {
  const objects = membersOf(ast).filter((member) => member._tag === "Objects")
  const [first] = objects
  if (first === undefined || objects.length < 2) return undefined
  for (const { name } of first.propertySignatures) {
    const members = objects.flatMap((member) => {
      const tag = literalAt(member, name)
      return tag === undefined ? [] : [{ member, tag }]
    })
    const isTold = members.length === objects.length && new Set(members.map(({ tag }) => tag)).size === objects.length
    if (isTold) return { key: String(name), members }
  }
  return undefined
})

const literalAt = (ast: SchemaAST.Objects, name: PropertyKey): Literal | undefined => {
  const property = ast.propertySignatures.find((property) => property.name === name)
  const encoded = property === undefined ? undefined : encodedOf(property.type)
  return encoded?._tag === "Literal" && typeof encoded.literal !== "bigint" && encoded.context?.isOptional !== true
    ? encoded.literal
    : undefined
}

/** Returns the one object of a union, or of anything else, that a value is meant to be. */
export const objectFor = (ast: SchemaAST.AST, value: unknown): SchemaAST.Objects | undefined => {
  const objects = membersOf(ast).filter((member) => member._tag === "Objects")
  if (objects.length < 2) return objects[0]
  const tags = tagsOf(ast)
  return tags?.members.find(({ tag }) => tag === Object(value)[tags.key])?.member
}

/** Returns the schema at a key, as far as the structure and the value tell. */
export const below = (ast: SchemaAST.AST, key: string | number, value: unknown): SchemaAST.AST | undefined => {
  if (typeof key === "number") {
    const arrays = membersOf(ast).filter((member) => member._tag === "Arrays")
    return arrays.length === 1 ? arrays[0]!.elements[key] ?? arrays[0]!.rest[0] : undefined
  }
  const object = objectFor(ast, value)
  return object?.propertySignatures.find((property) => property.name === key)?.type ?? object?.indexSignatures[0]?.type
}

/** Returns the schema at a path; where a union is not told apart, the first member that has such a place. */
export const locate = (ast: SchemaAST.AST, path: Path, value: unknown): SchemaAST.AST | undefined => {
  let here: SchemaAST.AST | undefined = ast
  let there = value
  for (const key of path) {
    here = here === undefined ? undefined : below(here, key, there) ?? firstBelow(here, key)
    there = typeof there === "object" && there !== null && Object.hasOwn(there, key)
      ? (there as Record<string | number, unknown>)[key]
      : undefined
  }
  return here
}

const firstBelow = (ast: SchemaAST.AST, key: string | number): SchemaAST.AST | undefined =>
  membersOf(ast).flatMap((member) => decodedChildrenAt(member, key))[0]

/** Tests whether a key may be left out. */
export const isOptional = (ast: SchemaAST.AST): boolean => {
  let here = ast
  while (here.encoding !== undefined) here = here.encoding[here.encoding.length - 1]!.to
  return here.context?.isOptional === true
}

/** Annotations may stand on the schema or on its last check. */
export const annotationsOf = (ast: SchemaAST.AST | undefined): Readonly<Record<string, unknown>> | undefined =>
  ast === undefined ? undefined : allAnnotations(ast)

const allAnnotations = remembered((ast): Readonly<Record<string, unknown>> => {
  const last = ast.checks?.at(-1)?.annotations as Record<string, unknown> | undefined
  return { ...ast.annotations, ...ast.context?.annotations, ...last }
})

/** Returns the values that a schema allows, where they can be told. */
export const literals = (ast: SchemaAST.AST | undefined): ReadonlyArray<Literal> | undefined =>
  ast === undefined ? undefined : allLiterals(ast)

const allLiterals = remembered((ast): ReadonlyArray<Literal> | undefined => {
  const told = membersOf(ast).filter((member) => member._tag !== "Undefined" && member._tag !== "Null")
  const values = told.flatMap((member): ReadonlyArray<Literal | undefined> =>
    member._tag === "Literal" && typeof member.literal !== "bigint"
      ? [member.literal]
      : member._tag === "Enum"
      ? member.enums.map(([, value]) => value)
      : [undefined]
  )
  return values.length === 0 || values.includes(undefined) ? undefined : values as ReadonlyArray<Literal>
})

/** Sensitive is what is marked, and all that lies below it; what the structure does not tell counts as what it stands in. */
export const isSensitiveAt = (ast: SchemaAST.AST, path: Path): boolean => {
  if (!isSensitive(ast)) return false
  let here: ReadonlyArray<SchemaAST.AST> = [ast]
  for (const key of path) {
    const below = here.flatMap((place) => childrenAt(place, key))
    if (here.some(isMarked) || below.length === 0) return here.some(isSensitive)
    here = below
  }
  return here.some(isSensitive)
}

const isMarked = (ast: SchemaAST.AST): boolean =>
  isMarkedItself(ast) || ast._tag === "Union" && ast.types.some(isMarked) ||
  ast._tag === "Suspend" && isMarked(ast.thunk()) ||
  (ast.encoding?.some((link) => isMarked(link.to)) ?? false)
