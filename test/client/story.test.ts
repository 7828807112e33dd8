import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"

const run = promisify(execFile)
const story = fileURLToPath(import.meta.resolve("@errata/examples/typed-client/main"))

/** Presses that are not what the story says. */
const deaf = new URL("./fixtures/deaf.ts", import.meta.url)
const hasty = new URL("./fixtures/hasty.ts", import.meta.url)
const wordy = new URL("./fixtures/wordy.ts", import.meta.url)

describe("the typed-client story", { timeout: 60_000 }, () => {
  it("is true", async () => {
    const { stderr, stdout } = await run(process.execPath, [story], { timeout: 50_000 })
    expect(stderr).toBe("")
    expect(stdout).toMatchInlineSnapshot(`
      "ok: official client 1.x: the typed error comes back, and is caught by its tag
      ok: official client 1.x: it called again when the server had said, and not before
      ok: official client 1.x: progress is told
      ok: official client 1.x: interrupting the fiber ends the job at the server
      ok: official client 1.x: what nobody declared comes without its words, but with the reference to look it up by
      ok: official client 2.x: the typed error comes back, and is caught by its tag
      ok: official client 2.x: it called again when the server had said, and not before
      ok: official client 2.x: progress is told
      ok: official client 2.x: interrupting the fiber ends the job at the server
      ok: official client 2.x: what nobody declared comes without its words, but with the reference to look it up by
      ok: effect's client: the typed error comes back, and is caught by its tag
      ok: effect's client: it called again when the server had said, and not before
      ok: effect's client: interrupting the fiber ends the job at the server
      ok: effect's client: what nobody declared comes without its words, but with the reference to look it up by
      ok: an old server's text: outputs fit, and failures fall into a family
      "
    `)
  })

  it.concurrent.each([
    ["goes on when nobody wants it any more", deaf, "it prints on"],
    ["does not say when to come back", hasty, "it waited"],
    ["tells its errors in prose", wordy, "Ordering vellum failed"]
  ])("would notice a server that %s", async (_, server, complaint) => {
    await expect(run(process.execPath, [story, fileURLToPath(server)], { timeout: 50_000 })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(complaint)
    })
  })
})
