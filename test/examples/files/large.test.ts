/**
 * A file that is far larger than what may be held: any part of it can be read, by offset and limit, in little memory.
 *
 * The file has 32 MB, or 1 GB with `ERRATA_LARGE=1`.
 */
import { closeSync, openSync, readFileSync, statSync, writeSync } from "node:fs"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as Reply from "../../wire/Reply.ts"
import * as StdioServer from "../../wire/StdioServer.ts"
import * as FilesServer from "./FilesServer.ts"

const isLarge = process.env["ERRATA_LARGE"] === "1"
const bytes = isLarge ? 1_000_000_000 : 32_000_000
const header = "id,title,note\r\n"
const record = (i: number) => `${String(i).padStart(9, "0")},"Errata, volume ${i % 10}","two\r\nlines"\r\n`
const recordBytes = record(0).length
const records = Math.ceil((bytes - header.length) / recordBytes)

const here = FilesServer.place()
let server: StdioServer.StdioServer

beforeAll(async () => {
  const file = openSync(here.at("large.csv"), "w")
  writeSync(file, header)
  const many = 50_000
  for (let i = 0; i < records; i += many) {
    writeSync(file, Array.from({ length: Math.min(many, records - i) }, (_, k) => record(i + k)).join(""))
  }
  closeSync(file)
  server = await StdioServer.start(here.options({ ERRATA_CSV_MEMORY: "256 KiB" }))
}, 120_000)
afterAll(async () => {
  await server.stop()
  here.folder.remove()
})

/** How much memory the server had at most so far, in MB (Linux). */
const peak = (): number => {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))!
  return Number(kilobytes) / 1024
}

const processed = async (operation: string, offset: number, limit?: number) =>
  FilesServer.output(
    await server.call(
      "process_csv_file",
      { file_path: "large.csv", operation, offset, ...limit === undefined ? {} : { limit } },
      undefined,
      40_000
    )
  )

const ids = (output: FilesServer.Output) =>
  (output["records"] as ReadonlyArray<{ readonly id: string }>).map(({ id }) => Number(id))

describe(`a CSV file of ${bytes / 1e6} MB`, () => {
  it("has that size", () => {
    assert.isAtLeast(statSync(here.at("large.csv")).size, bytes)
  })

  it.each([0, 1, 1_000, Math.floor(records / 2), records - 4])("is read from record %i on", async (offset) => {
    const part = await processed("transform", offset, 3)
    assert.deepStrictEqual(ids(part), [offset, offset + 1, offset + 2])
    assert.deepStrictEqual(
      part["records"],
      ids(part).map((i) => ({
        id: String(i).padStart(9, "0"),
        title: `Errata, volume ${i % 10}`,
        note: "two\r\nlines"
      }))
    )
    assert.deepStrictEqual([part["has_more"], part["next_offset"]], [true, offset + 3])
  })

  it("ends where it ends", async () => {
    const last = await processed("transform", records - 2, 10)
    assert.deepStrictEqual([ids(last), last["has_more"]], [[records - 2, records - 1], false])
    assert.strictEqual((await processed("transform", records, 10))["count"], 0)
    assert.strictEqual((await processed("transform", records + 5))["count"], 0)
  })

  it("is validated whole", async () => {
    assert.strictEqual((await processed("validate", 0))["count"], records)
  })

  it("cannot be returned whole: a part is suggested, and can", async () => {
    const result = await server.call("process_csv_file", { file_path: "large.csv", operation: "transform" })
    const { problem } = Reply.failure(result, await FilesServer.tools(server))
    assert.strictEqual(problem.error, "CsvTooLarge")
    const limit = problem.recovery_steps![0]!.parameters!["limit"] as number
    assert.isAtLeast(limit, 1_000)
    assert.strictEqual((await processed("transform", 0, limit))["count"], limit)
  })

  it("needed memory for its parts only", () => {
    assert.isBelow(peak(), 300) // of which more than 100 are Node's and ours before the first call
  })
})
