import ts from "typescript"

/** Writes a declaration as a reader of the source sees it: no body, no doc of its own, but the docs of its members. */
export const declarationOf = (node: ts.Declaration): string => {
  const source = node.getSourceFile()
  const text = (from: number, to: number): string => source.text.slice(from, to).trim()
  if (!ts.isVariableDeclaration(node)) {
    const body = ts.isFunctionDeclaration(node) ? node.body?.getStart() : undefined
    return text(node.getStart(), body ?? node.end)
  }
  const start = node.parent.parent.getStart()
  const { initializer, type } = node
  if (type !== undefined) return text(start, type.end)
  if (initializer === undefined) return text(start, node.end)
  if (ts.isArrowFunction(initializer)) return text(start, initializer.equalsGreaterThanToken.getStart())
  const whole = text(start, node.end)
  return whole.length <= 2000 ? whole : `${text(start, node.name.end)} = ...`
}
