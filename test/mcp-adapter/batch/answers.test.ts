import { describe, expect, it } from "@effect/vitest"
import * as Batch from "@errata/core/Batch"
import * as Errors from "@errata/core/Errors"
import * as Limits from "@errata/core/Limits"
import * as Redaction from "@errata/core/Redaction"
import * as Tool from "@errata/core/Tool"
import { ToolCall } from "@errata/core/ToolCall"
import type * as Handler from "@errata/mcp-adapter/Handler"
import * as Meta from "@errata/mcp-adapter/Meta"
import * as Toolkit from "@errata/mcp-adapter/Toolkit"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { anyText, runs } from "../../core/support/arbitraries.ts"
import { bind, expectLawfulText, recorder, settled } from "../support/harness.ts"
import { chargeAllHandler, convertAll, convertAllHandler } from "./tools.ts"

const call = (documents: ReadonlyArray<string>, options?: ToolTest.Options) =>
  ToolTest.call(convertAllHandler, { documents }, options).pipe(Effect.provide(recorder().layer))

/** The text of a reply, its reference taken out. */
const lines = ({ text }: { readonly text: string }) => text.replace(/[0-9a-f]{8}$/, "<ref>").split("\n")

describe("a batch that succeeded", () => {
  it.effect("is structured content, and the same as text", () =>
    Effect.gen(function*() {
      const { result, text, value } = yield* call(["ok:3", "ok:4"])
      expect(result.isError).toBeUndefined()
      expect(result._meta).toBeUndefined()
      expect(JSON.parse(text)).toEqual(result.structuredContent)
      expect(result.structuredContent).toEqual({
        status: "success",
        summary: { total: 2, succeeded: 2, failed: 0, not_attempted: 0, success_rate: 1 },
        results: [
          { index: 0, key: "ok:3", value: { pages: 3, at: "1970-01-01T00:00:00.000Z" } },
          { index: 1, key: "ok:4", value: { pages: 4, at: "1970-01-01T00:00:00.000Z" } }
        ],
        errors: [],
        error_summary: { by_type: {}, by_category: {}, recoverable_count: 0, retry_keys: [] },
        note: "2 of 2 succeeded."
      })
      expect(value?.results[0]?.value.at).toEqual(new Date(0))
    }))

  it.effect("may be empty", () =>
    Effect.gen(function*() {
      const { result } = yield* call([])
      expect(result.isError).toBeUndefined()
      expect(result.structuredContent).toMatchObject({
        status: "success",
        summary: { total: 0, success_rate: 1 },
        note: "There were no items."
      })
    }))
})

describe("a batch that succeeded in part", () => {
  it.effect("is no error, says what failed and what to do, and names its reference for the log", () =>
    Effect.gen(function*() {
      const { layer, lines } = recorder()
      const { result, text } = yield* ToolTest.call(convertAllHandler, {
        documents: ["ok:3", "missing:b.md", "busy:5", "boom:x"]
      }, { logsCalls: true })
        .pipe(Effect.provide(layer))
      expect(result.isError).toBeUndefined()
      expect(JSON.parse(text)).toEqual(result.structuredContent)
      expect(result.structuredContent).toMatchObject({
        status: "partial",
        summary: { total: 4, succeeded: 1, failed: 3, not_attempted: 0, success_rate: 0.25 },
        errors: [
          {
            index: 1,
            key: "missing:b.md",
            error: "NotFound",
            type: "not_found",
            category: "permanent",
            message: "Document b.md not found",
            recoverable: false
          },
          {
            index: 2,
            key: "busy:5",
            error: "Unavailable",
            type: "unavailable",
            category: "transient",
            recoverable: true
          },
          {
            index: 3,
            key: "boom:x",
            error: "InternalError",
            type: "internal_error",
            message: "The item failed unexpectedly",
            recoverable: false
          }
        ],
        error_summary: {
          by_type: { internal_error: 1, not_found: 1, unavailable: 1 },
          by_category: { permanent: 2, transient: 1 },
          recoverable_count: 1,
          retry_keys: ["busy:5"],
          retry_after_seconds: 5,
          suggestion: "Call again with retry_keys after 5 s; for the others, read their errors."
        },
        note: "1 of 4 succeeded, 3 failed."
      })
      expect(text).not.toContain("unforeseen")
      const reference = Meta.call(result._meta)?.reference_id
      expect(
        lines.map(({ item, level, message, outcome, reference_id }) => [level, message, item ?? outcome, reference_id])
      ).toEqual([
        ["Error", "an item failed unexpectedly", "boom:x", reference],
        ["Info", "tool call ended", "partial", reference]
      ])
    }))
})

