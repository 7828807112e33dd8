/** What goes over the wire: values item by item, keys byte for byte or masked, and what is left out is counted. */
import { describe, expect, it } from "@effect/vitest"
import type * as Advice from "@errata/core/Advice"
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import type { ReferenceId } from "@errata/core/ReferenceId"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { runs, seeded, type Source } from "../support/arbitraries.ts"
import { inside, recorded } from "./support/calls.ts"
import { quiet } from "./support/logged.ts"

const Mean = Schema.Struct({ rows: Schema.Int, mean: Schema.Finite })
const value = (mean: number) => ({ rows: 1, mean })
const busy = new Errors.Unavailable({ service: "The converter" })
const anyMeans = seeded((from: Source) =>
  Array.from({ length: from.int(12) }, () => from.pick([1, 2.5, NaN, Infinity, 7]))
)

describe("a value that does not encode", () => {
  it.effect("costs its item, when the item ends: it stops the batch and counts as progress", () =>
    Effect.gen(function*() {
      const { call, progress } = recorded()
      const batch = yield* Batch.forEach([1, NaN, 2, 3], (mean) => Effect.succeed(value(mean)), {
        output: Mean,
        concurrency: 1,
        stopAfter: 1
      }).pipe(inside(call), Effect.provide(quiet))
      expect(Batch.report(batch)).toMatchObject({
        status: "partial",
        summary: { succeeded: 1, failed: 1, not_attempted: 2 },
        errors: [{ index: 1, error: "InternalError", type: "internal_error", message: "The item failed unexpectedly" }]
      })
      expect(progress.at(-1)).toMatchObject({ progress: 2, total: 4 })
    }))

  it.effect.prop("fails exactly its items, whatever else happens", [anyMeans], ([means]) =>
    Effect.gen(function*() {
      const keyed = { output: Mean, key: (_: number, i: number) => `k${i}`, concurrency: 3 }
      const batch = yield* Batch.forEach(means, (mean) =>
        mean === 7 ? Effect.fail(busy) : Effect.succeed(value(mean)), keyed).pipe(Effect.provide(quiet))
      const ok = means.flatMap((mean, i) =>
        Number.isFinite(mean) && mean !== 7 ? [`k${i}`] : []
      )
      expect(batch.results.map(({ key }) => key)).toEqual(ok)
      expect(batch.failures.filter(({ error }) => error._tag === "InternalError").map(({ index }) => index)).toEqual(
        means.flatMap((mean, i) => Number.isFinite(mean) ? [] : [i])
      )
      expect(Batch.total(batch)).toBe(means.length)
    }), runs(100))

  it.effect("is none where the schema calls it unknown and JSON has a word for it", () =>
    Effect.gen(function*() {
      const Row = Schema.Struct({ rows: Schema.Int, more: Schema.Record(Schema.String, Schema.Unknown) })
      const row = (rows: number) => ({ rows, more: { at: new Date(0), not: undefined } })
      const rows = (output?: Schema.Top) =>
        Batch.forEach([1, 0.5, 2], (n) => Effect.succeed(row(n)), { output: output as never }).pipe(
          Effect.provide(quiet)
        )
      expect((yield* rows(Row)).results.map(({ index }) => index)).toEqual([0, 2])
      const annotation = Batch.Report(Row).ast.annotations?.["errata/batch"] as Batch.ReportAnnotation
      const { causes, returned } = annotation.fitting(yield* rows())
      expect(causes.length).toBe(1)
      expect((returned as Batch.Batch<unknown, never>).results.map(({ index }) => index)).toEqual([0, 2])
    }))

  it.effect("costs its item where values are counted only", () =>
    Effect.gen(function*() {
      const batch = yield* Batch.forEach([1, NaN], (mean) => Effect.succeed(value(mean)), {
        output: Mean,
        discard: true
      }).pipe(Effect.provide(quiet))
      expect([batch.succeeded, batch.failed, batch.results.length]).toEqual([1, 1, 0])
    }))
})

