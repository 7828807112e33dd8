/** Lets tests import the entries that are published as bundles as they are published: with an engine of their own. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { Plugin } from "vitest/config"
import type * as Code from "./pack/code.ts"

/** Bundles the entries of both libraries from their sources. */
const build = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  // the configuration is bundled itself, and would look for rolldown where it is not
  const code = pathToFileURL(join(import.meta.dirname, "pack/code.ts")).href
  const { bundleCode, bundleForNode, entriesOf, hasFormForNode, target } = await import(
    /* @vite-ignore */ code
  ) as typeof Code
  const files = await Promise.all(["core", "mcp-adapter"].map(async (library) => {
    const source = join(import.meta.dirname, "../packages", library)
    const entries = await entriesOf(source)
    const isForNode = await hasFormForNode(source)
    const dir = join(folder, library, target, isForNode ? "node" : "")
    await (isForNode ? bundleForNode : bundleCode)(entries, dir, { isBuilt: false })
    return Object.keys(entries).map((name) => [`@errata/${library}/${name}`, join(dir, `${name}.js`)] as const)
  }))
  return new Map(files.flat())
}

/** Makes the bundles when the first test wants one. */
export const bundledEntries = (): Plugin => {
  let folder: Promise<string> | undefined
  let files: Promise<ReadonlyMap<string, string>> | undefined
  return {
    name: "bundled-entries",
    enforce: "pre",
    resolveId: {
      filter: { id: /^@errata\/(?:core|mcp-adapter)\/[a-z]\w*$/ },
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
