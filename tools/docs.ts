/**
 * Fails where an editor shows something without a sentence, or a summary begins with a question word.
 *
 *     node tools/docs.ts [path]
 */
import { join } from "node:path"
import { findLacks, type Lack } from "./api/lacks.ts"
import { makeProgram } from "./api/program.ts"

const root = join(import.meta.dirname, "..")
const path = process.argv[2] ?? ""
const counts: Record<Lack, number> = { exports: 0, overloads: 0, fields: 0, "stock errors": 0, summaries: 0 }
for (const { lack, name, where } of findLacks(makeProgram(root), root)) {
  if (!where.includes(path)) continue
  counts[lack]++
  process.exitCode = 1
  console.log(`${where}: ${lack}: ${name}`)
}
console.log(counts)
