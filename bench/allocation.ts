/**
 * How many bytes a call allocates, handler only. By hand the arguments arrive validated, so that the same is also
 * measured with the validation that the SDK does around it: ours is inside.
 */
import * as Tool from "@errata/core/Tool"
import * as Handler from "@errata/mcp-adapter/Handler"
import assert from "node:assert/strict"
import { z } from "zod"
import type { Benchmark } from "./lib/benchmark.ts"
import type { Comparison } from "./lib/report.ts"
import { alternate } from "./lib/stats.ts"
import { add, byHand, sum } from "./lib/tools.ts"

const input = z.object({ a: z.number(), b: z.number() })
const output = z.object({ sum: z.number() })

const validated = async (args: unknown) => {
  const parsed = await input.safeParseAsync(args)
  if (!parsed.success) throw parsed.error
  const result = await byHand(parsed.data)
  if ("structuredContent" in result) await output.safeParseAsync(result.structuredContent)
  return result
}

const variant = (name: string, call: (args: { a: number; b: number }) => unknown) => {
  const run = async (times: number) => {
    for (let i = 0; i < times; i++) await call({ a: 1, b: 2 })
  }
  const measure = async () => {
    globalThis.gc?.()
    const before = process.memoryUsage().heapUsed
    await run(2000)
    return (process.memoryUsage().heapUsed - before) / 2000
  }
  return { name, measure, warmUp: () => run(50_000) }
}

const compare = async (): Promise<Comparison> => {
  assert.ok(globalThis.gc, "needs --expose-gc")
  const silent = Handler.make(Tool.handle(add, sum), { logsCalls: false })
  const variants = [
    variant("by hand", byHand),
    variant("by hand again", byHand),
    variant("by hand, validated by zod", validated),
    variant("Errata", silent)
  ]
  for (const { warmUp } of variants) await warmUp()
  return {
    title: "Allocation",
    unit: "bytes/call",
    samples: await alternate(variants, { rounds: 15, warmups: 3 }),
    control: ["by hand", "by hand again"],
    goals: []
  }
}

export const benchmark: Benchmark = { steps: () => [compare] }
