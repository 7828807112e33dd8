import { execFile } from "node:child_process"
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import * as NodePath from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, it } from "vitest"

const run = promisify(execFile)
const main = fileURLToPath(import.meta.resolve("@errata/examples/demo/main"))

let home: string

beforeAll(async () => {
  home = await mkdtemp(NodePath.join(tmpdir(), "errata-demo-"))
})

afterAll(() => rm(home, { recursive: true, force: true }))

const play = async (...args: ReadonlyArray<string>): Promise<string> =>
  (await run(process.execPath, [main, ...args], { cwd: home, timeout: 50_000 })).stdout

/** The rows of the table at the end, without their first line. */
const outcomes = (output: string): ReadonlyArray<string> => {
  const lines = output.split("\n")
  const from = lines.findIndex((line) => line.startsWith("scene "))
  return lines.slice(from + 1).filter((line) => line.includes("  ")).map((line) =>
    line.split(/ {2,}/).slice(0, 3).join(" | ")
  )
}

/** What the model reads from a line on, without the reference. */
const modelOf = (output: string, line: string, count: number): ReadonlyArray<string> => {
  const lines = output.split("\n")
  const from = lines.findIndex((candidate) => candidate.includes(line))
  return lines.slice(from, from + count).map((line) => line.replace(/Reference: .*/, "Reference").trim())
}

describe("the demo", () => {
  it("plays every scene on the samples and leaves the converted files", async () => {
    const output = await play()
    expect(outcomes(output)).toEqual([
      "list | list_documents | success",
      "to html | convert_document | success",
      "to text | convert_document | success",
      "to json | convert_document | success",
      "to markdown | convert_document | success",
      "not found | convert_document | not_found",
      "corrupted | convert_document | corrupted",
      "unsupported | convert_document | unsupported",
      "invalid | convert_document | invalid_arguments",
      "meanwhile | list_documents | success",
      "timeout | convert_document | timeout",
      "cancelled | process_large_file | cancelled",
      "defect | list_documents | internal_error",
      "and again | list_documents | success",
      "batch | batch_convert_documents | partial",
      "recovered | fetch_api_data | success",
      "down | fetch_api_data | unavailable",
      "circuit open | fetch_api_data | circuit_open"
    ])
    expect(output).toContain("While it works: 1 workspace")
    expect(output).toContain("After the cancel: 0 workspaces")
    expect(output).toContain("no such table: documents")
    expect(modelOf(output, "The tool failed unexpectedly.", 3)).toEqual([
      "model    The tool failed unexpectedly.",
      "Error: internal_error (permanent). Do not retry. Report the reference.",
      "Reference"
    ])
    expect(output).toMatch(/progress: attempt 2 of 4 in [\d.]+ s/)
    const converted = await readdir(NodePath.join(home, ".errata/demo/state/converted"), { recursive: true })
    expect(converted.filter((name) => /\.(html|txt|json|md)$/.test(name)).length).toBeGreaterThanOrEqual(4)
  })

  it("plays with a user's folder and leaves it alone", async () => {
    const folder = NodePath.join(home, "mine")
    await mkdir(folder)
    await writeFile(NodePath.join(folder, "a note.md"), "# A note\n\nNothing to correct.\n")
    const output = await play(folder)
    expect(outcomes(output)).toContain("to html | convert_document | success")
    expect(output).toContain("Did you mean: a note.md?")
    expect(await readdir(folder)).toEqual(["a note.md"])
    expect(await readFile(NodePath.join(folder, "a note.md"), "utf8")).toContain("Nothing to correct.")
  })

  it("says what is wrong with a folder it cannot use", async () => {
    await expect(play(NodePath.join(home, "nowhere"))).rejects.toMatchObject({ code: 64, stderr: /There is no folder/ })
    const empty = NodePath.join(home, "empty")
    await mkdir(empty)
    await expect(play(empty)).rejects.toMatchObject({ code: 64, stderr: /No documents in/ })
  })
})
