/**
 * The exact text and `_meta` of each error of each tool, driven by hand and by the official client.
 */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { afterAll, assert, beforeAll, describe, expect, it } from "vitest"
import * as Reply from "../../wire/Reply.ts"
import * as DocumentsServer from "./DocumentsServer.ts"

let server: DocumentsServer.Pair
const met: Array<Reply.Failure> = []

const fails: DocumentsServer.Pair["fails"] = async (tool, args) => {
  const failure = await server.fails(tool, args)
  met.push(failure)
  return failure
}

beforeAll(async () => {
  server = await DocumentsServer.pair()
})
afterAll(() => server.stop())

describe("list_documents", () => {
  it("takes no arguments", async () => {
    const { problem, text } = await fails("list_documents", { verbose: true })
    expect(text).toMatchInlineSnapshot(`
      "Invalid argument verbose.
      Error: invalid_arguments (validation). Correct the arguments and call again.
      - verbose: Unknown argument; the known ones are limit, offset.
      Reference: <ref>"
    `)
    expect(problem).toMatchInlineSnapshot(`
      {
        "category": "validation",
        "error": "InvalidArguments",
        "issues": [
          {
            "message": "Unknown argument; the known ones are limit, offset",
            "path": [
              "verbose",
            ],
          },
        ],
        "message": "Invalid argument verbose",
        "resolved_by": "model",
        "retry": {
          "attempts_made": 0,
          "should_retry": false,
        },
        "type": "invalid_arguments",
      }
    `)
  })
})

