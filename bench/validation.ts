/**
 * P8: the validation of arguments, as a handler does it (unknown arguments included, every issue with its path and sentence),
 * against zod's `safeParse` and against `safeParseAsync`, which is what the SDK calls.
 *
 * It runs twice: with effect's interpreter, and after `import "effect/schema/SchemaJITCompiler/enable"`.
 */
import * as Arguments from "@errata/core/Arguments"
import * as Tool from "@errata/core/Tool"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import assert from "node:assert/strict"
import { z } from "zod"
import type { Benchmark } from "./lib/benchmark.ts"
import type { Comparison, Goal } from "./lib/report.ts"
import { interleave, type Variant } from "./lib/stats.ts"

interface Case {
  readonly name: string
  readonly tool: Tool.Any
  readonly zod: z.ZodType
  readonly valid: object
  readonly invalid: object
}

const five: Case = {
  name: "five fields",
  tool: Tool.make("five", {
    description: "Takes five fields.",
    input: Schema.Struct({
      id: Schema.String,
      amount: Schema.Finite,
      level: Schema.Literals(["low", "normal", "high"]),
      express: Schema.Boolean,
      tags: Schema.Array(Schema.String)
    })
  }),
  zod: z.strictObject({
    id: z.string(),
    amount: z.number(),
    level: z.enum(["low", "normal", "high"]),
    express: z.boolean(),
    tags: z.array(z.string())
  }),
  valid: { id: "x", amount: 3, level: "high", express: true, tags: ["a", "b"] },
  invalid: { id: "x", amount: "3", level: "hihg", express: true, tags: ["a", "b"] }
}

const order: Case = {
  name: "an order of eight fields and three items",
  tool: Tool.make("order", {
    description: "Takes an order.",
    input: Schema.Struct({
      orderId: Schema.String.check(Schema.isMinLength(1)),
      customer: Schema.String,
      quantity: Schema.Finite.check(Schema.isInt(), Schema.isGreaterThanOrEqualTo(1)),
      price: Schema.Finite,
      priority: Schema.Literals(["low", "normal", "high"]),
      express: Schema.Boolean,
      note: Schema.optionalKey(Schema.String),
      items: Schema.Array(Schema.Struct({
        sku: Schema.String,
        qty: Schema.Finite.check(Schema.isInt()),
        tags: Schema.Array(Schema.String)
      }))
    })
  }),
  zod: z.strictObject({
    orderId: z.string().min(1),
    customer: z.string(),
    quantity: z.number().int().min(1),
    price: z.number(),
    priority: z.enum(["low", "normal", "high"]),
    express: z.boolean(),
    note: z.string().optional(),
    items: z.array(z.object({ sku: z.string(), qty: z.number().int(), tags: z.array(z.string()) }))
  }),
  valid: {
    orderId: "o-1",
    customer: "Ada",
    quantity: 3,
    price: 9.5,
    priority: "high",
    express: true,
    note: "x",
    items: [{ sku: "s1", qty: 1, tags: ["a", "b"] }, { sku: "s2", qty: 2, tags: ["c"] }, {
      sku: "s3",
      qty: 5,
      tags: []
    }]
  },
  invalid: {
    orderId: "",
    customer: "Ada",
    quantity: 0,
    price: 9.5,
    priority: "high",
    express: true,
    items: [{ sku: 1, qty: 1, tags: ["a", "b"] }]
  }
}

const repeat = (name: string, once: () => unknown): Variant => {
  let last: unknown
  const run = (times: number) => {
    for (let i = 0; i < times; i++) last = once()
    assert.notEqual(last, undefined)
  }
  return { name, run }
}

const repeatAsync = (name: string, once: () => Promise<unknown>): Variant => ({
  name,
  run: async (times) => {
    for (let i = 0; i < times; i++) await once()
  }
})

const plan = { rounds: 11, chunks: 50, size: 500, warmups: 3 }

const ofValid = async ({ name, tool, valid, zod }: Case, goals: ReadonlyArray<Goal>): Promise<Comparison> => {
  const codec = { decode: Arguments.decoder({ input: tool.input }) }
  assert.ok(Result.isSuccess(codec.decode(valid)) && zod.safeParse(valid).success)
  const samples = await interleave([
    repeat("zod safeParse", () => zod.safeParse(valid)),
    repeat("zod safeParse again", () => zod.safeParse(valid)),
    repeatAsync("zod safeParseAsync", () => zod.safeParseAsync(valid)),
    repeat("Errata", () => codec.decode(valid))
  ], plan)
  return {
    title: `Valid arguments, ${name}`,
    unit: "ns",
    samples,
    control: ["zod safeParse", "zod safeParse again"],
    goals
  }
}

const ofInvalid = async ({ invalid, name, tool, zod }: Case): Promise<Comparison> => {
  const codec = { decode: Arguments.decoder({ input: tool.input }) }
  assert.ok(Result.isFailure(codec.decode(invalid)) && !zod.safeParse(invalid).success)
  const samples = await interleave([
    repeat("zod safeParse and its message", () => zod.safeParse(invalid).error?.message),
    repeat("the same again", () => zod.safeParse(invalid).error?.message),
    repeat("Errata, with all issues described", () => codec.decode(invalid))
  ], { ...plan, size: 100 })
  return {
    title: `Invalid arguments, ${name}`,
    unit: "ns",
    samples,
    control: ["zod safeParse and its message", "the same again"],
    goals: []
  }
}

const goals: ReadonlyArray<Goal> = [
  { variant: "Errata", against: "zod safeParseAsync", atMost: 0.6 }
]

export const benchmark: Benchmark = {
  steps: () => [
    () => ofValid(five, goals),
    () => ofValid(order, goals),
    () => ofInvalid(five),
    () => ofInvalid(order)
  ]
}