const secret = "https://ada:hunter2-hunter2@db.example/orders"
const failing = (keys: ReadonlyArray<string>, safety: Advice.Safety = "idempotent") =>
  Batch.fromOutcomes<number, Errors.Unavailable>(
    keys.map((key, index) => Batch.failed({ index, key }, busy, { safety, started: true }))
  )

describe("a key that the redactor would change", () => {
  it("is told masked, and is none to call again with", () => {
    const report = Batch.report(failing(["a", secret, "b"]))
    expect(JSON.stringify(report)).not.toContain("hunter2")
    expect(report.errors[1]?.key).toContain("db.example")
    expect(report.error_summary.retry_keys).toEqual(["a", "b"])
    expect(report.note).toBe("0 of 3 succeeded, 3 failed. 1 more key to retry is not listed.")
  })

  it("is told masked of what succeeded, and in sentences", () => {
    const missing = new Errors.NotFound({ resource: "File" })
    const report = Batch.report(Batch.fromOutcomes([
      Batch.succeeded({ index: 0, key: secret }, 1),
      Batch.failed({ index: 1, key: secret }, missing, { safety: "read", started: true })
    ]))
    expect(JSON.stringify(report)).not.toContain("hunter2")
  })

  it("is not referred to where no key can be listed", () => {
    expect(Batch.errorSummary(failing([secret])).suggestion).toBe(
      "1 of 1 failed temporarily. Call again with the items that failed temporarily."
    )
  })

  it("or that is too long to leave, is left out", () => {
    expect(Batch.errorSummary(failing(["a", "x".repeat(100_000)])).retry_keys).toEqual(["a"])
  })
})

const anyBatch = seeded((from: Source) => {
  const keys = Array.from({ length: 1 + from.int(20) }, () => from.pick([secret, "a", "b", "\ud800", "c d", "x\ny"]))
  return Batch.fromOutcomes(keys.map((key, index): Batch.Outcome<number, Errors.Unavailable> =>
    from.chance(30)
      ? Batch.succeeded({ index, key }, 1)
      : from.chance(30)
      ? Batch.notAttempted({ index, key })
      : Batch.failed({ index, key }, busy, { safety: from.pick(["idempotent", "once"]), started: true })
  ))
})

describe("keys to retry", () => {
  it.prop("are those of items that failed temporarily or were not begun, byte for byte", [anyBatch], ([batch]) => {
    const open = new Set(batch.failures.filter(({ advice }) => !advice.retry.should_retry).map(({ key }) => key))
    const keys = [...batch.failures, ...batch.skipped].map(({ key }) => key)
    for (const key of Batch.report(batch).error_summary.retry_keys) {
      expect(keys).toContain(key)
      expect(key).not.toBe(secret)
      expect(open.has(key)).toBe(false)
    }
  }, runs(200))
})

