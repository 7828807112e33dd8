/**
 * Prints the strings of the libraries that models, operators and programmers meet, or puts them on record.
 *
 *     node tools/words.ts [--update]
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { collectWords } from "./api/words.ts"

const root = join(import.meta.dirname, "..")
const { values } = parseArgs({ options: { update: { type: "boolean", default: false } } })
const words = collectWords(root)
if (values.update) writeFileSync(join(root, "test/words/catalogue.txt"), words)
else console.log(words)
