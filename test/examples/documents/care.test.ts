/**
 * The documents server as a model of care: files that are too large, folders that cannot be read, links that lead out,
 * replies that a reader can take.
 */
import { slowDocument } from "@errata/examples/documents/conversion/slowDocument"
import { outputName } from "@errata/examples/documents/store"
import { execFileSync, spawn } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs"
import { assert, describe, expect, it, onTestFinished } from "vitest"
import * as Folder from "../../wire/Folder.ts"
import * as Reply from "../../wire/Reply.ts"
import * as StdioServer from "../../wire/StdioServer.ts"
import { until } from "../../wire/Wait.ts"
import * as DocumentsServer from "./DocumentsServer.ts"

/** How many documents the largest batch has: as many as it may with `ERRATA_FULL=1`. */
const batchSize = process.env["ERRATA_FULL"] === "1" ? 1_000 : 250

/** The most that a reply may have: 25,000 tokens, of four characters each. */
const maxCharacters = 100_000

interface Started extends DocumentsServer.Place {
  readonly server: StdioServer.StdioServer
  readonly succeeds: (tool: string, args?: object, within?: number) => Promise<DocumentsServer.Output>
  readonly fails: (tool: string, args?: object) => Promise<Reply.Failure>
}

const start = async (here: DocumentsServer.Place, env?: { readonly [name: string]: string }): Promise<Started> => {
  onTestFinished(here.folder.remove)
  const server = await StdioServer.start(here.options("data", env))
  onTestFinished(server.stop)
  const tools = await DocumentsServer.tools(server)
  const call = async (tool: string, args?: object, within = 60_000) => {
    const result = await server.call(tool, args, undefined, within)
    assert.isBelow(result.content[0]!.text!.length, maxCharacters)
    return result
  }
  return {
    ...here,
    server,
    succeeds: async (tool, args, within) => DocumentsServer.output(await call(tool, args, within)),
    fails: async (tool, args) => Reply.failure(await call(tool, args), tools)
  }
}

const empty = (): DocumentsServer.Place => DocumentsServer.place("empty")

const idsOf = (output: DocumentsServer.Output): ReadonlyArray<string> =>
  (output["documents"] as ReadonlyArray<{ readonly document_id: string }>).map(({ document_id }) => document_id)

