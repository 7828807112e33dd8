import { describe, expect, it } from "@effect/vitest"
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as JsonSchema from "@errata/core/JsonSchema"
import * as Limits from "@errata/core/Limits"
import * as Redaction from "@errata/core/Redaction"
import type * as ToolError from "@errata/core/ToolError"
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import { runs, seeded } from "../support/arbitraries.ts"
import { outcomes } from "./support/outcomes.ts"

const missing = new Errors.NotFound({ resource: "File", id: "x" })
const denied = new Errors.PermissionDenied({ action: "read", resource: "x" })
const broken = new Errors.Corrupted({ resource: "x" })
const busy = new Errors.Unavailable({ service: "x" })
const later = new Errors.RateLimited({ service: "x", retry_after_seconds: 7.2 })
const soon = new Errors.RateLimited({ service: "x", retry_after_seconds: 3 })
const timeout = new Errors.Timeout({ operation: "x" })
const invalid = new Errors.InvalidArguments({ issues: [] })
const unforeseen = new Errors.InternalError()

/** A batch of one letter for each item: its key, and what became of it. */
const batchOf = (
  items: ReadonlyArray<readonly [key: string, ToolError.Any | number | undefined]>,
  safety: "once" | "read" = "read"
): Batch.Batch<number, ToolError.Any> =>
  Batch.fromOutcomes(items.map(([key, what], index) => {
    if (what === undefined) return Batch.notAttempted({ index, key })
    return typeof what === "number"
      ? Batch.succeeded({ index, key }, what)
      : Batch.failed({ index, key }, what, { safety, started: true })
  }))

describe("the suggestion for the whole", () => {
  it.each<[string, Parameters<typeof batchOf>[0], string | undefined, ("once" | "read")?]>([
    ["nothing went wrong", [["a", 1]], undefined],
    ["no items", [], undefined],
    ["all missing", [["a", missing], ["b", missing]], "None of the 2 was found: check the names."],
    ["some missing", [["a", missing], ["b", 1]], "1 of 2 not found: remove a and call again."],
    [
      "many missing",
      [["a", missing], ["b", missing], ["c", missing], ["d", missing], ["e", missing], ["f", 1]],
      "5 of 6 not found: remove a, b, c and 2 more and call again."
    ],
    ["the only one missing", [["a", missing]], "1 of 1 not found: remove a and call again."],
    [
      "many denied",
      [["a", denied], ["b", denied], ["c", missing], ["d", 1]],
      "2 of 4 denied: ask for permission, or leave a, b out."
    ],
    ["all denied", [["a", denied]], "1 of 1 denied: ask for permission, or leave a out."],
    [
      "all for now",
      [["a", busy], ["b", soon], ["c", later]],
      "All 3 failed temporarily. Call again with retry_keys after 8 s."
    ],
    ["all for now, no hint", [["a", busy], ["b", 1]], "1 of 2 failed temporarily. Call again with retry_keys."],
    [
      "for now, and not begun",
      [["a", busy], ["b", undefined]],
      "1 of 2 failed temporarily. Call again with retry_keys."
    ],
    ["not begun", [["a", 1], ["b", undefined]], "Call again with retry_keys to go on."],
    [
      "for now, and for good",
      [["a", soon], ["b", missing]],
      "Call again with retry_keys after 3 s; for the others, read their errors."
    ],
    [
      "for good, and not begun",
      [["a", missing], ["b", undefined]],
      "Call again with retry_keys; for the others, read their errors."
    ],
    ["one type", [["a", broken], ["b", 1]], "1 of 2 corrupted: read the error, or leave a out."],
    ["arguments", [["a", invalid]], "1 of 1 invalid arguments: read the error, or leave a out."],
    ["unforeseen", [["a", unforeseen], ["b", 1]], "1 of 2 failed unexpectedly: do not call again with a."],
    [
      "mixed",
      [["a", broken], ["b", missing], ["c", invalid]],
      "Several things went wrong: read each error."
    ],
    [
      "perhaps done",
      [["a", timeout], ["b", missing], ["c", 1]],
      "1 of 3 may have taken effect: check a before calling again.",
      "once"
    ],
    [
      "perhaps done, and for now",
      [["a", timeout], ["b", soon]],
      "All 2 may have taken effect: check a, b before calling again.",
      "once"
    ]
  ])("%s", (_, items, suggestion, safety) => {
    expect(Batch.errorSummary(batchOf(items, safety)).suggestion).toBe(suggestion)
  })

  it("shortens keys, and names none that were not kept", () => {
    const long = "x".repeat(500)
    expect(Batch.errorSummary(batchOf([[long, broken], ["b", 1]])).suggestion).toBe(
      `1 of 2 corrupted: read the error, or leave ${"x".repeat(79)}… out.`
    )
    expect(Batch.errorSummary({ ...batchOf([["a", missing], ["b", 1]]), failures: [] }).suggestion).toBe(
      "1 of 2 not found: remove them and call again."
    )
  })
})

