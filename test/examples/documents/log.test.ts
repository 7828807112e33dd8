/**
 * What an operator reads: one line for each call, which says what the reply says.
 */
import { writeFileSync } from "node:fs"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as Reply from "../../wire/Reply.ts"
import * as StdioServer from "../../wire/StdioServer.ts"
import * as DocumentsServer from "./DocumentsServer.ts"

const here = DocumentsServer.place()
let server: StdioServer.StdioServer
let tools: ReadonlyArray<Reply.ListedTool>

beforeAll(async () => {
  server = await StdioServer.start(here.options())
  tools = await DocumentsServer.tools(server)
})
afterAll(async () => {
  await server.stop()
  here.folder.remove()
})

const traceId = "0af7651916cd43dd8448eb211c80319c"
const traced = { traceparent: `00-${traceId}-b7ad6b7169203331-01` }

/** Calls a tool and returns the lines that the call wrote, the last of which is the call's own. */
const linesOf = async (tool: string, args?: object, meta?: object) => {
  const before = server.log.length
  const result = await server.call(tool, args, meta)
  const isEnd = (line: StdioServer.LogLine) => line.message === "tool call ended"
  await server.logLine(`the end of ${tool}`, (line) => server.log.indexOf(line) >= before && isEnd(line))
  const lines = server.log.slice(before)
  assert.lengthOf(lines.filter(isEnd), 1)
  assert(isEnd(lines.at(-1)!))
  return { result, lines, end: lines.at(-1)! }
}

describe("the line of a call", () => {
  it("tells a success", async () => {
    const { end } = await linesOf("list_documents", {}, traced)
    const { duration_ms, reference_id, timestamp, ...rest } = end
    assert.deepStrictEqual(rest, {
      level: "Info",
      message: "tool call ended",
      tool: "list_documents",
      trace_id: traceId,
      outcome: "success",
      attempt: 1,
      arguments: "{}"
    })
    assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    assert.match(String(reference_id), /^[0-9a-f]{8}$/)
    assert.isAtLeast(duration_ms as number, 0)
    assert.isBelow(duration_ms as number, 10_000)
  })

  it.each([
    ["convert_document", { document_id: "nowhere.md", target_format: "html" }, "not_found", "Warn"],
    ["convert_document", { document_id: "broken/blank.json", target_format: "html" }, "corrupted", "Warn"],
    ["convert_document", { document_id: "reports/wicked-bible.html", target_format: "json" }, "unsupported", "Info"],
    ["convert_document", { target_format: "pdf" }, "invalid_arguments", "Info"],
    ["process_large_file", { path: "/etc/passwd" }, "permission_denied", "Warn"],
    ["process_data", { data_id: "data/orders-with-errors.csv" }, "corrupted", "Warn"]
  ])("carries the reference of the reply: %s %j", async (tool, args, outcome, level) => {
    const { end, lines, result } = await linesOf(tool, args, traced)
    const { problem, reference } = Reply.failure(result, tools)
    assert.strictEqual(problem.type, outcome)
    for (const line of lines) {
      assert.strictEqual(line["reference_id"], reference)
      assert.strictEqual(line["trace_id"], traceId)
      assert.strictEqual(line["tool"], tool)
    }
    const { arguments: preview, attempt, category, level: written } = end
    assert.deepStrictEqual({ preview, attempt, category, level: written, outcome: end["outcome"] }, {
      preview: JSON.stringify(args),
      attempt: 1,
      category: problem.category,
      level,
      outcome
    })
  })

  it("has no trace id where the client sent none, or nonsense", async () => {
    for (
      const meta of [undefined, {}, { traceparent: "nonsense" }, { traceparent: 7 }, { traceparent: "00-xyz-b7ad-01" }]
    ) {
      assert.notProperty((await linesOf("list_documents", undefined, meta)).end, "trace_id")
    }
  })

  it("shows at most 100 characters of the arguments, and no secrets", async () => {
    const long = await linesOf("process_large_file", { path: "a very long path/".repeat(100) })
    assert.isAtMost(String(long.end["arguments"]).length, 100)
    assert.match(String(long.end["arguments"]), /^\{"path":"a very long path\/a very.*…$/)
    const token = `ghp_${"a1B2".repeat(9)}`
    const args = { document_id: token, target_format: "html", password: "hunter2", url: "postgres://ada:hunter2@db/x" }
    const { end, result } = await linesOf("convert_document", args)
    assert.include(String(end["arguments"]), "[redacted]")
    for (const secret of [token, "hunter2"]) {
      assert.notInclude(JSON.stringify(end), secret)
      assert.notInclude(JSON.stringify(result), secret)
    }
  })

  it("is there once for each of many calls at the same time, each with its own reference", async () => {
    const before = server.log.length
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        server.call("process_large_file", { path: `no-such-file-${i}` }, {
          traceparent: `00-${String(i).padStart(32, "0")}-b7ad6b7169203331-01`
        }))
    )
    await server.wait("50 lines", () => server.log.length >= before + 50)
    const lines = server.log.slice(before)
    assert.lengthOf(lines, 50)
    for (const [i, result] of results.entries()) {
      const { reference } = Reply.failure(result, tools)
      const own = lines.filter((line) => line["reference_id"] === reference)
      assert.lengthOf(own, 1)
      assert.strictEqual(own[0]!["arguments"], JSON.stringify({ path: `no-such-file-${i}` }))
      assert.strictEqual(own[0]!["trace_id"], String(i).padStart(32, "0"))
    }
  })
})

describe("process_data", () => {
  it("logs its start, its milestones and its end, all with the id, the counts and the call's reference", async () => {
    const record = { id: "E-1", date: "2026-05-01", customer: "Mrs. Bolt", title: "Errata", amount: 7.5 }
    const records = Array.from({ length: 2_500 }, (_, i) => i === 1_500 ? { ...record, amount: "much" } : record)
    writeFileSync(here.document("data/many.json"), JSON.stringify(records))
    await server.call("list_documents")
    const { end, lines, result } = await linesOf("process_data", { data_id: "data/many.json" }, traced)
    const { problem, reference } = Reply.failure(result, tools)
    assert.strictEqual(problem.message, "1 of 2500 records of data/many.json are invalid")

    const common = {
      level: "Info",
      tool: "process_data",
      data_id: "data/many.json",
      reference_id: reference,
      trace_id: traceId
    }
    const told = lines.slice(0, -1).map(({ duration_ms: _duration, timestamp: _timestamp, ...line }) => line)
    assert.deepStrictEqual(told, [
      { ...common, message: "START process_data" },
      { ...common, message: "read", count: 2_500 },
      { ...common, message: "checked", count: 1_000, total: 2_500, invalid: 0 },
      { ...common, message: "checked", count: 2_000, total: 2_500, invalid: 1 },
      { ...common, message: "checked", count: 2_500, total: 2_500, invalid: 1 },
      { ...common, message: "END process_data", outcome: "failure" }
    ])
    const duration = lines.at(-2)!["duration_ms"] as number
    assert.isAtLeast(duration, 0)
    assert.isAtMost(duration, end["duration_ms"] as number)
    assert.notInclude(JSON.stringify(lines), "Mrs. Bolt") // never personal data
  })
})
