/** Lists the public modules of the libraries, as `exports` in their package.json names them. */
import { readFileSync } from "node:fs"
import { join } from "node:path"

export interface PublicModule {
  /** The folder below `packages`. */
  readonly library: string
  /** Holds what a user imports, such as `@errata/core/Tool`. */
  readonly specifier: string
  /** The source, absolute. */
  readonly file: string
}

interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, string | null | { readonly default: string }>>
}

export const libraries = ["core", "mcp-adapter"]

export const publicModules = (root: string): ReadonlyArray<PublicModule> =>
  libraries.flatMap((library) => {
    const folder = join(root, "packages", library)
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest
    return Object.entries(manifest.exports).flatMap(([path, target]) => {
      const source = typeof target === "object" ? target?.default : target
      return source?.endsWith(".ts") && !path.startsWith("./internal")
        ? [{ library, specifier: manifest.name + path.slice(1), file: join(folder, source) }]
        : []
    })
  })