describe("files that are too large", () => {
  it.each([
    ["objects without anything", "{}", 3_300_000],
    ["small records", "{\"id\":\"1\",\"n\":1}", 1_500_000]
  ])("in memory cost one call and not the server: %s", async (_, record, count) => {
    const here = empty()
    writeFileSync(here.document("many.json"), `[${`${record},`.repeat(count)}${record}]`)
    const { fails, server, succeeds } = await start(here, { ERRATA_CONVERSION_MEMORY: "256 MiB" })
    let isOver = false
    const failure = fails("convert_document", { document_id: "many.json", target_format: "html" })
    void failure.finally(() => isOver = true)
    let lists = 0
    while (!isOver && lists < 3) {
      await succeeds("list_documents", {}, 10_000)
      lists++
    }
    assert.strictEqual(lists, 3, "others were answered while it ran")
    const { problem, text } = await failure
    expect(text).toMatchInlineSnapshot(`
      "Document many.json is too large: at most 256 megabytes of memory for its conversion are allowed.
      Error: too_large (permanent). Do not retry with the same arguments.
      Details: {"resource":"Document many.json","limit":256,"unit":"megabytes of memory for its conversion"}
      Suggestion: Split the document into smaller ones (a list of records: into files of fewer records), or convert it to text.
      Reference: <ref>"
    `)
    assert.strictEqual(problem.error, "TooLarge")
    writeFileSync(here.document("small.txt"), "small\n")
    assert.strictEqual(
      (await succeeds("convert_document", { document_id: "small.txt", target_format: "text" }))["status"],
      "success"
    )
    assert.isUndefined(server.log.find((line) => line.level === "Error"))
  })

  it("on disk are refused before anything is read, with the limit and what to do", async () => {
    const here = empty()
    writeFileSync(here.document("sparse.txt"), "")
    truncateSync(here.document("sparse.txt"), 3_000_000_000)
    const { fails } = await start(here)
    const { text } = await fails("convert_document", { document_id: "sparse.txt", target_format: "html" })
    expect(text).toMatchInlineSnapshot(`
        "Document sparse.txt is too large: at most 67108864 bytes are allowed.
        Error: too_large (permanent). Do not retry with the same arguments.
        Details: {"resource":"Document sparse.txt","size":3000000000,"limit":67108864,"unit":"bytes"}
        Suggestion: Split the file into parts and convert each, or raise ERRATA_DOCUMENT_SIZE.
        Reference: <ref>"
      `)
    writeFileSync(here.document("data.json"), "")
    truncateSync(here.document("data.json"), 1_500_000_000)
    assert.strictEqual((await fails("process_data", { data_id: "data.json" })).problem.error, "TooLarge")
  })

  it("may be larger where the operator says so", async () => {
    const here = empty()
    writeFileSync(here.document("a.txt"), "12345")
    const { fails } = await start(here, { ERRATA_DOCUMENT_SIZE: "4 B" })
    const { problem } = await fails("convert_document", { document_id: "a.txt", target_format: "text" })
    assert.deepInclude(problem.details, { size: 5, limit: 4 })
  })

  it("with records are checked without a pause for the others", async () => {
    const here = empty()
    const record = { id: "1", date: "2026-01-01", customer: "Ada", title: "Slips of the pen", amount: 1 }
    writeFileSync(
      here.document("orders.json"),
      `[${`${JSON.stringify(record)},`.repeat(100_000)}${JSON.stringify(record)}]`
    )
    const { succeeds } = await start(here)
    let isOver = false
    const checked = succeeds("process_data", { data_id: "orders.json" })
    void checked.finally(() => isOver = true)
    let lists = 0
    while (!isOver && lists < 3) {
      await succeeds("list_documents", {}, 10_000)
      lists++
    }
    assert.strictEqual(lists, 3, "others were answered while it ran")
    assert.deepStrictEqual(await checked, { status: "success", count: 100_001 })
  })
})

describe("a folder that cannot be read", () => {
  /** Makes folders below each other until no path leads to the last; even root cannot read it. */
  const deepen = (folder: string): void =>
    void execFileSync("bash", [
      "-c",
      "name=$(printf 'd%.0s' {1..200}); for i in {1..25}; do mkdir $name; cd $name; done; echo x > note.txt"
    ], {
      cwd: folder
    })

  it("is told, and costs nothing but itself", async () => {
    const here = DocumentsServer.place()
    mkdirSync(here.document("deep"))
    deepen(here.document("deep"))
    const { succeeds } = await start(here)
    const output = await succeeds("list_documents")
    assert.include(idsOf(output), "reports/annual-report.md")
    const warnings = output["warnings"] as ReadonlyArray<{ readonly path: string; readonly reason: string }>
    assert.lengthOf(warnings, 1)
    assert.match(warnings[0]!.path, /^deep\/d+\/d+…$/)
    assert.lengthOf(warnings[0]!.path, 300)
    assert.strictEqual(warnings[0]!.reason, "its path is too long")
    execFileSync("rm", ["-rf", here.document("deep")])
  })

  it("is not forgotten: what was known of it stays until somebody can look again", async () => {
    const here = DocumentsServer.place()
    const { fails, folder, succeeds } = await start(here)
    const before = await succeeds("list_documents")
    execFileSync("mv", [folder.at("library"), folder.at("away")])
    const meanwhile = await succeeds("list_documents")
    assert.deepStrictEqual(meanwhile, { ...before, warnings: [{ path: ".", reason: "it is not there" }] })
    const { problem } = await fails("convert_document", { document_id: "data/orders.csv", target_format: "text" })
    assert.strictEqual(problem.error, "DocumentNotFound")
    execFileSync("mv", [folder.at("away"), folder.at("library")])
    rmSync(here.document("data/orders.csv"))
    const after = await succeeds("list_documents")
    assert.deepStrictEqual(idsOf(after), idsOf(before).filter((id) => id !== "data/orders.csv"))
    assert.notProperty(after, "warnings")
  })
})

