import { parseAst } from "vitest/node"
import type { Fence } from "./fences.ts"

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
}

const expectation = /\/\/ => (.*)$/gm

/** Turns a fence into a module whose lines have the numbers they have in the documentation. */
export const toModule = (fence: Fence, file: string): string => {
  const statements = allNodes(parseAst(fence.code, { lang: "ts" })).filter(({ type }) =>
    type === "ExpressionStatement" || type === "VariableDeclaration"
  )
  const edits = [...fence.code.matchAll(expectation)].flatMap((match) => {
    const text = (from: number, to: number) => fence.code.slice(from, to)
    const statement = statements.find(({ end }) => end <= match.index && text(end, match.index).trim() === "")
    if (statement === undefined) {
      const line = fence.line + text(0, match.index).split("\n").length
      throw new Error(`${file}:${line}: no statement ends before "${match[0]}"`)
    }
    const { start, end } = statement
    const after = match.index + match[0].length
    const declared = statement.type === "VariableDeclaration" && /^\w+\s+(\w+)/.exec(text(start, end))?.[1]
    if (declared) return [{ from: end, to: after, text: `; __expect(${declared}).toEqual(${match[1]})` }]
    return [
      { from: start, to: start, text: "__expect((" },
      { from: text(end - 1, end) === ";" ? end - 1 : end, to: after, text: `)).toEqual(${match[1]})` }
    ]
  })
  const code = edits.sort((a, b) => b.from - a.from).reduce(
    (code, { from, to, text }) => code.slice(0, from) + text + code.slice(to),
    fence.code
  )
  return `import { expect as __expect } from "vitest"${"\n".repeat(fence.line)}${code}\n`
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value

const allNodes = (value: unknown): ReadonlyArray<Node> => {
  if (Array.isArray(value)) return value.flatMap(allNodes)
  return isNode(value) ? [value, ...Object.values(value).flatMap(allNodes)] : []
}
