/**
 * One variant on one number of items in a process of its own: `batch-process.ts <variant> <size>` prints its memory, in MiB: the most
 * that the process ever held, and the heap that lives in the middle of the batch beyond what lived before.
 */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { middle, type Name, run } from "./batch-variants.ts"

const [name, size] = process.argv.slice(2)
await run(name as Name, 20) // everything is loaded

const mebibyte = 1024 ** 2
const peak = (): number => Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1024
const live = (): number => {
  assert.ok(globalThis.gc, "needs --expose-gc")
  globalThis.gc()
  return process.memoryUsage().heapUsed / mebibyte
}

const [heap, held] = [live(), process.memoryUsage().rss / mebibyte]
let kept = Number.NaN
if (process.argv.includes("--look")) {
  Object.assign(middle, {
    item: Number(size) / 2 + 1,
    look: () => {
      kept = live() - heap
    }
  })
}
await run(name as Name, Number(size))
console.log(JSON.stringify({ extra: Math.max(0, peak() - held), peak: peak(), kept }))
