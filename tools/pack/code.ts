/** Bundles the code of entries that need nothing to be installed. */
import { readFile } from "node:fs/promises"
import { basename, join } from "node:path"
import { type OutputChunk, rolldown, type RolldownOptions } from "rolldown"

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>
  readonly publishConfig: { readonly exports: Readonly<Record<string, string>> }
}

/** Says where bundles are published, in the folder of a package. */
export const target = "./dist/bundled/"

export const manifestOf = async (library: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(library, "package.json"), "utf8")) as Manifest

/** Returns the names of the bundles of a package, and the sources that they are made of. */
export const entriesOf = async (library: string): Promise<Readonly<Record<string, string>>> => {
  const { exports, publishConfig } = await manifestOf(library)
  return Object.fromEntries(
    Object.entries(publishConfig.exports).filter(([, path]) => path.startsWith(target)).map(([name, path]) => {
      const source = exports[name]
      if (typeof source !== "object") throw new Error(`${library}: ${name} has no source`)
      return [basename(path, ".js"), join(library, source.default)]
    })
  )
}

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

/** Bundles entries into a folder. All share one chunk, so that a process that imports two of them has one engine. */
export const bundleCode = async (
  input: Readonly<Record<string, string>>,
  dir: string,
  { isBuilt }: { readonly isBuilt: boolean }
): Promise<ReadonlyArray<OutputChunk>> => {
  const build = await rolldown({ ...optionsOf(isBuilt), input, treeshake: { propertyReadSideEffects: false } })
  const { output } = await build.write({ dir, format: "esm", minify: true, chunkFileNames: "engine.js" })
  await build.close()
  return output.filter((file) => file.type === "chunk")
}
