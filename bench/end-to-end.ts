/**
 * P1 to P3 from end to end: stdio servers in processes of their own are called in turn, one call at a time, for each way that a call
 * can end. What is told: the median and the slowest of a hundred, the processor time of the server, its memory.
 */
import assert from "node:assert/strict"
import type { Benchmark } from "./lib/benchmark.ts"
import { connectTo, type Process, processorTime, resident, start } from "./lib/child.ts"
import { type OutcomeName, outcomes } from "./lib/outcomes.ts"
import type { Comparison, Goal } from "./lib/report.ts"
import type { CallTool } from "./lib/session.ts"
import { order, quantile, rounds as roundsOf, type Sample } from "./lib/stats.ts"

const names = [
  "by hand",
  "by hand again",
  "by hand with a log line",
  "Errata without the log line",
  "Errata",
  "adopted, without the log line",
  "adopted",
  "effect's server",
  "FastMCP"
] as const

type Name = (typeof names)[number]

interface Server {
  readonly name: Name
  readonly process: Process
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
  typed: [register("P3", 1.1), adopt(2)],
  validation: [register("P3", 1.5), adopt(1.6)],
  masked: [register("P3", 1.4), adopt(1.7)]
}

const plan = { rounds: 11, calls: 200, warmups: 5 }

interface Round {
  readonly median: number
  readonly slow: number
  readonly processor: number
}

const measure = async ({ call, process }: Server, outcome: OutcomeName, times: number): Promise<Round> => {
  const { argsOf } = outcomes[outcome]
  const latencies: Array<number> = []
  const before = processorTime(process)
  for (let i = 0; i < times; i++) {
    const args = argsOf(i)
    const start = performance.now()
    await call("add", args)
    latencies.push((performance.now() - start) * 1_000)
  }
  const processor = (processorTime(process) - before) / times / 1_000
  return { median: quantile(latencies, 0.5), slow: quantile(latencies, 0.99), processor }
}

const check = async ({ call, name }: Server, outcome: OutcomeName): Promise<void> => {
  const { argsOf, fails } = outcomes[outcome]
  const result = await call("add", argsOf(0)).catch((error: unknown) => ({ isError: true, error }))
  const isExcused = name === "by hand with a log line" // it has no mistakes to make
  assert.ok(isExcused || (result.isError === true) === fails, `${name}, ${outcome}: ${JSON.stringify(result)}`)
}

/** A host may answer a mistake with a JSON-RPC error: that is an answer too. */
const tolerant = (call: CallTool): CallTool => (name, args) =>
  call(name, args).catch(() => ({ content: [], isError: true }))

const compare = async (servers: ReadonlyArray<Server>, outcome: OutcomeName): Promise<ReadonlyArray<Comparison>> => {
  for (const server of servers) await check(server, outcome)
  const seen = new Map<Name, Array<Round>>(names.map((name) => [name, []]))
  const count = roundsOf(plan.rounds)
  for (let round = -plan.warmups; round < count; round++) {
    for (const server of order(servers, round + plan.warmups)) {
      const measured = await measure(server, outcome, plan.calls)
      if (round >= 0) seen.get(server.name)!.push(measured)
    }
  }
  const samples = (pick: (round: Round) => number): ReadonlyArray<Sample> =>
    [...seen].map(([name, rounds]) => ({ name, rounds: rounds.map(pick) }))
  const common = { unit: "us", control: ["by hand", "by hand again"] as const }
  return [
    { ...common, title: `stdio, ${outcome}, median`, samples: samples(({ median }) => median), goals: goals[outcome] },
    {
      ...common,
      title: `stdio, ${outcome}, slowest of a hundred`,
      samples: samples(({ slow }) => slow),
      goals: [],
      isLoose: true
    },
    {
      ...common,
      title: `stdio, ${outcome}, processor time`,
      samples: samples(({ processor }) => processor),
      goals: [],
      isLoose: true
    }
  ]
}

export const benchmark: Benchmark = {
  run: async () => {
    const processes = names.map((name) => start("stdio-server.ts", name))
    try {
      const servers = await Promise.all(names.map(async (name, i) => {
        const process = processes[i]!
        return { name, process, call: tolerant(await connectTo(process)) }
      }))
      const comparisons: Array<Comparison> = []
      for (const outcome of Object.keys(outcomes) as ReadonlyArray<OutcomeName>) {
        comparisons.push(...await compare(servers, outcome))
      }
      const memory = servers.map(({ name, process }) => ({ name, rounds: [resident(process)] }))
      const control = ["by hand", "by hand again"] as const
      return [...comparisons, {
        title: "stdio, memory held in the end",
        unit: "MiB",
        samples: memory,
        control,
        goals: [],
        isLoose: true
      }]
    } finally {
      for (const process of processes) process.kill("SIGKILL")
    }
  }
}
