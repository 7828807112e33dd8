/**
 * P2: a tool call that succeeds, with all that a tool has by default: context, declared errors, a service from a runtime,
 * encoded output, a retry policy, the reference id and the log line.
 *
 * By hand there is no log line, so the same is also measured without the line, with the line but no stderr, and against a
 * hand-written handler that writes a line of the same length. Stderr is /dev/null here.
 */
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import * as Log from "@errata/mcp-adapter/Log"
import { register } from "@errata/mcp-adapter/sdk"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schedule from "effect/Schedule"
import type { Benchmark } from "./lib/benchmark.ts"
import { calls, sumIs } from "./lib/calls.ts"
import type { Comparison } from "./lib/report.ts"
import { interleave } from "./lib/stats.ts"
import { add, byHand, logging, type Numbers, serverOf, sum, zodServer } from "./lib/tools.ts"

class Adder extends Context.Service<Adder, { readonly add: typeof sum }>()("bench/Adder") {}

const patient = RetryPolicy.make(Schedule.exponential("200 millis"), { maxRetries: 3 })

const tool = Tool.make("add", {
  description: add.description,
  input: add.input,
  output: add.output,
  errors: add.errors,
  safety: add.safety,
  retry: patient
})

const handled = Tool.handle(
  tool,
  Effect.fnUntraced(function*(numbers: Numbers) {
    const adder = yield* Adder
    return yield* adder.add(numbers)
  })
)

const errata = (options: { readonly logsCalls: boolean; readonly stderr: boolean }) => {
  const service = Layer.succeed(Adder, { add: sum })
  const runtime = ManagedRuntime.make(options.stderr ? service : Layer.merge(service, Log.layer({ write: () => {} })))
  const server = serverOf()
  register(server, [handled], { runtime, logsCalls: options.logsCalls })
  return server
}

const compare = async (): Promise<Comparison> => {
  const args = { a: 1, b: 2 }
  const samples = await interleave([
    await calls("by hand", zodServer(byHand), args, sumIs(3)),
    await calls("by hand again", zodServer(byHand), args, sumIs(3)),
    await calls("by hand with a log line", zodServer(logging), args, sumIs(3)),
    await calls("Errata without the line", errata({ logsCalls: false, stderr: true }), args, sumIs(3)),
    await calls("Errata, line to nowhere", errata({ logsCalls: true, stderr: false }), args, sumIs(3)),
    await calls("Errata", errata({ logsCalls: true, stderr: true }), args, sumIs(3))
  ], { rounds: 11, chunks: 120, size: 25, warmups: 3 })
  return {
    title: "Tool call, success, all defaults",
    unit: "ns/call",
    samples,
    control: ["by hand", "by hand again"],
    goals: [
      { variant: "Errata", against: "by hand with a log line", atMost: 1.25 }
    ]
  }
}

export const benchmark: Benchmark = { steps: () => [compare] }
