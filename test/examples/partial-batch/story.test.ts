import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"

const run = promisify(execFile)
const story = fileURLToPath(import.meta.resolve("@errata/examples/partial-batch/main"))

/** Desks that are not what the story says. */
const endless = new URL("./fixtures/endless.ts", import.meta.url)
const silent = new URL("./fixtures/silent.ts", import.meta.url)
const hasty = new URL("./fixtures/hasty.ts", import.meta.url)

describe("the partial-batch story", { timeout: 60_000 }, () => {
  it("is true", async () => {
    const { stdout } = await run(process.execPath, [story], { timeout: 50_000 })
    expect(stdout).toMatchInlineSnapshot(`
      "ok: the first answer is partial, which is no error: what came is kept
      ok: only retry_keys are asked for again
      ok: a round in which nothing succeeds is an error, and carries its report all the same
      ok: retry_after_seconds is honoured, and where nobody asks for time none is lost
      ok: it converges after 4 rounds: 5 pages are read, 2 cannot be
      ok: no page was read again that was read, and none that never will be
      "
    `)
  })

  it.concurrent.each([
    ["says to retry what never succeeds", endless, "after 6 rounds there is still something to retry"],
    ["does not say what to retry", silent, "Expected values to be strictly deep-equal"],
    ["does not ask for time", hasty, "it waited"]
  ])("would notice a server that %s", async (_, server, complaint) => {
    await expect(run(process.execPath, [story, fileURLToPath(server)], { timeout: 50_000 })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(complaint)
    })
  })
})
