/**
 * Changes the sources in small ways, in a copy, and prints the changes that no test notices.
 *
 *     node tools/mutate.ts [path] [--seed n] [--max n] [--tests n] [--minutes n]
 */
import { join } from "node:path"
import { parseArgs } from "node:util"
import { mutate } from "./mutate/mutate.ts"

const { positionals: [path = "packages"], values } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string", default: "1" },
    max: { type: "string", default: "20" },
    tests: { type: "string", default: "8" },
    minutes: { type: "string", default: "30" }
  }
})
const root = join(import.meta.dirname, "..")
const { possible, survivors, tried } = await mutate({
  root,
  path,
  seed: Number(values.seed),
  max: Number(values.max),
  tests: Number(values.tests),
  minutes: Number(values.minutes),
  report: (line) => console.log(line)
})
console.log(`\n${survivors.length} of ${tried} survive (${possible} possible, seed ${values.seed})`)
