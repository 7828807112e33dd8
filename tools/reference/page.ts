/** Writes the reference of one public module, as Markdown. */
import ts from "typescript"
import { moduleDocOf } from "../api/moduleDoc.ts"
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

interface Doc {
  readonly doc: string
  readonly tags: ReadonlyArray<ts.JSDocTag>
}

const docOf = (nodes: ReadonlyArray<ts.Node>): Doc =>
  readDocs(nodes.flatMap((node) => ts.getJSDocCommentsAndTags(node)).filter(ts.isJSDoc))

const readDocs = (docs: ReadonlyArray<ts.JSDoc>): Doc => {
  const doc = docs.map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? "").find((text) => text !== "") ?? ""
  return { doc: markdownOf(doc), tags: docs.flatMap(({ tags }) => tags ?? []) }
}

const tagOf = (tags: ReadonlyArray<ts.JSDocTag>, name: string): string | undefined => {
  const tag = tags.find(({ tagName }) => tagName.text === name)
  return tag && ts.getTextOfJSDocComment(tag.comment)?.split("@")[0]?.trim()
}

/** Returns the doc with what it says of its stability. */
const stated = ({ doc, tags }: Doc): string => {
  const stability = tagOf(tags, "stability")
  return stability === undefined ? doc : `*${stability}*\n\n${doc}`
}

const entryOf = (checker: ts.TypeChecker, symbol: ts.Symbol): Entry => {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  const declarations = target.declarations ?? []
  const said = docOf([...symbol.declarations ?? [], ...declarations])
  return {
    name: symbol.name,
    category: tagOf(said.tags, "category") ?? "others",
    doc: stated(said),
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

const headerOf = (source: ts.SourceFile): Doc => {
  const header = moduleDocOf(source)
  return readDocs(header === undefined ? [] : [header])
}

/** Writes the modules that a barrel names, each with its first sentence and, if it has a page of its own, a link to that. */
const writeModules = (
  modules: ReadonlyArray<{ readonly name: string; readonly source: ts.SourceFile }>,
  paths: ReadonlyMap<string, string>
): string =>
  [
    "## modules",
    [
      "| module | |",
      "|---|---|",
      ...modules.map(({ name, source }) => {
        const path = paths.get(source.fileName)
        return `| ${path === undefined ? name : `[${name}](${path})`} | ${firstSentence(headerOf(source).doc)} |`
      })
    ].join("\n")
  ].join("\n\n")

/** `paths` tells where the pages of the modules stand, by their files, as seen from this page. */
export const makePage = (
  program: ts.Program,
  module: PublicModule,
  paths: ReadonlyMap<string, string>
): Page => {
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(module.file)!
  const header = headerOf(source)
  const symbols = checker.getExportsOfModule(checker.getSymbolAtLocation(source)!)
  const modules = symbols.flatMap((symbol) => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
    const source = target.declarations?.find(ts.isSourceFile)
    return source === undefined ? [] : [{ name: symbol.name, symbol, source }]
  })
  const others = symbols.filter((symbol) => !modules.some((it) => it.symbol === symbol))
  const categories = Map.groupBy(others.map((it) => entryOf(checker, it)), ({ category }) => category)
  const sections = [...categories].map(([category, entries]) =>
    [`## ${category}`, ...entries.map(writeEntry)].join("\n\n")
  )
  const barrel = modules.length === 0 ? [] : [writeModules(modules, paths)]
  return {
    module,
    summary: firstSentence(header.doc),
    markdown: [`# ${module.specifier}`, stated(header), ...barrel, ...sections].filter((it) => it !== "").join("\n\n") +
      "\n"
  }
}
