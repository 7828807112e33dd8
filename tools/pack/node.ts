/**
 * Packs the modules of both libraries into few files for Node, which pays for each file that it loads, and for each comment that it
 * keeps. Bundlers for browsers take the modules one by one, since only so everything that is not used falls away.
 *
 * A module is published so if `publishConfig.exports` of its package has a `node` for it.
 */
import { rm } from "node:fs/promises"
import { join, relative, sep } from "node:path"
import { type OutputChunk, type Plugin, rolldown, type RolldownOptions } from "rolldown"
import { manifestOf, writeAscii } from "./code.ts"

const target = "./dist/node/"

type Entries = Readonly<Record<string, string>>

/** The names of the packed modules of a library, and the files that the compiler made. */
const entriesOf = async (library: string): Promise<Entries> => {
  const { publishConfig } = await manifestOf(library)
  return Object.fromEntries(
    Object.values(publishConfig.exports).flatMap((path) =>
      typeof path === "object" && "node" in path && path.default !== undefined
        ? [[relative(target, path.node).replace(/\.js$/, "").split(sep).join("/"), join(library, path.default)]]
        : []
    )
  )
}

const isForeign = (id: string, importer: string | undefined): boolean => importer !== undefined && !/^[./]/.test(id)

const options: RolldownOptions = { platform: "neutral", external: isForeign, logLevel: "warn" }

const chunksOf = (output: ReadonlyArray<{ readonly type: string }>): ReadonlyArray<OutputChunk> =>
  output.filter((file): file is OutputChunk => file.type === "chunk")

/** The modules that some entries load when they start, whether they use them or not: what is imported later is not among them. */
const reachedBy = async (input: Entries): Promise<ReadonlySet<string>> => {
  const build = await rolldown({ ...options, input, treeshake: false })
  const { output } = await build.generate({ format: "esm" })
  await build.close()
  const chunks = chunksOf(output)
  const entries = chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName)
  const loaded = loadedWith(chunks, entries)
  return new Set(
    chunks.filter(({ fileName }) => loaded.has(fileName)).flatMap(({ modules }) => Object.keys(modules))
  )
}

/** Returns the files that are loaded with some others. */
const loadedWith = (chunks: ReadonlyArray<OutputChunk>, names: ReadonlyArray<string>): ReadonlySet<string> => {
  const files = new Map(chunks.map((chunk) => [chunk.fileName, chunk]))
  const seen = new Set<string>()
  const walk = (name: string): void => {
    if (seen.has(name)) return
    seen.add(name)
    files.get(name)?.imports.forEach(walk)
  }
  names.forEach(walk)
  return seen
}

interface Plan {
  readonly input: Entries
  /** What these entries need stands in one file: a server loads all of it when it starts. */
  readonly first: ReadonlyArray<string>
  readonly plugins?: ReadonlyArray<Plugin>
  /** Tells what plugins resolve: all else that is foreign stays an import. */
  readonly isOwn?: (id: string) => boolean
}

const generate = async ({ first, input, isOwn, plugins = [] }: Plan): Promise<ReadonlyArray<OutputChunk>> => {
  const started = await reachedBy(Object.fromEntries(first.map((name) => [name, input[name]!])))
  const build = await rolldown({
    ...options,
    input,
    plugins: [...plugins],
    external: (id, importer) => isForeign(id, importer) && isOwn?.(id) !== true
  })
  const { output } = await build.generate({
    format: "esm",
    // names stay as they are, for the sake of stacks
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    chunkFileNames: "chunks/[name].js",
    codeSplitting: { groups: [{ name: "start", test: (id) => started.has(id) }] }
  })
  await build.close()
  return chunksOf(output)
}

/** What an entry takes from the core, the files that it loads included. */
const takenFromCore = (chunks: ReadonlyArray<OutputChunk>, entry: string): ReadonlyArray<string> => {
  return [...loadedWith(chunks, [`${entry}.js`])].flatMap((name) => /^@errata\/core\/(.+)$/.exec(name)?.[1] ?? [])
}

/** The one module of the core that the adapter imports when a server starts, instead of twenty that only lead on to it. */
const doorName = "internal/start"

/** The names that modules export, by module. */
type Exports = ReadonlyMap<string, ReadonlyArray<string>>

const throughDoor = (module: string, name: string): string => `${module.replace(/\W/g, "_")}__${name}`

const door = (input: Entries, exports: Exports): Plugin => ({
  name: "door",
  resolveId: (id) => id === doorName ? { id, moduleSideEffects: false } : undefined,
  load: (id) =>
    id === doorName
      ? [...exports].map(([module, names]) =>
        `export { ${names.map((name) => `${name} as ${throughDoor(module, name)}`).join(", ")} } from ${
          JSON.stringify(input[module])
        }`
      ).join("\n")
      : undefined
})

const core = /^@errata\/core\//

const intoDoor = (exports: Exports): Plugin => ({
  name: "into-door",
  resolveId: {
    order: "pre",
    handler: (id) => {
      const module = id.replace(core, "")
      return module !== id && exports.has(module) ? { id: `\0door:${module}`, moduleSideEffects: false } : undefined
    }
  },
  load: (id) => {
    const module = id.replace(/^\0door:/, "")
    const names = module === id ? undefined : exports.get(module)
    if (names === undefined) return undefined
    const taken = names.map((name) => `${throughDoor(module, name)} as ${name}`)
    return `export { ${taken.join(", ")} } from "@errata/core/${doorName}"`
  }
})

const write = async (library: string, chunks: ReadonlyArray<OutputChunk>): Promise<void> => {
  const dir = join(library, target)
  await rm(dir, { recursive: true, force: true })
  await writeAscii(dir, chunks)
}

/** Packs both libraries, whose `dist` is built. */
export const packForNode = async (coreFolder: string, adapter: string): Promise<void> => {
  const hosts = ["sdk", "server"]
  const [ofCore, ofAdapter] = [await entriesOf(coreFolder), await entriesOf(adapter)]
  const separate = await generate({ input: ofAdapter, first: hosts })
  const taken = [...new Set(hosts.flatMap((host) => takenFromCore(separate, host)))]
  const exported = new Map(
    (await generate({ input: ofCore, first: taken })).map(({ exports, name }) => [name, exports])
  )
  const exports = new Map(taken.map((module) => [module, exported.get(module)!]))
  const input = { ...ofCore, [doorName]: doorName }
  await write(coreFolder, await generate({ input, first: [...taken, "Tool"], plugins: [door(ofCore, exports)] }))
  const isOwn = (id: string): boolean => core.test(id) && exports.has(id.replace(core, ""))
  await write(adapter, await generate({ input: ofAdapter, first: hosts, plugins: [intoDoor(exports)], isOwn }))
}
