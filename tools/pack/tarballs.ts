/** Builds, packs and lints the libraries, as they will be published. */
import assert from "node:assert/strict"
import { mkdtemp, readdir } from "node:fs/promises"
import { join } from "node:path"
import { libraries } from "../api/modules.ts"
import { run } from "../run.ts"
import { build } from "./build.ts"

const attwOptions = "--profile esm-only --format table-flipped --no-emoji --no-color".split(" ")

const pack = async (library: string, destination: string): Promise<string> => {
  const folder = await mkdtemp(join(destination, "pack-"))
  run(library, "npx", "-y", "pnpm@12", "pack", "--pack-destination", folder)
  const [tarball, ...others] = await readdir(folder)
  assert.ok(tarball !== undefined && others.length === 0, `pnpm pack made ${[tarball, ...others].join(", ")}`)
  return join(folder, tarball)
}

const lint = (root: string, tarball: string): void => {
  run(root, "publint", "--strict", tarball)
  run(root, "attw", ...attwOptions, tarball, "--exclude-entrypoints", "package.json")
}

export const makeTarballs = async (root: string, destination: string): Promise<ReadonlyArray<string>> => {
  const folders = libraries.map((name) => join(root, "packages", name))
  await build(root)
  const tarballs: Array<string> = []
  for (const folder of folders) {
    const tarball = await pack(folder, destination)
    lint(root, tarball)
    tarballs.push(tarball)
  }
  return tarballs
}
