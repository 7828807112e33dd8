/**
 * Writes the reference, or checks that it is what the sources say.
 *
 *     node tools/reference.ts [--update]
 */
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { basename, dirname, join, relative } from "node:path"
import { parseArgs } from "node:util"
import { publicModules } from "./api/modules.ts"
import { makeProgram } from "./api/program.ts"
import { writeErrors } from "./reference/errors.ts"
import { makePage, type Page } from "./reference/page.ts"

const root = join(import.meta.dirname, "..")
const folder = join(root, "docs/reference")

const pathOf = ({ module }: Pick<Page, "module">): string => {
  const name = basename(module.specifier)
  return `${module.library}/${name === module.library ? "index" : name}.md`
}

const writeIndex = (pages: ReadonlyArray<Page>): string =>
  [
    "# Reference",
    "Every public module and what it exports, written from the sources by `pnpm reference --update`. The stock errors, and who " +
    "may do what about each, stand in [errors](errors.md).",
    [
      "| module | |",
      "|---|---|",
      ...pages.map((page) => `| [\`${page.module.specifier}\`](${pathOf(page)}) | ${page.summary} |`)
    ]
      .join("\n")
  ].join("\n\n") + "\n"

const write = async (): Promise<ReadonlyMap<string, string>> => {
  const program = makeProgram(root)
  const modules = publicModules(root)
  // a barrel stands in the folder of its modules' pages
  const paths = new Map(modules.map((module) => [module.file, basename(pathOf({ module }))]))
  const pages = modules.map((module) => makePage(program, module, paths))
  return new Map([
    ["README.md", writeIndex(pages)],
    ["errors.md", await writeErrors()],
    ...pages.map((page) => [pathOf(page), page.markdown] as const)
  ])
}

const { values } = parseArgs({ options: { update: { type: "boolean", default: false } } })
const files = await write()
if (values.update) {
  rmSync(folder, { recursive: true, force: true })
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
} else {
  const present = new Map(
    globSync(join(folder, "**/*.md")).map((file) => [relative(folder, file), readFileSync(file, "utf8")])
  )
  const stale = [...new Set([...files.keys(), ...present.keys()])].filter((path) =>
    files.get(path) !== present.get(path)
  )
  if (stale.length > 0) {
    console.error(`Stale: ${stale.join(", ")}\nTo write the reference anew: node tools/reference.ts --update`)
    process.exitCode = 1
  }
}
