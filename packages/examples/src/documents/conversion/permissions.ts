/**
 * Says what a conversion child may touch, in the words of Node's permission model.
 */
import { existsSync, realpathSync } from "node:fs"
import { basename, dirname, join, sep } from "node:path"
import { fileURLToPath } from "node:url"

const modules = `${sep}node_modules${sep}`

/**
 * Returns the folder that a file of code can be read with all that it needs: where its packages are installed, or its own
 * package.
 */
const home = (file: string): string => {
  const inPackages = file.indexOf(modules)
  if (inPackages >= 0) return file.slice(0, inPackages)
  let folder = dirname(file)
  while (!existsSync(join(folder, "package.json")) && dirname(folder) !== folder) folder = dirname(folder)
  return folder
}

const homeOf = (file: string): string => home(join(realpathSync(dirname(file)), basename(file)))

/** Returns the flags that let a script read the code and nothing else, but for a folder that it may write too. */
export const permissions = (script: URL, writable: string): ReadonlyArray<string> => {
  const code = [
    import.meta.url,
    import.meta.resolve("effect/Effect"),
    import.meta.resolve("@errata/core/Issue"),
    script
  ]
  const homes = new Set(code.map((url) => homeOf(fileURLToPath(url))))
  return [
    "--permission",
    ...[...homes, writable].map((folder) => `--allow-fs-read=${folder}`),
    `--allow-fs-write=${writable}`,
    "--allow-worker", // for the watchdog
    "--disable-warning=PERM0006"
  ]
}
