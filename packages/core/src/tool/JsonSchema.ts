/**
 * Writes the JSON Schema of a tool's input or output so that every host can read it.
 *
 * Hosts differ in what they understand, and what one of them trips over costs a whole tool: its fields, or the start of the
 * session. So what is listed is plainer than what is decoded. It never refuses what the decoder takes.
 *
 * **Details**
 *
 * | what hosts trip over | what is listed |
 * |---|---|
 * | `$schema` | nothing |
 * | a reference | what it refers to, but for recursive ones; above 50,000 characters they stay |
 * | a tuple, an array without `items` | `items`, as a choice of all its places, with the length |
 * | `additionalProperties: false` | nothing: whoever decodes refuses unknown arguments with a better reply |
 * | the bounds of a safe integer | nothing |
 * | a union at the root of an input | one object: the tag as an enumeration, what differs as a choice below the root, `required` what all members require |
 *
 * The defaults of keys that may be left out are listed too.
 *
 * **Example** (Listing an input)
 *
 * ```ts import.meta.vitest
 * import * as JsonSchema from "@errata/core/JsonSchema"
 * import * as Schema from "effect/Schema"
 *
 * const schema = JsonSchema.ofInput(Schema.Union([
 *   Schema.Struct({ by: Schema.Literal("id"), id: Schema.Int }),
 *   Schema.Struct({ by: Schema.Literal("name"), name: Schema.String })
 * ]))
 * schema["properties"]
 * // => { by: { type: "string", enum: ["id", "name"] }, id: { type: "integer" }, name: { type: "string" } }
 * schema["required"] // => ["by"]
 * ```
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { withDefaults } from "./jsonSchema/defaults.ts"
import { flat } from "./jsonSchema/flat.ts"
import type { Node } from "./jsonSchema/node.ts"
import { isObject } from "./jsonSchema/object.ts"
import { plain } from "./jsonSchema/plain.ts"
import { type Definitions, inlined } from "./jsonSchema/references.ts"

/**
 * Models a JSON Schema.
 *
 * @category models
 * @since 0.1.0
 */
export type JsonSchema = { readonly [key: string]: unknown }

interface Written {
  readonly root: Node
  readonly definitions: Definitions
}

const write = (schema: Schema.Top): Written => {
  const document = Schema.toJsonSchemaDocument(schema)
  const told = withDefaults(schema.ast, document.schema, document.definitions)
  const { definitions, root } = inlined(told.root, told.definitions)
  return {
    root: plain(root),
    definitions: Object.fromEntries(Object.entries(definitions).map(([name, node]) => [name, plain(node)]))
  }
}

const joined = (root: Node, definitions: Definitions): JsonSchema =>
  Object.keys(definitions).length === 0 ? root : { ...root, $defs: definitions }

/**
 * Writes the JSON Schema of the encoded side of a schema. Throws if the schema has no JSON form.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromSchema = (schema: Schema.Top): JsonSchema => {
  const { definitions, root } = write(schema)
  if (!isObject(schema) || root["type"] !== undefined) return joined(root, definitions)
  const isEmpty = Object.keys(root).length === 0
  return joined({ type: "object", ...isEmpty ? { properties: {} } : root }, definitions)
}

/**
 * Writes the JSON Schema of a tool's input: an object with properties, and no choice at its root.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ofInput = (schema: Schema.Top): JsonSchema => {
  const { definitions, root } = write(schema)
  return joined(flat(root, definitions), definitions)
}

/**
 * Writes the JSON Schema of a tool's output as it goes over the wire: what is no object is wrapped as `{ result }`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ofOutput = (schema: Schema.Top): JsonSchema => {
  if (isObject(schema)) return fromSchema(schema)
  const { definitions, root } = write(schema)
  return joined({ type: "object", properties: { result: root }, required: ["result"] }, definitions)
}
