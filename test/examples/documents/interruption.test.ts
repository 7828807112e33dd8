/**
 * Timeouts, cancelled calls, progress, and processes that are killed: nothing waits for them, nothing stays behind.
 */
import { slowDocument } from "@errata/examples/documents/conversion/slowDocument"
import { truncateSync, writeFileSync } from "node:fs"
import { assert, describe, expect, it, onTestFinished } from "vitest"
import * as Folder from "../../wire/Folder.ts"
import * as Reply from "../../wire/Reply.ts"
import * as SdkClient from "../../wire/SdkClient.ts"
import * as StdioServer from "../../wire/StdioServer.ts"
import { soon, until } from "../../wire/Wait.ts"
import * as DocumentsServer from "./DocumentsServer.ts"

const letter = "letters/to-the-compositor.txt"

/** A file that takes some ten seconds to process, and no room on the disk. */
const large = "large.bin"

/** A document that takes some ten seconds to convert. */
const slow = "slow.pdf"

const makePlace = (): DocumentsServer.Place => {
  const here = DocumentsServer.place()
  onTestFinished(here.folder.remove)
  writeFileSync(here.document(large), "")
  truncateSync(here.document(large), 8_000_000_000)
  writeFileSync(here.document(slow), slowDocument(2_000))
  return here
}

const start = async (here: DocumentsServer.Place, env?: { readonly [name: string]: string }) => {
  const server = await StdioServer.start(here.options("data", env))
  onTestFinished(server.stop)
  return server
}

const workspaces = (here: DocumentsServer.Place) => Folder.list(here.data("workspaces"))

/** The files that a server has open below the place, its database left out. */
const openFiles = (here: DocumentsServer.Place, pid: number) =>
  Folder.openFiles(pid).filter((path) => path.startsWith(here.folder.path) && !path.includes("documents.sqlite"))

const progressOf = (server: StdioServer.StdioServer, token: string) =>
  server.frames.filter((frame) =>
    frame.method === "notifications/progress" && frame.params?.["progressToken"] === token
  )

/** Starts to process the large file and waits until it is at work. */
const processLargeFile = async (server: StdioServer.StdioServer, token: string): Promise<StdioServer.Id> => {
  const id = server.ask(
    "tools/call",
    StdioServer.toolCall("process_large_file", { path: large }, { progressToken: token })
  )
  await server.wait("progress", () => progressOf(server, token).length > 0)
  return id
}

const cancel = (server: StdioServer.StdioServer, requestId: StdioServer.Id): void =>
  server.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId, reason: "enough" } })

const cancelled = (server: StdioServer.StdioServer, tool: string) =>
  server.logLine(`${tool} is cancelled`, (line) => line["tool"] === tool && line["outcome"] === "cancelled")

/** Calls a tool and returns how many milliseconds the answer took. */
const timed = async (server: StdioServer.StdioServer, tool: string, args?: object): Promise<number> => {
  const before = performance.now()
  DocumentsServer.output(await server.call(tool, args))
  return performance.now() - before
}

