/**
 * What happens when the database or the output folder fails while the server runs.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { assert, beforeEach, describe, expect, it, onTestFinished } from "vitest"
import * as Reply from "../../wire/Reply.ts"
import * as StdioServer from "../../wire/StdioServer.ts"
import * as DocumentsServer from "./DocumentsServer.ts"

const letter = "letters/to-the-compositor.txt"

describe("a database that is busy", () => {
  let server: DocumentsServer.Pair
  let release: () => void

  beforeEach(async () => {
    server = await DocumentsServer.pair(undefined, { ERRATA_DATABASE_WAIT: "50 millis" })
    onTestFinished(server.stop)
    const databases = open(server)
    for (const database of databases) database.exec("BEGIN EXCLUSIVE")
    release = () => databases.forEach((database) => database.exec("ROLLBACK"))
  })

  it("is a passing trouble, and passes", async () => {
    writeFileSync(server.document("new.md"), "# New") // what has not changed needs no writing
    const { problem, text } = await server.fails("list_documents")
    expect(text).toMatchInlineSnapshot(`
      "The document catalogue is unavailable: it is busy.
      Error: unavailable (transient). Retry later.
      Details: {"service":"The document catalogue","reason":"it is busy"}
      Reference: <ref>"
    `)
    expect(problem).toMatchInlineSnapshot(`
      {
        "category": "transient",
        "details": {
          "reason": "it is busy",
          "service": "The document catalogue",
        },
        "error": "Unavailable",
        "is_transient": true,
        "message": "The document catalogue is unavailable: it is busy",
        "resolved_by": "wait",
        "retry": {
          "should_retry": true,
        },
        "type": "unavailable",
      }
    `)
    release()
    const { documents } = await server.succeeds("list_documents")
    assert.include(JSON.stringify(documents), "\"new.md\"")
  })

  it("does not lose a conversion", async () => {
    const args = { document_id: letter, target_format: "markdown" }
    const output = await server.succeeds("convert_document", args)
    expect({ ...output, conversion_data: lines(output["conversion_data"]).slice(0, 3) }).toMatchInlineSnapshot(`
      {
        "conversion_data": [
          "To the compositor of the morning edition",
          "",
          "Dear Sir,",
        ],
        "document_id": "letters/to-the-compositor.txt",
        "error": {
          "message": "The document catalogue is unavailable: it is busy",
          "type": "unavailable",
        },
        "message": "The document was converted, but the result could not be stored. It is in conversion_data.",
        "original_format": "text",
        "status": "partial",
        "target_format": "markdown",
      }
    `)
    release()
    assert.strictEqual((await server.succeeds("convert_document", args, onlyStatus))["status"], "success")
  })
})

describe("a database that lost its tables", () => {
  it("is a defect: masked in the reply, told in full in the log", async () => {
    const server = await DocumentsServer.pair()
    onTestFinished(server.stop)
    for (const database of open(server)) database.exec("DROP TABLE documents")
    const calls = [
      ["list_documents", {}],
      ["convert_document", { document_id: letter, target_format: "html" }],
      ["process_large_file", { path: "nowhere" }],
      ["process_data", { data_id: "data/orders.csv" }]
    ] as const
    for (const [tool, args] of calls) {
      const { problem, reference, text } = await server.fails(tool, args)
      assert.strictEqual(
        text,
        `The tool failed unexpectedly.
Error: internal_error (permanent). Do not retry. Report the reference.
Reference: <ref>`
      )
      assert.deepStrictEqual(problem, {
        error: "InternalError",
        type: "internal_error",
        category: "permanent",
        message: "The tool failed unexpectedly",
        resolved_by: "operator",
        retry: { should_retry: false }
      })
      const line = await server.raw.logLine(
        `the end of ${tool}`,
        (line) => line["reference_id"] === reference && line.message === "tool call ended"
      )
      assert.strictEqual(line["tool"], tool)
      assert.strictEqual(line.level, "Error")
      assert.strictEqual(line["outcome"], "internal_error")
      assert.match(String(line["cause"]), /SqlError: no such table: documents[^]*SqliteClient\.ts:\d+/)
    }
  })
})

describe("a database that somebody else holds", () => {
  it("fails the start, with one line", async () => {
    const here = DocumentsServer.place("empty")
    onTestFinished(here.folder.remove)
    mkdirSync(here.data(""))
    const database = new DatabaseSync(here.data("documents.sqlite"))
    onTestFinished(() => database.close())
    database.exec("PRAGMA journal_mode = WAL; PRAGMA locking_mode = EXCLUSIVE; CREATE TABLE mine (x)")
    const server = StdioServer.spawnServer(here.options("data", { ERRATA_DATABASE_WAIT: "50 millis" }))
    assert.deepStrictEqual(await server.exit(), { code: 78, signal: null })
    assert.lengthOf(server.log, 1)
    assert.strictEqual(server.log[0]?.["reason"], "effect/sql/SqlError: database is locked")
    await server.stop()
  })
})

describe("an output folder that cannot be written", () => {
  it("makes a conversion a partial success: it is not lost", async () => {
    const server = await DocumentsServer.pair()
    onTestFinished(server.stop)
    for (const name of server.names) {
      rmSync(server.data("converted", name), { recursive: true, force: true })
      writeFileSync(server.data("converted", name), "a file is no folder, not even for root")
    }
    const output = await server.succeeds("convert_document", { document_id: letter, target_format: "text" })
    const { conversion_data, ...rest } = output
    assert.strictEqual(conversion_data, readFileSync(server.document(letter), "utf8"))
    expect(rest).toMatchInlineSnapshot(`
      {
        "document_id": "letters/to-the-compositor.txt",
        "error": {
          "message": "The output folder is unavailable: it cannot be written",
          "type": "unavailable",
        },
        "message": "The document was converted, but the result could not be stored. It is in conversion_data.",
        "original_format": "text",
        "status": "partial",
        "target_format": "text",
      }
    `)
    const line = await server.raw.logLine(
      "converted but not stored",
      (line) => line.message === "converted but not stored"
    )
    assert.strictEqual(line.level, "Warn")
    assert.strictEqual(line["document_id"], letter)
    assert.match(String(line["reference_id"]), /^[0-9a-f]{8}$/)
    assert.match(String(line["cause"]), /The output folder is unavailable[^]*\/converted/) // why, for the operator
  })
})

describe("one document, converted by many at once", () => {
  it("is stored whole, and nobody is told otherwise", async () => {
    const here = DocumentsServer.place()
    onTestFinished(here.folder.remove)
    const server = await StdioServer.start(here.options())
    onTestFinished(server.stop)
    const args = { document_id: letter, target_format: "html" }
    const results = await Promise.all(Array.from({ length: 30 }, () => server.call("convert_document", args)))
    assert.deepStrictEqual(
      new Set(results.map((result) => DocumentsServer.output(result)["status"])),
      new Set(["success"])
    )
    assert.deepStrictEqual(readdirSync(here.data("converted/letters")), ["to-the-compositor.txt.html"])
    assert.deepStrictEqual(readdirSync(here.data("workspaces")), [])
  })

  it("is refused to those who do not fit into the queue, before anything happened", async () => {
    const here = DocumentsServer.place()
    onTestFinished(here.folder.remove)
    const server = await StdioServer.start(here.options())
    onTestFinished(server.stop)
    const args = { document_id: letter, target_format: "html" }
    const results = await Promise.all(Array.from({ length: 100 }, () => server.call("convert_document", args)))
    const refused = results.filter((result) => result.isError === true)
    assert.isAtLeast(refused.length, 1)
    assert.isAtMost(refused.length, 100 - 66) // two at work, 64 in the queue
    const { problem, text } = Reply.failure(refused[0]!, await DocumentsServer.tools(server))
    expect(text).toMatchInlineSnapshot(`
      "The conversion pool is overloaded.
      Error: overloaded (transient). Retry later.
      Details: {"service":"The conversion pool"}
      Reference: <ref>"
    `)
    expect(problem.retry).toMatchInlineSnapshot(`
      {
        "should_retry": true,
      }
    `)
  })
})

/** Opens the databases of both servers; they are closed when the test is over. */
const open = (server: DocumentsServer.Pair): ReadonlyArray<DatabaseSync> =>
  server.names.map((name) => {
    const database = new DatabaseSync(server.data("documents.sqlite", name))
    onTestFinished(() => database.close())
    return database
  })

const lines = (text: unknown): ReadonlyArray<string> => String(text).split("\n")

const onlyStatus = ({ status }: DocumentsServer.Output): DocumentsServer.Output => ({ status })
