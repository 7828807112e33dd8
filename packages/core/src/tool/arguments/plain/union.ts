/** Takes a union by the first of its members that takes a value. */
import type * as SchemaAST from "effect/SchemaAST"
import { type Kind, kindOf } from "../../../errors/internal/arrived.ts"
import { encodedOf, kindsOf } from "../../../errors/internal/place.ts"
import { byEffect } from "./effect.ts"
import { type Build, type Node, unfit } from "./model.ts"
import { checked } from "./single.ts"

export const union = (build: Build, ast: SchemaAST.Union): Node | undefined => {
  if (ast.encoding !== undefined || ast.encodingChecks !== undefined || ast.options?.mode === "oneOf") return undefined
  return checked(build, ast, literals(build, ast) ?? members(build, ast))
}

/** Takes one of a few values. */
const literals = (build: Build, ast: SchemaAST.Union): Node | undefined => {
  const values = new Set<unknown>()
  for (const type of ast.types) {
    if (type._tag !== "Literal" || type.checks !== undefined || type.encoding !== undefined) return undefined
    values.add(type.literal)
  }
  const fits = (value: unknown): boolean => values.has(value)
  return { fits, take: (value) => fits(value) ? value : unfit, tell: byEffect(build, ast).tell }
}

const members = (build: Build, ast: SchemaAST.Union): Node => {
  const nodes = ast.types.map(build.nodeOf)
  const onlyFor = onlyMembers(ast, nodes)
  const whole = byEffect(build, ast)
  const takeAny = (value: unknown): unknown => {
    const { isLost, trail: { length } } = build
    for (let i = 0; i < nodes.length; i++) {
      const taken = nodes[i]!.take(value)
      build.trail.length = length
      if (taken === unfit) continue
      build.isLost = isLost
      return taken
    }
    build.isLost = true
    return unfit
  }
  const take: Node["take"] = (value) => (onlyFor(value)?.take ?? takeAny)(value)
  return {
    take,
    tell: (value, teller) => {
      // of what is not shown a union counts once
      if (teller.isFull()) { if (take(value) === unfit) teller.count() }
      else (onlyFor(value) ?? whole).tell(value, teller)
    }
  }
}

/** Finds the one member for an object or a list, where all others take something else. */
const onlyMembers = (ast: SchemaAST.Union, nodes: ReadonlyArray<Node>): (value: unknown) => Node | undefined => {
  const only = (kind: Kind): Node | undefined => {
    if (!ast.types.every((type) => ofOneKind.has(encodedOf(type)._tag))) return undefined
    const found = ast.types.flatMap((type, i) => kindsOf(type)?.has(kind) === false ? [] : [i])
    const [at] = found
    const type = at === undefined ? undefined : ast.types[at]
    return type !== undefined && found.length === 1 && isUntagged(type) ? nodes[at!] : undefined
  }
  const object = only("object")
  const list = only("array")
  return (value) => {
    const kind = object === undefined && list === undefined ? undefined : kindOf(value)
    return kind === "object" ? object : kind === "array" ? list : undefined
  }
}

const ofOneKind: ReadonlySet<SchemaAST.AST["_tag"]> = new Set(
  ["Null", "String", "Number", "Boolean", "Literal", "Arrays", "Objects"] as const
)

/** Tests for a container that effect does not choose by a value in it. */
const isUntagged = (ast: SchemaAST.AST): boolean =>
  ast.encoding === undefined &&
  (ast._tag === "Arrays" && ast.elements.length === 0 ||
    ast._tag === "Objects" && ast.propertySignatures.every(({ type }) => !isOneValue(encodedOf(type))))

const isOneValue = (ast: SchemaAST.AST): boolean => ast._tag === "Literal" || ast._tag === "UniqueSymbol"