describe("a conversion that takes too long", () => {
  it("is a transient timeout", async () => {
    const here = makePlace()
    writeFileSync(here.document("many.json"), JSON.stringify(Array.from({ length: 100_000 }, () => ({ id: "1" }))))
    const server = await DocumentsServer.pair(here, { ERRATA_CONVERSION_TIMEOUT: "50 millis" })
    onTestFinished(server.stop)
    const { problem, text } = await server.fails("convert_document", { document_id: slow, target_format: "html" })
    expect(text).toMatchInlineSnapshot(`
      "Converting slow.pdf took longer than 0.05 s.
      Error: timeout (transient). Retry later.
      Details: {"document_id":"slow.pdf","timeout_seconds":0.05}
      Reference: <ref>"
    `)
    expect(problem).toMatchInlineSnapshot(`
      {
        "category": "transient",
        "details": {
          "document_id": "slow.pdf",
          "timeout_seconds": 0.05,
        },
        "error": "ConversionTimedOut",
        "is_transient": true,
        "message": "Converting slow.pdf took longer than 0.05 s",
        "resolved_by": "wait",
        "retry": {
          "should_retry": true,
        },
        "type": "timeout",
      }
    `)
    const data = await server.fails("process_data", { data_id: "many.json" })
    expect(data.text).toMatchInlineSnapshot(`
      "Converting many.json took longer than 0.05 s.
      Error: timeout (transient). Retry later.
      Details: {"document_id":"many.json","timeout_seconds":0.05}
      Reference: <ref>"
    `)
  })

  it("is permanent once it happened again, and says what else to do", async () => {
    const server = await DocumentsServer.pair(makePlace(), { ERRATA_CONVERSION_TIMEOUT: "50 millis" })
    onTestFinished(server.stop)
    await server.fails("convert_document", { document_id: slow, target_format: "html" })
    const { problem, text } = await server.fails("convert_document", { document_id: slow, target_format: "text" })
    expect(text).toMatchInlineSnapshot(`
      "Converting slow.pdf took longer than 0.05 s, 2 times in all.
      Error: too_large (permanent). Do not retry with the same arguments.
      Details: {"document_id":"slow.pdf","timeout_seconds":0.05,"attempts":2}
      Suggestion: Convert it to text, or split it into smaller documents. An operator can allow more time with ERRATA_CONVERSION_TIMEOUT.
      Reference: <ref>"
    `)
    assert.deepInclude(problem, { error: "DocumentTooSlow", category: "permanent", retry: { should_retry: false } })
  })

  it("ends when its time is over, blocks nobody before, and leaves the pool whole", async () => {
    const here = makePlace()
    const server = await start(here, { ERRATA_CONVERSION_TIMEOUT: "1500 millis" })
    const tools = await DocumentsServer.tools(server)
    const before = performance.now()
    const conversion = server.call("convert_document", { document_id: slow, target_format: "text" })
    let lists = 0
    let isOver = false
    void conversion.finally(() => isOver = true)
    while (!isOver && lists < 3) {
      await timed(server, "list_documents")
      lists++
    }
    assert.strictEqual(lists, 3, "others were answered while it ran")
    const { problem } = Reply.failure(await conversion, tools)
    const took = performance.now() - before
    assert.strictEqual(problem.error, "ConversionTimedOut")
    assert.deepStrictEqual(problem.details, { document_id: slow, timeout_seconds: 1.5 })
    assert.isAtLeast(took, 1_500)
    await timed(server, "convert_document", { document_id: letter, target_format: "html" })
  })
})

describe("a cancelled call", () => {
  it("is not answered, releases its workspace and its files, and others are answered meanwhile", async () => {
    const here = makePlace()
    const server = await start(here)
    const id = await processLargeFile(server, "large")
    assert.lengthOf(workspaces(here), 1)
    assert.lengthOf(openFiles(here, server.pid), 2)
    await timed(server, "list_documents")
    await timed(server, "process_data", { data_id: "data/orders.csv" })
    assert.lengthOf(workspaces(here), 1, "it still runs")

    cancel(server, id)
    const line = await cancelled(server, "process_large_file")
    assert.notProperty(line, "cause")
    assert.notProperty(line, "note")
    assert.deepStrictEqual(workspaces(here), [])
    assert.deepStrictEqual(openFiles(here, server.pid), [])

    await timed(server, "list_documents")
    const afterwards = server.frames.length
    await timed(server, "list_documents")
    assert.lengthOf(server.frames, afterwards + 1, "nothing but the answer came: no progress, no late response")
    assert.isFalse(server.frames.some((frame) => frame.id === id))
  })

  it("stops a conversion, and the pool goes on", async () => {
    const here = makePlace()
    const server = await start(here)
    const ids = [1, 2].map(() =>
      server.ask("tools/call", StdioServer.toolCall("convert_document", { document_id: slow, target_format: "text" }))
    )
    // both processes are busy, so this one waits until one of them is free
    const waiting = server.call("convert_document", { document_id: letter, target_format: "text" })
    await timed(server, "list_documents")
    cancel(server, ids[0]!)
    assert.strictEqual(DocumentsServer.output(await waiting)["status"], "success")
    cancel(server, ids[1]!)
    await server.wait("both cancels", () => server.log.filter((line) => line["outcome"] === "cancelled").length === 2)
    await timed(server, "list_documents")
    assert.isFalse(server.frames.some((frame) => ids.includes(frame.id as number)))
    assert.deepStrictEqual(Folder.list(here.data("converted")), ["letters"])
  })

  it("may be cancelled before, after, twice, or not exist", async () => {
    const here = makePlace()
    const server = await start(here)
    cancel(server, 4711)
    cancel(server, "no such request")
    const id = await processLargeFile(server, "twice")
    cancel(server, id)
    cancel(server, id)
    await cancelled(server, "process_large_file")
    const answered = server.ask("tools/call", StdioServer.toolCall("list_documents"))
    await server.response(answered)
    cancel(server, answered)
    await timed(server, "list_documents")
    assert.lengthOf(server.log.filter((line) => line["outcome"] === "cancelled"), 1)
  })

  it("is what the official client's abort is", async () => {
    const here = makePlace()
    const { call, client, close } = await SdkClient.connect(here.options())
    onTestFinished(close)
    const controller = new AbortController()
    const seen: Array<number> = []
    const answer = client.callTool({ name: "process_large_file", arguments: { path: large } }, undefined, {
      signal: controller.signal,
      onprogress: ({ progress }) => {
        seen.push(progress)
        if (seen.length === 3) controller.abort("enough")
      }
    })
    await answer.then(
      () => assert.fail("it was cancelled"),
      (error: unknown) => assert.include(String(error), "enough")
    )
    await until("the workspace is gone", () => workspaces(here).length === 0)
    assert.isAtLeast(seen.length, 3)
    assert.strictEqual((await call("process_large_file", { path: letter })).structuredContent?.["bytes"], 383)
  })
})

