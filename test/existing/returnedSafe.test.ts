/** Nothing leaves of a failure that was returned that must not, in no part of it, and nothing of it is without a bound. */
import * as Redaction from "@errata/core/Redaction"
import { type HandlerOptions, wrapHandler } from "@errata/mcp-adapter/wrap"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { takeStderr } from "../support/stderr.ts"

let restore = () => {}
beforeEach(() => {
  restore = takeStderr()
})
afterEach(() => restore())

const secret = "hunter2hunter2"
const url = `postgres://ada:${secret}@db`
const token = `ghp_${"A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"}`
const text = (text: string) => ({ type: "text" as const, text })
const deep = (depth: number): unknown => depth === 0 ? { password: secret, note: url } : { a: deep(depth - 1) }
const png = { type: "image", data: "iVBORw0KGgo=", mimeType: "image/png" }

const reply = async (returned: object, options: HandlerOptions = {}, args: object = {}) => {
  const handler = wrapHandler(async (_args: object, _context?: unknown) => ({ isError: true, ...returned }), {
    ...options,
    name: "it",
    logsCalls: false
  })
  return await handler(args, {}) as unknown as {
    readonly content: ReadonlyArray<{ readonly type: string; readonly text?: string; readonly _meta?: unknown }>
    readonly structuredContent?: { readonly [key: string]: unknown }
    readonly _meta: { readonly [key: string]: unknown }
  }
}

const parts: ReadonlyArray<readonly [string, object]> = [
  ["far down", deep(33) as object],
  ["a list under its name", { password: [secret] }],
  ["an object under its name", { password: { v: secret } }],
  ["a list of keys", { apiKeys: ["Zx9kQ2mW7rT4pL8vB3nY"] }],
  ["name and value", { headers: [{ name: "password", value: secret }] }],
  ["pairs", { headers: [["password", secret]] }],
  ["raw headers", { rawHeaders: ["Authorization", `Basic ${secret}`] }],
  ["a key", { [`https://ada:${secret}@host/`]: 1 }],
  ["a text of its own class", { password: new String(secret) }],
  ["behind very many others", {
    ...Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`k${i}`, 1])),
    password: secret
  }]
]

describe("a secret", () => {
  it.each(parts)("does not leave in structured content, nor in _meta, nor as JSON: %s", async (_, value) => {
    const result = await reply({
      content: [text("It failed"), text(JSON.stringify(value)), { ...text("Twice"), _meta: value }, {
        ...png,
        _meta: value
      }],
      structuredContent: value,
      _meta: value
    })
    const written = JSON.stringify(result)
    expect(written).not.toContain(secret)
    expect(written).not.toContain("Zx9kQ2mW7rT4pL8vB3nY")
    expect(result.content[0]).toEqual(text("It failed"))
    expect(result.content[3]).toMatchObject(png)
  })

  it("nor does a statement that the caller did not send", async () => {
    const value = { said: `failed: select id from users where name = '${secret}'` }
    const result = await reply({ content: [text("x")], structuredContent: value, _meta: value })
    expect([result.structuredContent, result._meta["said"]]).toEqual([
      { said: "failed: [redacted]" },
      "failed: [redacted]"
    ])
  })

  it("does not leave as a number, nor in annotations", async () => {
    const result = await reply({
      content: [{ ...text("x"), annotations: { note: url, priority: 1 } }, text("y")],
      _meta: { password: 123_456_789, count: 3 }
    })
    expect(JSON.stringify(result)).not.toMatch(/123456789|hunter2/)
    expect(result.content[0]).toMatchObject({ annotations: { priority: 1 } })
    expect(result._meta).toMatchObject({ count: 3 })
  })

  it("is not shown by halves where a long text is cut", async () => {
    for (const at of [14_950, 14_960, 14_970, 14_980]) {
      const long = `${"x ".repeat(at / 2)}${token} and ${url} ${"y ".repeat(40_000)}`
      const written = (await reply({ content: [text(long)] })).content[0]!.text!
      expect(written).not.toMatch(/ghp_|hunter2/)
    }
    // the last part of a private key says no more that it is one
    const key = `-----BEGIN PRIVATE KEY-----\n${
      "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw\n".repeat(1_500)
    }-----END PRIVATE KEY-----`
    const cut = (await reply({ content: [text(`${"x ".repeat(5_000)}${key}\nthe end`)] })).content[0]!.text!
    expect(cut).not.toContain("MIIEvQ")
    expect(cut).toContain("the end")
  })
})

