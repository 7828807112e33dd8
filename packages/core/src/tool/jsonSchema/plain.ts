/** Says what a schema says in words that every host understands. It never accepts less than before. */
import { distinct, mapInside, type Node, without } from "./node.ts"

export const plain = (node: Node): Node => closedNowhere(bounded(list(anything(mapInside(node, plain)))))

/** Hosts refuse by themselves what a closed schema does not name, and worse than we do. */
const closedNowhere = (node: Node): Node =>
  typeof node["additionalProperties"] === "boolean" ? without(node, "additionalProperties") : node

/** Drops the bounds that every safe integer fits. */
const bounded = (node: Node): Node => {
  const isOpen = (key: string, bound: number) => node[key] === bound
  return without(
    node,
    ...isOpen("minimum", Number.MIN_SAFE_INTEGER) ? ["minimum"] : [],
    ...isOpen("maximum", Number.MAX_SAFE_INTEGER) ? ["maximum"] : []
  )
}

/** Describes the items of a list; a list of fixed places is described like any other, with its length. */
const list = (node: Node): Node => {
  if (node["type"] !== "array") return node
  const places = Array.isArray(node["prefixItems"]) ? node["prefixItems"] as ReadonlyArray<unknown> : []
  const rest = node["items"]
  if (places.length === 0) return rest === undefined ? { ...node, items: {} } : rest === false ? empty(node) : node
  const isOpen = rest === undefined && node["maxItems"] === undefined
  const kinds = distinct([...places, ...rest === undefined || rest === false ? [] : [rest]])
  const items = isOpen ? {} : kinds.length === 1 ? kinds[0] : { anyOf: kinds }
  return { ...without(node, "prefixItems", "items"), items }
}

const empty = (node: Node): Node => ({ ...node, items: {}, maxItems: 0 })

/** Drops what says too little: that an object of which nothing is known is not null. */
const anything = (node: Node): Node =>
  JSON.stringify(node["not"]) === "{\"type\":\"null\"}" ? without(node, "not") : node
