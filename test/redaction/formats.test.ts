/** No token of any format of the table passes, wherever it stands. */
import * as Redaction from "@errata/core/Redaction"
import { describe, expect, it } from "vitest"
import { readings, texts, values } from "./support/contexts.ts"
import { samples } from "./support/generate.ts"

const { json, text } = Redaction.standard
const seeds = Number(process.env["ERRATA_FUZZ_RUNS"] ?? 1)

/** Most of a secret is as bad as all of it: a piece of it that is long enough to find the rest by. */
const passes = (given: string, secret: string): boolean => {
  const piece = secret.slice(Math.min(8, Math.floor(secret.length / 4)), -2)
  return readings(given).some((reading) => reading.includes(piece))
}

describe("the table", () => {
  it("has more than 120 formats, each with a vendor, a start and a body", () => {
    expect(Redaction.formats().length).toBeGreaterThan(120)
    for (const { body, starts, vendor } of Redaction.formats()) {
      expect(vendor).not.toBe("")
      expect(starts.every((start) => start.length >= 2)).toBe(true)
      expect(body).toMatch(/^(?:[dhaUAwb%~/][0-9]+[-_.]?)+$/)
    }
  })

  it("names the vendor of each line, from the first to the last", () => {
    const of = (start: string) => Redaction.formats().find(({ starts }) => starts.includes(start))?.vendor
    expect([of("sk-proj-"), of("sk-ant-"), of("AKIA"), of("ghp_"), of("whsec_"), of("xoxb-"), of("xprv")]).toEqual([
      "OpenAI",
      "Anthropic",
      "AWS access key id",
      "GitHub",
      "Stripe and Svix webhooks",
      "Slack",
      "extended private key"
    ])
  })

  it("gives more than 200 kinds of tokens", () => {
    expect(new Set(samples(1).map(({ vendor }) => vendor)).size).toBeGreaterThan(200)
    expect(texts.length + values.length).toBeGreaterThan(50)
  })
})

describe.each(Array.from({ length: seeds }, (_, i) => i + 1))("none of its tokens passes (seed %d)", (seed) => {
  it.each(texts)("in $name", ({ make }) => {
    const passed = samples(seed).filter(({ secret }) => passes(text(make(secret) as string), secret))
    expect(passed).toEqual([])
  })

  it.each(texts)("in $name, as a field", ({ make }) => {
    const passed = samples(seed).filter(({ secret }) => passes(JSON.stringify(json({ field: make(secret) })), secret))
    expect(passed).toEqual([])
  })

  it.each(values)("in $name", ({ make }) => {
    const passed = samples(seed).filter(({ secret }) => passes(JSON.stringify(json(make(secret))), secret))
    expect(passed).toEqual([])
  })

  it.each(texts)("in $name, and masking again changes nothing", ({ make }) => {
    for (const { secret } of samples(seed)) {
      const masked = text(make(secret) as string)
      expect(text(masked)).toBe(masked)
    }
  })
})
