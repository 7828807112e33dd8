import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"

const run = promisify(execFile)
const story = fileURLToPath(import.meta.resolve("@errata/examples/retry-after/main"))
const documents = fileURLToPath(import.meta.resolve("@errata/examples/documents/main"))

describe("the retry-after story", { timeout: 60_000 }, () => {
  it("is true", async () => {
    const { stdout } = await run(process.execPath, [story], { timeout: 50_000 })
    expect(stdout.trim().split("\n").map((line) => line.slice(0, 4))).toEqual(["ok: ", "ok: ", "ok: ", "ok: "])
  })

  it("would notice if it were not", async () => {
    await expect(run(process.execPath, [story, documents], { timeout: 50_000 })).rejects.toMatchObject({
      code: 1,
      stdout: ""
    })
  })
})
