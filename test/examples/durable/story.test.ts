import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"

const run = promisify(execFile)
const story = fileURLToPath(import.meta.resolve("@errata/examples/durable/main"))

describe("the durable story", { timeout: 60_000 }, () => {
  it("is true", async () => {
    const { stdout } = await run(process.execPath, [story], { timeout: 50_000 })
    expect(stdout).toMatchInlineSnapshot(`
      "ok: the server was killed while it shipped: the next one shipped, under the same key, and did not charge again
      ok: whoever asks again gets the same answer, in any process
      ok: the same order to another address is refused
      ok: an order that cannot be shipped is refunded, once
      ok: how far an order is, any server tells
      "
    `)
  })
})
