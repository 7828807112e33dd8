/** Measures the house: files, lines, exports, the longest function, and the circles among files. */
import { readFileSync } from "node:fs"
import { dirname, relative, resolve } from "node:path"
import ts from "typescript"

export interface Figures {
  readonly files: number
  readonly lines: number
  /** Names that the files export, each once per file. */
  readonly exports: number
  readonly longestFunction: { readonly name: string; readonly lines: number }
  /** Functions of more than 45 lines. */
  readonly longFunctions: number
  /** Groups of files that import each other in a circle, types included. */
  readonly circles: number
  readonly filesInCircles: number
}

export const measure = (folder: string): Figures => {
  const sources = ts.sys.readDirectory(folder, [".ts"]).map((file) =>
    ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true)
  )
  const functions = sources.flatMap(functionsOf).sort((a, b) => b.lines - a.lines)
  const circles = findCircles(new Map(sources.map((source) => [source.fileName, importsOf(source)])))
  const [longest] = functions
  return {
    files: sources.length,
    lines: sources.reduce((sum, source) => sum + source.getLineStarts().length, 0),
    exports: sources.reduce((sum, source) => sum + exportsOf(source), 0),
    longestFunction: longest === undefined
      ? { name: "", lines: 0 }
      : { name: `${relative(folder, longest.file)}, ${longest.name}`, lines: longest.lines },
    longFunctions: functions.filter(({ lines }) => lines > 45).length,
    circles: circles.length,
    filesInCircles: circles.flat().length
  }
}

const exportsOf = (source: ts.SourceFile): number => {
  const names = source.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) {
      const { exportClause } = statement
      if (exportClause === undefined) return ["*"]
      return ts.isNamedExports(exportClause)
        ? exportClause.elements.map(({ name }) => name.text)
        : [exportClause.name.text]
    }
    const isExported = ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    if (!isExported) return []
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.map(({ name }) => name.getText())
    }
    return "name" in statement ? [(statement.name as ts.Identifier).text] : []
  })
  return new Set(names).size
}

const functionsOf = (source: ts.SourceFile) => {
  const found: Array<{ readonly file: string; readonly name: string; readonly lines: number }> = []
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line
  const visit = (node: ts.Node, name: string): void => {
    const named = ts.isVariableDeclaration(node) || ts.isMethodDeclaration(node) || ts.isFunctionDeclaration(node) ||
        ts.isPropertyAssignment(node)
      ? node.name?.getText() ?? name
      : name
    if (ts.isFunctionLike(node) && "body" in node && node.body !== undefined) {
      found.push({ file: source.fileName, name: named, lines: lineOf(node.end) - lineOf(node.getStart()) + 1 })
    }
    ts.forEachChild(node, (child) => visit(child, named))
  }
  visit(source, "")
  return found
}

const importsOf = (source: ts.SourceFile): ReadonlyArray<string> =>
  source.statements.flatMap((statement) =>
    (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) &&
      statement.moduleSpecifier !== undefined &&
      ts.isStringLiteral(statement.moduleSpecifier) && statement.moduleSpecifier.text.startsWith(".")
      ? [resolve(dirname(source.fileName), statement.moduleSpecifier.text)]
      : []
  )

/** Finds the strongly connected components of more than one file (Tarjan). */
const findCircles = (graph: ReadonlyMap<string, ReadonlyArray<string>>): ReadonlyArray<ReadonlyArray<string>> => {
  const order = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: Array<string> = []
  const circles: Array<ReadonlyArray<string>> = []
  const visit = (node: string): void => {
    order.set(node, order.size)
    low.set(node, order.get(node)!)
    stack.push(node)
    for (const next of graph.get(node) ?? []) {
      if (!graph.has(next)) continue
      if (!order.has(next)) visit(next)
      if (stack.includes(next)) low.set(node, Math.min(low.get(node)!, low.get(next)!))
    }
    if (low.get(node) !== order.get(node)) return
    const circle = stack.splice(stack.indexOf(node))
    if (circle.length > 1) circles.push(circle)
  }
  for (const node of graph.keys()) if (!order.has(node)) visit(node)
  return circles
}
