/**
 * P8 and P16: the whole reply to arguments of 1 kB to 4 MB, valid and wrong from the first item on, and to 100,000 unknown
 * arguments, against what a handler by hand does with zod: `safeParse`, and the message that the SDK sends.
 */
import * as Arguments from "@errata/core/Arguments"
import * as Tool from "@errata/core/Tool"
import * as Handler from "@errata/mcp-adapter/Handler"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import assert from "node:assert/strict"
import { z } from "zod"
import type { Benchmark } from "./lib/benchmark.ts"
import type { Comparison, Goal } from "./lib/report.ts"
import { interleave, isQuick, type Plan, type Sample, type Variant } from "./lib/stats.ts"

const input = Schema.Struct({
  query: Schema.optionalKey(Schema.String),
  ids: Schema.optionalKey(Schema.Array(Schema.Int)),
  rows: Schema.optionalKey(Schema.Array(Schema.Struct({ name: Schema.String })))
})
const zod = z.strictObject({
  query: z.string().optional(),
  ids: z.array(z.int()).optional(),
  rows: z.array(z.object({ name: z.string() })).optional()
})

const tool = Tool.make("find", { description: "Finds.", input, safety: "read" })
const handle = Handler.make(Tool.handle(tool, () => Effect.void), { logsCalls: false })
const decode = Arguments.decoder({ input })

const list = <A>(characters: number, item: A): ReadonlyArray<A> =>
  Array.from({ length: Math.max(1, Math.floor(characters / (JSON.stringify(item).length + 1))) }, () => item)

const sizes: { readonly [size: string]: number } = isQuick
  ? { "1 kB": 1e3, "100 kB": 1e5, "1 MB": 1e6 }
  : { "1 kB": 1e3, "10 kB": 1e4, "100 kB": 1e5, "1 MB": 1e6, "4 MB": 4e6 }

const kinds: { readonly [kind: string]: (characters: number) => object } = {
  "valid numbers": (size) => ({ ids: list(size, 1) }),
  "valid objects": (size) => ({ rows: list(size, { name: "x" }) }),
  "wrong numbers": (size) => ({ ids: list(size, "x") }),
  "wrong objects": (size) => ({ rows: list(size, { name: [] }) }),
  "one wrong object at the end": (size) => ({ rows: [...list(size, { name: "x" }), { name: [] }] })
}

const unknown = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`argument${i}`, 1]))

const byHand = (args: object): number => zod.safeParse(args).error?.message.length ?? 0

const variant = (name: string, once: () => unknown): Variant => ({
  name,
  run: async (times) => {
    for (let i = 0; i < times; i++) {
      const answer = once()
      if (answer instanceof Promise) await answer
    }
  }
})

/** Chunks as short as they can be, and as many as there is time for. */
const planFor = async (variants: ReadonlyArray<Variant>, characters: number): Promise<Plan> => {
  const size = Math.max(1, Math.floor(2e4 / characters))
  let millis = 0
  for (const { run } of [...variants, ...variants]) {
    const start = performance.now()
    await run(size)
    millis += performance.now() - start
  }
  const chunks = Math.min(60, Math.max(4, Math.round(1_600 / millis)))
  return { rounds: 9, chunks, size, warmups: 2 }
}

const inMillis = ({ name, rounds }: Sample): Sample => ({ name, rounds: rounds.map((nanos) => nanos / 1e6) })

interface Compared {
  readonly title: string
  readonly args: object
  readonly characters: number
  readonly goals: ReadonlyArray<Goal>
}

const compare = async ({ args, characters, goals, title }: Compared): Promise<Comparison> => {
  const isValid = zod.safeParse(args).success
  assert.equal(Result.isSuccess(decode(args)), isValid)
  const variants = [
    variant("zod", () => byHand(args)),
    variant("zod again", () => byHand(args)),
    variant("Errata, the whole reply", () => handle(args)),
    variant("Errata, decoding", () => decode(args))
  ]
  const samples = await interleave(variants, await planFor(variants, characters))
  return { title, unit: "ms", samples: samples.map(inMillis), control: ["zod", "zod again"], goals }
}

const goal = (atMost: number): ReadonlyArray<Goal> => [{ variant: "Errata, the whole reply", against: "zod", atMost }]

export const benchmark: Benchmark = {
  steps: function*() {
    for (const [size, characters] of Object.entries(sizes)) {
      for (const [kind, make] of Object.entries(kinds)) {
        const goals = kind.startsWith("valid") ? [] : goal(characters >= 1e5 ? 1 : 2)
        yield () => compare({ title: `${kind}, ${size}`, args: make(characters), characters, goals })
      }
    }
    yield () => compare({ title: "100,000 unknown arguments", args: unknown, characters: 1e6, goals: goal(1) })
  }
}
