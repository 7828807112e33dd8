/**
 * P12: throughput of a stdio server, in a process of its own, with 64 calls in flight at all times; and the processor time
 * that it takes, which other processes do not disturb.
 */
import type { Benchmark } from "./lib/benchmark.ts"
import { sumIs } from "./lib/calls.ts"
import { connectTo, type Process, processorTime, start } from "./lib/child.ts"
import { alternate, interleave, type Variant } from "./lib/stats.ts"

const inFlight = 64
const names = [
  "by hand",
  "by hand again",
  "by hand with a log line",
  "Effect.runPromise by hand",
  "Errata without the log line",
  "Errata"
]

/** Keeps so many calls going that the server always has the next at hand. */
const variant = async (name: string, server: Process): Promise<Variant> => {
  const call = await connectTo(server)
  const args = { a: 1, b: 2 }
  const check = sumIs(3)
  check(await call("add", args))
  const run = async (times: number) => {
    let left = times
    const lane = async () => {
      while (left-- > 0) {
        const { structuredContent } = await call("add", args)
        if (structuredContent?.["sum"] !== 3) throw new Error(`${name} answered ${JSON.stringify(structuredContent)}`)
      }
    }
    await Promise.all(Array.from({ length: inFlight }, lane))
  }
  return { name, run }
}

const calls = 10_000

const measured = ({ name, run }: Variant, server: Process) => ({
  name,
  measure: async () => {
    const before = processorTime(server)
    await run(calls)
    return (processorTime(server) - before) / calls
  }
})

export const benchmark: Benchmark = {
  run: async () => {
    const servers = names.map((name) => start("stdio-server.ts", name))
    try {
      const variants = await Promise.all(servers.map((server, i) => variant(names[i]!, server)))
      const comparison = {
        unit: "ns/call",
        control: ["by hand", "by hand again"] as const,
        goals: [
          { variant: "Errata without the log line", against: "by hand", atMost: 1.1 },
          { variant: "Errata", against: "by hand with a log line", atMost: 1.1 }
        ]
      }
      return [
        {
          ...comparison,
          title: `stdio, ${inFlight} in flight, time`,
          samples: await interleave(variants, { rounds: 15, chunks: 30, size: 1024, warmups: 3 })
        },
        {
          ...comparison,
          title: `stdio, ${inFlight} in flight, processor time of the server`,
          samples: await alternate(variants.map((variant, i) => measured(variant, servers[i]!)), {
            rounds: 15,
            warmups: 1
          })
        }
      ]
    } finally {
      for (const server of servers) server.kill("SIGKILL")
    }
  }
}