describe("a batch of which nothing succeeded", () => {
  it.effect("is an error with the whole batch, in words for a model and a problem for a program", () =>
    Effect.gen(function*() {
      const answer = yield* call(["missing:a.md", "denied:b.md"])
      const { problem, result } = answer
      expect(result.isError).toBe(true)
      expect(result.structuredContent).toMatchObject({ status: "failed", summary: { total: 2, failed: 2 } })
      expect(problem).toEqual({
        error: "BatchFailed",
        type: "batch_failed",
        category: "permanent",
        message: "All 2 items failed",
        resolved_by: "model",
        retry: { should_retry: false },
        details: { total: 2 },
        suggestion: "1 of 2 denied: ask for permission, or leave denied:b.md out.",
        reference_id: problem?.reference_id
      })
      expect(lines(answer)).toEqual([
        "All 2 items failed.",
        "Error: batch_failed (permanent). Do not retry with the same arguments.",
        "- missing:a.md: not_found. Document a.md not found.",
        "- denied:b.md: permission_denied. No permission to read b.md.",
        "Details: {\"total\":2}",
        "Suggestion: 1 of 2 denied: ask for permission, or leave denied:b.md out.",
        "Reference: <ref>"
      ])
    }))

  it.effect("for now is transient, and says when to try again", () =>
    Effect.gen(function*() {
      const answer = yield* call(["busy:5", "busy:12", "busy:7"])
      expect(answer.problem).toMatchObject({
        category: "transient",
        is_transient: true,
        retry: { should_retry: true, retry_after_seconds: 12 }
      })
      expect(lines(answer).slice(0, 2)).toEqual([
        "All 3 items failed.",
        "Error: batch_failed (transient). Retry after 12 s."
      ])
    }))

  it.effect("is permanent if one item speaks against the same call, or if it may have taken effect", () =>
    Effect.gen(function*() {
      const mixed = yield* call(["busy:5", "missing:x"])
      expect(mixed.problem).toMatchObject({ category: "permanent", retry: { should_retry: false } })
      expect(mixed.problem?.retry).not.toHaveProperty("retry_after_seconds")
      expect(mixed.result.structuredContent).toMatchObject({
        error_summary: { retry_keys: ["busy:5"], retry_after_seconds: 5 }
      })

      const charged = yield* ToolTest.call(chargeAllHandler, { documents: ["busy:5", "busy:1"] }).pipe(
        Effect.provide(recorder().layer)
      )
      expect(charged.problem).toMatchObject({ category: "permanent", retry: { should_retry: false } })
      expect(lines(charged)[1]).toBe(
        "Error: batch_failed (permanent). Do not retry: the call may have taken effect. Check first."
      )
      expect(charged.result.structuredContent).toMatchObject({ error_summary: { retry_keys: [] } })
    }))

  it.effect("of defects only masks them", () =>
    Effect.gen(function*() {
      const answer = yield* call(["boom:secret"])
      expect(lines(answer)).toEqual([
        "The only item failed.",
        "Error: batch_failed (permanent). Do not retry. Report the reference.",
        "- boom:secret: internal_error. The item failed unexpectedly.",
        "Details: {\"total\":1}",
        "Suggestion: 1 of 1 failed unexpectedly: do not call again with boom:secret.",
        "Reference: <ref>"
      ])
      expect(JSON.stringify(answer.result)).not.toContain("unforeseen")
    }))

  it.effect("writes its problem as JSON where that is wanted", () =>
    Effect.gen(function*() {
      const { problem, result, text } = yield* call(["missing:a.md"], { render: "json" })
      const [line, json] = text.split("\n")
      expect(line).toBe("Error: batch_failed (permanent). Do not retry with the same arguments.")
      expect(JSON.parse(json!)).toEqual({
        ...problem,
        advice: "Do not retry with the same arguments.",
        errors: [{ key: "missing:a.md", type: "not_found", message: "Document a.md not found" }]
      })
      expect(result.structuredContent).toMatchObject({ status: "failed" })
    }))

  it.effect("counts in JSON what it does not list", () =>
    Effect.gen(function*() {
      const { text } = yield* call(Array.from({ length: 400 }, (_, i) => `missing:report-${i}.md`), { render: "json" })
      const told = JSON.parse(text.split("\n")[1]!) as { readonly errors: ReadonlyArray<unknown> }
      expect(told).toMatchObject({ more_errors: 400 - told.errors.length })
      expect(told.errors).toHaveLength(4)
      expect(text.length).toBeLessThan(4000)
    }))

  it.effect("names the first keys to retry in the text, whole and as JSON", () =>
    Effect.gen(function*() {
      const keys = ["busy:a.md", "busy:\"b\"\n\u202e.md"]
      const { text } = yield* call(keys)
      const line = text.split("\n").find((it) => it.startsWith("- retry_keys: "))!
      expect(JSON.parse(line.slice("- retry_keys: ".length))).toEqual(keys)
      expect(line).not.toContain("\u202e")
    }))

  it.effect("names as many of four hundred keys to retry as there is room for, and counts the others", () =>
    Effect.gen(function*() {
      const keys = Array.from({ length: 400 }, (_, i) => `busy:report-${i}.md`)
      const { text } = yield* call(keys)
      expect(text.length).toBeLessThanOrEqual(4000)
      const [, json, left] = /^- retry_keys: (\[.*\]) and (\d+) more$/m.exec(text)!
      const named = JSON.parse(json!) as ReadonlyArray<string>
      expect(named).toEqual(keys.slice(0, 400 - Number(left)))
      expect(named.length).toBeGreaterThan(10)
      const inJson = yield* call(keys, { render: "json" })
      expect(JSON.parse(inJson.text.split("\n")[1]!)).toMatchObject({
        retry_keys: named,
        more_retry_keys: 400 - named.length
      })
    }))

  it.effect("of ten thousand stays readable", () =>
    Effect.gen(function*() {
      const answer = yield* call(Array.from({ length: 10_000 }, (_, i) => `missing:report-${i}.md`))
      expect(answer.text.length).toBeLessThan(4000)
      expect(lines(answer).slice(0, 4)).toEqual([
        "All 10000 items failed.",
        "Error: batch_failed (permanent). Do not retry with the same arguments.",
        "- missing:report-0.md: not_found. Document report-0.md not found.",
        "- missing:report-1.md: not_found. Document report-1.md not found."
      ])
      expect(lines(answer).slice(-4)).toEqual([
        "- and 9996 more",
        "Details: {\"total\":10000}",
        "Suggestion: None of the 10000 was found: check the names.",
        "Reference: <ref>"
      ])
      expect(JSON.stringify(answer.result.structuredContent).length).toBeLessThan(30_000)
      expect(answer.result.structuredContent).toMatchObject({
        note: "0 of 10000 succeeded, 10000 failed. 9996 more errors are not listed."
      })
    }))

  it.effect("with long messages lists fewer items, and says how many more", () =>
    Effect.gen(function*() {
      const answer = yield* call(Array.from({ length: 50 }, (_, i) => `missing:${i} ${"long ".repeat(200)}`))
      expectLawfulText(answer.text)
      expect(answer.text).not.toContain("left out")
      expect(answer.text).toMatch(/\n- and \d+ more\n/)
    }))

  it.effect.prop(
    "is lawful text, whatever keys and messages hold",
    [anyText, anyText],
    ([a, b]) =>
      Effect.gen(function*() {
        const { text } = yield* call([`missing:${a}`, `denied:${b}`, `boom:${a}`])
        expectLawfulText(text)
      }),
    runs(100)
  )
})

