/** Builds the libraries: modules with their declarations, and the entries that are published as bundles. */
import { rm } from "node:fs/promises"
import { join } from "node:path"
import { libraries } from "../api/modules.ts"
import { run } from "../run.ts"
import { bundleEntries } from "./bundle.ts"
import { packForNode } from "./node.ts"

/** Builds from nothing, or only what changed. */
export const build = async (root: string, { isFresh = true }: { readonly isFresh?: boolean } = {}): Promise<void> => {
  const folders = libraries.map((name) => join(root, "packages", name))
  if (isFresh) { for (const folder of folders) await rm(join(folder, "dist"), { recursive: true, force: true }) }
  run(root, "tsc", "-b", ...isFresh ? ["--force"] : [], ...folders)
  for (const folder of folders) await bundleEntries(folder)
  await packForNode(folders[0]!, folders[1]!)
}