describe("links", () => {
  it("are no documents: not those that lead out, nor those that lead in circles", async () => {
    const here = DocumentsServer.place()
    mkdirSync(here.folder.at("outside"))
    writeFileSync(here.folder.at("outside", "salaries.md"), "# Salaries")
    symlinkSync(here.folder.at("outside"), here.document("out"))
    symlinkSync(here.folder.at("outside", "salaries.md"), here.document("salaries.md"))
    symlinkSync(".", here.document("self"))
    for (const name of ["a", "b", "c"]) mkdirSync(here.document(name))
    for (const from of ["a", "b", "c"]) {
      for (const to of ["a", "b", "c"]) symlinkSync(`../${to}`, here.document(`${from}/${to}`))
    }
    symlinkSync("annual-report.md", here.document("reports/report.md"))
    const { fails, succeeds } = await start(here)
    assert.strictEqual((await succeeds("list_documents"))["total"], 17)
    for (const document_id of ["out/salaries.md", "salaries.md"]) {
      const { problem } = await fails("convert_document", { document_id, target_format: "html" })
      assert.strictEqual(problem.error, "PermissionDenied", document_id)
    }
    const near = await fails("convert_document", { document_id: "salarie.md", target_format: "html" })
    assert.notInclude(near.text, "salaries")
    const inside = await fails("convert_document", { document_id: "reports/report.md", target_format: "html" })
    assert.strictEqual(inside.problem.error, "DocumentNotFound")
  })

  it("that take a document's place lead nowhere", async () => {
    const here = DocumentsServer.place()
    writeFileSync(here.folder.at("secret.md"), "# The secret\n")
    const { folder, server } = await start(here)
    const swap = `while :; do ln -sf ${
      folder.at("secret.md")
    } n; mv -fT n annual-report.md; echo "# Public" > m; mv -f m annual-report.md; done`
    const swapper = spawn("bash", ["-c", swap], { cwd: here.document("reports"), stdio: "ignore" })
    onTestFinished(() => void swapper.kill("SIGKILL"))
    let successes = 0
    for (let round = 0; round < 40; round++) {
      const args = { document_id: "reports/annual-report.md", target_format: "text" }
      const { isError, structuredContent } = await server.call("convert_document", args)
      if (isError === true) continue
      successes++
      assert.notInclude(readFileSync(String(structuredContent!["output_path"]), "utf8"), "secret")
    }
    swapper.kill("SIGKILL")
    assert.isAbove(successes, 0)
  })

  it("and the server's own state are left out", async () => {
    const here = DocumentsServer.place()
    const options = here.options("library/.errata")
    onTestFinished(here.folder.remove)
    const server = await StdioServer.start(options)
    onTestFinished(server.stop)
    const list = async () => idsOf(DocumentsServer.output(await server.call("list_documents")))
    const before = await list()
    DocumentsServer.output(
      await server.call("convert_document", { document_id: "data/orders.csv", target_format: "text" })
    )
    assert.isTrue(existsSync(here.document(".errata/converted/data/orders.csv.txt")))
    assert.deepStrictEqual(await list(), before)
  })
})