describe("the clock", () => {
  it.effect("a deadline is answered with what is there", () =>
    Effect.gen(function*() {
      const handler = yield* bind(convertAllHandler, { timeout: "10 seconds" })
      const pending = handler({ documents: ["ok:1", ...Array.from({ length: 8 }, (_, i) => `hang:${i}`), "ok:2"] })
      yield* TestClock.adjust("9400 millis")
      expect(yield* pending.poll).toBeUndefined()
      yield* TestClock.adjust("100 millis")
      const result = yield* pending.reply
      expect(result.structuredContent).toMatchObject({
        status: "partial",
        summary: { succeeded: 1, failed: 8, not_attempted: 1 },
        error_summary: { by_type: { timeout: 8 } }
      })
    }).pipe(Effect.provide(recorder().layer)))

  it.effect("a cancel is no answer, and the log says so", () =>
    Effect.gen(function*() {
      const { layer, lines } = recorder()
      const controller = new AbortController()
      const result = yield* Effect.gen(function*() {
        const handler = yield* bind(convertAllHandler)
        const pending = handler({ documents: ["ok:1", "hang:1"] }, { signal: controller.signal })
        yield* settled
        controller.abort()
        return yield* pending.reply
      }).pipe(Effect.provide(layer))
      expect(result).toEqual({ isError: true, content: [] })
      expect(lines.map(({ outcome }) => outcome)).toEqual(["cancelled"])
    }))

  it.effect("progress goes to a client that listens", () =>
    Effect.gen(function*() {
      const notified: Array<object> = []
      const request: Handler.Request = { meta: { progressToken: 7 }, notify: ({ params }) => notified.push(params) }
      yield* call(["ok:1", "ok:2"], { request })
      expect(notified).toEqual([
        { progressToken: 7, progress: 1, total: 2, message: "1 of 2 items done" },
        { progressToken: 7, progress: 2, total: 2, message: "2 of 2 items done" }
      ])
    }))
})

