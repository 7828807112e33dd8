/** Describes the public surface: the names that each public module exports. */
import ts from "typescript"
import { publicModules } from "./modules.ts"

const kinds: ReadonlyArray<readonly [flag: ts.SymbolFlags, name: string]> = [
  [ts.SymbolFlags.Class, "class"],
  [ts.SymbolFlags.Function, "function"],
  [ts.SymbolFlags.Variable, "const"],
  [ts.SymbolFlags.Interface, "interface"],
  [ts.SymbolFlags.TypeAlias, "type"],
  [ts.SymbolFlags.ValueModule, "module"],
  [ts.SymbolFlags.NamespaceModule, "namespace"]
]

const namesOf = (program: ts.Program, file: string): ReadonlyArray<string> => {
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(file)
  const module = source && checker.getSymbolAtLocation(source)
  if (module === undefined) throw new Error(`${file} is not a module`)
  return checker.getExportsOfModule(module).map((symbol) => {
    const { flags } = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
    const kind = kinds.filter(([flag]) => (flags & flag) !== 0).map(([, name]) => name)
    return `  ${symbol.name}: ${kind.join(", ")}`
  }).sort()
}

export const describeSurface = (program: ts.Program, root: string): string =>
  publicModules(root).map(({ file, specifier }) => `${[specifier, ...namesOf(program, file)].join("\n")}\n`).join("\n")

/** Lists what went (`-`) and what came (`+`). */
export const compareSurfaces = (before: string, now: string): ReadonlyArray<string> => {
  const [old, current] = [exportsOf(before), exportsOf(now)]
  return [
    ...old.filter((name) => !current.includes(name)).map((name) => `- ${name}`),
    ...current.filter((name) => !old.includes(name)).map((name) => `+ ${name}`)
  ]
}

const exportsOf = (surface: string): ReadonlyArray<string> =>
  surface.trimEnd().split("\n\n").flatMap((module) => {
    const [specifier, ...exports] = module.trimEnd().split("\n")
    return exports.map((name) => `${specifier}${name}`)
  })