describe("retry keys", () => {
  it("are what failed for now, and what was not begun, in input order", () => {
    const batch = batchOf([["a", busy], ["b", undefined], ["c", missing], ["d", soon], ["e", 1], ["f", undefined]])
    expect(Batch.errorSummary(batch)).toMatchObject({
      retry_keys: ["a", "b", "d", "f"],
      recoverable_count: 2,
      retry_after_seconds: 3
    })
  })

  it("are not a key that is also that of an item which may have taken effect", () => {
    const batch = batchOf([["a", timeout], ["a", soon], ["b", undefined], ["a", undefined]], "once")
    expect(Batch.errorSummary(batch).retry_keys).toEqual(["b"])
  })

  it("are listed up to a limit, and the note says so", () => {
    const many = batchOf(Array.from({ length: 1500 }, (_, i) => [`k${i}`, busy] as const))
    expect(Batch.errorSummary(many).retry_keys).toHaveLength(1000)
    expect(Batch.report(many, { maxRetryKeys: 10 }).note).toBe(
      "0 of 1500 succeeded, 1500 failed. 1496 more errors are not listed. 1490 more keys to retry are not listed."
    )
  })
})

describe("errors", () => {
  it("of very many, where nothing succeeded, are a few with one of each type among them, in their order", () => {
    const errors = Array.from({ length: 30 }, (_, i) => [`k${i}`, i === 12 ? timeout : i === 25 ? soon : busy] as const)
    expect(Batch.report(batchOf(errors)).errors.map(({ key }) => key)).toEqual(["k0", "k1", "k12", "k25"])
    expect(Batch.report(batchOf(errors), { maxErrors: 7 }).errors).toHaveLength(7)
  })
})

describe("recoverable", () => {
  it.each([[busy, true], [later, true], [denied, true], [invalid, true], [missing, false], [broken, false], [
    unforeseen,
    false
  ]])("%s: %s", (error, expected) => {
    expect(Batch.report(batchOf([["a", error]])).errors[0]?.recoverable).toBe(expected)
  })
})

describe("views", () => {
  const batch = batchOf([["a", 1], ["b", missing], ["c", 2], ["d", missing]])
  it("show all, what failed, or the counts", () => {
    const [all, failures, summary] = (["all", "failures_only", "summary"] as const).map((view) =>
      Batch.report(batch, { view })
    )
    expect([all?.results.length, all?.errors.length]).toEqual([2, 2])
    expect([failures?.results.length, failures?.errors.length]).toEqual([0, 2])
    expect([summary?.results.length, summary?.errors.length]).toEqual([0, 0])
    expect(
      new Set(
        [all, failures, summary].map((report) =>
          JSON.stringify([report?.summary, report?.error_summary, report?.status, report?.note])
        )
      ).size
    ).toBe(1)
  })

  it("say what they do not list for want of room", () => {
    const report = Batch.report(batch, { maxResults: 1, maxErrors: 1 })
    expect(report.note).toBe("2 of 4 succeeded, 2 failed. 1 more result is not listed. 1 more error is not listed.")
  })
})

describe("a report", () => {
  it.prop("fits its schema, and the JSON Schema that is listed", [seeded(outcomes)], ([all]) => {
    const schema = Batch.Report(Schema.Finite)
    const report = Batch.report(Batch.fromOutcomes(all))
    const wire: unknown = JSON.parse(JSON.stringify(SchemaParser.encodeUnknownSync(Schema.toCodecJson(schema))(report)))
    expect(SchemaParser.decodeUnknownSync(Schema.toCodecJson(schema))(wire)).toEqual(report)
    const { errorMessage, valid } = validator(wire)
    expect(valid, errorMessage).toBe(true)
  }, runs(100))

  it("takes its redactor and limits from whoever makes it", () => {
    const batch = batchOf([["a", new Errors.NotFound({ resource: "The folder of Ada Lovelace" })]])
    const redactor = Redaction.make({
      patterns: [{ name: "name", expression: /Ada Lovelace/g, replacement: Redaction.mask }]
    })
    expect(Batch.report(batch, { redactor }).errors[0]?.message).toBe("The folder of [redacted] was not found")
    expect(Batch.report(batch, { limits: Limits.make({ message: 10 }) }).errors[0]?.message).toBe("The folde…")
  })

  it("rounds the rate of success, but not to all or nothing", () => {
    const rate = (succeeded: number, failed: number) =>
      Batch.summary({ ...Batch.empty, succeeded, failed }).success_rate
    expect([rate(2, 1), rate(999_999, 1), rate(1, 999_999), rate(0, 5), rate(5, 0), rate(0, 0), rate(1, 1)]).toEqual([
      0.67,
      0.99,
      0.01,
      0,
      1,
      1,
      0.5
    ])
  })
})

const validator = new AjvJsonSchemaValidator().getValidator(JsonSchema.ofOutput(Batch.Report(Schema.Finite)) as never)