describe("a handler", () => {
  const numbers = Tool.make("numbers", {
    description: "Returns numbers.",
    output: Batch.Report(Schema.Finite, { view: "failures_only" }),
    safety: "read"
  })
  const batch = Batch.fromOutcomes([
    Batch.succeeded({ index: 0, key: "a" }, 1),
    Batch.failed({ index: 1, key: "b" }, new Errors.NotFound({ resource: "The diary of Ada Lovelace" }))
  ])

  it.effect("may return the batch, or a report of its own making", () =>
    Effect.gen(function*() {
      const given = yield* ToolTest.call(Tool.handle(numbers, () => Effect.succeed(batch)), {})
      expect(given.value).toMatchObject({ results: [], errors: [{ key: "b" }] })
      const made = yield* ToolTest.call(Tool.handle(numbers, () => Effect.succeed(Batch.report(batch))), {})
      expect(made.value).toMatchObject({ results: [{ value: 1 }], errors: [{ key: "b" }] })
    }))

  it.effect("need not know the server's redactor and limits", () =>
    Effect.gen(function*() {
      const redactor = Redaction.make({
        patterns: [{ name: "name", expression: /Ada Lovelace/g, replacement: Redaction.mask }]
      })
      const { value } = yield* ToolTest.call(Tool.handle(numbers, () => Effect.succeed(batch)), {}, {
        redactor,
        limits: { ...Limits.defaults, message: 25 }
      })
      expect(value?.errors[0]?.message).toBe("The diary of [redacted] …")
    }))

  it.effect("may be one of a toolkit", () =>
    Effect.gen(function*() {
      const kit = Toolkit.make("Numbers", [numbers])
      const live = Toolkit.toLayer(kit, { numbers: () => Effect.succeed(batch) })
      const { value } = yield* ToolTest.call(Toolkit.handled(kit)[0], {}).pipe(Effect.provide(live))
      expect(value?.status).toBe("partial")
    }))

  it.effect("that attaches something keeps it, in an error too", () =>
    Effect.gen(function*() {
      const image = { type: "image", data: "", mimeType: "image/png", _meta: { size: 3, token: "hunter2hunter2" } }
      const attaching = Tool.handle(convertAll, ({ documents }) =>
        Effect.gen(function*() {
          yield* (yield* ToolCall).attach(image)
          return yield* Batch.forEach(documents, () => Effect.fail(new Errors.NotFound({ resource: "x" })))
        }))
      const { result } = yield* ToolTest.call(attaching, { documents: ["a"] })
      expect(result.content[1]).toEqual({ ...image, _meta: { size: 3, token: "[redacted]" } })
    }))

  it.effect("one of whose values does not fit its schema loses that item only", () =>
    Effect.gen(function*() {
      const { result } = yield* call(["ok:1", "wrong:1", "ok:2"])
      expect(result.isError).toBeUndefined()
      expect(result.structuredContent).toMatchObject({
        status: "partial",
        summary: { total: 3, succeeded: 2, failed: 1 },
        results: [{ index: 0 }, { index: 2 }],
        errors: [{ index: 1, key: "wrong:1", type: "internal_error", message: "The item failed unexpectedly" }],
        reference_id: expect.stringMatching(/^[0-9a-f]{8}$/)
      })
    }))

  it.effect("that returns a report of its own loses such an item only, too", () =>
    Effect.gen(function*() {
      const tool = Tool.make("means", { description: "", output: Batch.Report(Schema.Finite), safety: "read" })
      const report = Batch.report(Batch.fromOutcomes<number, Errors.NotFound>([
        Batch.succeeded({ index: 0, key: "a" }, NaN),
        Batch.succeeded({ index: 1, key: "b" }, 1)
      ]))
      const { result } = yield* ToolTest.call(Tool.handle(tool, () => Effect.succeed(report)), {})
      expect(result.structuredContent).toMatchObject({
        status: "partial",
        summary: { total: 2, succeeded: 1, failed: 1, success_rate: 0.5 },
        results: [{ index: 1, value: 1 }],
        errors: [{ index: 0, key: "a", type: "internal_error" }],
        note: "1 of 2 succeeded, 1 failed."
      })
    }))

  it.effect("may annotate the schema, and check it", () =>
    Effect.gen(function*() {
      const checked = Batch.Report(Schema.Finite).annotate({ description: "Numbers" }).check(
        Schema.makeFilter(() => true)
      )
      const tool = Tool.make("checked", { description: "", output: checked, safety: "read" })
      const failing = Batch.fromOutcomes<number, Errors.NotFound>([
        Batch.failed({ index: 0, key: "b" }, new Errors.NotFound({ resource: "x" }))
      ])
      const { problem } = yield* ToolTest.call(Tool.handle(tool, () => Effect.succeed(failing)), {})
      expect(problem?.type).toBe("batch_failed")
    }))
})
