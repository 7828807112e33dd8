/**
 * Makes the tarballs of both libraries, and prints how to install them.
 *
 *     node tools/tarballs.ts [folder]
 */
import { mkdir } from "node:fs/promises"
import { join, resolve } from "node:path"
import { makeTarballs } from "./pack/tarballs.ts"

const root = join(import.meta.dirname, "..")
const folder = resolve(process.argv[2] ?? join(root, ".errata/tarballs"))
await mkdir(folder, { recursive: true })
const tarballs = await makeTarballs(root, folder)
console.log(`\nnpm install ${tarballs.join(" ")} effect @modelcontextprotocol/sdk zod`)
