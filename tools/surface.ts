/**
 * Checks that the public surface is the one on record: the names that each public module exports.
 *
 *     node tools/surface.ts [--update]
 */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { makeProgram } from "./api/program.ts"
import { compareSurfaces, describeSurface } from "./api/surface.ts"

const root = join(import.meta.dirname, "..")
const record = join(root, "test/surface/surface.txt")

const { values } = parseArgs({ options: { update: { type: "boolean", default: false } } })
const now = describeSurface(makeProgram(root), root)
if (values.update) writeFileSync(record, now)
else {
  const before = readFileSync(record, "utf8")
  if (before !== now) {
    for (const line of compareSurfaces(before, now)) console.error(line)
    console.error("The public surface has changed. If that is meant: node tools/surface.ts --update")
    process.exitCode = 1
  }
}