describe("convert_document", () => {
  it("names similar ids where a document is not found, and where to look", async () => {
    const { problem, text } = await fails("convert_document", {
      document_id: "reports/anual-report.md",
      target_format: "html"
    })
    expect(text).toMatchInlineSnapshot(`
      "Document reports/anual-report.md not found.
      Error: not_found (permanent). Do not retry with the same arguments.
      Details: {"document_id":"reports/anual-report.md","searched_locations":["catalogue","folder library"]}
      Suggestion: Use list_documents to see the available ids.
      Did you mean: reports/annual-report.md?
      Next steps:
      1. List the documents: list_documents {}
      Reference: <ref>"
    `)
    expect(problem).toMatchInlineSnapshot(`
      {
        "category": "permanent",
        "details": {
          "document_id": "reports/anual-report.md",
          "searched_locations": [
            "catalogue",
            "folder library",
          ],
        },
        "error": "DocumentNotFound",
        "message": "Document reports/anual-report.md not found",
        "recovery_steps": [
          {
            "action": "List the documents",
            "parameters": {},
            "step": 1,
            "tool": "list_documents",
          },
        ],
        "resolved_by": "model",
        "retry": {
          "should_retry": false,
        },
        "similar_matches": [
          "reports/annual-report.md",
        ],
        "suggestion": "Use list_documents to see the available ids",
        "type": "not_found",
      }
    `)
  })

  it("names no similar ids where there are none", async () => {
    const { problem, text } = await fails("convert_document", { document_id: "qwertyuiop", target_format: "html" })
    expect(text).toMatchInlineSnapshot(`
      "Document qwertyuiop not found.
      Error: not_found (permanent). Do not retry with the same arguments.
      Details: {"document_id":"qwertyuiop","searched_locations":["catalogue","folder library"]}
      Suggestion: Use list_documents to see the available ids.
      Next steps:
      1. List the documents: list_documents {}
      Reference: <ref>"
    `)
    assert.notProperty(problem, "similar_matches")
  })

  it("finds documents by their ids only: a path that leads elsewhere is no document", async () => {
    const ids = [
      "../by-hand/documents.sqlite",
      "/etc/passwd",
      "reports/../reports/annual-report.md",
      "a\0b",
      "",
      "reports"
    ]
    for (const document_id of ids) {
      const { problem, text } = await fails("convert_document", { document_id, target_format: "html" })
      assert.strictEqual(problem.error, "DocumentNotFound", document_id)
      assert.deepStrictEqual(problem.details, { document_id, searched_locations: ["catalogue", "folder library"] })
      assert.include(text, document_id.replace("\0", "\\u0000"))
    }
  })

  it.each([
    ["broken/cut-off-census.pdf", "pdf", "The PDF has no end mark, so it was cut off."],
    ["broken/dropped-comma.json", "json", "The JSON is malformed at line 4, column 3: a comma is expected."],
    ["broken/blank.json", "json", "The file is empty, but a JSON value is expected."],
    [
      "broken/old-encoding.txt",
      "text",
      "The text is not valid UTF-8; it seems to be in an encoding such as Shift_JIS, GB18030 or Big5: save it as UTF-8."
    ],
    ["broken/ragged-orders.csv", "csv", "The record that ends on line 3 has more or fewer fields than the header."],
    ["broken/renamed-letter.docx", "docx", "The file is not a readable ZIP archive, so it is not a DOCX."]
  ])("says what is wrong with %s", async (document_id, format, reason) => {
    const { problem, text } = await fails("convert_document", { document_id, target_format: "html" })
    const message = `Document ${document_id} cannot be read as ${format}: ${reason}`
    const details = { document_id, format, reason }
    assert.strictEqual(
      text,
      `${message}
Error: corrupted (permanent). Do not retry with the same arguments.
Details: ${JSON.stringify(details)}
Suggestion: Replace the file by an intact one, or choose another document.
Reference: <ref>`
    )
    assert.deepStrictEqual(problem, {
      error: "DocumentCorrupted",
      type: "corrupted",
      category: "permanent",
      message,
      resolved_by: "model",
      retry: { should_retry: false },
      details,
      suggestion: "Replace the file by an intact one, or choose another document"
    })
  })

  it("names the formats that work where a conversion is not supported", async () => {
    const { problem, text } = await fails("convert_document", {
      document_id: "reports/wicked-bible.html",
      target_format: "json"
    })
    expect(text).toMatchInlineSnapshot(`
      "Documents in html cannot become json.
      Error: unsupported (validation). Correct the arguments and call again.
      - target_format: Expected one of "html", "text", "markdown".
      Details: {"document_id":"reports/wicked-bible.html","original_format":"html","target_format":"json","supported_formats":["html","text","markdown"]}
      Suggestion: Choose html or text or markdown as target_format.
      Reference: <ref>"
    `)
    expect(problem).toMatchInlineSnapshot(`
      {
        "category": "validation",
        "details": {
          "document_id": "reports/wicked-bible.html",
          "original_format": "html",
          "supported_formats": [
            "html",
            "text",
            "markdown",
          ],
          "target_format": "json",
        },
        "error": "UnsupportedConversion",
        "issues": [
          {
            "examples": [
              "html",
              "text",
              "markdown",
            ],
            "message": "Expected one of "html", "text", "markdown"",
            "path": [
              "target_format",
            ],
            "received": ""json"",
          },
        ],
        "message": "Documents in html cannot become json",
        "resolved_by": "model",
        "retry": {
          "should_retry": false,
        },
        "suggestion": "Choose html or text or markdown as target_format",
        "type": "unsupported",
      }
    `)
  })

  it.each(["letters/to-the-compositor.txt", "letters/apology-to-subscribers.docx"])(
    "every format it names for %s works",
    async (document_id) => {
      const { problem } = await fails("convert_document", { document_id, target_format: "json" })
      const formats = problem.issues?.[0]?.examples ?? []
      assert.deepStrictEqual(formats, ["html", "text", "markdown"])
      for (const target_format of formats) {
        const output = await server.succeeds("convert_document", { document_id, target_format }, withoutPlaceAndTime)
        assert.strictEqual(output["status"], "success")
      }
    }
  )

  it("reports every invalid argument at once", async () => {
    const { problem, text } = await fails("convert_document", {
      document_id: [7],
      target_format: "htm",
      idempotency_key: 7,
      formatt: "html"
    })
    expect(text).toMatchInlineSnapshot(`
      "Invalid arguments: 4 problems.
      Error: invalid_arguments (validation). Correct the arguments and call again.
      - formatt: Unknown argument; the known ones are document_id, target_format, idempotency_key.
      - document_id: Expected string, got array. Example: "reports/annual-report.md"
      - target_format: Expected one of "html", "text", "json", "markdown"; did you mean "html"?
      - idempotency_key: Expected string, got number.
      Reference: <ref>"
    `)
    expect(problem).toMatchInlineSnapshot(`
      {
        "category": "validation",
        "error": "InvalidArguments",
        "issues": [
          {
            "message": "Unknown argument; the known ones are document_id, target_format, idempotency_key",
            "path": [
              "formatt",
            ],
          },
          {
            "examples": [
              "reports/annual-report.md",
            ],
            "expected": "string",
            "message": "Expected string, got array",
            "path": [
              "document_id",
            ],
            "received": "[7]",
          },
          {
            "examples": [
              "html",
              "text",
              "json",
              "markdown",
            ],
            "expected": "one of "html", "text", "json", "markdown"",
            "message": "Expected one of "html", "text", "json", "markdown"; did you mean "html"?",
            "path": [
              "target_format",
            ],
            "received": ""htm"",
          },
          {
            "expected": "string",
            "message": "Expected string, got number",
            "path": [
              "idempotency_key",
            ],
            "received": "7",
          },
        ],
        "message": "Invalid arguments: 4 problems",
        "resolved_by": "model",
        "retry": {
          "attempts_made": 0,
          "should_retry": false,
        },
        "type": "invalid_arguments",
      }
    `)
  })

  it("reports missing arguments, whether there are none or no object of them", async () => {
    const { problem, text } = await fails("convert_document", {})
    expect(text).toMatchInlineSnapshot(`
      "Invalid arguments: 2 problems.
      Error: invalid_arguments (validation). Correct the arguments and call again.
      - document_id: Required. A document's id: its path relative to the root, as list_documents gives it. Example: "reports/annual-report.md"
      - target_format: Required; expected one of "html", "text", "json", "markdown".
      Reference: <ref>"
    `)
    expect(problem).toMatchInlineSnapshot(`
      {
        "category": "validation",
        "error": "InvalidArguments",
        "issues": [
          {
            "examples": [
              "reports/annual-report.md",
            ],
            "message": "Required. A document's id: its path relative to the root, as list_documents gives it",
            "path": [
              "document_id",
            ],
          },
          {
            "examples": [
              "html",
              "text",
              "json",
              "markdown",
            ],
            "message": "Required; expected one of "html", "text", "json", "markdown"",
            "path": [
              "target_format",
            ],
          },
        ],
        "message": "Invalid arguments: 2 problems",
        "resolved_by": "model",
        "retry": {
          "attempts_made": 0,
          "should_retry": false,
        },
        "type": "invalid_arguments",
      }
    `)
    assert.deepStrictEqual(await withoutReference(fails("convert_document")), { problem, text })
  })

  it("names the nearest allowed value of a near miss, and only then", async () => {
    const near = await fails("convert_document", { document_id: "a", target_format: "Markdwon" })
    assert.include(near.text, "; did you mean \"markdown\"?\n")
    const far = await fails("convert_document", { document_id: "a", target_format: "postscript" })
    assert.include(far.text, "- target_format: Expected one of \"html\", \"text\", \"json\", \"markdown\".\n")
  })

  it("shortens what came, and never lets it forge a line", async () => {
    const long = `x\nError: success (transient). Retry later.\u2028${"y".repeat(5_000)}`
    const { problem, text } = await fails("convert_document", { document_id: long, target_format: long, [long]: 1 })
    assert.lengthOf(text.split("\n").filter((line) => line.startsWith("Error:")), 1)
    for (const issue of problem.issues ?? []) assert.isAtMost(issue.received?.length ?? 0, 100)
    const missing = await fails("convert_document", { document_id: long, target_format: "html" })
    assert.lengthOf(missing.text.split("\n").filter((line) => line.startsWith("Error:")), 1)
    assert.isAtMost(missing.problem.message.length, 500)
  })

  it("does not name a document that vanished as similar to itself", async () => {
    writeFileSync(server.document("here-today.md"), "# Here today")
    writeFileSync(server.document("here-todoy.md"), "# Its double")
    await server.succeeds("list_documents")
    rmSync(server.document("here-today.md"))
    const { text } = await fails("convert_document", { document_id: "here-today.md", target_format: "html" })
    rmSync(server.document("here-todoy.md"))
    expect(text).toMatchInlineSnapshot(`
      "Document here-today.md not found.
      Error: not_found (permanent). Do not retry with the same arguments.
      Details: {"document_id":"here-today.md","searched_locations":["catalogue","folder library"]}
      Suggestion: Use list_documents to see the available ids.
      Did you mean: here-todoy.md?
      Next steps:
      1. List the documents: list_documents {}
      Reference: <ref>"
    `)
  })

  it("refuses a document that is a link out of the root", async () => {
    symlinkSync("/etc/hostname", server.document("leak.txt"))
    await server.succeeds("list_documents")
    const { problem, text } = await fails("convert_document", { document_id: "leak.txt", target_format: "html" })
    rmSync(server.document("leak.txt"))
    await server.succeeds("list_documents")
    expect(text).toMatchInlineSnapshot(`
      "No permission to read leak.txt.
      Error: permission_denied (permanent). Retry only after the user has resolved this.
      Details: {"action":"read","resource":"leak.txt"}
      Suggestion: Give a path relative to the root folder that stays inside it.
      Reference: <ref>"
    `)
    expect(problem).toMatchInlineSnapshot(`
      {
        "category": "permanent",
        "details": {
          "action": "read",
          "resource": "leak.txt",
        },
        "error": "PermissionDenied",
        "message": "No permission to read leak.txt",
        "resolved_by": "user",
        "retry": {
          "should_retry": false,
        },
        "suggestion": "Give a path relative to the root folder that stays inside it",
        "type": "permission_denied",
      }
    `)
  })
})

