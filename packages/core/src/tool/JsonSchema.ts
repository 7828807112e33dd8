/**
 * Writes the JSON Schema of a tool's input or output as MCP wants it: an inline object at the root.
 *
 * **Details**
 *
 * What effect writes is kept, `$schema` (draft 2020-12) included, but for three things: a reference at the root is put in
 * place, an empty struct becomes `{ type: "object", properties: {} }`, and the root says `type: "object"` where all its
 * members are objects.
 *
 * **Example** (Listing an input)
 *
 * ```ts import.meta.vitest
 * import * as JsonSchema from "@errata/core/JsonSchema"
 * import * as Schema from "effect/Schema"
 *
 * const schema = JsonSchema.fromSchema(Schema.Struct({ city: Schema.String }), { isClosed: true })
 * schema["properties"] // => { city: { type: "string" } }
 * schema["additionalProperties"] // => false
 * ```
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"

/**
 * A JSON Schema with an object at its root.
 *
 * @category models
 * @since 0.1.0
 */
export type JsonSchema = { readonly [key: string]: unknown }

/**
 * Returns whether the encoded side of a schema is an object, so that it can be listed as it is.
 *
 * @category guards
 * @since 0.1.0
 */
export const isObject = (schema: Schema.Top): boolean => isObjects(SchemaAST.toEncoded(Schema.toCodecJson(schema).ast))

const isObjects = (ast: SchemaAST.AST): boolean =>
  ast._tag === "Objects" || (ast._tag === "Union" && ast.types.length > 0 && ast.types.every(isObjects)) ||
  (ast._tag === "Suspend" && isObjects(ast.thunk()))

/**
 * Writes the JSON Schema of the encoded side of a schema.
 *
 * **Details**
 *
 * `isClosed` says that properties nobody declared are refused at the root, where the root lists them all: not for a record
 * or a union. Throws if the schema has no JSON form.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromSchema = (schema: Schema.Top, options?: {
  /** Says that properties which nobody declared are refused at the root. Default: `false`. */
  readonly isClosed?: boolean | undefined
}): JsonSchema => {
  const document = Schema.toJsonSchemaDocument(schema)
  const root = inline(document.schema, document.definitions)
  const isEmpty = root["type"] === undefined && JSON.stringify(root["not"]) === "{\"type\":\"null\"}"
  const body = isEmpty ? { type: "object", properties: {} } : root
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    ...isObject(schema) && body["type"] === undefined ? { type: "object" } : {},
    ...body,
    ...options?.isClosed === true && (isEmpty || isClosable(body)) ? { additionalProperties: false } : {}
  }
}

/** `additionalProperties` sees only the properties beside it: a union's members and a record's keys would be refused. */
const isClosable = (body: JsonSchema): boolean =>
  body["properties"] !== undefined && body["additionalProperties"] === true && body["patternProperties"] === undefined

/**
 * Writes the JSON Schema of a tool's output as it goes over the wire: what is no object is wrapped as `{ result }`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ofOutput = (schema: Schema.Top): JsonSchema => {
  if (isObject(schema)) return fromSchema(schema)
  const { $defs, $schema, ...result } = fromSchema(schema)
  return {
    $schema,
    type: "object",
    properties: { result },
    required: ["result"],
    ...$defs === undefined ? {} : { $defs }
  }
}

const pointer = /^#\/(?:\$defs|definitions)\/(.+)$/

const inline = (schema: JsonSchema, definitions: { readonly [name: string]: JsonSchema }): JsonSchema => {
  const name = pointer.exec(typeof schema["$ref"] === "string" ? schema["$ref"] : "")?.[1]?.replaceAll("~1", "/")
    .replaceAll("~0", "~")
  const root = name === undefined ? schema : { ...definitions[name], ...omit(schema, "$ref") }
  const rest = Object.entries(definitions).filter(([key]) => key !== name || refersTo([root, definitions], key))
  return rest.length === 0 ? root : { ...root, $defs: Object.fromEntries(rest) }
}

const omit = (schema: JsonSchema, key: string): JsonSchema =>
  Object.fromEntries(Object.entries(schema).filter(([name]) => name !== key))

const refersTo = (where: unknown, name: string): boolean =>
  JSON.stringify(where).includes(`"#/$defs/${name.replaceAll("~", "~0").replaceAll("/", "~1")}"`)
