/**
 * Runs one benchmark: `node --conditions=errata-dist bench/child.ts <name> <output file> <until>`. What is measured is written down
 * step by step. A step whose control is void is measured again, until that is told to be too late.
 */
import { writeFileSync } from "node:fs"
import { benchmarks } from "./benchmarks.ts"
import type { Step } from "./lib/benchmark.ts"
import { type Attempted, judge } from "./lib/report.ts"
import { isQuick } from "./lib/stats.ts"

const [name = "", output = "", until = "Infinity"] = process.argv.slice(2)
const maxAttempts = isQuick ? 3 : 4

const measure = async (step: Step, attempts = 1): Promise<ReadonlyArray<Attempted>> => {
  const measured = [await step()].flat().map((comparison) => ({ ...judge(comparison), attempts }))
  const isSound = measured.every(({ isVoid }) => !isVoid)
  if (isSound || attempts === maxAttempts || Date.now() > Number(until)) return measured
  console.log(`void: the A/A control of ${measured.find(({ isVoid }) => isVoid)?.title} left 0.95-1.05`)
  const again = await measure(step, attempts + 1)
  const voids = (some: ReadonlyArray<Attempted>): number => some.filter(({ isVoid }) => isVoid).length
  return voids(again) <= voids(measured) ? again : measured
}

try {
  const entry = benchmarks[name]
  if (entry === undefined) throw new Error(`No benchmark "${name}"`)
  const { benchmark } = await entry.load()
  const all: Array<Attempted> = []
  let failures = 0
  for await (const step of benchmark.steps()) {
    if (Date.now() > Number(until)) throw new Error("The time is over")
    try {
      all.push(...await measure(step))
    } catch (failure) {
      failures++
      console.log(failure) // the steps after it are measured all the same
    }
    if (output !== "") writeFileSync(output, JSON.stringify(all))
  }
  process.exit(failures === 0 ? 0 : 1)
} catch (failure) {
  console.log(failure) // stderr is /dev/null
  process.exit(1)
}
