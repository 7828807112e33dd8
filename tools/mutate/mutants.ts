/** Makes the mutants of a source: one small change each, of the kinds that tests overlook. */
import ts from "typescript"

export interface Mutant {
  readonly file: string
  readonly start: number
  readonly end: number
  /** The text that stands in the place of what was there. */
  readonly text: string
  readonly line: number
  readonly description: string
}

const swaps: Readonly<Partial<Record<ts.SyntaxKind, string>>> = {
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: "!==",
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: "===",
  [ts.SyntaxKind.LessThanToken]: "<=",
  [ts.SyntaxKind.LessThanEqualsToken]: "<",
  [ts.SyntaxKind.GreaterThanToken]: ">=",
  [ts.SyntaxKind.GreaterThanEqualsToken]: ">",
  [ts.SyntaxKind.PlusToken]: "-",
  [ts.SyntaxKind.MinusToken]: "+",
  [ts.SyntaxKind.AsteriskToken]: "/",
  [ts.SyntaxKind.SlashToken]: "*"
}

const either = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken
])

const opposites: Readonly<Record<string, string>> = {
  "Math.max": "Math.min",
  "Math.min": "Math.max",
  "Math.ceil": "Math.floor",
  "Math.floor": "Math.ceil"
}

type Change = readonly [node: ts.Node, text: string]

const changesOf = (node: ts.Node): ReadonlyArray<Change> => {
  if (ts.isBinaryExpression(node)) {
    const { left, operatorToken, right } = node
    if (either.has(operatorToken.kind)) return [[node, left.getText()], [node, right.getText()]]
    const swap = swaps[operatorToken.kind]
    const joinsText = operatorToken.kind === ts.SyntaxKind.PlusToken && [left, right].some(ts.isStringLiteralLike)
    return swap === undefined || joinsText ? [] : [[operatorToken, swap]]
  }
  if (ts.isConditionalExpression(node)) return [[node.condition, "true"], [node.condition, "false"]]
  if (ts.isIfStatement(node)) return [[node.expression, "true"], [node.expression, "false"]]
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    return [[node, node.operand.getText()]]
  }
  if (ts.isExpressionStatement(node)) return [[node, ";"]]
  if (ts.isParameter(node) && node.initializer) return [[node.initializer, "undefined as never"]]
  if (ts.isPropertyAssignment(node) && !ts.isFunctionLike(node.initializer)) {
    return [[node.initializer, "undefined as never"]]
  }
  if (ts.isSpreadAssignment(node)) return [[node.expression, "{}"]]
  if (ts.isPropertyAccessExpression(node)) {
    const opposite = opposites[node.getText()]
    return opposite === undefined ? [] : [[node, opposite]]
  }
  if (ts.isNumericLiteral(node) && ts.isBinaryExpression(node.parent)) return [[node, String(Number(node.text) + 1)]]
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [[node, "false"]]
  return node.kind === ts.SyntaxKind.FalseKeyword ? [[node, "true"]] : []
}

const short = (text: string): string => {
  const line = text.replaceAll(/\s+/g, " ")
  return line.length > 60 ? `${line.slice(0, 57)}...` : line
}

export const mutantsOf = (file: string, code: string): ReadonlyArray<Mutant> => {
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true)
  const found: Array<Mutant> = []
  const visit = (node: ts.Node): void => {
    if (
      (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) || ts.isInterfaceDeclaration(node) ||
      ts.isImportDeclaration(node)
    ) return
    for (const [target, text] of changesOf(node)) {
      if (target.getText() === text) continue
      const start = target.getStart()
      const { line } = source.getLineAndCharacterOfPosition(start)
      const description = `${short(target.getText())} -> ${text === ";" ? "removed" : short(text)}`
      found.push({ file, start, end: target.end, text, line: line + 1, description })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

export const apply = (code: string, { end, start, text }: Mutant): string =>
  code.slice(0, start) + text + code.slice(end)

/** Chooses `max` of the mutants, the same for the same seed (mulberry32, Fisher and Yates). */
export const choose = (mutants: ReadonlyArray<Mutant>, seed: number, max: number): ReadonlyArray<Mutant> => {
  let state = seed
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const all = [...mutants]
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[all[i], all[j]] = [all[j]!, all[i]!]
  }
  return all.slice(0, max)
}