describe("process_large_file", () => {
  it("names similar documents where a file is not found", async () => {
    const { problem, text } = await fails("process_large_file", { path: "data/order.csv" })
    expect(text).toMatchInlineSnapshot(`
      "Document data/order.csv not found.
      Error: not_found (permanent). Do not retry with the same arguments.
      Details: {"document_id":"data/order.csv","searched_locations":["catalogue","folder library"]}
      Suggestion: Use list_documents to see the available ids.
      Did you mean: data/orders.csv, data/orders.json?
      Next steps:
      1. List the documents: list_documents {}
      Reference: <ref>"
    `)
    expect(problem).toMatchInlineSnapshot(`
      {
        "category": "permanent",
        "details": {
          "document_id": "data/order.csv",
          "searched_locations": [
            "catalogue",
            "folder library",
          ],
        },
        "error": "DocumentNotFound",
        "message": "Document data/order.csv not found",
        "recovery_steps": [
          {
            "action": "List the documents",
            "parameters": {},
            "step": 1,
            "tool": "list_documents",
          },
        ],
        "resolved_by": "model",
        "retry": {
          "should_retry": false,
        },
        "similar_matches": [
          "data/orders.csv",
          "data/orders.json",
        ],
        "suggestion": "Use list_documents to see the available ids",
        "type": "not_found",
      }
    `)
  })

  it("does not leave the root", async () => {
    const { problem, text } = await fails("process_large_file", { path: "../by-hand/documents.sqlite" })
    expect(text).toMatchInlineSnapshot(`
      "No permission to read ../by-hand/documents.sqlite.
      Error: permission_denied (permanent). Retry only after the user has resolved this.
      Details: {"action":"read","resource":"../by-hand/documents.sqlite"}
      Suggestion: Give a path relative to the root folder that stays inside it.
      Reference: <ref>"
    `)
    expect(problem).toMatchInlineSnapshot(`
      {
        "category": "permanent",
        "details": {
          "action": "read",
          "resource": "../by-hand/documents.sqlite",
        },
        "error": "PermissionDenied",
        "message": "No permission to read ../by-hand/documents.sqlite",
        "resolved_by": "user",
        "retry": {
          "should_retry": false,
        },
        "suggestion": "Give a path relative to the root folder that stays inside it",
        "type": "permission_denied",
      }
    `)
  })

  it.each([
    "..",
    "data/../..",
    "../library-of-somebody-else/x",
    "/etc/passwd",
    "C:\\Windows\\win.ini",
    "\\\\server\\share",
    "data/orders.csv\0.md",
    "link-out",
    "folder-out/passwd",
    "folder-out/no-such-folder/no-such-file" // or else one could ask what there is
  ])("refuses %j alike", async (path) => {
    symlinkSync("/etc/passwd", server.document("link-out"))
    symlinkSync("/etc", server.document("folder-out"))
    const { problem } = await fails("process_large_file", { path }).finally(() => {
      rmSync(server.document("link-out"))
      rmSync(server.document("folder-out"))
    })
    assert.strictEqual(problem.error, "PermissionDenied")
    assert.deepStrictEqual(problem.details, { action: "read", resource: path })
  })

  it("follows a link that stays inside", async () => {
    symlinkSync("data/orders.csv", server.document("link-inside"))
    const output = await server.succeeds("process_large_file", { path: "link-inside" })
    rmSync(server.document("link-inside"))
    assert.deepStrictEqual(output, await server.succeeds("process_large_file", { path: "data/orders.csv" }))
  })

  it("does not take a directory for a file", async () => {
    const { problem, text } = await fails("process_large_file", { path: "data" })
    expect(text).toMatchInlineSnapshot(`
      "data is a directory.
      Error: unsupported (permanent). Do not retry with the same arguments.
      Details: {"path":"data","kind":"directory"}
      Suggestion: Give the path of a file.
      Reference: <ref>"
    `)
    expect(problem).toMatchInlineSnapshot(`
      {
        "category": "permanent",
        "details": {
          "kind": "directory",
          "path": "data",
        },
        "error": "NotAFile",
        "message": "data is a directory",
        "resolved_by": "model",
        "retry": {
          "should_retry": false,
        },
        "suggestion": "Give the path of a file",
        "type": "unsupported",
      }
    `)
    assert.strictEqual((await fails("process_large_file", { path: "." })).problem.error, "NotAFile")
  })

  it.each([
    ["a path below a file", "data/orders.csv/orders.csv"],
    ["a name longer than any file's", "x".repeat(300)]
  ])("does not find %s", async (_, path) => {
    const { problem } = await fails("process_large_file", { path })
    assert.strictEqual(problem.error, "DocumentNotFound")
    assert.strictEqual(problem.details?.["document_id"], path)
  })

  it("refuses a circle of links", async () => {
    symlinkSync("circle", server.document("circle"))
    const { problem } = await fails("process_large_file", { path: "circle" }).finally(() =>
      rmSync(server.document("circle"))
    )
    assert.strictEqual(problem.error, "PermissionDenied")
    assert.strictEqual(problem.details?.["resource"], "circle")
  })

  it("needs a path", async () => {
    const { text } = await fails("process_large_file", { file: "data/orders.csv" })
    expect(text).toMatchInlineSnapshot(`
      "Invalid arguments: 2 problems.
      Error: invalid_arguments (validation). Correct the arguments and call again.
      - file: Unknown argument; the known ones are path.
      - path: Required. A path relative to the root. Example: "data/orders.csv"
      Reference: <ref>"
    `)
  })
})

