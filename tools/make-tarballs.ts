/**
 * Builds and packs both libraries into a folder.
 *
 *     node tools/make-tarballs.ts <folder>
 */
import { join } from "node:path"
import { makeTarballs } from "./pack/tarballs.ts"

await makeTarballs(join(import.meta.dirname, ".."), process.argv[2]!)
