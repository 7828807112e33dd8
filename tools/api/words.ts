/** Collects the strings of the libraries that read like words for a model, an operator or a programmer. */
import { readFileSync } from "node:fs"
import { join, relative } from "node:path"
import ts from "typescript"
import { libraries } from "./modules.ts"

const plainWord = /^["'(]?[A-Za-z]?[a-z'-]*[.,:;!?")]*$/

/** Tests for prose: several words, and no list of names and codes. */
const isProse = (text: string): boolean => {
  const words = text.split(/\s+/).filter((word) => /[A-Za-z]/.test(word))
  return words.length > 1 &&
    (text.includes("{") || words.filter((it) => plainWord.test(it)).length >= 0.6 * words.length)
}

/** Fields whose values reach a reader, be they one word. */
const read = new Set(["reason", "message", "suggestion", "note", "advice", "action", "description", "title"])

/** One word that stands alone: a sentence, or the value of a field that is read. */
const isAlone = (node: ts.Node, text: string): boolean =>
  /^[A-Z][a-z]+[.!?]$/.test(text) ||
  (/^[A-Za-z]+$/.test(text) && ts.isPropertyAssignment(node.parent) && read.has(node.parent.name.getText()))

/** Those who read, in the order in which it matters how. */
const readers = ["a model", "an operator", "an author"] as const
type Reader = (typeof readers)[number]

/** Files whose words only an operator reads: the log, reports, and rules by which failures are told apart. */
const ofOperators = /\/(?:Log|logLine|stderr|warning|explain|shadow|Comparison|try)\b|\/(?:comparison|try|stores)\//

/** Reads from where a string stands who meets it: what is thrown at registration is for authors, what is logged for operators. */
const readerOf = (node: ts.Node, file: string): Reader => {
  for (let at: ts.Node = node; !ts.isSourceFile(at); at = at.parent) {
    if (ts.isThrowStatement(at)) return "an author"
    if (ts.isNewExpression(at) && /^(?:Type|Range)?Error$/.test(at.expression.getText())) return "an author"
    if (ts.isCallExpression(at) && /\blog|\bwarn|writeLine|^table$|^matches$/i.test(at.expression.getText())) {
      return "an operator"
    }
    if (ts.isPropertyAssignment(at) && at.name.getText() === "rule") return "an operator"
  }
  return ofOperators.test(file) ? "an operator" : "a model"
}

/** Returns a string as it stands in the source; what is put into a template shows as its code in braces, if that is short. */
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

const wordsOf = (source: ts.SourceFile): ReadonlyMap<Reader, ReadonlySet<string>> => {
  const found = new Map<Reader, Set<string>>()
  const visit = (node: ts.Node): void => {
    if (isCode(node)) return
    const text = textOf(node)
    if (text !== undefined && (isProse(text) || isAlone(node, text))) {
      const reader = readerOf(node, source.fileName)
      found.set(reader, (found.get(reader) ?? new Set()).add(text.replaceAll("\n", "\\n")))
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/**
 * Tests whether the strings of a file are read: what the redactor looks for is lists of words, and what a database reads is its
 * language, and neither are sentences.
 */
const isRead = (file: string): boolean =>
  !/\/redaction\/internal\/|\/stores\/internal\/(?:sql\/(?:keys|effects)|redis\/scripts)\.ts$/.test(file)

/** One part for each reader; in it one block for each file that has words for them, in the order of the files. */
export const collectWords = (root: string): string => {
  const files = libraries
    .flatMap((name) => ts.sys.readDirectory(join(root, "packages", name, "src"), [".ts"]).sort())
    .filter(isRead)
    .map((file) => ({
      name: relative(root, file),
      words: wordsOf(ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true))
    }))
  return readers.map((reader) => {
    const blocks = files.flatMap(({ name, words }) => {
      const own = words.get(reader)
      return own === undefined ? [] : [`${[name, ...[...own].map((it) => `  ${it}`)].join("\n")}\n`]
    })
    return `# Read by ${reader}\n\n${blocks.join("\n")}`
  }).join("\n")
}
