/**
 * Prints the measure of each library.
 *
 *     node tools/figures.ts [root]
 */
import { join } from "node:path"
import { measure } from "./api/figures.ts"
import { libraries } from "./api/modules.ts"

const root = process.argv[2] ?? join(import.meta.dirname, "..")
for (const name of libraries) console.log(name, measure(join(root, "packages", name, "src")))