describe("progress", () => {
  it("is told to who asked, and rises to the total", async () => {
    const server = await start(makePlace())
    const { structuredContent } = await server.call("process_large_file", { path: slow }, { progressToken: "mine" })
    const told = progressOf(server, "mine").map((frame) => frame.params!)
    const total = Number(structuredContent?.["bytes"])
    assert.isAbove(told.length, 1)
    for (const [i, params] of told.entries()) {
      const { progress } = params as { progress: number }
      assert.deepStrictEqual(params, {
        progressToken: "mine",
        progress,
        total,
        message: `${progress} of ${total} bytes`
      })
      assert.isAbove(progress, i === 0 ? 0 : told[i - 1]!["progress"] as number)
    }
    assert.strictEqual(told.at(-1)!["progress"], total)
    assert.isDefined(server.frames.at(-1)?.result, "the answer comes last")
  })

  it("is told to nobody who did not ask", async () => {
    const server = await start(makePlace())
    await server.call("process_large_file", { path: slow })
    assert.isFalse(server.frames.some((frame) => frame.method !== undefined))
  })
})

describe("a server that ends at work", () => {
  it("cleans up when its client closes stdin", async () => {
    const here = makePlace()
    const server = await start(here)
    await processLargeFile(server, "stdin")
    assert.lengthOf(workspaces(here), 1)
    server.endInput()
    assert.deepStrictEqual(await server.exit(), { code: 0, signal: null })
    assert.deepStrictEqual(workspaces(here), [])
  })

  it("cleans up on SIGTERM", async () => {
    const here = makePlace()
    const server = await start(here)
    await processLargeFile(server, "SIGTERM")
    server.signal("SIGTERM")
    assert.deepStrictEqual(await server.exit(), { code: 0, signal: null })
    assert.deepStrictEqual(workspaces(here), [])
  })

  it("is cleaned up after by the next one when it was killed, and by nobody while it lives", async () => {
    const here = makePlace()
    const killed = await start(here)
    await processLargeFile(killed, "killed")
    const left = workspaces(here)
    assert.lengthOf(left, 1)
    assert.match(left[0]!, new RegExp(`^${killed.pid}-`))

    const second = await start(here)
    assert.deepStrictEqual(workspaces(here), left, "its process is alive")
    assert.isFalse(second.log.some((line) => line.message.includes("swept")))

    killed.signal("SIGKILL")
    assert.deepStrictEqual(await killed.exit(), { code: null, signal: "SIGKILL" })
    assert.deepStrictEqual(workspaces(here), left)
    const third = await start(here)
    assert.deepStrictEqual(workspaces(here), [])
    const line = await third.logLine("the sweep", (line) => line.message === "swept workspaces of killed processes")
    assert.strictEqual(line.level, "Warn")
    assert.strictEqual(line["count"], 1)
    assert.isBelow(await timed(third, "process_large_file", { path: letter }), soon)
  })
})
