/** Finds what a key that may be left out decodes to, since effect does not list it. */
import * as Equal from "effect/Equal"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaParser from "effect/SchemaParser"
import { codecOf, encodedOf, isOptional } from "../../errors/internal/place.ts"
import { isSensitive } from "../../redaction/internal/sensitive.ts"
import { isNode, type Node } from "./node.ts"
import { type Definitions, referenceOf } from "./references.ts"

/** Adds the defaults to a schema and its definitions, as far as its structure can be followed. */
export const withDefaults = (ast: SchemaAST.AST, root: Node, definitions: Definitions): {
  readonly root: Node
  readonly definitions: Definitions
} => {
  const copies = JSON.parse(JSON.stringify({ root, definitions })) as { root: Node; definitions: Definitions }
  const seen = new Set<unknown>()
  const visit = (ast: SchemaAST.AST, node: unknown): void => {
    if (!isNode(node)) return
    const name = referenceOf(node)
    if (name !== undefined) return visit(ast, copies.definitions[name])
    if (seen.has(node)) return
    seen.add(node)
    const here = encodedOf(ast)
    if (here._tag === "Arrays" && here.elements.length === 0 && here.rest[0] !== undefined) {
      visit(here.rest[0], node["items"])
    }
    if (here._tag !== "Objects" || !isNode(node["properties"])) return
    const properties = node["properties"] as Record<string, unknown>
    for (const property of here.propertySignatures) {
      const key = String(property.name)
      visit(property.type, properties[key])
      const value = defaultOf(property)
      if (value !== undefined && isNode(properties[key])) properties[key] = { ...properties[key], default: value }
    }
  }
  visit(codecOf(ast), copies.root)
  return copies
}

/** Returns what JSON the key stands for when it is left out; only where it is always the same. */
const defaultOf = (property: SchemaAST.PropertySignature): unknown => {
  if (!isOptional(property.type) || property.type.encoding === undefined || isSensitive(property.type)) {
    return undefined
  }
  const struct = Schema.make<Schema.Codec<Record<string, unknown>, Record<string, unknown>>>(
    new SchemaAST.Objects([property], [])
  )
  const key = String(property.name)
  try {
    const once = left(struct, key)
    return once !== undefined && Equal.equals(once, left(struct, key)) ? once : undefined
  } catch {
    return undefined // a default that cannot be had now is not told
  }
}

const left = (struct: Schema.Codec<Record<string, unknown>, Record<string, unknown>>, key: string): unknown => {
  const decoded = SchemaParser.decodeUnknownResult(struct)({})
  if (Result.isFailure(decoded) || decoded.success[key] === undefined) return undefined
  return Result.getOrUndefined(SchemaParser.encodeUnknownResult(struct)(decoded.success))?.[key]
}
