/**
 * P10: from the start of a stdio server to its first tool result, the processor time and the memory that it takes: the SDK alone,
 * adopted, wrapped and tried as installed, registered; and as one bundle of a user's.
 */
import { mkdtemp, rm, stat } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Benchmark } from "./lib/benchmark.ts"
import { bundle } from "./lib/bundle.ts"
import { installed as install } from "./lib/install.ts"
import type { Comparison } from "./lib/report.ts"
import { alternate, rounds, type Sample } from "./lib/stats.ts"
import { type ColdStart, coldStart } from "./lib/stdio.ts"

interface Server {
  readonly name: string
  /** Holds what node is called with. */
  readonly args: ReadonlyArray<string>
  /** Holds what it may cost beyond the SDK alone. */
  readonly allowed?: {
    readonly millis: number
    readonly mebibytes: number
    /** Default: the SDK alone. */
    readonly beyond?: string
  }
}

const base = "SDK alone"
const control = [base, "SDK alone again"] as const

const compare = async (how: string, servers: ReadonlyArray<Server>): Promise<ReadonlyArray<Comparison>> => {
  const seen = new Map<string, Array<ColdStart>>(servers.map(({ name }) => [name, []]))
  const plan = { rounds: 15, warmups: 2 }
  const wall = await alternate(
    servers.map(({ args, name }) => ({
      name,
      measure: async () => {
        const result = await coldStart(args)
        seen.get(name)!.push(result)
        return result.millis
      }
    })),
    plan
  )
  const roundsOf = (pick: (start: ColdStart) => number): ReadonlyArray<Sample> =>
    [...seen].map(([name, starts]) => ({ name, rounds: starts.slice(-rounds(plan.rounds)).map(pick) }))
  const least = (samples: ReadonlyArray<Sample>): ReadonlyArray<Sample> =>
    samples.map(({ name, rounds }) => ({ name, rounds: [Math.min(...rounds)] }))
  const processor = roundsOf(({ processorMillis }) => processorMillis)
  const memory = roundsOf(({ peakMebibytes }) => peakMebibytes)
  const judged = (title: string, unit: "ms" | "MiB", samples: ReadonlyArray<Sample>): Comparison =>
    withGoals({ title: `${title}, ${how}`, unit, samples, control, goals: [] }, servers)
  return [
    { ...judged("Cold start", "ms", wall), goals: [], isLoose: true },
    { ...judged("Cold start, the least of all", "ms", least(wall)), goals: [], isLoose: true },
    judged("Processor time, the least of all", "ms", least(processor)),
    judged("Peak memory", "MiB", memory)
  ]
}

/** Makes each allowance a sample of its own: the SDK alone and that much. */
const withGoals = (comparison: Comparison, servers: ReadonlyArray<Server>): Comparison => {
  const allowances = new Map<string, Sample>()
  const goals = servers.flatMap(({ allowed, name }) => {
    if (allowed === undefined) return []
    const amount = comparison.unit === "ms" ? allowed.millis : allowed.mebibytes
    const beyond = allowed.beyond ?? base
    const { rounds } = comparison.samples.find(({ name }) => name === beyond)!
    const against = `${beyond} + ${amount} ${comparison.unit}`
    allowances.set(against, { name: against, rounds: rounds.map((value) => value + amount) })
    return [{ variant: name, against, atMost: 1 }]
  })
  return { ...comparison, samples: [...comparison.samples, ...allowances.values()], goals }
}

const sizes = async (files: { readonly sdk: string; readonly errata: string }): Promise<Comparison> => {
  const sdk = (await stat(files.sdk)).size / 1024
  const errata = (await stat(files.errata)).size / 1024
  return {
    title: "Size, bundled and minified",
    unit: "KiB",
    samples: [
      { name: base, rounds: [sdk] },
      { name: control[1], rounds: [sdk] },
      { name: "registered", rounds: [errata] }
    ],
    control,
    goals: []
  }
}

const asInstalled = { millis: 20, mebibytes: 8 }
const allowedToRegister = 20
const byHand = "effect and Schema by hand"

const asPublished = (server: (name: string) => string): ReadonlyArray<Server> => [
  { name: base, args: [server("sdk")] },
  { name: control[1], args: [server("sdk")] },
  { name: "adopted", args: [server("adopt")], allowed: asInstalled },
  { name: "wrapped", args: [server("wrap")], allowed: asInstalled },
  {
    name: "tried",
    args: ["--import", "@errata/mcp-adapter/try", server("sdk")],
    allowed: { millis: 30, mebibytes: 8 }
  },
  { name: byHand, args: [server("effect")] },
  {
    name: "registered",
    args: [server("errata")],
    allowed: { millis: allowedToRegister, mebibytes: 8, beyond: byHand }
  },
  { name: "served", args: [server("serve")] }
]

/** Bundles two servers as a user would. */
const bundled = async (out: string, server: (name: string) => string) => {
  const files = { sdk: join(out, "bundled-sdk.mjs"), errata: join(out, "bundled-errata.mjs") }
  await bundle(server("sdk"), { platform: "node", file: files.sdk })
  await bundle(server("errata"), { platform: "node", file: files.errata })
  const servers: ReadonlyArray<Server> = [
    { name: base, args: [files.sdk] },
    { name: control[1], args: [files.sdk] },
    { name: "registered", args: [files.errata], allowed: { millis: 15, mebibytes: 10 } }
  ]
  return { files, servers }
}

export const benchmark: Benchmark = {
  steps: async function*() {
    const out = await mkdtemp(join(tmpdir(), "errata-cold-"))
    try {
      await install(out)
      const server = (name: string): string => join(out, `${name}.mjs`)
      yield () => compare("as installed", asPublished(server))
      const { files, servers } = await bundled(out, server)
      yield () => compare("bundled", servers)
      yield () => sizes(files)
    } finally {
      await rm(out, { recursive: true })
    }
  }
}
