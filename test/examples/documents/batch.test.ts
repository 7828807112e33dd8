/**
 * What `batch_convert_documents` makes of many documents: all of them good, some of them, none of them.
 */
import type { ReportOf } from "@errata/core/Batch"
import { existsSync, readFileSync } from "node:fs"
import { afterAll, assert, beforeAll, describe, expect, it } from "vitest"
import * as Folder from "../../wire/Folder.ts"
import * as Reply from "../../wire/Reply.ts"
import type { CallToolResult } from "../../wire/StdioServer.ts"
import * as DocumentsServer from "./DocumentsServer.ts"

const tool = "batch_convert_documents"
const good = ["reports/annual-report.md", "letters/to-the-compositor.txt", "data/orders.csv"]
const bad = ["reports/anual-report.md", "broken/dropped-comma.json", "broken/cut-off-census.pdf"]

type Report = ReportOf<{ readonly [name: string]: unknown }>

let server: DocumentsServer.Pair

beforeAll(async () => {
  server = await DocumentsServer.pair()
})
afterAll(() => server.stop())

const withoutReference = ({ reference_id, ...report }: Report): Report => {
  if (report.status !== "success") assert.match(reference_id!, /^[0-9a-f]{8}$/)
  return report
}

/** A report without what differs from server to server. */
const comparable = (report: Report): Report => ({
  ...withoutReference(report),
  results: report.results.map((result) => {
    const { output_path, timestamp, ...value } = result.value
    assert.isTrue(existsSync(String(output_path)))
    assert.match(String(timestamp), /^\d{4}-\d\d-\d\dT/)
    return { ...result, value }
  })
})

const both = async <A>(args: { [name: string]: unknown }, read: (result: CallToolResult) => A): Promise<A> => {
  const [byHand, bySdk] = (await Promise.all([server.raw.call(tool, args), server.sdk.call(tool, args)])).map(read)
  assert.deepStrictEqual(bySdk, byHand)
  return byHand!
}

const convert = (document_ids: ReadonlyArray<string>, more: object = {}) =>
  both({ document_ids, target_format: "html", ...more }, ({ content, isError, structuredContent }) => {
    assert.isUndefined(isError)
    assert.deepStrictEqual(content, [{ type: "text", text: JSON.stringify(structuredContent) }])
    return comparable(structuredContent as unknown as Report)
  })

const fails = (document_ids: ReadonlyArray<string>) =>
  both({ document_ids, target_format: "html" }, ({ structuredContent, ...result }) => {
    const { problem, text } = Reply.failure(result, server.tools)
    return { problem, text, report: withoutReference(structuredContent as unknown as Report) }
  })

