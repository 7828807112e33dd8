/** Lets tests import the entries that are published as bundles as they are published: with an engine of their own. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { Plugin } from "vitest/config"

/** Bundles the entries of the adapter from its sources. */
const build = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  // the configuration is bundled itself, and would look for rolldown where it is not
  const code = pathToFileURL(join(import.meta.dirname, "pack/code.ts")).href
  const { bundleCode, entriesOf, target } = await import(/* @vite-ignore */ code) as typeof import("./pack/code.ts")
  const entries = await entriesOf(join(import.meta.dirname, "../packages/mcp-adapter"))
  const dir = join(folder, "mcp-adapter", target)
  await bundleCode(entries, dir, { isBuilt: false })
  return new Map(Object.keys(entries).map((name) => [`@errata/mcp-adapter/${name}`, join(dir, `${name}.js`)]))
}

/** The bundles are made when the first test wants one. */
export const bundledEntries = (): Plugin => {
  let folder: Promise<string> | undefined
  let files: Promise<ReadonlyMap<string, string>> | undefined
  return {
    name: "bundled-entries",
    enforce: "pre",
    resolveId: {
      filter: { id: /^@errata\/mcp-adapter\/[a-z]/ },
      handler: async (id) => {
        folder ??= mkdtemp(join(tmpdir(), "errata-bundled-"))
        files ??= folder.then(build)
        return (await files).get(id)
      }
    },
    closeBundle: async () => {
      if (folder !== undefined) await rm(await folder, { recursive: true, force: true })
    }
  }
}
