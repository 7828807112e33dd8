/**
 * Builds and packs both libraries into a folder.
 *
 *     node tools/pack/main.ts <folder>
 */
import { join } from "node:path"
import { makeTarballs } from "./tarballs.ts"

await makeTarballs(join(import.meta.dirname, "../.."), process.argv[2]!)