describe("a batch of conversions", () => {
  it("succeeds", async () => {
    expect(await convert(good)).toMatchInlineSnapshot(`
      {
        "error_summary": {
          "by_category": {},
          "by_type": {},
          "recoverable_count": 0,
          "retry_keys": [],
        },
        "errors": [],
        "note": "3 of 3 succeeded.",
        "results": [
          {
            "index": 0,
            "key": "reports/annual-report.md",
            "value": {
              "document_id": "reports/annual-report.md",
              "original_format": "markdown",
              "output_size_bytes": 2433,
              "status": "success",
              "target_format": "html",
            },
          },
          {
            "index": 1,
            "key": "letters/to-the-compositor.txt",
            "value": {
              "document_id": "letters/to-the-compositor.txt",
              "original_format": "text",
              "output_size_bytes": 566,
              "status": "success",
              "target_format": "html",
            },
          },
          {
            "index": 2,
            "key": "data/orders.csv",
            "value": {
              "document_id": "data/orders.csv",
              "original_format": "csv",
              "output_size_bytes": 1081,
              "status": "success",
              "target_format": "html",
            },
          },
        ],
        "status": "success",
        "summary": {
          "failed": 0,
          "not_attempted": 0,
          "succeeded": 3,
          "success_rate": 1,
          "total": 3,
        },
      }
    `)
    const html = readFileSync(server.data("converted/reports/annual-report.md.html", server.names[0]), "utf8")
    assert.include(html, "<h1")
  })

  it("fails in part: each document as convert_document would say, the others converted", async () => {
    const report = await convert([good[0]!, ...bad, good[1]!, "reports/wicked-bible.html"])
    expect({ ...report, results: report.results.map(({ index, key }) => [index, key]) }).toMatchInlineSnapshot(`
      {
        "advice": "Do not retry with the same arguments.",
        "error_summary": {
          "by_category": {
            "permanent": 3,
          },
          "by_type": {
            "corrupted": 2,
            "not_found": 1,
          },
          "recoverable_count": 0,
          "retry_keys": [],
          "suggestion": "Several things went wrong: read each error.",
        },
        "errors": [
          {
            "category": "permanent",
            "error": "DocumentNotFound",
            "index": 1,
            "key": "reports/anual-report.md",
            "message": "Document reports/anual-report.md not found",
            "recoverable": false,
            "recovery_steps": [
              {
                "action": "List the documents",
                "parameters": {},
                "step": 1,
                "tool": "list_documents",
              },
            ],
            "similar_matches": [
              "reports/annual-report.md",
            ],
            "suggestion": "Use list_documents to see the available ids",
            "type": "not_found",
          },
          {
            "category": "permanent",
            "error": "DocumentCorrupted",
            "index": 2,
            "key": "broken/dropped-comma.json",
            "message": "Document broken/dropped-comma.json cannot be read as json: The JSON is malformed at line 4, column 3: a comma is expected.",
            "recoverable": false,
            "suggestion": "Replace the file by an intact one, or choose another document",
            "type": "corrupted",
          },
          {
            "category": "permanent",
            "error": "DocumentCorrupted",
            "index": 3,
            "key": "broken/cut-off-census.pdf",
            "message": "Document broken/cut-off-census.pdf cannot be read as pdf: The PDF has no end mark, so it was cut off.",
            "recoverable": false,
            "suggestion": "Replace the file by an intact one, or choose another document",
            "type": "corrupted",
          },
        ],
        "note": "3 of 6 succeeded, 3 failed.",
        "results": [
          [
            0,
            "reports/annual-report.md",
          ],
          [
            4,
            "letters/to-the-compositor.txt",
          ],
          [
            5,
            "reports/wicked-bible.html",
          ],
        ],
        "status": "partial",
        "summary": {
          "failed": 3,
          "not_attempted": 0,
          "succeeded": 3,
          "success_rate": 0.5,
          "total": 6,
        },
      }
    `)
    for (const { key, message } of report.errors) {
      const { problem } = await server.fails("convert_document", { document_id: key, target_format: "html" })
      assert.strictEqual(message, problem.message)
    }
  })

  it("fails whole, and tells everything all the same", async () => {
    const { problem, report, text } = await fails(bad)
    expect(text).toMatchInlineSnapshot(`
      "All 3 items failed.
      Error: batch_failed (permanent). Do not retry with the same arguments.
      - reports/anual-report.md: not_found. Document reports/anual-report.md not found. Use list_documents to see the available ids. Did you mean: reports/annual-report.md?
      - broken/dropped-comma.json: corrupted. Document broken/dropped-comma.json cannot be read as json: The JSON is malformed at line 4, column 3: a comma is expected. Replace the file by an intact one, or choose another document.
      - broken/cut-off-census.pdf: corrupted. Document broken/cut-off-census.pdf cannot be read as pdf: The PDF has no end mark, so it was cut off. Replace the file by an intact one, or choose another document.
      Details: {"total":3}
      Suggestion: Several things went wrong: read each error.
      Reference: <ref>"
    `)
    assert.strictEqual(problem.error, "BatchFailed")
    assert.strictEqual(report.status, "failed")
    assert.deepStrictEqual(report.errors.map(({ index, key }) => [index, key]), bad.map((key, index) => [index, key]))
  })

  it("may be empty", async () => {
    const { note, status } = await convert([])
    assert.deepStrictEqual({ status, note }, { status: "success", note: "There were no items." })
  })

  it("converts a document twice if it is named twice, and leaves no workspace", async () => {
    const { results } = await convert([good[0]!, good[0]!, good[0]!])
    assert.deepStrictEqual(results.map(({ index, key }) => [index, key]), [[0, good[0]], [1, good[0]], [2, good[0]]])
    for (const name of server.names) assert.deepStrictEqual(Folder.list(server.data("workspaces", name)), [])
  })

  it("names the wrong arguments before it converts anything", async () => {
    const { text } = await server.fails(tool, { document_ids: good[0], target_format: "htm", key: "k" })
    expect(text).toMatchInlineSnapshot(`
      "Invalid arguments: 3 problems.
      Error: invalid_arguments (validation). Correct the arguments and call again.
      - key: Unknown argument; did you mean "idempotency_key"?
      - document_ids: Expected array, got text. Example: ["reports/annual-report.md","data/orders.csv"]
      - target_format: Expected one of "html", "text", "json", "markdown"; did you mean "html"?
      Reference: <ref>"
    `)
    const { problem } = await server.fails(tool, {
      document_ids: Array.from({ length: 1_001 }, () => "x"),
      target_format: "html"
    })
    assert.strictEqual(problem.issues?.[0]?.message, "Expected at most 1000 ids")
  })

  it("tells a client that listens how many documents are done", async () => {
    const { raw } = server
    await raw.call(tool, { document_ids: good, target_format: "text" }, { progressToken: "batch" })
    const told = raw.frames.filter(({ params }) => params?.["progressToken"] === "batch").map(({ params }) => params!)
    assert.deepInclude(told.at(-1), { progress: 3, total: 3, message: "3 of 3 items done" })
  })
})

describe("a batch with a key", () => {
  it("converts its documents once, each under a key of its own", async () => {
    const { raw } = server
    const args = { document_ids: [good[0], bad[0], good[1]], target_format: "html", idempotency_key: "batch 1" }
    const first = await raw.call(tool, args)
    const again = await raw.call(tool, args)
    const [one, other] = [first, again].map(({ structuredContent }) => ({ ...structuredContent, reference_id: "" }))
    assert.deepStrictEqual(other, one)
    assert.deepInclude(again._meta?.["errata/call"], { replayed: true })
  })

  it("refuses other documents under the same key", async () => {
    const args = { document_ids: [good[0]], target_format: "text", idempotency_key: "batch 3" }
    await server.raw.call(tool, args)
    const { problem } = Reply.failure(
      await server.raw.call(tool, { ...args, document_ids: [good[1]] }),
      server.tools
    )
    assert.strictEqual(problem.type, "idempotency_conflict")
  })

  it("says nothing of its key in the log", () => {
    assert.notInclude(JSON.stringify(server.raw.log), "\"batch 1\"")
  })
})
