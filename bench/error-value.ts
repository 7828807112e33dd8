/** P4: an error made and turned into a result, without any transport, against throwing and catching. */
import type { ReferenceId } from "@errata/core/ReferenceId"
import * as Fold from "@errata/mcp-adapter/Fold"
import * as Effect from "effect/Effect"
import assert from "node:assert/strict"
import type { Benchmark } from "./lib/benchmark.ts"
import type { Comparison } from "./lib/report.ts"
import { interleave, type Variant } from "./lib/stats.ts"
import { failed, Negative, NegativeError } from "./lib/tools.ts"

const circumstances = { safety: "read", started: true, referenceId: "5f3c9a1e" as ReferenceId } as const

const thrown = (): unknown => {
  try {
    throw new NegativeError("The number -2 is negative")
  } catch (error) {
    return failed(error)
  }
}

/** Holds what a failure costs a program that recovers from it. */
const recovered = Effect.catchTag(
  Effect.suspend(() => Effect.fail(new Negative({ number: -2 }))),
  "Negative",
  (error) => Effect.succeed(error.number)
)

const variant = (name: string, once: () => unknown): Variant => {
  let last: unknown
  const run = (times: number) => {
    for (let i = 0; i < times; i++) last = once()
    assert.ok(last)
  }
  return { name, run }
}

const compare = async (): Promise<Comparison> => {
  const samples = await interleave([
    variant("throw and catch", thrown),
    variant("the same again", thrown),
    variant("made", () => new Negative({ number: -2 })),
    variant("made, failed with and caught in a fiber", () => Effect.runSync(recovered)),
    variant("made and folded", () => Fold.failure(new Negative({ number: -2 }), circumstances))
  ], { rounds: 11, chunks: 50, size: 500, warmups: 3 })
  return {
    title: "Error value",
    unit: "ns/error",
    samples,
    control: ["throw and catch", "the same again"],
    goals: [
      { variant: "made", against: "throw and catch", atMost: 0.1 }
    ]
  }
}

export const benchmark: Benchmark = { steps: () => [compare] }