describe("a report", () => {
  const reference = "5f3c9a1e" as ReferenceId

  it("of a failed batch lists twenty errors, of more than that a few, and counts the rest", () => {
    expect(Batch.report(failing(Array.from({ length: 20 }, (_, i) => `k${i}`))).errors).toHaveLength(20)
    const report = Batch.report(failing(Array.from({ length: 400 }, (_, i) => `k${i}`)), { maxRetryKeys: 0 })
    expect(report.errors.map(({ index }) => index)).toEqual([0, 1, 2, 3])
    expect(report.note).toContain("396 more errors are not listed.")
    expect(
      Batch.report(Batch.combine(
        Batch.of<number, never>(Batch.succeeded({ index: 400, key: "y" }, 1)),
        failing(
          Array.from({ length: 400 }, (_, i) => `k${i}`)
        )
      )).errors
    ).toHaveLength(100)
  })

  it("carries advice and reference unless all succeeded", () => {
    const one = Batch.of<number, never>(Batch.succeeded({ index: 1, key: "b" }, 1))
    expect(Batch.report(one, { referenceId: reference })).not.toHaveProperty("reference_id")
    expect(Batch.report(one)).not.toHaveProperty("advice")
    expect(Batch.report(failing(["a"]), { referenceId: reference })).toMatchObject({
      advice: "Retry later.",
      reference_id: reference
    })
    expect(Batch.report(Batch.combine(failing(["a"]), one), { referenceId: reference })).toMatchObject({
      advice: "Call again with retry_keys.",
      reference_id: reference
    })
  })

  it("says of what may not be repeated that the others are done", () => {
    const batch = Batch.fromOutcomes<number, Errors.NotFound>([
      Batch.succeeded({ index: 0, key: "a" }, 1),
      Batch.notAttempted({ index: 1, key: "b" })
    ])
    expect(Batch.report(batch, { safety: "once" })).toMatchObject({
      advice: "Call again with retry_keys only: the others are done.",
      error_summary: { suggestion: "Call again with retry_keys only: the others are done.", retry_keys: ["b"] }
    })
    const missing = Batch.fromOutcomes<number, Errors.NotFound>([
      Batch.succeeded({ index: 0, key: "a" }, 1),
      Batch.failed({ index: 1, key: "b" }, new Errors.NotFound({ resource: "File" }), { safety: "once", started: true })
    ])
    expect(Batch.errorSummary(missing).suggestion).toBe(
      "1 of 2 not found: read the error of b. The items that succeeded are done: do not send them again."
    )
  })

  it("keeps an item's alternatives and steps with it", () => {
    const error = ToolError.withGuidance(new Errors.NotFound({ resource: "File", id: "a.mdd" }), {
      similarMatches: ["a.md"],
      steps: [{ action: "List the files", tool: "list_files", parameters: {} }]
    })
    const report = Batch.report(Batch.of(Batch.failed({ index: 0, key: "a.mdd" }, error)))
    expect(report.errors[0]).toMatchObject({
      similar_matches: ["a.md"],
      recovery_steps: [{ step: 1, action: "List the files", tool: "list_files" }]
    })
  })
})

describe("sources and lists", () => {
  it.effect("an async iterator that does not return is left behind after a second", () =>
    Effect.gen(function*() {
      const items: AsyncIterable<string> = {
        [Symbol.asyncIterator]: () => ({
          next: () => Promise.resolve({ done: false, value: "a" }),
          return: () => new Promise(() => {})
        })
      }
      const fails = () => Effect.fail(new Errors.NotFound({ resource: "x" }))
      const batch = yield* Effect.promise(() =>
        Effect.runPromise(Batch.forEach(items, fails, { stopAfter: 1, concurrency: 1 }).pipe(Effect.provide(quiet)))
      )
      expect([batch.failed, batch.isTruncated]).toEqual([1, true])
    }))

  it.effect("an item that cannot be read is one that failed, and the last", () =>
    Effect.gen(function*() {
      let at = 0
      const step = () =>
        at++ === 0 ? { done: false, value: "a" } : {
          done: false,
          get value(): string {
            throw new Error("unreadable")
          }
        }
      const items: Iterable<string> = { [Symbol.iterator]: () => ({ next: step }) }
      const batch = yield* Batch.forEach(items, Effect.succeed).pipe(Effect.provide(quiet))
      expect([batch.succeeded, batch.failed, batch.isTruncated]).toEqual([1, 1, true])
    }))

  it.effect.each([[5, 1, 3, 0, 4, 2], [3, 0, 5, 2, 1, 4]].map((gates) => ({ gates })))(
    "the first failures in input order are kept, whatever the order in which they come: $gates",
    ({ gates }) =>
      Effect.gen(function*() {
        const order = gates.map((index) => ({ index, at: gates.indexOf(index) }))
        const fail = (index: number) =>
          Effect.gen(function*() {
            for (let i = 0; i < order.find((entry) => entry.index === index)!.at * 3; i++) yield* Effect.yieldNow
            return yield* new Errors.NotFound({ resource: "x", id: String(index) })
          })
        const batch = yield* Batch.forEach([0, 1, 2, 3, 4, 5], fail, { concurrency: 6, maxKept: 2 })
        expect(batch.failures.map(({ index }) => index)).toEqual([0, 1])
        expect(batch.failed).toBe(6)
      })
  )
})
