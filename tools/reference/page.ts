/** Writes the reference of one public module, as Markdown. */
import ts from "typescript"
import type { PublicModule } from "../api/modules.ts"
import { declarationOf } from "./declaration.ts"

export interface Page {
  readonly module: PublicModule
  /** The first sentence of the module. */
  readonly summary: string
  readonly markdown: string
}

interface Entry {
  readonly name: string
  readonly category: string
  readonly doc: string
  readonly declarations: ReadonlyArray<string>
}

const markdownOf = (doc: string): string =>
  doc.replaceAll("```ts import.meta.vitest", "```ts").replaceAll(/\{@link (\w+)\}/g, "`$1`").trim()

const docOf = (nodes: ReadonlyArray<ts.Node>): { readonly doc: string; readonly tags: ReadonlyArray<ts.JSDocTag> } => {
  const docs = nodes.flatMap((node) => ts.getJSDocCommentsAndTags(node)).filter(ts.isJSDoc)
  const doc = docs.map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? "").find((text) => text !== "") ?? ""
  return { doc: markdownOf(doc), tags: docs.flatMap(({ tags }) => tags ?? []) }
}

const tagOf = (tags: ReadonlyArray<ts.JSDocTag>, name: string): string | undefined => {
  const tag = tags.find(({ tagName }) => tagName.text === name)
  return tag && ts.getTextOfJSDocComment(tag.comment)?.split("@")[0]?.trim()
}

const entryOf = (checker: ts.TypeChecker, symbol: ts.Symbol): Entry => {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  const declarations = target.declarations ?? []
  const { doc, tags } = docOf([...symbol.declarations ?? [], ...declarations])
  const stability = tagOf(tags, "stability")
  return {
    name: symbol.name,
    category: tagOf(tags, "category") ?? "others",
    doc: stability === undefined ? doc : `*${stability}*\n\n${doc}`,
    declarations: declarations.filter((it) => !ts.isSourceFile(it)).map(declarationOf)
  }
}

const writeEntry = ({ declarations, doc, name }: Entry): string =>
  [
    `### ${name}`,
    ...doc === "" ? [] : [doc],
    ...declarations.length === 0 ? [] : [["```ts", ...declarations, "```"].join("\n")]
  ].join("\n\n")

export const firstSentence = (doc: string): string => doc.split("\n\n")[0]!.replaceAll("\n", " ")

export const makePage = (program: ts.Program, module: PublicModule): Page => {
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(module.file)!
  const { doc } = docOf(source.statements.slice(0, 1))
  const entries = checker.getExportsOfModule(checker.getSymbolAtLocation(source)!).map((it) => entryOf(checker, it))
  const categories = Map.groupBy(entries, ({ category }) => category)
  const sections = [...categories].map(([category, entries]) =>
    [`## ${category}`, ...entries.map(writeEntry)].join("\n\n")
  )
  return {
    module,
    summary: firstSentence(doc),
    markdown: [`# ${module.specifier}`, doc, ...sections].join("\n\n") + "\n"
  }
}
