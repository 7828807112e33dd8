/**
 * What `wrapHandler` and `adoptServer` cost existing code, through the 1.x SDK in memory, against the same handler
 * unwrapped: when it succeeds, and when it throws what may be shown, and what may not.
 */
import { adoptServer } from "@errata/mcp-adapter/adopt"
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js"
import type { Benchmark } from "./lib/benchmark.ts"
import { calls, isError, sumIs } from "./lib/calls.ts"
import type { Comparison } from "./lib/report.ts"
import { interleave } from "./lib/stats.ts"
import { NegativeError, type Numbers, written, zodServer } from "./lib/tools.ts"

/** Answers as it is written everywhere: the SDK makes a result of what it throws. */
const existing = async ({ a, b }: Numbers) => {
  if (b < 0) throw new NegativeError(`The number ${b} is negative`)
  return written({ sum: a + b })
}

const server = (handler: unknown): McpServer => zodServer(handler as typeof existing)

const adopted = (options: Parameters<typeof adoptServer>[1]): McpServer => {
  const whole = server(existing)
  adoptServer(whole, options)
  return whole
}

const compare = async (
  title: string,
  numbers: Numbers,
  options: { readonly expose?: ReadonlyArray<typeof NegativeError> }
): Promise<Comparison> => {
  const check = numbers.b < 0 ? isError : sumIs(numbers.a + numbers.b)
  const samples = await interleave([
    await calls("bare", server(existing), numbers, check),
    await calls("bare again", server(existing), numbers, check),
    await calls(
      "wrapped, without the log line",
      server(wrapHandler(existing, { ...options, logsCalls: false })),
      numbers,
      check
    ),
    await calls("wrapped", server(wrapHandler(existing, options)), numbers, check),
    await calls("adopted, without the log line", adopted({ ...options, logsCalls: false }), numbers, check)
  ], { rounds: 11, chunks: 120, size: 25, warmups: 3 })
  return { title, unit: "ns/call", samples, control: ["bare", "bare again"], goals: [] }
}

export const benchmark: Benchmark = {
  steps: () => [
    () => compare("Existing handler, success", { a: 1, b: 2 }, {}),
    () => compare("Existing handler, throws what may be shown", { a: 1, b: -2 }, { expose: [NegativeError] }),
    () => compare("Existing handler, throws what is masked", { a: 1, b: -2 }, {})
  ]
}
