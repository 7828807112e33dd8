/** Describes a JSON Schema, or a part of one. */
export type Node = { readonly [key: string]: unknown }

export const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Keys whose value is a schema, a list of schemas, or schemas by name. */
const single = ["items", "additionalProperties", "not", "propertyNames", "contains"]
const lists = ["anyOf", "oneOf", "allOf", "prefixItems"]
const named = ["properties", "patternProperties"]

/** Changes the schemas inside a schema. What only looks like one, in examples and defaults, is left alone. */
export const mapInside = (node: Node, f: (inner: Node) => Node): Node => {
  const out: Record<string, unknown> = { ...node }
  const change = (value: unknown): unknown => isNode(value) ? f(value) : value
  for (const key of single) if (isNode(node[key])) out[key] = f(node[key])
  for (const key of lists) if (Array.isArray(node[key])) out[key] = (node[key] as ReadonlyArray<unknown>).map(change)
  for (const key of named) {
    const schemas = node[key]
    if (isNode(schemas)) {
      out[key] = Object.fromEntries(Object.entries(schemas).map(([name, inner]) => [name, change(inner)]))
    }
  }
  return out
}

export const without = (node: Node, ...keys: ReadonlyArray<string>): Node =>
  Object.fromEntries(Object.entries(node).filter(([key]) => !keys.includes(key)))

/** Leaves out what was said before. */
export const distinct = (nodes: ReadonlyArray<unknown>): ReadonlyArray<unknown> => {
  const seen = new Set<string>()
  return nodes.filter((node) => {
    const text = JSON.stringify(node)
    return seen.has(text) ? false : seen.add(text)
  })
}
