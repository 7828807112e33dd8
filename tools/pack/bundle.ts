/**
 * Bundles the entries that need nothing to be installed: their code and declarations, with what they take from `effect`.
 *
 * An entry is published so if `publishConfig.exports` of its package leads to `dist/bundled`. All entries of a package share
 * one chunk, so that a process that imports two of them has one engine.
 */
import assert from "node:assert/strict"
import { readFile, rm, writeFile } from "node:fs/promises"
import { basename, join, relative, sep } from "node:path"
import { type OutputChunk, type Plugin, rolldown, type RolldownOptions } from "rolldown"
import { dts } from "rolldown-plugin-dts"
import { noticesOf } from "./notices.ts"

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>
  readonly publishConfig: { readonly exports: Readonly<Record<string, string>> }
}

const packages = join(import.meta.dirname, "../../packages")
const target = "./dist/bundled/"

const manifestOf = async (library: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(library, "package.json"), "utf8")) as Manifest

/** The names of the bundles, and the modules of `dist` that they are made of, without an extension. */
const entriesOf = async (library: string): Promise<Readonly<Record<string, string>>> => {
  const { exports, publishConfig } = await manifestOf(library)
  return Object.fromEntries(
    Object.entries(publishConfig.exports).filter(([, path]) => path.startsWith(target)).map(([name, path]) => {
      const source = exports[name]
      assert.ok(typeof source === "object", `${library}: ${name} has no source`)
      const module = source.default.replace(/^\.\/src\//, "dist/").replace(/\.ts$/, "")
      return [basename(path, ".js"), join(library, module)]
    })
  )
}

const withExtension = (entries: Readonly<Record<string, string>>, extension: string) =>
  Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, path + extension]))

const shared: RolldownOptions = {
  platform: "neutral", // the code must run where there is no `node:module`
  external: [/^node:/],
  resolve: { conditionNames: ["errata-dist", "types", "import", "default"], mainFields: ["module", "main"] },
  logLevel: "warn"
}

/**
 * Takes out of effect's declarations the one member whose key is a symbol of its own copy: with it a `Duration` of the user's
 * effect would not fit an option of a bundle.
 */
const withoutUniqueSymbols: Plugin = {
  name: "without-unique-symbols",
  transform: {
    filter: { id: /\/effect\/dist\/Inspectable\.d\.ts$/ },
    handler: (code) => {
      const member = /^ *\[NodeInspectSymbol\]\(\): unknown;?$/m
      assert.match(code, member)
      return code.replace(member, "")
    }
  }
}

/** Leads from one package of ours to the declarations of another that were built; else they would be made anew. */
const builtDeclarations: Plugin = {
  name: "built-declarations",
  resolveId: {
    order: "pre",
    filter: { id: /^@errata\// },
    handler: async (specifier) => {
      const [, library, name] = /^@errata\/([^/]+)(.*)$/.exec(specifier)!
      const folder = join(packages, library!)
      const { publishConfig } = await manifestOf(folder)
      return join(folder, publishConfig.exports[`.${name}`]!.replace(/\.js$/, ".d.ts"))
    }
  }
}

const bundleCode = async (entries: Readonly<Record<string, string>>, dir: string) => {
  const build = await rolldown({
    ...shared,
    input: withExtension(entries, ".js"),
    treeshake: { propertyReadSideEffects: false }
  })
  const { output } = await build.write({ dir, format: "esm", minify: true, chunkFileNames: "engine.js" })
  await build.close()
  return output.filter((file) => file.type === "chunk")
}

const bundleTypes = async (entries: Readonly<Record<string, string>>, dir: string) => {
  const build = await rolldown({
    ...shared,
    input: withExtension(entries, ".d.ts"),
    plugins: [builtDeclarations, withoutUniqueSymbols, dts({ dtsOnly: true, tsconfig: false, sourcemap: false })]
  })
  const { output } = await build.write({ dir, format: "esm", chunkFileNames: "types.d.ts" })
  await build.close()
  return output.filter((file) => file.type === "chunk")
}

/** A bundle that imports something is none. */
const assertWhole = (library: string, chunks: ReadonlyArray<OutputChunk>): void => {
  const own = new Set(chunks.map(({ fileName }) => fileName))
  for (const { dynamicImports, fileName, imports } of chunks) {
    const foreign = [...imports, ...dynamicImports].filter((name) => !own.has(name))
    assert.deepEqual(foreign, [], `${relative(process.cwd(), library)}: ${fileName} needs something to be installed`)
  }
}

/** Writes the bundles of a package whose `dist` is built, and the licences of what stands in them. */
export const bundleEntries = async (library: string): Promise<void> => {
  const dir = join(library, target)
  await rm(dir, { recursive: true, force: true })
  const entries = await entriesOf(library)
  if (Object.keys(entries).length === 0) return
  const chunks = [...await bundleCode(entries, dir), ...await bundleTypes(entries, dir)]
  assertWhole(library, chunks)
  const modules = chunks.flatMap(({ modules }) => Object.keys(modules)).map((id) => id.replaceAll(sep, "/"))
  await writeFile(join(library, "dist/THIRD-PARTY-NOTICES.txt"), await noticesOf(modules))
  for (const { code, fileName } of chunks) console.log(`${join(dir, fileName)}: ${(code.length / 1000).toFixed(1)} kB`)
}
