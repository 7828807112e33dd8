import { describe, expect, it } from "@effect/vitest"
import { fromResult, wrapHandler } from "@errata/mcp-adapter/wrap"

const limited = Object.assign(new Error("slow down"), {
  status: 429,
  headers: { "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT" }
})
const options = { name: "order", safety: "read", logsCalls: false } as const

describe("a Retry-After that is a date", () => {
  it.each([
    ["thrown", wrapHandler(() => Promise.reject(limited), options)],
    ["in a Result", fromResult(() => Promise.resolve({ ok: false as const, error: limited }), options)]
  ])("%s is read against the clock of the runtime", async (_, handler) => {
    expect((await handler()).content[0]).toMatchObject({ text: expect.stringMatching(/Retry after \d+ s\./) })
  })
})
