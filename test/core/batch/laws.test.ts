import { describe, expect, it } from "@effect/vitest"
import * as Batch from "@errata/core/Batch"
import * as BatchSink from "@errata/core/BatchSink"
import type * as ToolError from "@errata/core/ToolError"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { runs, seeded } from "../support/arbitraries.ts"
import { error, type Outcome, outcomes, split } from "./support/outcomes.ts"

const anyOutcomes = seeded(outcomes)
const anyBatch = Arbitrary.map(anyOutcomes, Batch.fromOutcomes)
const anyParts = seeded((from) => {
  const all = outcomes(from)
  return { all, parts: split(from, all) }
})

/** All that is told of a batch. */
const told = (batch: Batch.Batch<unknown, ToolError.Any>) => ({
  report: Batch.report(batch),
  summary: Batch.summary(batch),
  errorSummary: Batch.errorSummary(batch)
})

describe("combining", () => {
  it.prop("has the empty batch as its identity", [anyBatch], ([batch]) => {
    expect(Batch.combine(Batch.empty, batch)).toEqual(batch)
    expect(Batch.combine(batch, Batch.empty)).toEqual(batch)
  }, runs(100))

  it.prop("is associative", [anyBatch, anyBatch, anyBatch], ([a, b, c]) => {
    expect(Batch.combine(Batch.combine(a, b), c)).toEqual(Batch.combine(a, Batch.combine(b, c)))
  }, runs(100))

  it.prop("gives the same however the items are split, by a reducer or a sink", [anyParts], ([{ all, parts }]) => {
    const whole = Batch.fromOutcomes(all)
    const { combineAll } = Batch.reducer<number, ToolError.Any>()
    expect(combineAll(parts.map((part) => Batch.fromOutcomes(part)))).toEqual(whole)
    expect(combineAll(all.map((one) => Batch.of(one)))).toEqual(whole)
    expect(told(combineAll(parts.map((part) => Batch.fromOutcomes(part))))).toEqual(told(whole))
    const chunked = Stream.fromIterable(parts).pipe(Stream.flatMap((part) => Stream.fromIterable(part)))
    expect(Effect.runSync(Stream.run(chunked, BatchSink.make<number, ToolError.Any>()))).toEqual(whole)
  }, runs(100))

  it.prop("of parts that were counted from 0 gives the whole, when each is shifted", [anyParts], ([{ all, parts }]) => {
    const fromZero = parts.map((part) => Batch.fromOutcomes(part.map((one, index): Outcome => ({ ...one, index }))))
    const behind = fromZero.reduce(
      (sum, part) => Batch.combine(sum, Batch.shift(part, Batch.total(sum))),
      Batch.empty as typeof fromZero[number]
    )
    expect(behind).toEqual(Batch.fromOutcomes(all))
  }, runs(100))

  it.prop("keeps the order of items", [anyOutcomes], ([all]) => {
    const batch = Batch.fromOutcomes(all)
    const indices = [batch.results, batch.failures, batch.skipped].map((items) => items.map(({ index }) => index))
    for (const list of indices) expect(list).toEqual(list.toSorted((a, b) => a - b))
    expect(indices.flat().toSorted((a, b) => a - b)).toEqual(all.map(({ index }) => index))
  }, runs(100))
})

describe("counts", () => {
  it.prop("add up", [anyBatch], ([batch]) => {
    const { failed, not_attempted, succeeded, success_rate, total } = Batch.summary(batch)
    expect(total).toBe(succeeded + failed + not_attempted)
    expect(total).toBe(Batch.total(batch))
    expect(success_rate === 1).toBe(succeeded === total)
    expect(success_rate === 0).toBe(succeeded === 0 && total > 0)
    const sum = (counts: { readonly [name: string]: number }) => Object.values(counts).reduce((a, b) => a + b, 0)
    expect(sum(batch.tally.byType)).toBe(failed)
    expect(sum(batch.tally.byCategory)).toBe(failed)
    expect(batch.tally.recoverable).toBeLessThanOrEqual(failed)
  }, runs(100))

  it.prop("are exact, however few failures are kept", [anyOutcomes], ([all]) => {
    const { succeeded, failed, notAttempted, tally } = Batch.fromOutcomes(all)
    const few = Effect.runSync(
      Stream.run(Stream.fromIterable(all), BatchSink.make<number, ToolError.Any>({ maxKept: 2, discard: true }))
    )
    expect({ succeeded: few.succeeded, failed: few.failed, notAttempted: few.notAttempted, tally: few.tally })
      .toEqual({ succeeded, failed, notAttempted, tally })
    expect([few.results.length, few.failures.length, few.skipped.length])
      .toEqual([0, Math.min(2, failed), Math.min(2, notAttempted)])
  }, runs(100))

  it("may be those of a type that is called like a property of every object", () => {
    const { tally } = Batch.fromOutcomes([])
    expect(
      Object.keys(
        Batch.combine(Batch.empty, { ...Batch.empty, tally: { ...tally, byType: { constructor: 1 } } }).tally.byType
      )
    )
      .toEqual(["constructor"])
  })
})