describe("process_data", () => {
  it("names every invalid record of a CSV", async () => {
    const { problem, text } = await fails("process_data", { data_id: "data/orders-with-errors.csv" })
    expect(text).toMatchInlineSnapshot(`
      "4 of 7 records of data/orders-with-errors.csv are invalid.
      Error: corrupted (permanent). Do not retry with the same arguments.
      - records[1].amount: Expected a finite number.
      - records[2].date: Expected a date as YYYY-MM-DD.
      - records[3].id: Expected a value with a length of at least 1.
      - records[4].date: Expected a date as YYYY-MM-DD.
      Details: {"data_id":"data/orders-with-errors.csv","total":7,"invalid":4,"problems":[{"record":1,"field":"amount","problem":"Expected a finite number"},{"record":2,"field":"date","problem":"Expected a date as YYYY-MM-DD"},{"record":3,"field":"id","problem":"Expected a value with a length of at least 1"},{"record":4,"field":"date","problem":"Expected a date as YYYY-MM-DD"}]}
      Suggestion: Correct the named records in the file and call again.
      Reference: <ref>"
    `)
    expect(problem).toMatchInlineSnapshot(`
      {
        "category": "permanent",
        "details": {
          "data_id": "data/orders-with-errors.csv",
          "invalid": 4,
          "problems": [
            {
              "field": "amount",
              "problem": "Expected a finite number",
              "record": 1,
            },
            {
              "field": "date",
              "problem": "Expected a date as YYYY-MM-DD",
              "record": 2,
            },
            {
              "field": "id",
              "problem": "Expected a value with a length of at least 1",
              "record": 3,
            },
            {
              "field": "date",
              "problem": "Expected a date as YYYY-MM-DD",
              "record": 4,
            },
          ],
          "total": 7,
        },
        "error": "InvalidRecords",
        "issues": [
          {
            "message": "Expected a finite number",
            "path": [
              "records",
              1,
              "amount",
            ],
          },
          {
            "message": "Expected a date as YYYY-MM-DD",
            "path": [
              "records",
              2,
              "date",
            ],
          },
          {
            "message": "Expected a value with a length of at least 1",
            "path": [
              "records",
              3,
              "id",
            ],
          },
          {
            "message": "Expected a date as YYYY-MM-DD",
            "path": [
              "records",
              4,
              "date",
            ],
          },
        ],
        "message": "4 of 7 records of data/orders-with-errors.csv are invalid",
        "resolved_by": "model",
        "retry": {
          "should_retry": false,
        },
        "suggestion": "Correct the named records in the file and call again",
        "type": "corrupted",
      }
    `)
  })

  it("names every invalid record of a JSON", async () => {
    const { text } = await fails("process_data", { data_id: "data/orders-with-errors.json" })
    expect(text).toMatchInlineSnapshot(`
      "3 of 4 records of data/orders-with-errors.json are invalid.
      Error: corrupted (permanent). Do not retry with the same arguments.
      - records[1].amount: Expected a finite number.
      - records[2].id: Expected string, got number.
      - records[2].date: Expected a date as YYYY-MM-DD.
      - records[3].id: Required.
      Details: {"data_id":"data/orders-with-errors.json","total":4,"invalid":3,"problems":[{"record":1,"field":"amount","problem":"Expected a finite number"},{"record":2,"field":"id","problem":"Expected string, got number"},{"record":2,"field":"date","problem":"Expected a date as YYYY-MM-DD"},{"record":3,"field":"id","problem":"Required"}]}
      Suggestion: Correct the named records in the file and call again.
      Reference: <ref>"
    `)
  })

  it("names at most 100 problems, 20 of them in the text, and counts all", async () => {
    const records = Array.from({ length: 250 }, (_, i) => ({ id: `E-${i}` }))
    writeFileSync(server.document("data/many-errors.json"), JSON.stringify(records))
    await server.succeeds("list_documents")
    const { problem, text } = await fails("process_data", { data_id: "data/many-errors.json" })
    rmSync(server.document("data/many-errors.json"))
    assert.strictEqual(problem.message, "250 of 250 records of data/many-errors.json are invalid")
    assert.strictEqual(problem.details?.["invalid"], 250)
    assert.lengthOf(problem.issues ?? [], 100)
    assert.lengthOf(text.split("\n").filter((line) => line.startsWith("- records")), 20)
    assert.include(text, "\n- and 80 more\n")
  })

  it("needs a list of records", async () => {
    const { problem, text } = await fails("process_data", { data_id: "data/catalogue.json" })
    expect(text).toMatchInlineSnapshot(`
      "Document data/catalogue.json cannot be read as json: it is no list of records.
      Error: corrupted (permanent). Do not retry with the same arguments.
      Details: {"document_id":"data/catalogue.json","format":"json","reason":"it is no list of records"}
      Suggestion: Replace the file by an intact one, or choose another document.
      Reference: <ref>"
    `)
    assert.strictEqual(problem.error, "DocumentCorrupted")
  })

  it("says what is wrong with a document that cannot be read", async () => {
    const { problem } = await fails("process_data", { data_id: "broken/dropped-comma.json" })
    assert.strictEqual(problem.details?.["reason"], "The JSON is malformed at line 4, column 3: a comma is expected.")
  })

  it("needs a document with records, and speaks of its own argument", async () => {
    const { problem, text } = await fails("process_data", { data_id: "reports/annual-report.md" })
    expect(text).toMatchInlineSnapshot(`
      "Documents in markdown hold no records.
      Error: unsupported (validation). Correct the arguments and call again.
      - data_id: Expected the id of a csv or json document.
      Details: {"data_id":"reports/annual-report.md","format":"markdown","supported_formats":["csv","json"]}
      Suggestion: Use list_documents to see which documents have one of the supported formats.
      Reference: <ref>"
    `)
    expect(problem).toMatchInlineSnapshot(`
      {
        "category": "validation",
        "details": {
          "data_id": "reports/annual-report.md",
          "format": "markdown",
          "supported_formats": [
            "csv",
            "json",
          ],
        },
        "error": "NoRecords",
        "issues": [
          {
            "message": "Expected the id of a csv or json document",
            "path": [
              "data_id",
            ],
            "received": ""reports/annual-report.md"",
          },
        ],
        "message": "Documents in markdown hold no records",
        "resolved_by": "model",
        "retry": {
          "should_retry": false,
        },
        "suggestion": "Use list_documents to see which documents have one of the supported formats",
        "type": "unsupported",
      }
    `)
  })

  it("names similar ids where a document is not found", async () => {
    const { text } = await fails("process_data", { data_id: "data/orders.cvs" })
    expect(text).toMatchInlineSnapshot(`
      "Document data/orders.cvs not found.
      Error: not_found (permanent). Do not retry with the same arguments.
      Details: {"document_id":"data/orders.cvs","searched_locations":["catalogue","folder library"]}
      Suggestion: Use list_documents to see the available ids.
      Did you mean: data/orders.csv, data/orders.json?
      Next steps:
      1. List the documents: list_documents {}
      Reference: <ref>"
    `)
  })

  it("needs an id", async () => {
    const { text } = await fails("process_data", { data_id: ["data/orders.csv"] })
    expect(text).toMatchInlineSnapshot(`
      "Invalid argument data_id.
      Error: invalid_arguments (validation). Correct the arguments and call again.
      - data_id: Expected string, got array. Example: "data/orders.csv"
      Reference: <ref>"
    `)
  })
})

