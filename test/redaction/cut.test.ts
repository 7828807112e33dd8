/** A long text is cut before it is looked through, and no secret passes at the cut. */
import * as Limits from "@errata/core/Limits"
import * as Redaction from "@errata/core/Redaction"
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import { describe, expect, it } from "vitest"
import { samples } from "./support/generate.ts"

const small = Redaction.make({ limits: { redacted: 3_000 } })
const filler = "Nothing to see here. ".repeat(500)

/** The longest piece of a secret that stands in a text, looked for from its beginning on. */
const leaks = (out: string, secret: string, least = 8): boolean =>
  Array.from({ length: secret.length - least + 1 }, (_, i) => secret.slice(i, i + least)).some((part) =>
    out.includes(part)
  )

const words = "correct horse battery staple over and over again"
const contexts: ReadonlyArray<readonly [name: string, before: string, secret: string, after: string]> = [
  ["a passphrase in quotes", "password: \"", words, "\""],
  ["a password of a header", "X-Api-Key: ", "u7wq0pm3nz5ke9", "\n"],
  ["a cookie", "Cookie: a=1; sid=", "u7wq0pm3nz5ke9u7wq0pm3nz5ke9", "; b=2"],
  ["a card", "card ", "4111 1111 1111 1111", " was used"],
  ["credentials in a URL", "postgres://ada:", "swordfish-and-chips", "@db.internal/main"],
  [
    "a key",
    "-----BEGIN PRIVATE KEY-----\n",
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\n".repeat(20),
    "-----END PRIVATE KEY-----"
  ],
  ["basic credentials", "Authorization: Basic ", "YWRhOnN3b3JkZmlzaC1hbmQtY2hpcHM=", "\n"]
]

describe("at the cut of a long text", () => {
  it("no token of any format passes, wherever the cut is", () => {
    for (const { secret, vendor } of samples(11)) {
      for (let over = 1; over < Math.min(secret.length, 900); over += 7) {
        const text = `${filler.slice(0, 3_000 - over - 1)} ${secret} ${filler}`
        const out = small.text(text)
        expect([vendor, over, out.length <= 3_000, leaks(out, secret, 12)]).toEqual([vendor, over, true, false])
      }
    }
  })

  it.each(contexts)("nor does %s", (name, before, secret, after) => {
    for (let over = 1; over < Math.min(before.length + secret.length + after.length, 900); over++) {
      const text = `${filler.slice(0, 3_000 - over)}${before}${secret}${after}${filler}`
      expect([name, over, leaks(small.text(text), secret)]).toEqual([name, over, false])
    }
  })

  it("letters of two halves stay whole, and what comes before is looked through as ever", () => {
    for (let i = 0; i < 4; i++) {
      const out = small.text(`${"x".repeat(i)}${"😀".repeat(4_000)}`)
      expect(out.isWellFormed()).toBe(true)
    }
    expect(small.text(`password=swordfish1 ${filler}`)).toMatch(/^password=\[redacted\] Nothing to see .*…$/)
    expect(small.text(filler.slice(0, 3_000))).toBe(filler.slice(0, 3_000))
  })
})

describe("a text that is asked for directly", () => {
  it("is looked through as far as the limit says, ten megabytes as well", () => {
    for (const redactor of [Redaction.standard, Redaction.strict(Redaction.standard)]) {
      expect(redactor.text("a b=c ".repeat(2_000_000)).length).toBeLessThanOrEqual(Limits.defaults.redacted)
    }
  })

  it("may be longer where somebody says so; JSON has bounds of its own", () => {
    const text = filler.repeat(8)
    expect(Redaction.make({ limits: { redacted: 100_000 } }).text(text)).toBe(text)
    expect(Redaction.standard.json(text, Limits.make({ string: 100_000 }))).toBe(text)
  })
})

it("what existing code says at length does not lose a part of a secret at any cut", async () => {
  for (const { secret, vendor } of samples(12).slice(0, 40)) {
    for (const at of [25_000, 50_000, 100_000]) {
      const said = `${filler.repeat(11).slice(0, at - 15)} ${secret} ${filler.repeat(11)}`
      const failed = { isError: true, content: [{ type: "text", text: said }] }
      for (const handler of [() => Promise.resolve(failed), () => Promise.reject(new Error(said))]) {
        const result = await wrapHandler(handler, { logsCalls: false, expose: () => true })()
        expect([vendor, at, leaks(JSON.stringify(result), secret, 12)]).toEqual([vendor, at, false])
      }
    }
  }
})
