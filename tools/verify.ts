/**
 * Runs every gate in turn, stops at the first that fails, and prints how long each took.
 *
 *     node tools/verify.ts [--without gate]
 */
import { spawnSync } from "node:child_process"
import { parseArgs } from "node:util"

const gates = [
  "types",
  "test",
  "types:test",
  "types:examples",
  "lint",
  "effect:check",
  "format:check",
  "unused",
  "surface",
  "docs",
  "reference",
  "pack:check"
]

const { values } = parseArgs({ options: { without: { type: "string", multiple: true, default: [] } } })
const unknown = values.without.filter((gate) => !gates.includes(gate))
if (unknown.length > 0) throw new Error(`No such gate: ${unknown.join(", ")}. There are: ${gates.join(", ")}`)

const summary: Array<string> = []
for (const gate of gates.filter((name) => !values.without.includes(name))) {
  console.log(`\n=== ${gate} ===`)
  const start = performance.now()
  const { status } = spawnSync(process.execPath, ["--run", gate], { stdio: "inherit" })
  const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6)
  summary.push(`${status === 0 ? "pass" : "FAIL"} ${seconds} s  ${gate}`)
  if (status !== 0) {
    process.exitCode = 1
    break
  }
}
console.log(`\n=== summary ===\n${summary.join("\n")}`)
