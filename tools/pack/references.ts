/** Finds where a module uses what it imports. */
import type { parseAst } from "rolldown/parseAst"

type Program = ReturnType<typeof parseAst>

/** Replaces a part of a text. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Makes some edits, none of which overlap. */
export const edited = (code: string, edits: ReadonlyArray<Edit>): string => {
  let text = ""
  let at = 0
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    text += code.slice(at, edit.start) + edit.text
    at = edit.end
  }
  return text + code.slice(at)
}

/** What is imported of a module, by the names that it has in the module that imports it. */
export type Taken = ReadonlyMap<string, { readonly module: string; readonly imported: string }>

/** A use of something that is imported. */
export interface Reference {
  readonly local: string
  readonly source: string
  readonly start: number
  readonly end: number
  /** Names the one member of a namespace that is used. */
  readonly member: string | undefined
  /** Is true for `{ local }`. */
  readonly isShorthand: boolean
  /** Is true outside of functions: there it is used when the module is evaluated. */
  readonly isAtTop: boolean
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Partial<Node>).type === "string"

const functions = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"])

/** The names that a pattern binds. */
const boundBy = (pattern: unknown): ReadonlyArray<string> => {
  if (Array.isArray(pattern)) return pattern.flatMap(boundBy)
  if (!isNode(pattern)) return []
  switch (pattern.type) {
    case "Identifier":
      return [pattern["name"] as string]
    case "ObjectPattern":
      return boundBy(pattern["properties"])
    case "Property":
      return boundBy(pattern["value"])
    case "ArrayPattern":
      return boundBy(pattern["elements"])
    case "AssignmentPattern":
      return boundBy(pattern["left"])
    case "RestElement":
      return boundBy(pattern["argument"])
    default:
      return []
  }
}

/** The names that a node binds for what stands below or beside it. */
const declaredBy = (node: Node): ReadonlyArray<string> => {
  if (node.type === "VariableDeclarator" || node.type === "ClassDeclaration" || node.type === "ClassExpression") {
    return boundBy(node["id"])
  }
  if (node.type === "CatchClause") return boundBy(node["param"])
  return functions.has(node.type) ? [...boundBy(node["params"]), ...boundBy(node["id"])] : []
}

/** Tells keys of what has names: they are no uses. */
const isKey = (node: Node, key: string): boolean =>
  node["computed"] !== true &&
  ((node.type === "MemberExpression" && key === "property") ||
    (key === "key" && ["MethodDefinition", "Property", "PropertyDefinition"].includes(node.type)))

/**
 * Returns all uses of what a module imports of some others. Nothing else may have one of these names in it: which is meant would
 * have to be found out.
 */
export const referencesTo = (
  program: Program,
  takenBy: ReadonlyMap<string, Taken>
): ReadonlyArray<Reference> => {
  const sources = new Map([...takenBy].flatMap(([source, taken]) => [...taken.keys()].map((local) => [local, source])))
  const found: Array<Reference> = []
  const visit = (value: unknown, isAtTop: boolean, parent?: Node): void => {
    if (Array.isArray(value)) return value.forEach((item) => visit(item, isAtTop, parent))
    if (!isNode(value) || value.type === "ImportDeclaration") return
    for (const name of declaredBy(value)) if (sources.has(name)) throw new Error(`two have the name ${name}`)
    const inner = isAtTop && !functions.has(value.type)
    const local = value.type === "Identifier" ? value["name"] as string : ""
    if (sources.has(local)) {
      if (parent?.type === "ExportSpecifier") throw new Error(`${local} is led on to`)
      found.push({
        local,
        source: sources.get(local)!,
        start: value.start,
        end: value.end,
        member: undefined,
        isShorthand: parent?.type === "Property" && parent["shorthand"] === true,
        isAtTop
      })
      return
    }
    const object = value["object"]
    if (
      value.type === "MemberExpression" && value["computed"] !== true && isNode(object) && object.type === "Identifier"
    ) {
      const name = object["name"] as string
      const source = sources.get(name)
      const isNamespace = source !== undefined && takenBy.get(source)!.get(name)!.imported === "*"
      const property = value["property"]
      if (isNamespace && isNode(property)) {
        const { end, start } = value
        found.push({ local: name, source, start, end, member: property["name"] as string, isShorthand: false, isAtTop })
        return
      }
    }
    for (const [key, child] of Object.entries(value)) if (!isKey(value, key)) visit(child, inner, value)
  }
  visit(program.body, true)
  return found
}
