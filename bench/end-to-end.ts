/**
 * P1 to P3 from end to end: stdio servers in processes of their own are called in turn, one call at a time, for each way that a call
 * can end. What is told: the median and the slowest of a hundred, the processor time of the server, its memory.
 */
import assert from "node:assert/strict"
import type { Benchmark } from "./lib/benchmark.ts"
import { connectTo, resident, start } from "./lib/child.ts"
import { compareFleet, type Copy } from "./lib/fleet.ts"
import { type OutcomeName, outcomes } from "./lib/outcomes.ts"
import { pinTogether } from "./lib/pin.ts"
import type { Comparison, Goal } from "./lib/report.ts"
import type { CallTool } from "./lib/session.ts"

/** How many processes each has: those that no goal is about need no second. */
const counts = {
  "by hand": 2,
  "by hand again": 2,
  "by hand with a log line": 2,
  "Errata without the log line": 2,
  Errata: 2,
  "adopted, without the log line": 2,
  adopted: 1,
  "effect's server": 1,
  FastMCP: 1
} as const

interface Server extends Copy {
  readonly call: CallTool
}

const register = (of: string, atMost: number): Goal => ({
  of,
  variant: "Errata without the log line",
  against: "by hand",
  atMost
})
const adopt = (atMost: number): Goal => ({
  of: "P3",
  variant: "adopted, without the log line",
  against: "by hand",
  atMost
})

const goals: { readonly [name in OutcomeName]: ReadonlyArray<Goal> } = {
  success: [
    register("P1", 1.05),
    { of: "P2", variant: "Errata", against: "by hand with a log line", atMost: 1.25 }
  ],
  asynchronous: [register("P1b", 1.1)],
  typed: [register("P3", 1.1), adopt(2)],
  validation: [register("P3", 1.5), adopt(1.6)],
  masked: [register("P3", 1.4), adopt(1.7)]
}

/** Is as short as one process is left alone on a busy machine. */
const plan = { rounds: 11, chunks: 40, size: 16, warmCalls: 5_000 }

const check = async ({ call, name }: Server, outcome: OutcomeName): Promise<void> => {
  const { argsOf, fails } = outcomes[outcome]
  const result = await call("add", argsOf(0)).catch((error: unknown) => ({ isError: true, error }))
  assert.ok((result.isError === true) === fails, `${name}, ${outcome}: ${JSON.stringify(result)}`)
}

/** A host may answer a mistake with a JSON-RPC error: that is an answer too. */
const tolerant = (call: CallTool): CallTool => (name, args) =>
  call(name, args).catch(() => ({ content: [], isError: true }))

const compare = async (servers: ReadonlyArray<Server>, outcome: OutcomeName): Promise<ReadonlyArray<Comparison>> => {
  for (const server of servers) await check(server, outcome)
  const { argsOf } = outcomes[outcome]
  let sent = 0
  const { processor, slow, typical } = await compareFleet(servers, plan, async ({ call }, times) => {
    const latencies: Array<number> = []
    for (let i = 0; i < times; i++) {
      const args = argsOf(sent++)
      const start = performance.now()
      await call("add", args)
      latencies.push((performance.now() - start) * 1_000)
    }
    return latencies
  })
  const common = { unit: "us", control: ["by hand", "by hand again"] as const }
  const loose = { ...common, goals: [], isLoose: true }
  return [
    { ...common, title: `stdio, ${outcome}, median`, samples: typical, goals: goals[outcome] },
    { ...loose, title: `stdio, ${outcome}, slowest of a hundred`, samples: slow },
    { ...loose, title: `stdio, ${outcome}, processor time`, samples: processor }
  ]
}

const memory = (servers: ReadonlyArray<Server>): Comparison => {
  const held = Map.groupBy(servers, ({ name }) => name)
  return {
    title: "stdio, memory held in the end",
    unit: "MiB",
    samples: [...held].map(([name, copies]) => ({
      name,
      rounds: [copies.reduce((sum, { process }) => sum + resident(process), 0) / copies.length]
    })),
    control: ["by hand", "by hand again"],
    goals: [],
    isLoose: true
  }
}

export const benchmark: Benchmark = {
  steps: async function*() {
    const copies = Object.entries(counts).flatMap(([name, count]) =>
      Array.from({ length: count }, () => ({ name, process: start("stdio-server.ts", name) }))
    )
    try {
      const servers = await Promise.all(
        copies.map(async (copy) => ({ ...copy, call: tolerant(await connectTo(copy.process)) }))
      )
      pinTogether(copies.map(({ process }) => process))
      for (const outcome of Object.keys(outcomes) as ReadonlyArray<OutcomeName>) yield () => compare(servers, outcome)
      yield async () => memory(servers)
    } finally {
      for (const { process } of copies) process.kill("SIGKILL")
    }
  }
}
