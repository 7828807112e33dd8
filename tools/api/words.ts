/** Collects the strings of the libraries that read like words for a model, an operator or a programmer. */
import { readFileSync } from "node:fs"
import { join, relative } from "node:path"
import ts from "typescript"
import { libraries } from "./modules.ts"

const plainWord = /^["'(]?[A-Za-z]?[a-z'-]*[.,:;!?")]*$/

/** Several words, and no list of names and codes. */
const isProse = (text: string): boolean => {
  const words = text.split(/\s+/).filter((word) => /[A-Za-z]/.test(word))
  return words.length > 1 &&
    (text.includes("{") || words.filter((it) => plainWord.test(it)).length >= 0.6 * words.length)
}

/** A string as it stands in the source; what is put into a template shows as its code in braces, if that is short. */
const textOf = (node: ts.Node): string | undefined => {
  if (ts.isStringLiteralLike(node)) return node.text
  if (!ts.isTemplateExpression(node)) return undefined
  const holes = node.templateSpans.map(({ expression, literal }) => {
    const code = expression.getText()
    return `{${code.length <= 30 && !code.includes("\n") ? code : "..."}}${literal.text}`
  })
  return node.head.text + holes.join("")
}

const isCode = (node: ts.Node): boolean =>
  ts.isImportDeclaration(node) || ts.isExportDeclaration(node) ||
  (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) || ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node)

const wordsOf = (source: ts.SourceFile): ReadonlyArray<string> => {
  const found: Array<string> = []
  const visit = (node: ts.Node): void => {
    if (isCode(node)) return
    const text = textOf(node)
    if (text !== undefined && isProse(text)) found.push(text.replaceAll("\n", "\\n"))
    ts.forEachChild(node, visit)
  }
  visit(source)
  return [...new Set(found)]
}

/** What the redactor looks for is lists of words that nobody reads as sentences. */
const isRead = (file: string): boolean => !file.includes("/redaction/internal/")

/** One block for each file that has words, in the order of the files. */
export const collectWords = (root: string): string =>
  libraries.flatMap((name) => ts.sys.readDirectory(join(root, "packages", name, "src"), [".ts"]).sort()).filter(isRead)
    .flatMap(
      (file) => {
        const words = wordsOf(ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true))
        return words.length === 0 ? [] : [`${[relative(root, file), ...words.map((it) => `  ${it}`)].join("\n")}\n`]
      }
    ).join("\n")
