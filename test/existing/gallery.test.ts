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
    expect(stdout).toMatchInlineSnapshot(`
      "ok: throws plain errors (SDK 1.x): 2 successes as before, 5 of 5 sentences kept, 3 secrets out before and 0 after, 6 of 6 failures with a reference
      ok: returns isError by hand (SDK 1.x): 1 successes as before, 5 of 5 sentences kept, 1 secrets out before and 0 after, 3 of 3 failures with a reference
      ok: low-level Server with McpError (SDK 1.x): 1 successes as before, 5 of 5 sentences kept, 2 secrets out before and 0 after, 4 of 5 failures with a reference
      ok: JSON { success, data, error } (SDK 1.x): 2 successes as before, 5 of 5 sentences kept, 1 secrets out before and 0 after, 2 of 2 failures with a reference
      ok: server.tool with zod 3 shapes (SDK 1.x): 1 successes as before, 5 of 5 sentences kept, 1 secrets out before and 0 after, 5 of 5 failures with a reference
      ok: a factory of servers (SDK 2.x): 1 successes as before, 4 of 4 sentences kept, 2 secrets out before and 0 after, 4 of 5 failures with a reference
      "
    `)
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
