/** Bundles the code of entries that need nothing to be installed. */
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { type OutputChunk, type Plugin, rolldown, type RolldownOptions } from "rolldown"
import { asFunction, handingOut, laterName, loaderId, splitLater } from "./later.ts"
import { isLater } from "./laterModules.ts"

/** A module that is published twice: packed for Node, and by itself, unless it is for the packed ones only. */
interface ForNode {
  readonly node: string
  readonly default?: string
}

/** A bundle, and the form of it that Node takes, in which what is needed later stands in a file of its own. */
interface Bundled {
  readonly "module-sync": string
  readonly default: string
}

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>
  readonly publishConfig: { readonly exports: Readonly<Record<string, string | ForNode | Bundled>> }
}

/** Says where bundles are published, in the folder of a package. */
export const target = "./dist/bundled/"

export const manifestOf = async (library: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(library, "package.json"), "utf8")) as Manifest

/** Returns the names of the bundles of a package, and the sources that they are made of. */
export const entriesOf = async (library: string): Promise<Readonly<Record<string, string>>> => {
  const { exports, publishConfig } = await manifestOf(library)
  return Object.fromEntries(
    Object.entries(publishConfig.exports).flatMap(([name, path]) => {
      const file = typeof path === "object" ? path.default : path
      if (file?.startsWith(target) !== true) return []
      const source = exports[name]
      if (typeof source !== "object") throw new Error(`${library}: ${name} has no source`)
      return [[basename(file, ".js"), join(library, source.default)]]
    })
  )
}

/** Tests whether the bundles of a package have a form of their own for Node. */
export const hasFormForNode = async (library: string): Promise<boolean> =>
  Object.values((await manifestOf(library)).publishConfig.exports).some((path) =>
    typeof path === "object" && "module-sync" in path
  )

/** Returns what the bundles of code and those of declarations have in common; `isBuilt` reads `dist` instead of the sources. */
export const optionsOf = (isBuilt: boolean): RolldownOptions => ({
  platform: "neutral", // the code must run where there is no `node:module`
  external: [/^node:/],
  resolve: {
    conditionNames: [...isBuilt ? ["errata-dist"] : [], "types", "import", "default"],
    mainFields: ["module", "main"]
  },
  logLevel: "warn"
})

/** Writes code in ASCII alone: one other letter makes an engine keep the whole file with two bytes for each. */
export const writeAscii = async (dir: string, chunks: ReadonlyArray<OutputChunk>): Promise<void> => {
  for (const { code, fileName } of chunks) {
    const file = join(dir, fileName)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(
      file,
      code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    )
  }
}

/**
 * Keeps streams out of what is loaded at the start: two modules of effect import them for what no bundle uses, the transitions of
 * a circuit breaker and files. A batch over a stream of effect's loads them when it meets one.
 */
const withoutStreams: Plugin = {
  name: "without-streams",
  resolveId: {
    filter: { id: /\/Stream\.js$/ },
    handler: (_, importer) =>
      /\/(?:CircuitBreaker|FileSystem)\.js$/.test(importer ?? "") ? { id: noStreams } : undefined
  },
  load: (id) =>
    id === noStreams
      ? ["fromPubSubTake", "empty", "fail", "fromPull", "unwrap"].map((name) =>
        `export const ${name} = () => undefined`
      )
        .join("\n")
      : undefined
}

const noStreams = "\0no-streams"

const withoutMore = (isBuilt: boolean): RolldownOptions => ({
  ...optionsOf(isBuilt),
  plugins: [withoutStreams],
  treeshake: { propertyReadSideEffects: false }
})

/** Bundles entries into a folder. All share one chunk, so that a process that imports two of them has one engine. */
export const bundleCode = async (
  input: Readonly<Record<string, string>>,
  dir: string,
  { isBuilt }: { readonly isBuilt: boolean }
): Promise<ReadonlyArray<OutputChunk>> => {
  const options = withoutMore(isBuilt)
  const started = await startedBy(options, input)
  const build = await rolldown({ ...options, input })
  const { output } = await build.generate({
    format: "esm",
    minify: true,
    chunkFileNames: "engine.js",
    codeSplitting: { groups: [{ name: "engine", test: (id) => started.has(id) }] }
  })
  await build.close()
  const chunks = output.filter((file) => file.type === "chunk")
  await writeAscii(dir, chunks)
  return chunks
}

/**
 * Bundles entries into a folder for Node, which reads there what comes later. Where the code is bundled once more, or runs where there
 * are no files, this form would not do.
 */
export const bundleForNode = async (
  input: Readonly<Record<string, string>>,
  dir: string,
  { isBuilt }: { readonly isBuilt: boolean }
): Promise<ReadonlyArray<OutputChunk>> => {
  const whole = withoutMore(isBuilt)
  const has = (name: string): boolean => name in input
  const split = await splitLater(whole, {
    input,
    isLater,
    starts: ["adopt", "try", "wrap"].filter(has),
    together: ["adopt", "wrap"].filter(has)
  })
  const options: RolldownOptions = { ...whole, plugins: [whole.plugins, split.plugin] }
  const build = await rolldown({ ...options, input: split.input })
  const { output } = await build.generate({
    format: "esm",
    minify: true,
    chunkFileNames: "engine.js",
    codeSplitting: { groups: [{ name: "engine", test: (id) => split.started.has(id) }] }
  })
  await build.close()
  const chunks = output.filter((file) => file.type === "chunk")
  const start = chunks.find(({ moduleIds }) => moduleIds.includes(loaderId))!.fileName
  const files = chunks.map((chunk) => ({
    ...chunk,
    code: chunk.name === laterName ? asFunction(chunk, start) : handingOut(chunk.code, chunk.fileName)
  }))
  await writeAscii(dir, files)
  return files
}

/** The modules that wrapped handlers load when they start: they stand in one file, whatever else is imported later. */
const startedBy = async (
  options: RolldownOptions,
  { wrap }: Readonly<Record<string, string>>
): Promise<ReadonlySet<string>> => {
  if (wrap === undefined) return new Set()
  const build = await rolldown({ ...options, input: { wrap } })
  const { output } = await build.generate({ format: "esm" })
  await build.close()
  const chunks = output.filter((file) => file.type === "chunk")
  const files = new Map(chunks.map((chunk) => [chunk.fileName, chunk]))
  const seen = new Set<string>()
  const walk = (name: string): void => {
    if (seen.has(name)) return
    seen.add(name)
    files.get(name)?.imports.forEach(walk)
  }
  chunks.filter(({ isEntry }) => isEntry).forEach(({ fileName }) => walk(fileName))
  return new Set([...seen].flatMap((name) => Object.keys(files.get(name)?.modules ?? {})))
}
