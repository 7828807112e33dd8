import { existsSync, globSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"

const root = fileURLToPath(new URL("../../", import.meta.url))
const home = "https://github.com/errata-mcp/errata"
const documents = globSync("{*.md,packages/*/*.md,packages/examples/src/*/*.md,docs/**/*.md}", { cwd: root })

const linksOf = (file: string): ReadonlyArray<string> => {
  const text = readFileSync(join(root, file), "utf8").replaceAll(/^```[\s\S]*?^```$/gm, "")
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!)
}

/** Where a link leads in this repository: relative ones, and those to its own pages, which are absolute since npm shows them. */
const targetOf = (file: string, link: string): string | undefined => {
  const path = link.split("#")[0]!
  if (path.startsWith(`${home}/blob/main/`)) return join(root, path.slice(`${home}/blob/main/`.length))
  return path === "" || /^https?:/.test(path) ? undefined : join(root, dirname(file), path)
}

it("links lead to files that exist", () => {
  const broken = documents.flatMap((file) =>
    linksOf(file).filter((link) => {
      const target = targetOf(file, link)
      return target !== undefined && !existsSync(target)
    }).map((link) => `${file}: ${link}`)
  )
  expect(documents.length).toBeGreaterThan(40)
  expect(broken).toEqual([])
})

it("links of what npm shows are absolute", () => {
  for (const file of ["packages/core/README.md", "packages/mcp-adapter/README.md"]) {
    expect(linksOf(file).filter((link) => !link.startsWith("https://"))).toEqual([])
  }
})

it("commands that documents name are scripts of package.json", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly scripts: object }
  const named = ["README.md", "AGENTS.md", "CONTRIBUTING.md"].flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8")
    return [...text.matchAll(/(?:node --run|npx -y pnpm@12|`pnpm) ([\w:]+)/g)].map(([, name]) => name!)
  })
  expect(named).toContain("verify")
  expect(named.filter((name) => name !== "install" && !(name in scripts))).toEqual([])
})