describe("a library of more documents than a reader can take", () => {
  const count = 10_050

  const name = (i: number): string => `shelf-${String(i % 3)}/document-${String(i).padStart(6, "0")}.txt`

  it("is listed in pages, and all of it is found", async () => {
    const here = empty()
    for (let i = 0; i < 3; i++) mkdirSync(here.document(`shelf-${i}`))
    for (let i = 0; i < count; i++) writeFileSync(here.document(name(i)), "x\n")
    const { server, succeeds } = await start(here)
    const first = await succeeds("list_documents")
    assert.lengthOf(idsOf(first), 200)
    assert.deepInclude(first, { total: count, next_offset: 200 })

    const seen: Array<string> = []
    let offset: number | undefined = 0
    while (offset !== undefined) {
      const page: DocumentsServer.Output = await succeeds("list_documents", { limit: 1_000, offset })
      seen.push(...idsOf(page))
      offset = page["next_offset"] as number | undefined
    }
    assert.lengthOf(new Set(seen), count)
    assert.deepStrictEqual(seen, seen.toSorted())
    assert.deepStrictEqual(await succeeds("list_documents", { offset: count }), { documents: [], total: count })

    const last = { document_id: name(count - 1), target_format: "text" }
    assert.strictEqual((await succeeds("convert_document", last))["status"], "success")

    // similar names of each of these took 12 s once
    const document_ids = Array.from({ length: 1_000 }, (_, i) => name(i).replace("document", "documnet"))
    const { isError, structuredContent } = await server.call("batch_convert_documents", {
      document_ids,
      target_format: "text"
    })
    assert.strictEqual(isError, true)
    assert.deepInclude(structuredContent!["summary"], { total: 1_000, failed: 1_000 })
    assert.isBelow(JSON.stringify(structuredContent).length, maxCharacters)
  })

  it("may be asked for page by page only as far as pages go", async () => {
    const { fails } = await start(empty())
    const { text } = await fails("list_documents", { limit: 0, offset: -1 })
    expect(text).toMatchInlineSnapshot(`
      "Invalid arguments: 2 problems.
      Error: invalid_arguments (validation). Correct the arguments and call again.
      - limit: Expected a whole number from 1 to 1000.
      - offset: Expected a whole number from 0 to 1000000000.
      Reference: <ref>"
    `)
  })
})

describe("replies", () => {
  it("of a large batch name the file that holds the rest", async () => {
    const here = empty()
    const document_ids = Array.from({ length: batchSize }, (_, i) => `a-document-with-a-name-of-some-length-${i}.txt`)
    for (const id of document_ids) writeFileSync(here.document(id), id)
    const { succeeds } = await start(here)
    const report = await succeeds("batch_convert_documents", { document_ids, target_format: "text" }, 120_000)
    const results = report["results"] as ReadonlyArray<object>
    assert.isAbove(results.length, 50)
    assert.isBelow(results.length, 201)
    assert.deepInclude(report["summary"] as object, { total: batchSize, succeeded: batchSize })
    const [, path] = /The whole report is at (.+)\.$/.exec(String(report["note"])) ?? []
    const whole = JSON.parse(readFileSync(path!, "utf8")) as { readonly results: ReadonlyArray<object> }
    assert.lengthOf(whole.results, batchSize)
    assert.deepStrictEqual(whole.results.slice(0, results.length), results)
  }, 180_000)

  it("of a conversion that could not be stored hold its beginning and the place of the whole", async () => {
    const here = empty()
    const text = "A line of umlauts: äöü.\n".repeat(10_000)
    writeFileSync(here.document("long.txt"), text)
    const { data, succeeds } = await start(here)
    writeFileSync(data("converted"), "a file is no folder")
    const output = await succeeds("convert_document", { document_id: "long.txt", target_format: "text" })
    assert.deepInclude(output, {
      status: "partial",
      message:
        "The document was converted, but the result could not be stored. Its beginning is in conversion_data, the whole at conversion_path.",
      conversion_data: text.slice(0, 20_000),
      conversion_data_is_cut: true,
      conversion_bytes: Buffer.byteLength(text)
    })
    assert.strictEqual(readFileSync(String(output["conversion_path"]), "utf8"), text)
  })

  it("carry what was guessed", async () => {
    const here = empty()
    writeFileSync(here.document("prices.csv"), "id;price\n1;2,50\n")
    const { succeeds } = await start(here)
    const output = await succeeds("convert_document", { document_id: "prices.csv", target_format: "markdown" })
    assert.deepStrictEqual(output["notes"], ["The fields were read as parted by semicolons."])
  })

  it("say what to do with a document that is intact and unreadable", async () => {
    const here = empty()
    writeFileSync(here.document("old.docx"), Buffer.from("d0cf11e0a1b11ae1", "hex"))
    const { fails } = await start(here)
    const { text } = await fails("convert_document", { document_id: "old.docx", target_format: "text" })
    expect(text).toMatchInlineSnapshot(`
      "Document old.docx cannot be converted: The document is in the old binary format of Word.
      Error: unsupported (permanent). Do not retry with the same arguments.
      Details: {"document_id":"old.docx","format":"docx","reason":"The document is in the old binary format of Word."}
      Suggestion: Save it as .docx and convert that.
      Reference: <ref>"
    `)
  })
})

