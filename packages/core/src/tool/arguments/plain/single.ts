/** Takes what is no container: texts, numbers, truth values, and what is one of a few values. */
import type * as SchemaAST from "effect/SchemaAST"
import { byEffect, lead } from "./effect.ts"
import { type Build, type Node, unfit } from "./model.ts"

type Take = Node["take"]

const text: Take = (value) => typeof value === "string" ? value : unfit
const number: Take = (value) => typeof value === "number" ? value : unfit
const truth: Take = (value) => typeof value === "boolean" ? value : unfit
const nothing: Take = (value) => value === null ? value : unfit
const anything: Take = (value) => value

const oneOf = (values: ReadonlyArray<unknown>): Take => {
  const [only] = values
  if (values.length === 1) return (value) => value === only ? value : unfit
  const all = new Set(values)
  return (value) => all.has(value) ? value : unfit
}

/** Returns how a schema takes a value, its checks and its encoding apart; `undefined` for all that effect has to do. */
const takeOf = (ast: SchemaAST.AST): Take | undefined => {
  switch (ast._tag) {
    case "String":
      return text
    case "Number":
      return number
    case "Boolean":
      return truth
    case "Null":
      return nothing
    case "Unknown":
    case "Any":
      return anything
    case "Literal":
      return oneOf([ast.literal])
    case "Enum":
      return oneOf(ast.enums.map(([, value]) => value))
    default:
      return undefined
  }
}

export const single = (build: Build, ast: SchemaAST.AST): Node | undefined => {
  const take = ast.encoding === undefined ? takeOf(ast) : undefined
  if (take === undefined) return undefined
  const tell: Node["tell"] = (value, teller) => {
    if (take(value) === unfit) teller.wrongKind(ast, value)
  }
  return checked(build, ast, { take, tell, fits: (value) => take(value) !== unfit })
}

/** Returns the checks of a schema, one after the other: the first that fails ends the search for the first issue. */
const filtersIn = (checks: ReadonlyArray<SchemaAST.Check<unknown>>): ReadonlyArray<SchemaAST.Filter<unknown>> =>
  checks.flatMap((check) => check._tag === "FilterGroup" ? filtersIn(check.checks) : [check])

const options: SchemaAST.ParseOptions = {}

/** Adds the checks of a schema. Which of many that fail are told is known to effect. */
export const checked = (build: Build, ast: SchemaAST.AST, node: Node): Node => {
  if (ast.checks === undefined) return node
  const filters = filtersIn(ast.checks as ReadonlyArray<SchemaAST.Check<unknown>>)
  const whole = byEffect(build, ast)
  const isSingle = takeOf(ast) !== undefined
  const pass = (value: unknown): boolean => {
    for (let i = 0; i < filters.length; i++) {
      const issue = filters[i]!.run(value, ast, options)
      if (issue === undefined) continue
      lead(build, issue)
      return false
    }
    return true
  }
  const { fits } = node
  return {
    take: (value) => {
      const taken = node.take(value)
      return taken === unfit || !pass(taken) ? unfit : taken
    },
    fits: isSingle && fits !== undefined ? (value) => fits(value) && pass(value) : undefined,
    tell: isSingle
      ? (value, teller) => {
        if (node.take(value) === unfit) node.tell(value, teller)
        else if (filters.some((filter) => filter.run(value, ast, options) !== undefined)) whole.tell(value, teller)
      }
      : whole.tell
  }
}
