import type * as Errors from "@errata/core/Errors"
import {
  type Batch,
  type Dependency,
  forDependency,
  forEach,
  isTransient,
  parts,
  retry,
  RetryPolicy,
  type ToolError
} from "@errata/core/promise"
import * as Engine from "@errata/core/RetryPolicy"
import { expect, test } from "tstyche"

const policy = RetryPolicy.quick
declare const billing: Dependency
declare const work: (signal: AbortSignal) => Promise<number>

test("retry gives what the work gives, awaited", () => {
  expect(retry(work, policy)).type.toBe<Promise<number>>()
  expect(retry(() => 1, policy)).type.toBe<Promise<number>>()
  expect(billing(work)).type.toBe<Promise<number>>()
})

test("retry is given work, not its promise", () => {
  expect(retry).type.not.toBeCallableWith(work(AbortSignal.timeout(1)), policy)
  expect(billing).type.not.toBeCallableWith(work(AbortSignal.timeout(1)))
})

test("retry is given a policy, of here or of the engine", () => {
  expect(retry).type.toBeCallableWith(work, RetryPolicy.make({ delay: "2 seconds" }))
  expect(retry).type.toBeCallableWith(work, Engine.patient)
  expect(retry).type.not.toBeCallableWith(work, { retries: 3 })
  expect(retry).type.not.toBeCallableWith(work, billing)
  expect(retry).type.not.toBeCallableWith(work)
})

test("what may happen once is not tried again", () => {
  expect(retry).type.toBeCallableWith(work, policy, { safety: "idempotent" as const })
  expect(retry).type.not.toBeCallableWith(work, policy, { safety: "once" as const })
})

test("a classifier gives tool errors", () => {
  expect(retry).type.toBeCallableWith(work, policy, {
    classify: () => undefined as Errors.Unavailable | undefined
  })
  expect(retry).type.not.toBeCallableWith(work, policy, { classify: () => new Error("unclassified") })
})

test("times are milliseconds or texts that say them", () => {
  expect(RetryPolicy.make).type.toBeCallableWith({ delay: 500, within: "1 minute" as const })
  expect(RetryPolicy.make).type.not.toBeCallableWith({ delay: "soon" })
  expect(forDependency).type.not.toBeCallableWith({ service: "It", timeout: "1 fortnight" })
})

test("a dependency has a name", () => {
  expect(forDependency).type.not.toBeCallableWith({})
})

test("items are of one type, and their values awaited", () => {
  expect(forEach([1, 2], async (item) => String(item))).type.toBe<Promise<Batch<string>>>()
  expect(forEach).type.not.toBeCallableWith([1, 2], (item: string) => item)
  expect(forEach).type.not.toBeCallableWith([1, 2], Promise.resolve(1))
})

test("an optional part may be absent, a required one may not", async () => {
  const { data, warnings } = await parts({
    required: { current: async () => 21 },
    optional: { forecast: { fetch: () => "sunny", impact: "no outlook" } }
  })
  expect(data.current).type.toBe<number>()
  expect(data.forecast).type.toBe<string | undefined>()
  expect(warnings[0]!.component).type.toBe<"forecast">()
})

test("a part is told the type of its signal", async () => {
  const { data } = await parts({
    required: { current: (signal) => work(signal) },
    optional: {
      forecast: { fetch: async (signal) => String(await work(signal)), impact: "no outlook" },
      news: undefined
    }
  })
  expect(data.current).type.toBe<number>()
  expect(data.forecast).type.toBe<string | undefined>()
})

test("an optional part says what its absence means, and keeps to its type", () => {
  const required = {}
  expect(parts).type.not.toBeCallableWith({ required, optional: { forecast: { fetch: () => "sunny" } } })
  expect(parts).type.not.toBeCallableWith({
    required,
    optional: { forecast: { fetch: () => "sunny", impact: "none", cached: () => ({ value: 1, age: 1 }) } }
  })
  expect(parts).type.not.toBeCallableWith({
    required: { forecast: () => 1 },
    optional: { forecast: { fetch: () => "sunny", impact: "none" } }
  })
})

test("a rejection is narrowed by its family", () => {
  const error: unknown = undefined
  if (isTransient(error)) expect(error).type.toBe<ToolError<"transient">>()
})
