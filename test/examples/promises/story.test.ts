import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"

const run = promisify(execFile)
const story = fileURLToPath(import.meta.resolve("@errata/examples/promises/main"))
const naked = fileURLToPath(new URL("./fixtures/naked.ts", import.meta.url))

describe("the story of promises", { timeout: 60_000 }, () => {
  it("is true", async () => {
    const { stdout } = await run(process.execPath, [story], { timeout: 50_000 })
    expect(stdout).toMatchInlineSnapshot(`
      "ok: after a 503 and a request that hung, the third got through: 3 requests, one call
      ok: what Billing wants an hour for is not waited for: the hint is handed on
      ok: what is not there is asked for once, and nothing of Billing's own leaks
      ok: one bad item costs one item; 400 bad ones are an error that stays short
      ok: a customer is told without the balance, and that it is missing
      "
    `)
  })

  it("would notice a server without policies", async () => {
    await expect(run(process.execPath, [story, naked], { timeout: 50_000 })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("AssertionError")
    })
  })
})
