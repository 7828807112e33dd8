/** Lists a union of objects as one object: hosts lose tools whose root is a choice. */
import { distinct, isNode, type Node, without } from "./node.ts"
import { type Definitions, referenceOf } from "./references.ts"

const choices = ["anyOf", "oneOf"] as const

/** Makes an object with properties at its root, and no choice, whatever the schema is. */
export const flat = (root: Node, definitions: Definitions): Node => {
  const members = membersOf(root, definitions)
  const body = members.length < 2 ? without(root, "allOf", "anyOf", "oneOf") : merged(root, members)
  return { type: "object", ...without(body, "type", "not"), properties: body["properties"] ?? {} }
}

const membersOf = (node: Node, definitions: Definitions): ReadonlyArray<Node> => {
  const name = referenceOf(node)
  const here = name === undefined ? node : definitions[name] ?? node
  const list = choices.map((key) => here[key]).find(Array.isArray) as ReadonlyArray<unknown> | undefined
  return list === undefined ? [here] : list.filter(isNode).flatMap((member) => membersOf(member, definitions))
}

const merged = (root: Node, members: ReadonlyArray<Node>): Node => {
  const names = new Set(members.flatMap((member) => Object.keys(propertiesOf(member))))
  const required = [...names].filter((name) => members.every((member) => requiredIn(member).includes(name)))
  return {
    ...without(root, "allOf", "anyOf", "oneOf"),
    properties: Object.fromEntries(
      [...names].map((name) => [name, oneOf(members.map((it) => propertiesOf(it)[name]))])
    ),
    ...required.length === 0 ? {} : { required }
  }
}

const propertiesOf = (node: Node): Node => isNode(node["properties"]) ? node["properties"] : {}

const requiredIn = (node: Node): ReadonlyArray<string> =>
  Array.isArray(node["required"]) ? node["required"] as ReadonlyArray<string> : []

/** Makes a choice below the root of what differs between the members; values of one type are one list of values. */
const oneOf = (schemas: ReadonlyArray<unknown>): unknown => {
  const kinds = distinct(schemas.filter((schema) => schema !== undefined)) as ReadonlyArray<Node>
  if (kinds.length === 1) return kinds[0]
  const isValues = kinds.every((kind) => Array.isArray(kind["enum"]) && kind["type"] === kinds[0]!["type"])
  return isValues
    ? { type: kinds[0]!["type"], enum: [...new Set(kinds.flatMap((kind) => kind["enum"] as ReadonlyArray<unknown>))] }
    : { anyOf: kinds }
}
