import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"

const run = promisify(execFile)
const story = fileURLToPath(import.meta.resolve("@errata/examples/existing-code/main-gallery"))

describe("the gallery of servers that exist", { timeout: 60_000 }, () => {
  it("loses no sentence and no secret by adoption", async () => {
    const { stderr, stdout } = await run(process.execPath, [story], { timeout: 50_000 })
    expect(stderr).toBe("")
    expect(stdout).toMatchInlineSnapshot()
  })

  it.each([
    ["still leaks", "unadopted", "no secret goes out"],
    ["lost what their authors wrote", "declared", "no sentence is lost"]
  ])("would notice servers that %s", async (_, how, complaint) => {
    await expect(run(process.execPath, [story, how], { timeout: 50_000 })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(complaint)
    })
  })
})
