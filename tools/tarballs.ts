/**
 * Makes the tarballs of both libraries, and prints how to install them.
 *
 *     node tools/tarballs.ts [folder]
 */
import { spawnSync } from "node:child_process"
import { mkdir, rm } from "node:fs/promises"
import { join, resolve } from "node:path"
import { tarballsIn } from "./pack/tarballs.ts"

const root = join(import.meta.dirname, "..")
const [given] = process.argv.slice(2)
const folder = given === undefined ? join(root, ".errata/tarballs") : resolve(given)
if (given === undefined) await rm(folder, { recursive: true, force: true })
await mkdir(folder, { recursive: true })

// in a process of its own: what the builders say matters only if they fail
const args = [join(root, "tools/make-tarballs.ts"), folder]
const { error, status, stderr, stdout } = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 1 << 28 })
if (error) throw error
if (status === 0) {
  console.log(`npm install ${(await tarballsIn(root, folder)).join(" ")} effect @modelcontextprotocol/sdk zod`)
} else {
  process.stderr.write(`${stdout}${stderr}`)
  process.exitCode = 1
}
