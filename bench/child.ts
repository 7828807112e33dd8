/** Runs one benchmark: `node --conditions=errata-dist bench/child.ts <name> <output file>`. */
import { writeFileSync } from "node:fs"
import { benchmarks } from "./benchmarks.ts"

const [name = "", output = ""] = process.argv.slice(2)
try {
  const entry = benchmarks[name]
  if (entry === undefined) throw new Error(`No benchmark "${name}"`)
  const comparisons = await (await entry.load()).benchmark.run()
  if (output !== "") writeFileSync(output, JSON.stringify(comparisons))
  process.exit(0)
} catch (failure) {
  console.log(failure) // stderr is /dev/null
  process.exit(1)
}