describe("names that are too long to be stored", () => {
  const long = `${"ü".repeat(125)}.txt` // 254 bytes

  it("are shortened, and no two become one", async () => {
    const here = empty()
    const other = `${"ü".repeat(124)}u.txt`
    for (const id of [long, other]) writeFileSync(here.document(id), id)
    const { succeeds } = await start(here)
    const paths = new Set<string>()
    for (const document_id of [long, other]) {
      const output = await succeeds("convert_document", { document_id, target_format: "html" })
      assert.strictEqual(output["status"], "success")
      paths.add(String(output["output_path"]))
      assert.include(readFileSync(String(output["output_path"]), "utf8"), document_id)
    }
    assert.strictEqual(paths.size, 2)
  })

  it("keep their folders and their extension", () => {
    assert.strictEqual(outputName("a/b.md", ".html"), "a/b.md.html")
    const name = outputName(`a/${long}`, ".html")
    assert.match(name, /^a\/ü+-[0-9a-f]{12}\.html$/)
    assert.isAtMost(Buffer.byteLength(name.slice(2)), 255)
    assert.match(outputName("folder/".repeat(600) + "a.md", ".txt"), /^long-[0-9a-f]{12}\.txt$/)
  })
})

describe("a batch with documents that take their time", () => {
  it("leaves the others theirs", async () => {
    const here = empty()
    for (const name of ["slow-1.pdf", "slow-2.pdf"]) writeFileSync(here.document(name), slowDocument(2_000))
    for (const name of ["a.txt", "b.txt"]) writeFileSync(here.document(name), "small\n")
    const { server } = await start(here, { ERRATA_CONVERSION_TIMEOUT: "1 second" })
    const document_ids = ["slow-1.pdf", "slow-2.pdf", "a.txt", "b.txt"]
    const result = await server.call("batch_convert_documents", { document_ids, target_format: "text" })
    const report = result.structuredContent!
    assert.deepStrictEqual(
      (report["results"] as ReadonlyArray<{ readonly key: string }>).map(({ key }) => key),
      ["a.txt", "b.txt"]
    )
    assert.deepStrictEqual(
      (report["errors"] as ReadonlyArray<{ readonly key: string; readonly error: string }>).map((
        { error, key }
      ) => [key, error]),
      [["slow-1.pdf", "ConversionTimedOut"], ["slow-2.pdf", "ConversionTimedOut"]]
    )
  })

  it("is not blamed for others that do not end: waiting is another error", async () => {
    const here = empty()
    for (const name of ["slow-1.pdf", "slow-2.pdf"]) writeFileSync(here.document(name), slowDocument(5_000))
    writeFileSync(here.document("a.txt"), "small\n")
    const { fails, server } = await start(here, { ERRATA_CONVERSION_WAIT: "500 millis" })
    for (const document_id of ["slow-1.pdf", "slow-2.pdf"]) {
      server.ask("tools/call", StdioServer.toolCall("convert_document", { document_id, target_format: "text" }))
    }
    await until("both are at work", () => Folder.list(here.data("workspaces")).length === 2)
    const { problem } = await fails("convert_document", { document_id: "a.txt", target_format: "text" })
    assert.strictEqual(problem.error, "Overloaded")
    assert.strictEqual(problem.retry?.should_retry, true)
  })
})
