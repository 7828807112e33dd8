/** Lays the built libraries out as npm would, with what they need beside them, so that a start loads what it would load. */
import { cp, mkdir, readFile, realpath, symlink, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"

const packages = join(import.meta.dirname, "../../packages")
const servers = join(import.meta.dirname, "../fixtures/servers")

const peers = {
  core: ["effect", "fastest-levenshtein", "@noble/hashes"],
  "mcp-adapter": ["zod", "@modelcontextprotocol/sdk"]
}

/** Installs both libraries into a folder, beside the servers that are started. */
export const installed = async (folder: string): Promise<void> => {
  const modules = join(folder, "node_modules")
  await cp(servers, folder, { recursive: true })
  for (const [library, names] of Object.entries(peers)) {
    const source = join(packages, library)
    const target = join(modules, "@errata", library)
    await cp(join(source, "dist"), join(target, "dist"), { recursive: true })
    const manifest = JSON.parse(await readFile(join(source, "package.json"), "utf8")) as {
      readonly publishConfig: { readonly exports: object }
    }
    await writeFile(join(target, "package.json"), JSON.stringify({ ...manifest, ...manifest.publishConfig }))
    for (const name of names) {
      const link = join(modules, name)
      await mkdir(dirname(link), { recursive: true })
      await symlink(await realpath(join(source, "node_modules", name)), link)
    }
  }
}
