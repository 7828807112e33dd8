/** Puts definitions in the place of the references to them: many hosts lose what is behind a reference. */
import { mapInside, type Node, without } from "./node.ts"

export type Definitions = { readonly [name: string]: Node }

const pointer = /^#\/(?:\$defs|definitions)\/(.+)$/

/** Returns the name of the definition that a schema refers to. */
export const referenceOf = (node: Node): string | undefined => {
  const found = typeof node["$ref"] === "string" ? pointer.exec(node["$ref"])?.[1] : undefined
  return found === undefined ? undefined : decodeURIComponent(found).replaceAll("~1", "/").replaceAll("~0", "~")
}

/** Up to how many characters a schema may grow by it. */
const largest = 50_000

interface Walk {
  readonly definitions: Definitions
  readonly recursive: ReadonlySet<string>
  left: number
}

/** Returns a schema without references, but for recursive ones; where it would become too large, they all stay. */
export const inlined = (root: Node, definitions: Definitions): {
  readonly root: Node
  readonly definitions: Definitions
} => {
  const names = Object.keys(definitions)
  if (names.length === 0) return { root, definitions }
  const recursive = new Set(names.filter((name) => reaches(definitions, name)))
  const walk: Walk = { definitions, recursive, left: largest }
  const whole = resolve(walk, atRoot(walk, root))
  if (walk.left < 0) return { root: atRoot(walk, root), definitions: used(atRoot(walk, root), definitions) }
  const kept = Object.fromEntries([...recursive].map((name) => [name, resolve(walk, definitions[name]!)]))
  return walk.left < 0
    ? { root: atRoot(walk, root), definitions: used(atRoot(walk, root), definitions) }
    : { root: whole, definitions: used(whole, kept) }
}

/** Resolves the root, which is never a reference, recursive or not. */
const atRoot = ({ definitions }: Walk, root: Node): Node => {
  const name = referenceOf(root)
  return name === undefined || definitions[name] === undefined
    ? root
    : { ...definitions[name], ...without(root, "$ref") }
}

const resolve = (walk: Walk, node: Node): Node => {
  const name = referenceOf(node)
  if (name === undefined || walk.recursive.has(name)) {
    return walk.left < 0
      ? node
      : mapInside(node, (it) => resolve(walk, it))
  }
  const definition = walk.definitions[name]
  if (definition === undefined) return node
  walk.left -= JSON.stringify(definition).length
  return walk.left < 0 ? node : { ...resolve(walk, definition), ...without(node, "$ref") }
}

const namesIn = (node: Node): ReadonlyArray<string> => {
  const found: Array<string> = []
  const look = (node: Node): Node => {
    const name = referenceOf(node)
    if (name !== undefined) found.push(name)
    return mapInside(node, look)
  }
  look(node)
  return found
}

/** Tests whether a definition leads back to itself. */
const reaches = (definitions: Definitions, name: string): boolean => {
  const seen = new Set<string>()
  const waiting = [...namesIn(definitions[name]!)]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === name) return true
    const definition = definitions[next]
    if (seen.has(next) || definition === undefined) continue
    seen.add(next)
    waiting.push(...namesIn(definition))
  }
  return false
}

/** Returns the definitions that are still referred to. */
const used = (root: Node, definitions: Definitions): Definitions => {
  const kept = new Set<string>()
  const waiting = [...namesIn(root)]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const definition = definitions[next]
    if (kept.has(next) || definition === undefined) continue
    kept.add(next)
    waiting.push(...namesIn(definition))
  }
  return Object.fromEntries(Object.entries(definitions).filter(([name]) => kept.has(name)))
}
