/**
 * Files that break parsers, given to a server that runs: it lives, its memory stays, and others are answered meanwhile.
 *
 * CI takes every kind once, small; `pnpm fuzz:files` (`ERRATA_FULL=1`) takes more than 200 files, large and damaged too.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { assert, describe, it, onTestFinished } from "vitest"
import * as Folder from "../../wire/Folder.ts"
import * as Reply from "../../wire/Reply.ts"
import * as StdioServer from "../../wire/StdioServer.ts"
import * as DocumentsServer from "./DocumentsServer.ts"
import { all, core } from "./fixtures/hostile.ts"

const isFull = process.env["ERRATA_FULL"] === "1"
const files = isFull ? all : core

/** What a hostile file may become. Anything else, `internal_error` above all, is a fault of ours. */
const expected: ReadonlySet<string> = new Set([
  "DocumentCorrupted",
  "DocumentUnsupported",
  "ConversionTimedOut",
  "TooLarge"
])

/** How many megabytes the server itself may use at its peak, whatever the files are. */
const maxServerMegabytes = 400

/** How long another call may take meanwhile, on a machine that tests load with ten processes. */
const soon = 10_000

const peakMegabytes = (pid: number): number =>
  Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1]) / 1024

describe("hostile files", () => {
  it(`end well, ${files.length} kinds of them`, async () => {
    const here = DocumentsServer.place("empty")
    onTestFinished(here.folder.remove)
    writeFileSync(here.document("small.txt"), "small\n")
    for (const { make, name } of files) writeFileSync(here.document(name), make())
    const server = await StdioServer.start(
      here.options("data", {
        ERRATA_CONVERSION_TIMEOUT: isFull ? "10 seconds" : "3 seconds",
        ERRATA_CONVERSION_MEMORY: "384 MiB"
      })
    )
    const tools = await DocumentsServer.tools(server)
    const queue = [...files]
    const outcomes = new Map<string, number>()
    let slowest = 0

    const convert = async (): Promise<void> => {
      for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
        const args = { document_id: file.name, target_format: "markdown" }
        const result = await server.call("convert_document", args, undefined, 60_000)
        const outcome = result.isError === true ? Reply.failure(result, tools).problem.error : "success"
        assert.isTrue(outcome === "success" || expected.has(outcome), `${file.name}: ${outcome}`)
        assert.isBelow(result.content[0]!.text!.length, 4_000, file.name)
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      }
    }
    const ask = async (): Promise<void> => {
      while (queue.length > 0) {
        const before = performance.now()
        await server.call("process_large_file", { path: "small.txt" }, undefined, soon)
        slowest = Math.max(slowest, performance.now() - before)
        await new Promise((resolve) => setTimeout(resolve, 25))
      }
    }
    await Promise.all([convert(), convert(), ask()])

    if (process.platform === "linux") assert.isBelow(peakMegabytes(server.pid), maxServerMegabytes)
    assert.includeMembers([...outcomes.keys()], ["success", "DocumentCorrupted", "DocumentUnsupported", "TooLarge"])
    assert.deepStrictEqual(server.log.filter((line) => line.level === "Error"), [])
    assert.deepStrictEqual(Folder.list(here.data("workspaces")), [])
    console.log(
      JSON.stringify({
        ...Object.fromEntries(outcomes),
        slowest_ms: Math.round(slowest),
        peak_mb: peakMegabytes(server.pid)
      })
    )
    await server.stop()
  }, isFull ? 1_800_000 : 300_000)
})
