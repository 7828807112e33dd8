/**
 * Puts what a server needs only when a call fails into a file of its own, which is read when the server starts, and compiled when
 * the first call fails: from memory, so that neither a disk that is gone nor a busy event loop can cost a failure its description.
 *
 * Modules that start with a server reach what comes later through one function, `errataLater`, whatever they import of it.
 */
import { type OutputChunk, type Plugin, rolldown, type RolldownOptions } from "rolldown"
import { parseAst } from "rolldown/parseAst"
import { transformSync } from "rolldown/utils"
import { type Edit, edited, referencesTo, type Taken } from "./references.ts"

/** The name of the file of what comes later, and of the entry that it is made of. */
export const laterName = "later"

const entryId = `\0${laterName}`
/** The module that reads what comes later. */
export const loaderId = "\0loader"

/** The object that holds what the file of the start exports, and the function that returns what comes later. */
const startName = "errataStart"
const functionName = "errataLater"

const loader = `const { getBuiltinModule } = process
const url = new URL(${JSON.stringify(`${laterName}.js`)}, import.meta.url)
let text = getBuiltinModule("node:fs").readFileSync(url, "latin1")
let later
const load = () => {
  let given
  const evaluate = getBuiltinModule("node:vm").compileFunction(text, ["start", "meta", "give"], { filename: url.href })
  try {
    evaluate(${startName}, { url: url.href }, (exports) => { given = later = exports })
  } catch (error) {
    later = undefined
    throw error
  }
  text = ""
  return given
}
export const ${functionName} = () => later ?? load()`

type Graph = ReadonlyMap<string, ReadonlyArray<string>>

/** Returns what each module imports when it is evaluated. */
const graphOf = async (options: RolldownOptions, input: Readonly<Record<string, string>>): Promise<Graph> => {
  const graph = new Map<string, ReadonlyArray<string>>()
  const reader: Plugin = { name: "graph", moduleParsed: ({ id, importedIds }) => void graph.set(id, importedIds) }
  const build = await rolldown({ ...options, input, plugins: [options.plugins, reader] })
  await build.generate({ format: "esm" })
  await build.close()
  return graph
}

/** Returns what is reached from some modules, each after what it imports itself. */
const reached = (
  graph: Graph,
  from: ReadonlyArray<string>,
  stops: (id: string) => boolean = () => false
): ReadonlySet<string> => {
  const seen = new Set<string>()
  const found = new Set<string>()
  const walk = (id: string): void => {
    if (seen.has(id) || stops(id) || !graph.has(id)) return
    seen.add(id)
    graph.get(id)!.forEach(walk)
    found.add(id)
  }
  from.forEach(walk)
  return found
}

/** Takes types away, and nothing else. */
const plainly = { lang: "ts", typescript: { onlyRemoveTypeImports: true } } as const

/** What is loaded when, and the plugin that tells the modules so. */
export interface Split {
  /** Holds the modules that stand in the file of the start. */
  readonly started: ReadonlySet<string>
  readonly input: Readonly<Record<string, string>>
  readonly plugin: Plugin
}

interface Names {
  readonly of: (module: string, name: string) => string
  readonly all: () => ReadonlyMap<string, ReadonlyMap<string, string>>
}

/** Gives each export that is used a name of its own among all that comes later. */
const makeNames = (): Names => {
  const byModule = new Map<string, Map<string, string>>()
  const given = new Map<string, number>()
  return {
    of: (module, name) => {
      const names = byModule.get(module) ?? new Map<string, string>()
      byModule.set(module, names)
      const known = names.get(name)
      if (known !== undefined) return known
      const plain = name === "*" ? "all" : name
      const times = given.get(plain) ?? 0
      given.set(plain, times + 1)
      const made = times === 0 ? plain : `${plain}$${times}`
      names.set(name, made)
      return made
    },
    all: () => byModule
  }
}

/** Rewrites a module that does not come later: what it takes of what does is asked for where it is used. */
const askLater = (code: string, takenBy: ReadonlyMap<string, Taken>, place: {
  readonly id: string
  readonly names: Names
  readonly isStarted: boolean
}): string => {
  const program = parseAst(code, {}, place.id)
  const edits: Array<Edit> = []
  for (const node of program.body) {
    if (node.type === "ImportDeclaration" && takenBy.has(node.source.value)) {
      edits.push({ start: node.start, end: node.end, text: "" })
    }
    if (node.type !== "ImportDeclaration" && "source" in node && node.source && takenBy.has(node.source.value)) {
      throw new Error(`${place.id} leads on to ${node.source.value}, which comes later`)
    }
  }
  for (const { end, isAtTop, isShorthand, local, member, source, start } of referencesTo(program, takenBy)) {
    if (isAtTop && place.isStarted) throw new Error(`${place.id} uses ${local} when it starts, which comes later`)
    const { imported, module } = takenBy.get(source)!.get(local)!
    const text = `(${functionName}().${place.names.of(module, imported === "*" ? member ?? "*" : imported)})`
    edits.push({ start, end, text: isShorthand ? `${local}: ${text}` : text })
  }
  return `import { ${functionName} } from ${JSON.stringify(loaderId)};\n${edited(code, edits)}`
}