describe("data that is no secret stays as it was", () => {
  it("of any depth and size within the limits", async () => {
    const value = {
      rows: Array.from({ length: 5_000 }, (_, i) => ({ id: i, name: `row ${i}`, at: null })),
      deep: { a: [[[[1]]]] }
    }
    const json = JSON.stringify(value, null, 2)
    const result = await reply({
      content: [text("x"), text(json.slice(0, 200))],
      structuredContent: value,
      _meta: value
    })
    expect(result.structuredContent).toEqual(value)
    expect(result._meta).toMatchObject(value)
  })

  it("as one long text", async () => {
    const log = Array.from({ length: 20_000 }, (_, i) => `line ${i}`).join("\n")
    expect(log.length).toBeGreaterThan(200_000)
    expect((await reply({ content: [text("x")], structuredContent: { log } })).structuredContent).toEqual({ log })
  })

  it("and JSON keeps how it is written, also where something in it is masked", async () => {
    const json = JSON.stringify({ id: 1, tags: ["a"], password: [secret] }, null, 2)
    const { content } = await reply({ content: [text(json)] })
    expect(content[0]!.text).toBe(JSON.stringify({ id: 1, tags: ["a"], password: "[redacted]" }, null, 2))
  })
})

describe("a bound holds", () => {
  const length = (value: unknown): number => JSON.stringify(value).length

  it("for many texts together: short ones stay whole, and long ones share what is left", async () => {
    const long = "x y z ".repeat(4_000)
    const result = await reply({ content: [text("short"), ...Array.from({ length: 200 }, () => text(long))] })
    expect(length(result)).toBeLessThan(350_000)
    expect(result.content[0]).toEqual(text("short"))
    expect(result.content[7]!.text).toContain("characters left out]")
    expect(length(await reply({ content: Array.from({ length: 50_000 }, () => text("x")) }))).toBeLessThan(350_000)
  })

  it("for structured content, and it is said", async () => {
    const big = { log: "GET /orders 200\n".repeat(200_000) }
    const result = await reply({ content: [text("x")], structuredContent: big })
    expect(length(result)).toBeLessThan(300_000)
    expect(String(result.structuredContent?.["log"]).endsWith("…")).toBe(true)
    const many = { rows: Array.from({ length: 50_000 }, (_, i) => ({ id: i, name: `row ${i}` })) }
    const dropped = await reply({ content: [text("x")], structuredContent: many })
    expect(dropped.structuredContent).toBeUndefined()
    expect(dropped.content[0]!.text).toMatch(/^x\n\[structured content of \d+ characters left out\]\nError: /)
  })

  it("as an option says", async () => {
    const result = await reply({ content: [text("a ".repeat(2_000)), text("b ".repeat(2_000))] }, {
      limits: { returnedTotal: 2_000 }
    })
    expect(length(result.content)).toBeLessThan(2_500)
  })

  it("for what is looked at: a redactor is not given what is cut anyway", async () => {
    let letters = 0
    const counted = (of: Redaction.Redactor): Redaction.Redactor => ({
      ...of,
      text: (text, known) => {
        letters += text.length
        return of.text(text, known)
      }
    })
    const redactor: Redaction.Redactor = {
      ...counted(Redaction.standard),
      strict: counted(Redaction.strict(Redaction.standard))
    }
    await reply({ content: [text("word ".repeat(400_000))] }, { redactor, logsCalls: false })
    expect(letters).toBeLessThan(400_000)
  })

  // within the time that a test may take at all: these took 8 s and more
  it("for a message of many places and a caller of many words", async () => {
    const places = Array.from({ length: 12_000 }, (_, i) => `/srv/${i.toString(36)}`)
    const handler = wrapHandler(async ({ text }: { text: string }, _context?: unknown) => {
      throw new Error(`None found: ${text}`)
    }, { name: "it", logsCalls: false })
    for (let i = 0; i < 10; i++) {
      const args = { text: places.join(" "), paths: Array.from({ length: 1_000 }, () => `/srv/${"y".repeat(3_995)}`) }
      expect((await handler(args, {})).content[0]).toMatchObject({
        text: expect.stringMatching(/^None found: \/srv\/0 /)
      })
    }
    await reply({ content: [text("(/a/b".repeat(20_000)), text("\n".repeat(100_000)), text("select ".repeat(20_000))] })
  })
})