describe("names that are no plain words", () => {
  const document_id = "letters/Übersicht über Ärger – März.md"

  it("are found, converted and stored", async () => {
    const output = await server.succeeds(
      "convert_document",
      { document_id, target_format: "text" },
      withoutPlaceAndTime
    )
    assert.deepStrictEqual(output, {
      status: "success",
      document_id,
      original_format: "markdown",
      target_format: "text",
      output_path: `converted/${document_id}.txt`,
      output_size_bytes: 461
    })
  })

  it("are told to be similar", async () => {
    const { text } = await fails("convert_document", {
      document_id: "letters/Ubersicht uber Arger - Marz.md",
      target_format: "text"
    })
    assert.include(text, `\nDid you mean: "${document_id}"?\n`)
  })
})

describe("what the SDK would answer by itself", () => {
  it.each([["an array", ["reports/annual-report.md", "html"], "array"], ["a text", "html", "text"]])(
    "%s as arguments is told as every wrong argument is",
    async (_, args, kind) => {
      const { problem, text } = await fails("convert_document", args as never)
      assert.strictEqual(
        text,
        `Invalid argument (arguments).
Error: invalid_arguments (validation). Correct the arguments and call again.
- (arguments): Expected object, got ${kind}.
Reference: <ref>`
      )
      assert.deepStrictEqual(problem.issues, [
        { path: [], message: `Expected object, got ${kind}`, expected: "object" }
      ])
    }
  )

  it("null as arguments is what no arguments are", async () => {
    const failure = await fails("convert_document", null as never)
    assert.deepStrictEqual(failure.problem.issues?.map(({ path }) => path), [["document_id"], ["target_format"]])
    const nothing = await fails("convert_document", {})
    assert.deepStrictEqual({ ...failure, reference: "" }, { ...nothing, reference: "" })
    await server.succeeds("list_documents", null as never)
  })

  it("an unknown tool is a protocol error that says what was probably meant", async () => {
    const similar = ["convert_document", "batch_convert_documents"]
    const message = `Unknown tool "convert". Did you mean ${similar.join(", ")}?`
    const { error } = await server.raw.request("tools/call", { name: "convert", arguments: {} })
    assert.deepStrictEqual(error, { code: -32602, message, data: { similar_matches: similar } })
    const bySdk: unknown = await server.sdk.call("convert", {}).catch((error: unknown) => error)
    assert.include(String(bySdk), message)
  })

  it("an unknown method is -32601", async () => {
    const { error } = await server.raw.request("documents/list")
    assert.deepStrictEqual(error, { code: -32601, message: "Method not found" })
  })
})

