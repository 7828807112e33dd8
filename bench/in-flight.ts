/**
 * P12: throughput of a stdio server, in a process of its own, with 64 calls in flight at all times; and the processor time
 * that it takes, which other processes disturb less.
 */
import type { Benchmark } from "./lib/benchmark.ts"
import { sumIs } from "./lib/calls.ts"
import { connectTo, start } from "./lib/child.ts"
import { compareFleet, type Copy } from "./lib/fleet.ts"
import { pinApart } from "./lib/pin.ts"
import type { Comparison } from "./lib/report.ts"
import type { CallTool } from "./lib/session.ts"

const inFlight = 64
const names = [
  "by hand",
  "by hand again",
  "by hand with a log line",
  "Effect.runPromise by hand",
  "Errata without the log line",
  "Errata"
]

interface Server extends Copy {
  readonly call: CallTool
}

const args = { a: 1, b: 2 }

/** Keeps so many calls going that the server always has the next at hand. */
const chunk = async ({ call, name }: Server, times: number): Promise<ReadonlyArray<number>> => {
  let left = times
  const lane = async () => {
    while (left-- > 0) {
      const { structuredContent } = await call("add", args)
      if (structuredContent?.["sum"] !== 3) throw new Error(`${name} answered ${JSON.stringify(structuredContent)}`)
    }
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: inFlight }, lane))
  return [(performance.now() - start) * 1_000 / times]
}

const compare = async (servers: ReadonlyArray<Server>): Promise<ReadonlyArray<Comparison>> => {
  const { processor, typical } = await compareFleet(
    servers,
    { rounds: 11, chunks: 60, size: 4 * inFlight, warmCalls: 8_000 },
    chunk
  )
  const common = { unit: "us", control: ["by hand", "by hand again"] as const }
  return [
    { ...common, title: `stdio, ${inFlight} in flight, time`, samples: typical, goals: [], isLoose: true },
    {
      ...common,
      title: `stdio, ${inFlight} in flight, processor time of the server`,
      samples: processor,
      goals: [
        { variant: "Errata without the log line", against: "by hand", atMost: 1.1 },
        { variant: "Errata", against: "by hand with a log line", atMost: 1.1 }
      ]
    }
  ]
}

export const benchmark: Benchmark = {
  steps: async function*() {
    const copies = names.flatMap((name) => [1, 2].map(() => ({ name, process: start("stdio-server.ts", name) })))
    try {
      const servers = await Promise.all(copies.map(async (copy) => ({ ...copy, call: await connectTo(copy.process) })))
      for (const { call } of servers) sumIs(3)(await call("add", args))
      pinApart(copies.map(({ process }) => process))
      yield () => compare(servers)
    } finally {
      for (const { process } of copies) process.kill("SIGKILL")
    }
  }
}
