/**
 * Counts what an editor shows without a sentence, and fails where there is more of it than on record. The record only sinks.
 *
 *     node tools/docs.ts [path] [--update]
 */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { findLacks, type Lack } from "./api/lacks.ts"
import { makeProgram } from "./api/program.ts"

const root = join(import.meta.dirname, "..")
const record = join(root, "test/surface/docs.json")

const { positionals: [path = ""], values } = parseArgs({
  allowPositionals: true,
  options: { update: { type: "boolean", default: false } }
})
const most = JSON.parse(readFileSync(record, "utf8")) as Readonly<Record<Lack, number>>
const found = findLacks(makeProgram(root), root)
const counts: Record<Lack, number> = { exports: 0, overloads: 0, fields: 0, "stock errors": 0, summaries: 0 }
for (const { lack, name, where } of found) {
  counts[lack]++
  if (where.includes(path) && !values.update) console.log(`${where}: ${lack}: ${name}`)
}
console.log(counts)
const rose = (Object.keys(counts) as ReadonlyArray<Lack>).filter((lack) => counts[lack] > most[lack])
if (rose.length > 0) {
  console.error(rose.map((lack) => `${lack} without a sentence: ${counts[lack]}, at most ${most[lack]}`).join("\n"))
  process.exitCode = 1
} else if (values.update) writeFileSync(record, `${JSON.stringify(counts, undefined, 2)}\n`)