/** What a module takes of those that come later, by the specifiers that it writes. */
const takenOfLater = async (
  code: string,
  id: string,
  laterOf: (specifier: string) => Promise<string | undefined>
): Promise<ReadonlyMap<string, Taken>> => {
  const takenBy = new Map<string, Map<string, { readonly module: string; readonly imported: string }>>()
  for (const node of parseAst(code, {}, id).body) {
    if (!("source" in node) || !node.source) continue
    const source = node.source.value
    const module = await laterOf(source)
    if (module === undefined) continue
    const taken = takenBy.get(source) ?? new Map<string, { readonly module: string; readonly imported: string }>()
    takenBy.set(source, taken)
    for (const specifier of node.type === "ImportDeclaration" ? node.specifiers : []) {
      taken.set(specifier.local.name, { module, imported: importedAs(specifier) })
    }
  }
  return takenBy
}

type Specifier = Extract<
  ReturnType<typeof parseAst>["body"][number],
  { type: "ImportDeclaration" }
>["specifiers"][number]

/** Names what is imported; `*` is everything. */
const importedAs = (specifier: Specifier): string => {
  if (specifier.type === "ImportNamespaceSpecifier") return "*"
  if (specifier.type === "ImportDefaultSpecifier") return "default"
  return specifier.imported.type === "Identifier" ? specifier.imported.name : specifier.imported.value
}

/** Writes the entry of what comes later, in the order in which everything would have been evaluated. */
const entryOf = (order: ReadonlyArray<string>, names: Names): string =>
  order.flatMap((module) =>
    [...names.all().get(module) ?? []].map(([name, made]) =>
      `export ${name === "*" ? `* as ${made}` : `{ ${name} as ${made} }`} from ${JSON.stringify(module)}`
    )
  ).join("\n")

interface Plan {
  readonly graph: Graph
  readonly order: ReadonlyArray<string>
  readonly started: ReadonlySet<string>
  readonly later: ReadonlySet<string>
}

const laterPlugin = ({ graph, later, order, started }: Plan): Plugin => {
  const names = makeNames()
  return {
    name: "later",
    resolveId: (id) => id === loaderId || id === entryId ? { id, moduleSideEffects: false } : undefined,
    load: (id) => id === loaderId ? loader : id === entryId ? entryOf(order, names) : undefined,
    transform: async function(source, id) {
      if (later.has(id) || graph.get(id)?.some((imported) => later.has(imported)) !== true) return undefined
      const code = id.endsWith(".ts") ? transformSync(id, source, plainly).code : source
      const takenBy = await takenOfLater(code, id, async (specifier) => {
        const module = (await this.resolve(specifier, id))?.id
        return module !== undefined && later.has(module) ? module : undefined
      })
      return { code: askLater(code, takenBy, { id, names, isStarted: started.has(id) }), moduleType: "js" }
    }
  }
}

/**
 * Splits the modules that some entries load when they start from those that come later. What comes later is what `isLater`, and what
 * only that needs.
 */
export const splitLater = async (
  options: RolldownOptions,
  { input, isLater, starts, together }: {
    readonly input: Readonly<Record<string, string>>
    readonly starts: ReadonlyArray<string>
    /** Names the entries whose modules stand in one file. */
    readonly together: ReadonlyArray<string>
    readonly isLater: (id: string) => boolean
  }
): Promise<Split> => {
  const graph = await graphOf(options, input)
  const from = (names: ReadonlyArray<string>) => reached(graph, names.map((name) => input[name]!), isLater)
  const started = from(starts)
  const order = [...reached(graph, Object.values(input))]
  const laters = order.filter(isLater)
  const later = reached(graph, laters, (id) => started.has(id))
  const plugin = laterPlugin({ graph, order, started, later })
  // what is taken of what comes later is known when all else was looked through once
  const build = await rolldown({ ...options, input, plugins: [options.plugins, plugin] })
  await build.generate({ format: "esm" })
  await build.close()
  const needed = [...reached(graph, laters)].filter((id) => started.has(id))
  return {
    started: new Set([...from(together), ...needed, loaderId]),
    input: { ...input, [laterName]: entryId },
    plugin
  }
}

/** Writes the chunk of what comes later as the body of a function of what the start exports. */
export const asFunction = ({ code, dynamicImports, fileName, imports }: OutputChunk, start: string): string => {
  if (dynamicImports.length > 0) throw new Error(`${fileName} imports ${dynamicImports.join(", ")}`)
  const edits: Array<Edit> = []
  let exports = ""
  for (const node of parseAst(code, {}, fileName).body) {
    const { end, start: at } = node
    if (node.type === "ImportDeclaration") {
      const path = node.source.value
      const from = path === `./${start}` ? "start" : undefined
      if (from === undefined) throw new Error(`${fileName} imports ${path}, not ${start} alone: ${imports.join(", ")}`)
      const taken = node.specifiers.map((specifier) => {
        if (specifier.type !== "ImportSpecifier" || specifier.imported.type !== "Identifier") {
          throw new Error(`${fileName} takes what has no name`)
        }
        return `${specifier.imported.name}:${specifier.local.name}`
      })
      edits.push({ start: at, end, text: `const{${taken.join(",")}}=${from};` })
    } else if (node.type === "ExportNamedDeclaration") {
      if (node.declaration !== null) throw new Error(`${fileName} exports where it declares`)
      exports = node.specifiers.map(({ exported, local }) => {
        if (exported.type !== "Identifier" || local.type !== "Identifier") throw new Error("no name")
        return `get ${exported.name}(){return ${local.name}}`
      }).join(",")
      edits.push({ start: at, end, text: "" })
    } else if (node.type.startsWith("Export")) throw new Error(`${fileName}: ${node.type}`)
  }
  return `"use strict";give({${exports}});${edited(code, edits).replaceAll("import.meta", "meta")}`
}

/** Lets the file of the start hand out what it exports. */
export const handingOut = (code: string, fileName: string): string =>
  code.includes(startName) ? `import*as ${startName} from"./${fileName}";${code}` : code
