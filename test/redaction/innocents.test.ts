/** What is no secret stays byte for byte. */
import * as Redaction from "@errata/core/Redaction"
import { describe, expect, it } from "vitest"
import { idsLikeTokens, innocents, kinds } from "./support/innocents.ts"

const { json, text } = Redaction.standard
const strict = Redaction.strict(Redaction.standard)

it("there are more than a thousand of them", () => {
  expect(new Set(innocents).size).toBeGreaterThan(1000)
})

describe.each(Object.entries(kinds))("%s", (kind, texts) => {
  it("stay as they are, as texts and in fields", () => {
    expect(texts.filter((given) => text(given) !== given)).toEqual([])
    expect(texts.filter((given) => !Redaction.isClean(Redaction.standard, { value: given, list: [given] }))).toEqual([])
    expect(json(texts.slice(0, 200))).toEqual(texts.slice(0, 200))
  })

  it("stay in a sentence", () => {
    const changed = texts.filter((given) => text(`It says: ${given}\nand more.`) !== `It says: ${given}\nand more.`)
    expect(changed).toEqual([])
  })

  it("stay in the strict form, unless they are ids that look like tokens", () => {
    const changed = texts.filter((given) => strict.text(given) !== given)
    if (idsLikeTokens.includes(kind)) expect(changed.length).toBeGreaterThan(0)
    else expect(changed).toEqual([])
  })
})

describe("what the strict form may mask", () => {
  it.each(idsLikeTokens)("are %s of twenty and more letters and digits, and nothing else", (kind) => {
    const masked = kinds[kind]!.filter((given) => strict.text(given) !== given)
    expect(masked.length).toBeGreaterThan(0)
    expect(masked.every((given) => /^[a-z]+_[A-Za-z0-9]{20,}$/.test(given))).toBe(true)
    expect(masked.map((given) => strict.text(given, `{"id":"${given}"}`))).toEqual(masked) // where they are known they stay
  })
})
