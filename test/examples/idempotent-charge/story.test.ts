import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"

const run = promisify(execFile)
const story = fileURLToPath(import.meta.resolve("@errata/examples/idempotent-charge/main"))
const forgetful = fileURLToPath(new URL("./fixtures/forgetful.ts", import.meta.url))

describe("the idempotent-charge story", { timeout: 60_000 }, () => {
  it("is true", async () => {
    const { stdout } = await run(process.execPath, [story], { timeout: 50_000 })
    expect(stdout).toMatchInlineSnapshot(`
      "ok: two calls at once and one later, with one key: one payment, and the same answer
      ok: another amount under the same key is refused
      ok: the bank took the payment and hung up: the server asked it, and answers that it took effect
      ok: the server was killed in the middle: the next one found out, and did not pay again
      ok: where the bank cannot be asked either, the answer says so, and names the call that finds out
      ok: once it can, a repeat is answered with the payment that took place
      ok: payments per order: 1.00
      "
    `)
  })

  it("would notice a server that forgets its keys", async () => {
    await expect(run(process.execPath, [story, forgetful], { timeout: 50_000 })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining("AssertionError")
    })
  })
})
