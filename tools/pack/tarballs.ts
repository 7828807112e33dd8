/** Builds, packs and lints the libraries, as they will be published. */
import { access, readFile } from "node:fs/promises"
import { join } from "node:path"
import { libraries } from "../api/modules.ts"
import { run } from "../run.ts"
import { build } from "./build.ts"

const attwOptions = "--profile esm-only --format table-flipped --no-emoji --no-color".split(" ")

const foldersOf = (root: string): ReadonlyArray<string> => libraries.map((name) => join(root, "packages", name))

/** Returns the tarballs of a folder that libraries were packed into, by the names that `pnpm pack` gives. */
export const tarballsIn = (root: string, folder: string): Promise<ReadonlyArray<string>> =>
  Promise.all(
    foldersOf(root).map(async (library) => {
      const manifest = await readFile(join(library, "package.json"), "utf8")
      const { name, version } = JSON.parse(manifest) as { readonly name: string; readonly version: string }
      const tarball = join(folder, `${name.replace("@", "").replace("/", "-")}-${version}.tgz`)
      await access(tarball)
      return tarball
    })
  )

/** Builds both libraries and packs them into a folder. */
export const makeTarballs = async (root: string, folder: string): Promise<ReadonlyArray<string>> => {
  await build(root)
  for (const library of foldersOf(root)) run(library, "npx", "-y", "pnpm@12", "pack", "--pack-destination", folder)
  return tarballsIn(root, folder)
}

/** Looks for what an installation would stumble over. */
export const lintTarballs = (root: string, tarballs: ReadonlyArray<string>): void => {
  for (const tarball of tarballs) {
    run(root, "publint", "--strict", tarball)
    run(root, "attw", ...attwOptions, tarball, "--exclude-entrypoints", "package.json", "internal/start")
  }
}
