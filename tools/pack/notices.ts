/** Writes the licences of the packages that stand in a bundle. */
import assert from "node:assert/strict"
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"

/** Returns the folders of the packages that modules come from, each once. */
const packagesOf = (modules: ReadonlyArray<string>): ReadonlyArray<string> => {
  const folders = modules.map((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0])
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort()
}

const licenceOf = async (folder: string): Promise<string> => {
  const { license, name, version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as {
    readonly license?: string
    readonly name: string
    readonly version: string
  }
  assert.ok(license === "MIT", `${name} is under ${license}: look whether it may stand in a bundle`)
  const file = (await readdir(folder)).find((name) => /^licen[cs]e/i.test(name))
  assert.ok(file !== undefined, `${name} has no text of its licence`)
  return `${name} ${version} (${license})\n\n${(await readFile(join(folder, file), "utf8")).trim()}\n`
}

export const noticesOf = async (modules: ReadonlyArray<string>): Promise<string> => {
  const licences = await Promise.all(packagesOf(modules).map(licenceOf))
  return ["The files in dist/bundled contain parts of these packages.\n", ...licences].join(`\n${"-".repeat(80)}\n\n`)
}
