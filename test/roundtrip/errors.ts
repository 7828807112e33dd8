/** Makes errors of a class from its schema, with text that tries to be something else where text may stand. */
import { isSensitive } from "@errata/core/internal/sensitive"
import * as ToolError from "@errata/core/ToolError"
import * as Arbitrary from "effect/Arbitrary"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import { isDeepStrictEqual } from "node:util"
import { type Source, source, text } from "../core/support/arbitraries.ts"
import { mayLeave } from "../core/support/mayLeave.ts"
import { all as secrets } from "../core/support/secrets.ts"
import { type Declared, declared } from "./classes.ts"

/** What stands in every sensitive field: it must never come back. */
export const confidential = "confidential-hunter2"

/** How long a text may be: a problem cuts longer ones, and an issue's message already at 500. */
const longest = (Class: ToolError.AnyClass): number => Class.identifier === "InvalidArguments" ? 200 : 8_000

const structOf = (Class: ToolError.AnyClass): Schema.Codec<object, unknown> => {
  const { _tag, ...fields } = Class.fields as Schema.Struct.Fields
  return Schema.toCodecJson(Schema.Struct(fields)) as never
}

/** The arguments of a call that is to fail. */
export interface Wanted extends Declared {
  /** The fields, as JSON. */
  readonly fields: Schema.Json
}

/** The error of some fields. */
export const make = ({ Class, fields }: Wanted): ToolError.Any =>
  new Class(SchemaParser.decodeUnknownSync(structOf(Class))(fields) as never)

const json = (value: unknown): Schema.Json => JSON.parse(JSON.stringify(value)) as Schema.Json

/** The public fields of an error. */
export const publicFields = (error: ToolError.Any): Schema.Json => json(ToolError.details(error) ?? {})

/** What may leave of them. */
export const redacted = (error: ToolError.Any): Schema.Json => mayLeave(publicFields(error))

const sometimes = ["NaN", "-Infinity", -0, 0, 5e-324, Number.MAX_VALUE, 0.1 + 0.2, 1e21, -1e-7, Number.MIN_SAFE_INTEGER]

/** Seasons the leaves of what a schema made. A leaf that its schema does not allow stays as it was. */
const season = (Class: ToolError.AnyClass, fields: Schema.Json, from: Source): Schema.Json => {
  const decode = SchemaParser.decodeUnknownResult(structOf(Class))
  const limit = longest(Class)
  const word = (): string =>
    from.chance(5) ? "x y ".repeat(limit / 4) : (from.chance(10) ? from.pick(secrets).text : text(from)).slice(0, limit)
  const root = { fields }
  const attempt = (parent: Record<string, Schema.Json>, key: string, value: Schema.Json): void => {
    const before = parent[key]!
    parent[key] = value
    if (Result.isFailure(decode(root.fields))) parent[key] = before
  }
  const visit = (parent: Record<string, Schema.Json>, key: string): void => {
    const value = parent[key]
    if (typeof value === "string" && from.chance(60)) attempt(parent, key, word())
    else if (typeof value === "number" && from.chance(40)) attempt(parent, key, from.pick(sometimes))
    else if (typeof value === "object" && value !== null) {
      for (const name of Object.keys(value)) visit(value as Record<string, Schema.Json>, name)
    }
  }
  visit(root, "fields")
  for (const [name, schema] of Object.entries(Class.fields as Schema.Struct.Fields)) {
    const { ast } = schema as Schema.Top
    if (isSensitive(ast) && typeof root.fields === "object") {
      attempt(root.fields as Record<string, Schema.Json>, name, name === "keeper" ? keeper : confidential)
    }
  }
  return root.fields
}

const keeper = { name: confidential, phone: confidential }

const seed = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 0xffff_ffff })))

/**
 * Any error of a class, but for those whose masked fields are none of that class, or read otherwise (a URL escapes brackets):
 * there is no such error to come back.
 */
export const anyOf = (which: Declared): Arbitrary.Arbitrary<Wanted> => {
  const { _tag, ...fields } = which.Class.fields as Schema.Struct.Fields
  const codec = structOf(which.Class)
  const encode = SchemaParser.encodeUnknownSync(codec)
  const decode = SchemaParser.decodeUnknownResult(codec)
  const isOne = (fields: Schema.Json): boolean =>
    Result.isSuccess(decode(fields)) && isDeepStrictEqual(publicFields(make({ ...which, fields })), fields)
  return Arbitrary.all([Arbitrary.schema(Schema.Struct(fields) as never), seed]).pipe(
    Arbitrary.map(([made, seed]) => ({
      ...which,
      fields: season(which.Class, json(encode(made)), source(seed))
    })),
    Arbitrary.filter((wanted) => isOne(redacted(make(wanted))))
  )
}

/** Any error of any class. */
export const any: Arbitrary.Arbitrary<Wanted> = Arbitrary.flatMap(
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: declared.length - 1 }))),
  (i) => anyOf(declared[i]!)
)
