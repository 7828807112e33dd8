import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"

const run = promisify(execFile)
const story = fileURLToPath(import.meta.resolve("@errata/examples/existing-code/main"))
const unchanged = import.meta.resolve("@errata/examples/existing-code/before-sdk")
const rewritten = new URL("./fixtures/rewritten.ts", import.meta.url).href

describe("the existing-code story", { timeout: 60_000 }, () => {
  it("is true", async () => {
    const { stderr, stdout } = await run(process.execPath, [story], { timeout: 50_000 })
    expect(stderr).toBe("")
    expect(stdout).toMatchInlineSnapshot(`
      "ok: SDK 1.x: what worked answers as before
      ok: SDK 1.x: 4 of 4 secrets went out before, none after
      ok: SDK 1.x: failures that went out as successes are errors now, and customers read what they may
      ok: SDK 1.x: with the database down the client reads a reference, and the log has the cause
      ok: SDK 1.x: 10 lines changed
      ok: SDK 2.x: what worked answers as before
      ok: SDK 2.x: 4 of 4 secrets went out before, none after
      ok: SDK 2.x: failures that went out as successes are errors now, and customers read what they may
      ok: SDK 2.x: with the database down the client reads a reference, and the log has the cause
      ok: SDK 2.x: 10 lines changed
      ok: SDK 1.x, as a whole: what worked answers as before
      ok: SDK 1.x, as a whole: 4 of 4 secrets went out before, none after
      ok: SDK 1.x, as a whole: failures that went out as successes are errors now, and customers read what they may
      ok: SDK 1.x, as a whole: arguments that are wrong are told issue by issue
      ok: SDK 1.x, as a whole: with the database down the client reads a reference, and the log has the cause
      ok: SDK 1.x, as a whole: 5 lines changed
      ok: SDK 2.x, as a whole: what worked answers as before
      ok: SDK 2.x, as a whole: 4 of 4 secrets went out before, none after
      ok: SDK 2.x, as a whole: failures that went out as successes are errors now, and customers read what they may
      ok: SDK 2.x, as a whole: arguments that are wrong are told issue by issue
      ok: SDK 2.x, as a whole: with the database down the client reads a reference, and the log has the cause
      ok: SDK 2.x, as a whole: 5 lines changed
      "
    `)
  })

  it.each([
    ["still leaks", unchanged, "secrets go out"],
    ["had to be rewritten", rewritten, /\d\d lines changed/]
  ])("would notice a server that %s", async (_, server, complaint) => {
    await expect(run(process.execPath, [story, fileURLToPath(server)], { timeout: 50_000 })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(complaint)
    })
  })
})
