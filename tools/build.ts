/**
 * Builds both libraries as they are published, into their `dist`.
 *
 *     node tools/build.ts
 */
import { join } from "node:path"
import { build } from "./pack/build.ts"

await build(join(import.meta.dirname, ".."))
