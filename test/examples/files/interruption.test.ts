/**
 * Calls that take too long, are cancelled, or are listened to: nothing waits for them, nothing stays open.
 */
import { closeSync, openSync, writeSync } from "node:fs"
import { afterAll, assert, beforeAll, describe, expect, it, onTestFinished } from "vitest"
import * as Folder from "../../wire/Folder.ts"
import * as Reply from "../../wire/Reply.ts"
import * as StdioServer from "../../wire/StdioServer.ts"
import { until } from "../../wire/Wait.ts"
import * as FilesServer from "./FilesServer.ts"

const large = "large.csv"
const records = 1_500_000

/** A place with a file of 42 MB, which takes a while to analyze. */
const here = FilesServer.place()

beforeAll(() => {
  const file = openSync(here.at(large), "w")
  writeSync(file, "id,title,found_on\n")
  const line = (i: number) => `${String(i).padStart(8, "0")},errata,2026-03-02\n`
  for (let i = 0; i < records; i += 10_000) {
    writeSync(file, Array.from({ length: 10_000 }, (_, k) => line(i + k)).join(""))
  }
  closeSync(file)
})
afterAll(here.folder.remove)

const start = async (env?: { readonly [name: string]: string }) => {
  const server = await StdioServer.start(here.options(env))
  onTestFinished(server.stop)
  return server
}

const openFiles = (pid: number) => Folder.openFiles(pid).filter((path) => path.startsWith(here.folder.path))

const analysis = { file_path: large, operation: "analyze" }

describe("a file that takes too long", () => {
  it("is a transient timeout that suggests a part; the file is closed", async () => {
    const server = await start({ ERRATA_CSV_TIMEOUT: "500 millis" })
    const tools = await FilesServer.tools(server)
    const { problem, text } = Reply.failure(await server.call("process_csv_file", analysis), tools)
    const limit = problem.recovery_steps![0]!.parameters!["limit"] as number
    assert.isAtLeast(limit, 100)
    expect(text.replaceAll(String(limit), "<limit>")).toMatchInlineSnapshot(`
      "Processing large.csv took longer than 0.5 s.
      Error: timeout (transient). Retry later.
      Details: {"file_path":"large.csv","timeout_seconds":0.5}
      Suggestion: Process fewer records at once, by offset and limit.
      Next steps:
      1. Process a part of the records: process_csv_file {"file_path":"large.csv","operation":"analyze","offset":0,"limit":<limit>}
      Reference: <ref>"
    `)
    expect({ ...problem, recovery_steps: [] }).toMatchInlineSnapshot(`
      {
        "category": "transient",
        "details": {
          "file_path": "large.csv",
          "timeout_seconds": 0.5,
        },
        "error": "CsvTimedOut",
        "is_transient": true,
        "message": "Processing large.csv took longer than 0.5 s",
        "recovery_steps": [],
        "resolved_by": "wait",
        "retry": {
          "should_retry": true,
        },
        "suggestion": "Process fewer records at once, by offset and limit",
        "type": "timeout",
      }
    `)
    assert.deepStrictEqual(openFiles(server.pid), [])

    const { tool, args } = Reply.proposedCall(problem.recovery_steps![0]!, tools)!
    const patient = await start()
    assert.strictEqual(FilesServer.output(await patient.call(tool, args))["count"], limit)
  })

  it("suggests nothing to call if it did not come to the first record", async () => {
    const server = await start({ ERRATA_CSV_TIMEOUT: "1 millis" })
    const result = await server.call("process_csv_file", { ...analysis, offset: records })
    const { problem } = Reply.failure(result, await FilesServer.tools(server))
    assert.strictEqual(problem.error, "CsvTimedOut")
    assert.notProperty(problem, "recovery_steps")
  })
})

describe("a cancelled call", () => {
  it("is not answered, its file is closed, and others are answered before", async () => {
    const server = await start()
    const id = server.ask("tools/call", StdioServer.toolCall("process_csv_file", analysis, { progressToken: "p" }))
    await server.wait("progress", () => server.frames.some((frame) => frame.method === "notifications/progress"))
    assert.deepStrictEqual(openFiles(server.pid), [here.at(large)])
    FilesServer.output(await server.call("read_file", { path: "notes/house-rules.md" }))
    assert.isFalse(server.frames.some((frame) => frame.id === id))
    server.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: id } })
    await server.logLine("the call is cancelled", (line) => line["outcome"] === "cancelled")
    await until("the file is closed", () => openFiles(server.pid).length === 0)
    await server.request("ping")
    assert.isFalse(server.frames.some((frame) => frame.id === id))
  })
})

describe("a client that listens", () => {
  it("is told how far a file has come, never backwards", async () => {
    const server = await start()
    FilesServer.output(
      await server.call("process_csv_file", { ...analysis, operation: "validate" }, { progressToken: "p" })
    )
    const told = server.frames.filter((frame) => frame.method === "notifications/progress").map(({ params }) => params!)
    assert.isAtLeast(told.length, 5)
    for (const [i, { progress, total }] of told.entries()) {
      assert.isAtMost(progress as number, total as number)
      if (i > 0) assert.isAbove(progress as number, told[i - 1]!["progress"] as number)
    }
  })
})

describe("a server", () => {
  const refusesToStart = async (options: StdioServer.Options): Promise<string> => {
    const server = StdioServer.spawnServer(options)
    assert.deepStrictEqual(await server.exit(), { code: 78, signal: null })
    return JSON.stringify(server.log.at(-1))
  }

  it("does not start with settings that make no sense", () =>
    Promise.all(
      ["ERRATA_CSV_TIMEOUT", "ERRATA_CSV_MEMORY"].map(async (name) =>
        assert.include(await refusesToStart(here.options({ [name]: "much" })), name)
      )
    ))

  it("does not start without its root", () =>
    Promise.all(
      ["no-such-folder", "data/orders.csv"].map((path) =>
        refusesToStart({ ...here.options(), args: ["--root", here.at(path)] })
      )
    ))
})
