// Imports nothing but Node: what is loaded with this file is compiled before Node keeps anything.
import * as Module from "node:module"
import { homedir, platform } from "node:os"
import { join } from "node:path"
import { env } from "node:process"

/** Were added in Node 22.1 and 22.10. */
const { enableCompileCache, flushCompileCache } = Module as {
  readonly enableCompileCache?: (folder: string) => unknown
  readonly flushCompileCache?: () => void
}

/**
 * Lets Node keep the code that it compiles from now on, so that the next start is faster. The folder belongs to the user: the
 * machine's own for temporary files is open to others. `NODE_COMPILE_CACHE` names another, `NODE_DISABLE_COMPILE_CACHE=1` keeps
 * nothing; a folder that cannot be written costs nothing but the cache.
 */
export const keepCompiledCode = (): void => {
  if (enableCompileCache === undefined || (env["NODE_COMPILE_CACHE"] ?? "") !== "") return
  const caches = cachesOf(homedir())
  if (caches !== undefined) enableCompileCache(join(caches, "errata", "compiled"))
}

/** Writes what was compiled until now, since a process that is killed writes nothing. */
export const writeCompiledCode = (): void => flushCompileCache?.()

const cachesOf = (home: string): string | undefined => {
  if (platform() === "win32") return env["LOCALAPPDATA"]
  if (platform() === "darwin") return join(home, "Library", "Caches")
  return env["XDG_CACHE_HOME"] || join(home, ".cache")
}
