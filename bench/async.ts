/**
 * P1b: a tool that waits for something, as every real one does, in memory: alone, and with many calls in flight. It waits for the
 * next turn of the event loop, so that what is told is the cost of waiting, not what is waited for.
 */
import * as Tool from "@errata/core/Tool"
import { register } from "@errata/mcp-adapter/sdk"
import * as Effect from "effect/Effect"
import { setImmediate } from "node:timers/promises"
import type { Benchmark } from "./lib/benchmark.ts"
import { sumIs } from "./lib/calls.ts"
import { connect, type Server } from "./lib/connect.ts"
import type { Comparison } from "./lib/report.ts"
import { interleave, type Plan, type Variant } from "./lib/stats.ts"
import { add, byHand, type Numbers, serverOf, zodServer } from "./lib/tools.ts"

const waiting = async (numbers: Numbers) => {
  await setImmediate()
  return byHand(numbers)
}

const errata = (): Server => {
  const server = serverOf()
  const handler = ({ a, b }: Numbers) => Effect.as(Effect.promise(() => setImmediate()), { sum: a + b })
  register(server, [Tool.handle(add, handler)], { logsCalls: false })
  return server
}

const variant = async (name: string, server: Server, inFlight: number): Promise<Variant> => {
  const call = await connect(server)
  const args = { a: 1, b: 2 }
  sumIs(3)(await call("add", args))
  const run = async (times: number) => {
    let left = times
    const lane = async () => {
      while (left-- > 0) await call("add", args)
    }
    await Promise.all(Array.from({ length: inFlight }, lane))
  }
  return { name, run }
}

/** As many calls for each, in chunks as short as they can be. */
const planOf = (inFlight: number): Plan => {
  const size = Math.max(25, inFlight)
  return { rounds: 11, chunks: Math.max(40, Math.floor(4_000 / size)), size, warmups: 3 }
}

const compare = async (inFlight: number, atMost: number): Promise<Comparison> => ({
  title: inFlight === 1 ? "asynchronous tool, alone" : `asynchronous tool, ${inFlight} in flight`,
  unit: "ns/call",
  samples: await interleave([
    await variant("by hand", zodServer(waiting), inFlight),
    await variant("by hand again", zodServer(waiting), inFlight),
    await variant("Errata", errata(), inFlight)
  ], planOf(inFlight)),
  control: ["by hand", "by hand again"],
  goals: [{ variant: "Errata", against: "by hand", atMost }]
})

export const benchmark: Benchmark = {
  steps: () => [() => compare(1, 1.4), () => compare(64, 1.5), () => compare(1000, 1.5)]
}
