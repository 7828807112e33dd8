/** One variant on one number of items in a process of its own: `batch-process.ts <variant> <size>` prints time and memory. */
import { readFileSync } from "node:fs"
import { type Name, run } from "./batch-variants.ts"

const [name, size] = process.argv.slice(2)
await run(name as Name, 20) // everything is loaded

/** Returns the most memory that the process ever had, in MiB. */
const peak = (): number => Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1024

const before = process.memoryUsage().rss / 1024 ** 2
const start = performance.now()
await run(name as Name, Number(size))
const micros = (performance.now() - start) * 1000 / Number(size)
console.log(JSON.stringify({ micros, extra: Math.max(0, peak() - before), peak: peak() }))
