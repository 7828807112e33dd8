import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaParser from "effect/SchemaParser"
import { copyProperties, leftOut } from "../../redaction/internal/copy.ts"

/** Encodes a value as it goes over the wire. */
export type Encode = (value: unknown) => Result.Result<unknown, unknown>

/**
 * Makes an encoder to JSON. What the schema calls unknown is written by JSON's own rules: `undefined` is left out, a `Date` or
 * `URL` is its text. That is looked at only where encoding fails.
 */
export const encoder = (schema: Schema.Top): Encode => {
  const encode = SchemaParser.encodeUnknownResult(Schema.toCodecJson(schema as Schema.Codec<unknown, unknown>))
  return (value) => {
    const encoded = encode(value)
    if (Result.isSuccess(encoded)) return encoded
    const plain = plainUnknowns(schema.ast, value, 0)
    return plain === value ? encoded : Result.orElse(encode(plain), () => encoded)
  }
}

const mostDepth = 100

/** Returns the same value, but for what its schema calls unknown: that is as JSON would have it. */
const plainUnknowns = (ast: SchemaAST.AST, value: unknown, depth: number): unknown => {
  if (depth > mostDepth) return value
  switch (ast._tag) {
    case "Unknown":
    case "ObjectKeyword":
      return asJson(value)
    case "Suspend":
      return plainUnknowns(ast.thunk(), value, depth + 1)
    case "Union":
      return firstThatFits(ast.types, value, depth)
    case "Arrays":
      return Array.isArray(value) ? plainItems(ast, value, depth) : value
    case "Objects":
      return Predicate.isObject(value) ? plainProperties(ast, value, depth) : value
    case "Declaration": {
      const [only] = ast.typeParameters
      if (only === undefined || ast.typeParameters.length > 1) return value
      if (Option.isOption(value)) return Option.map(value, (inner) => plainUnknowns(only, inner, depth + 1))
      return only._tag === "Objects" ? plainUnknowns(only, value, depth + 1) : value
    }
    default:
      return value
  }
}

const asJson = (value: unknown): unknown => {
  try {
    const text = JSON.stringify(value)
    return text === undefined ? value : JSON.parse(text) as unknown
  } catch {
    return value // a cycle, or a big integer: JSON has no word for it
  }
}

const plainItems = (ast: SchemaAST.Arrays, items: ReadonlyArray<unknown>, depth: number): ReadonlyArray<unknown> =>
  items.map((item, i) => {
    const [type] = ast.elements[i] === undefined ? ast.rest : [ast.elements[i]]
    if (type === undefined) return item
    return item === undefined && type._tag === "Unknown" ? null : plainUnknowns(type, item, depth + 1)
  })

const plainProperties = (ast: SchemaAST.Objects, value: object, depth: number): object =>
  copyProperties(value, (name, inner) => {
    const type = ast.propertySignatures.find((property) => property.name === name)?.type ?? ast.indexSignatures[0]?.type
    const plain = type === undefined ? inner : plainUnknowns(type, inner, depth + 1)
    return type?._tag === "Unknown" && isUnsaid(plain) ? leftOut : plain
  })

/** Tests for what JSON leaves out of an object. */
const isUnsaid = (value: unknown): boolean =>
  value === undefined || typeof value === "function" || typeof value === "symbol"

const firstThatFits = (members: ReadonlyArray<SchemaAST.AST>, value: unknown, depth: number): unknown => {
  for (const member of members) {
    const plain = plainUnknowns(member, value, depth + 1)
    if (SchemaParser.is(Schema.make<Schema.Schema<unknown>>(SchemaAST.toType(member)))(plain)) return plain
  }
  return value
}
