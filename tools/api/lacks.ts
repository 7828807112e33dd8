/** Finds what an editor shows without a sentence: exports, overloads, option fields, and stock errors whose doc lacks a fact. */
import { relative } from "node:path"
import ts from "typescript"
import { moduleDocOf } from "./moduleDoc.ts"
import { publicModules } from "./modules.ts"

export type Lack = "exports" | "overloads" | "fields" | "stock errors" | "summaries"

export interface Finding {
  readonly lack: Lack
  /** File and line, relative to the root. */
  readonly where: string
  readonly name: string
}

type Report = (lack: Lack, node: ts.Node, name: string) => void

const text = (comment: ts.JSDoc["comment"]): string => ts.getTextOfJSDocComment(comment)?.trim() ?? ""

const docOf = (node: ts.Node): string =>
  ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).map(({ comment }) => text(comment)).join("\n").trim()

const isOurs = (node: ts.Node): boolean => /\/packages\/[^/]+\/src\//.test(node.getSourceFile().fileName)

/** Reports what the public modules leave unsaid, summaries of theirs without a verb, and any that begin with a question word. */
export const findLacks = (program: ts.Program, root: string): ReadonlyArray<Finding> => {
  const checker = program.getTypeChecker()
  const found = new Map<string, Finding>()
  const report: Report = (lack, node, name) => {
    const file = node.getSourceFile()
    const { line } = file.getLineAndCharacterOfPosition(node.getStart())
    const where = `${relative(root, file.fileName)}:${line + 1}`
    found.set(`${lack} ${where} ${node.getStart()}`, { lack, where, name })
  }
  for (const { file, specifier } of publicModules(root)) {
    const source = program.getSourceFile(file)!
    if (text(moduleDocOf(source)?.comment) === "") report("exports", source, specifier)
    for (const symbol of checker.getExportsOfModule(checker.getSymbolAtLocation(source)!)) {
      inspect(checker, symbol, report)
      const { declarations = [] } = targetOf(checker, symbol)
      if (file.endsWith("errors/Errors.ts")) inspectStock(declarations, report)
      inspectVerb(checker, symbol, report)
    }
  }
  for (const source of program.getSourceFiles().filter(isOurs)) inspectSummaries(source, report)
  return [...found.values()].sort((a, b) => a.where.localeCompare(b.where, "en", { numeric: true }))
}

const targetOf = (checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol

const inspect = (checker: ts.TypeChecker, symbol: ts.Symbol, report: Report): void => {
  const target = targetOf(checker, symbol)
  const declarations = (target.declarations ?? []).filter(isOurs)
  const [first] = declarations
  if (first === undefined || ts.isSourceFile(first)) return
  const documented = [symbol, target].some((it) => ts.displayPartsToString(it.getDocumentationComment(checker)) !== "")
  if (!documented) report("exports", first, symbol.name)
  for (const declaration of declarations) inspectFields(declaration, symbol.name, report)
  if ((target.flags & ts.SymbolFlags.Value) === 0) return
  const signatures = checker.getTypeOfSymbol(target).getCallSignatures()
  for (const { declaration } of signatures) {
    if (declaration === undefined || !isOurs(declaration)) continue
    if (signatures.length > 1 && docOf(declaration) === "") report("overloads", declaration, symbol.name)
  }
}

/** Brands and tags say by their names what they are; what begins with a tilde is effect's. */
const needsNoDoc = ({ name }: ts.PropertySignature | ts.MethodSignature): boolean =>
  ts.isComputedPropertyName(name) || /^["~]|^_(?:tag)?$/.test(name.getText())

/** Looks at every field that stands in a type of the declaration, however deep; a body is nothing that an editor shows. */
const inspectFields = (declaration: ts.Declaration, owner: string, report: Report): void => {
  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node) || ts.isArrowFunction(node.parent) && node === node.parent.body) return
    if ((ts.isPropertySignature(node) || ts.isMethodSignature(node)) && docOf(node) === "" && !needsNoDoc(node)) {
      report("fields", node, `${owner}, ${node.name.getText()}`)
    }
    ts.forEachChild(node, visit)
  }
  // where a type is written down, the value beside it is not what an editor shows
  visit(ts.isVariableDeclaration(declaration) && declaration.type !== undefined ? declaration.type : declaration)
}

/** Inspects the doc of a stock error: it tells its type, its family, each of its fields and when it is raised. */
const inspectStock = (declarations: ReadonlyArray<ts.Declaration>, report: Report): void => {
  for (const statement of declarations.filter(ts.isClassDeclaration)) {
    const name = statement.name?.text ?? ""
    const doc = docOf(statement)
    const code = statement.heritageClauses?.[0]?.getText() ?? ""
    const family = /ToolError\.(\w+)</.exec(code)?.[1]?.toLowerCase() ?? ""
    const type = /type: "(\w+)"/.exec(code)?.[1] ?? ""
    const fields = [...code.matchAll(/^ {2}(\w+): (?:Schema|retryAfter)/gm)].map(([, field]) => field!)
    const lacking = [family, type, ...fields, "when"].filter((word) => !doc.includes(word))
    if (doc === "" || lacking.length > 0) report("stock errors", statement, `${name} (${lacking.join(", ")})`)
  }
}

const question = /^\s*\/\*\*\s*(?:\*\s*)?(?:What|How|Whether|Who|Whose|Why|When|Where|Which)\b/

/** The third person: "Returns", "Retries", and what adverbs and lists of verbs keep before or after it. */
const verb = /^(?:Never |Always )?[A-Z][a-z]*s\b/

const inspectSummaries = (within: ts.Node, report: Report): void => {
  const visit = (node: ts.Node): void => {
    for (const doc of ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc)) {
      if (question.test(doc.getText())) report("summaries", doc, text(doc.comment).split("\n")[0]!.slice(0, 60))
    }
    ts.forEachChild(node, visit)
  }
  visit(within)
}

/** Inspects a summary of what a public module exports: it says what it does, and begins with a verb. */
const inspectVerb = (checker: ts.TypeChecker, symbol: ts.Symbol, report: Report): void => {
  const target = targetOf(checker, symbol)
  const [first] = (target.declarations ?? []).filter(isOurs)
  if (first === undefined || ts.isSourceFile(first)) return
  const said = [symbol, target].map((it) => ts.displayPartsToString(it.getDocumentationComment(checker)))
    .find((doc) => doc !== "")
  if (said !== undefined && !verb.test(said)) report("summaries", first, `${symbol.name}: ${said.split("\n")[0]}`)
}