describe("status", () => {
  it.prop("is what the counts say", [anyBatch], ([batch]) => {
    const expected = batch.succeeded === Batch.total(batch) ? "success" : batch.succeeded > 0 ? "partial" : "failed"
    expect(Batch.status(batch)).toBe(expected)
  }, runs(50))

  it("of nothing is success, but not of items that were not read to their end", () => {
    expect(Batch.status(Batch.empty)).toBe("success")
    expect(Batch.status({ ...Batch.empty, isTruncated: true })).toBe("failed")
    expect(Batch.status({ ...Batch.of(Batch.succeeded({ index: 0, key: "a" }, 1)), isTruncated: true })).toBe("partial")
  })
})

describe("maps", () => {
  it.prop("keep everything but what they change", [anyBatch], ([batch]) => {
    expect(Batch.map(batch, (value) => value)).toEqual(batch)
    expect(Batch.mapError(batch, (error) => error)).toEqual(batch)
    const mapped = Batch.map(batch, (value, { index, key }) => `${index} ${key} ${value}`)
    expect(Batch.partition(mapped)[0]).toEqual(batch.results.map(({ index, key, value }) => `${index} ${key} ${value}`))
  }, runs(50))

  it.prop(
    "of errors count what they change, and what was not kept as before",
    [anyOutcomes, seeded(error)],
    ([all, other]) => {
      const batch = Batch.fromOutcomes(all)
      const replaced = all.map((one): Outcome =>
        one._tag === "Failed" ? Batch.failed(one, other, one.circumstances) : one
      )
      const [whole, changed] = [Batch.mapError(batch, () => other), Batch.fromOutcomes(replaced)]
      expect(whole).toEqual({ ...changed, tally: whole.tally })
      expect(sorted(whole.tally)).toEqual(sorted(changed.tally))
      const few = Effect.runSync(
        Stream.run(Stream.fromIterable(all), BatchSink.make<number, ToolError.Any>({ maxKept: 1 }))
      )
      const sum = Object.values(Batch.mapError(few, () => other).tally.byType).reduce((a, b) => a + b, 0)
      expect(sum).toBe(batch.failed)
    },
    runs(100)
  )
})

const sorted = (tally: Batch.Tally) => ({ ...tally, byType: { ...tally.byType }, byCategory: { ...tally.byCategory } })

describe("thresholds", () => {
  it.prop("fail when too few succeeded", [anyBatch], ([batch]) => {
    const all = Batch.total(batch)
    for (const rate of [0, 0.3, 0.5, 1]) {
      const exit = Effect.runSyncExit(Batch.failBelow(batch, rate))
      expect(exit._tag).toBe(all > 0 && batch.succeeded / all < rate ? "Failure" : "Success")
    }
    expect(Effect.runSyncExit(Batch.failIfNone(batch))._tag).toBe(
      Batch.status(batch) === "failed" ? "Failure" : "Success"
    )
  }, runs(50))
})

describe("retry keys", () => {
  it.prop("hold only what is safe to repeat, and what was not begun", [anyBatch], ([batch]) => {
    const { retry_keys } = Batch.errorSummary(batch)
    const unsafe = new Set(
      batch.failures.filter(({ advice }) => advice.type.name === "outcome_unknown").map(({ key }) => key)
    )
    const wanted = [...batch.failures.filter(({ advice }) => advice.retry.should_retry), ...batch.skipped]
      .toSorted((a, b) => a.index - b.index)
      .map(({ key }) => key)
      .filter((key) => !unsafe.has(key))
    expect(retry_keys).toEqual(wanted)
    for (const failure of batch.failures) {
      if (failure.advice.type.name === "outcome_unknown") expect(retry_keys).not.toContain(failure.key)
    }
  }, runs(100))

  it.prop("are none where some of what must not be repeated was not kept", [anyOutcomes], ([all]) => {
    const few = Effect.runSync(
      Stream.run(Stream.fromIterable(all), BatchSink.make<number, ToolError.Any>({ maxKept: 1 }))
    )
    const kept = few.failures.filter(({ advice }) => advice.type.name === "outcome_unknown").length
    if (kept < (few.tally.byType["outcome_unknown"] ?? 0)) expect(Batch.errorSummary(few).retry_keys).toEqual([])
  }, runs(100))
})