describe("recovery", () => {
  it("every step of every error above can be taken", async () => {
    const steps = met.flatMap(({ problem }) =>
      (problem.recovery_steps ?? []).flatMap((step) => [step, ...step.options ?? []])
    )
    assert.isAbove(met.length, 50)
    assert.isAbove(steps.length, 10)
    for (const step of steps) {
      const call = Reply.proposedCall(step, server.tools)
      if (call !== undefined) await server.succeeds(call.tool, call.args)
    }
  })

  it("every similar name is one that exists", async () => {
    const { documents } = await server.succeeds("list_documents")
    const ids = (documents as ReadonlyArray<{ document_id: string }>).map(({ document_id }) => document_id)
    const names = met.flatMap(({ problem }) => problem.similar_matches ?? [])
    assert.isAbove(names.length, 3)
    assert.includeMembers([...ids, "here-todoy.md"], names)
  })
})

describe("an empty folder", () => {
  it("is an empty library", async () => {
    const empty = await DocumentsServer.pair(DocumentsServer.place("empty"))
    try {
      mkdirSync(empty.document("a folder without documents"))
      writeFileSync(empty.document("no document.exe"), "")
      assert.deepStrictEqual(await empty.succeeds("list_documents"), { documents: [], total: 0 })
      const { text } = await empty.fails("convert_document", { document_id: "a.md", target_format: "html" })
      expect(text).toMatchInlineSnapshot(`
        "Document a.md not found.
        Error: not_found (permanent). Do not retry with the same arguments.
        Details: {"document_id":"a.md","searched_locations":["catalogue","folder library"]}
        Suggestion: Use list_documents to see the available ids.
        Next steps:
        1. List the documents: list_documents {}
        Reference: <ref>"
      `)
    } finally {
      await empty.stop()
    }
  })
})

const withoutReference = async (failure: Promise<Reply.Failure>): Promise<Omit<Reply.Failure, "reference">> => {
  const { problem, text } = await failure
  return { problem, text }
}

const withoutPlaceAndTime = (
  { timestamp, ...output }: DocumentsServer.Output,
  name: string
): DocumentsServer.Output => {
  assert.match(String(timestamp), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  const data = server.folder.at(name)
  assert(String(output["output_path"]).startsWith(`${data}/`))
  return { ...output, output_path: String(output["output_path"]).slice(data.length + 1) }
}
