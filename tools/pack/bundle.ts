/**
 * Bundles the entries that need nothing to be installed: their code and declarations, with what they take from `effect`.
 *
 * An entry is published so if `publishConfig.exports` of its package leads to `dist/bundled`.
 */
import assert from "node:assert/strict"
import { rm, writeFile } from "node:fs/promises"
import { join, relative, sep } from "node:path"
import { type OutputChunk, type Plugin, rolldown } from "rolldown"
import { dts } from "rolldown-plugin-dts"
import { bundleCode, bundleForNode, entriesOf, hasFormForNode, manifestOf, optionsOf, target } from "./code.ts"
import { noticesOf } from "./notices.ts"

const packages = join(import.meta.dirname, "../../packages")

/** Returns what the compiler made of a source. */
const builtOf = (entries: Readonly<Record<string, string>>, extension: string) =>
  Object.fromEntries(
    Object.entries(entries).map(([name, path]) => [name, path.replace("/src/", "/dist/").replace(/\.ts$/, extension)])
  )

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
      const path = publishConfig.exports[`.${name}`]!
      return join(folder, (typeof path === "object" ? path.default! : path).replace(/\.js$/, ".d.ts"))
    }
  }
}

const bundleTypes = async (entries: Readonly<Record<string, string>>, dir: string) => {
  const build = await rolldown({
    ...optionsOf(true),
    input: builtOf(entries, ".d.ts"),
    plugins: [builtDeclarations, withoutUniqueSymbols, dts({ dtsOnly: true, tsconfig: false, sourcemap: false })]
  })
  const { output } = await build.write({ dir, format: "esm", chunkFileNames: "types.d.ts" })
  await build.close()
  return output.filter((file) => file.type === "chunk")
}

/** Throws if a bundle imports something: then it is none. */
const assertWhole = (library: string, chunks: ReadonlyArray<OutputChunk>): void => {
  const own = new Set(chunks.map(({ fileName }) => fileName))
  for (const { dynamicImports, fileName, imports, isDynamicEntry } of chunks) {
    const foreign = [...imports, ...dynamicImports].filter((name) =>
      !own.has(name) && !(isDynamicEntry && name.startsWith("node:"))
    )
    assert.deepEqual(foreign, [], `${relative(process.cwd(), library)}: ${fileName} needs something to be installed`)
  }
}

/** Writes the bundles of a package whose `dist` is built, and the licences of what stands in them. */
export const bundleEntries = async (library: string): Promise<void> => {
  const dir = join(library, target)
  await rm(dir, { recursive: true, force: true })
  const entries = await entriesOf(library)
  if (Object.keys(entries).length === 0) return
  const built = builtOf(entries, ".js")
  const chunks = [
    ...await bundleCode(built, dir, { isBuilt: true }),
    ...await hasFormForNode(library) ? await bundleForNode(built, join(dir, "node"), { isBuilt: true }) : [],
    ...await bundleTypes(entries, dir)
  ]
  assertWhole(library, chunks)
  const modules = chunks.flatMap(({ modules }) => Object.keys(modules)).map((id) => id.replaceAll(sep, "/"))
  await writeFile(join(library, "dist/THIRD-PARTY-NOTICES.txt"), await noticesOf(modules))
  for (const { code, fileName } of chunks) console.log(`${join(dir, fileName)}: ${(code.length / 1000).toFixed(1)} kB`)
}
