import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import * as SchemaParser from "effect/SchemaParser"
import { isSensitive } from "../../redaction/internal/sensitive.ts"
import type { Json } from "../../redaction/Redaction.ts"

export type Fields = Schema.Struct.Fields

/** Describes what a class of errors knows of its fields, computed once. */
export interface FieldPlan {
  /** The properties with the defaults that the schemas give to a constructor. */
  readonly complete: (props: Record<string, unknown>) => Record<string, unknown>
  /** Puts the declared fields on an error, whatever is given. Never throws: what cannot be read is left out. */
  readonly assign: (error: object, given: Record<string, unknown>) => void
  /** The error as its message may see it: without sensitive fields. */
  readonly publicView: (error: object) => object
  /** The public fields as JSON, and the names of those whose value does not fit. */
  readonly encode: (error: object, except?: string) => {
    readonly details: { readonly [name: string]: Json } | undefined
    readonly invalid: ReadonlyArray<string>
  }
}

type Encode = (value: unknown) => { readonly json: Json } | undefined

const nothing = { details: undefined, invalid: [] }

/**
 * Refuses a sensitive field that a client would miss. A field that refers to what is not defined yet is not looked into: it
 * is left out like any other sensitive one.
 */
export const refuseRequiredSecrets = (tag: string, fields: Fields): void => {
  for (const [name, schema] of Object.entries(fields)) {
    const { ast } = schema as Schema.Top
    if (ast.context?.isOptional !== true && isSensitiveNow(ast)) {
      throw new TypeError(`ToolError ${tag}: the field "${name}" is sensitive and must be optional`)
    }
  }
}

const isSensitiveNow = (ast: SchemaAST.AST): boolean => {
  try {
    return isSensitive(ast)
  } catch {
    return false
  }
}

export const planFields = (fields: Fields): FieldPlan => {
  const asts = Object.entries(fields).map(([name, schema]) => [name, schema, (schema as Schema.Top).ast] as const)
  const secret = asts.filter(([, , ast]) => isSensitive(ast)).map(([name]) => name)
  const open = asts
    .filter(([name]) => !secret.includes(name))
    .map(([name, schema, ast]) => ({
      name,
      optional: ast.context?.isOptional === true,
      encode: encoder(schema as Schema.Top)
    }))
  return {
    complete: asts.some(([, , ast]) => ast.context?.constructorDefault !== undefined)
      ? withDefaults(fields)
      : (props) => props,
    assign: assigner(asts.map(([name]) => name), secret),
    publicView: secret.length === 0
      ? (error) => error
      : (error) => Object.fromEntries(Object.entries(error).filter(([name]) => !secret.includes(name))),
    encode: open.length === 0 ? () => nothing : encodeAll(open)
  }
}

const withDefaults = (fields: Fields): FieldPlan["complete"] => {
  const struct = Schema.Struct(fields) as Schema.Struct<{}>
  return (props) => {
    const made = SchemaParser.makeOption(struct)(props, { disableChecks: true })
    return made._tag === "Some" ? made.value as Record<string, unknown> : props
  }
}

const assigner =
  (names: ReadonlyArray<string>, secret: ReadonlyArray<string>): FieldPlan["assign"] => (error, given) => {
    for (const name of names) {
      try {
        if (!Object.hasOwn(given, name)) continue
        const value = given[name]
        // what prints or logs an error looks at its enumerable properties
        if (secret.includes(name)) Object.defineProperty(error, name, { value, configurable: true, writable: true })
        else (error as Record<string, unknown>)[name] = value
      } catch {
        continue
      }
    }
  }

/** Describes a field that may leave. */
interface OpenField {
  readonly name: string
  readonly optional: boolean
  readonly encode: Encode
}

const encodeAll = (open: ReadonlyArray<OpenField>): FieldPlan["encode"] => (error, except) => {
  const details: Record<string, Json> = {}
  let invalid: Array<string> | undefined
  let some = false
  for (const { encode, name, optional } of open) {
    if (name === except) continue
    let encoded: ReturnType<Encode>
    try {
      const value = Object.hasOwn(error, name) ? (error as Record<string, unknown>)[name] : undefined
      if (value === undefined && optional) continue
      encoded = encode(value)
    } catch {
      encoded = undefined
    }
    if (encoded === undefined) (invalid ??= []).push(name)
    else {
      details[name] = encoded.json
      some = true
    }
  }
  return { details: some ? details : undefined, invalid: invalid ?? nothing.invalid }
}

/** Fields that are JSON already need only a look at their type; the others go through their schema. */
const encoder = (schema: Schema.Top): Encode => {
  const plain = plainGuard(schema.ast)
  if (plain !== undefined) return (value) => plain(value) ? { json: value as Json } : undefined
  let encode: ((value: unknown) => Result.Result<unknown, unknown>) | undefined
  return (value) => {
    encode ??= SchemaParser.encodeUnknownResult(Schema.toCodecJson(schema as Schema.Codec<unknown, unknown>))
    const out = encode(value)
    return Result.isSuccess(out) ? { json: out.success as Json } : undefined
  }
}

const plainGuard = (ast: SchemaAST.AST): ((value: unknown) => boolean) | undefined => {
  if (ast.encoding !== undefined || ast.checks !== undefined) return undefined
  switch (ast._tag) {
    case "String":
      return (value) => typeof value === "string"
    case "Boolean":
      return (value) => typeof value === "boolean"
    case "Literal":
      return typeof ast.literal === "bigint" ? undefined : (value) => value === ast.literal
    case "Arrays": {
      const item = ast.elements.length === 0 && ast.rest.length === 1 ? plainGuard(ast.rest[0]!) : undefined
      return item === undefined ? undefined : (value) => Array.isArray(value) && value.every(item)
    }
    case "Union": {
      const members = ast.types.map(plainGuard)
      return members.includes(undefined) ? undefined : (value) => members.some((is) => is!(value))
    }
    default:
      return undefined
  }
}
