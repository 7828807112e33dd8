import { describe, expect, it } from "@effect/vitest"
import * as Redaction from "@errata/core/Redaction"
import { anyHostile, anyText, runs } from "./support/arbitraries.ts"
import { ordinary } from "./support/ordinary.ts"
import { all, byForm, ordinaryNames, secretNames } from "./support/secrets.ts"

const { json, text } = Redaction.standard

describe("a secret is masked", () => {
  it.each(all)("$name: by itself", ({ secret, text: given }) => {
    expect(text(given)).not.toContain(secret)
    expect(text(given)).toContain(Redaction.mask)
  })

  it.each(all)("$name: in the middle of a sentence, of a list, of JSON", ({ secret, text: given }) => {
    for (
      const context of [
        `It failed: ${given} was refused.`,
        `(${given})`,
        `["${given}"]`,
        `first line\n${given}\nlast line`,
        `a, ${given}`
      ]
    ) {
      expect(text(context)).not.toContain(secret)
    }
  })

  it.each(byForm)("$name: what stands around it stays", ({ text: given }) => {
    const masked = text(`before ${given} after`)
    expect(masked.startsWith("before ")).toBe(true)
    expect(masked.endsWith(" after")).toBe(true)
  })

  it.each(all)("$name: masking twice changes nothing", ({ text: given }) => {
    expect(text(text(given))).toBe(text(given))
  })

  it.each(all)("$name: as a value, an item, a key, deep inside, in toJSON", ({ secret, text: given }) => {
    const everywhere = {
      value: given,
      list: [given, [given]],
      [given]: 1,
      deep: { deeper: { deepest: given } },
      date: { toJSON: () => given },
      error: Object.assign(new Error("x"), { info: given })
    }
    const out = JSON.stringify(json(everywhere))
    expect(out).not.toContain(secret)
    expect(out).not.toContain(JSON.stringify(secret).slice(1, -1))
  })

  it.each(all)("$name: where a long text is cut in its middle", ({ secret, text: given }) => {
    const filler = "word ".repeat(2000)
    for (const before of [8192 - given.length - 3, 8192 - Math.ceil(given.length / 2), 8192 - 5, 8192 - 600]) {
      const cut = json(filler.slice(0, before) + " " + given + " " + filler) as string
      expect(cut).not.toContain(secret)
      expect(cut).not.toContain(secret.slice(0, Math.max(12, Math.ceil(secret.length * 0.8))))
    }
  })
})

describe("a telling name masks its value", () => {
  it.each(secretNames)("%s", (name) => {
    expect(json({ [name]: "anything" })).toEqual({ [name]: Redaction.mask })
    expect(json({ [name]: 12345 })).toEqual({ [name]: Redaction.mask })
    expect(json({ [name]: { inner: ["anything"] } })).toEqual({ [name]: Redaction.mask })
    expect(json([{ [name]: "anything" }])).toEqual([{ [name]: Redaction.mask }])
  })

  it.each(ordinaryNames)("%s does not", (name) => {
    expect(json({ [name]: "anything" })).toEqual({ [name]: "anything" })
  })

  it("whether there is one is no secret", () => {
    expect(json({ has_password: true, password: null, token: undefined })).toEqual({
      has_password: true,
      password: null
    })
  })
})

describe("what is no secret stays as it is", () => {
  it.each(ordinary)("%s", (given) => {
    expect(text(given)).toBe(given)
    expect(json({ value: given })).toEqual({ value: given })
  })

  it("numbers stay numbers, unless they are card numbers", () => {
    expect(json([0, -1, 1.5, 1_700_000_000_000, 12345678901234, Number.MAX_SAFE_INTEGER])).toEqual([
      0,
      -1,
      1.5,
      1_700_000_000_000,
      12345678901234,
      Number.MAX_SAFE_INTEGER
    ])
    expect(json([4111111111111111, 4111111111111111n])).toEqual([Redaction.mask, Redaction.mask])
  })
})

describe("masking is total", () => {
  it.prop("any text is masked without throwing, and masking again changes nothing", [anyText], ([given]) => {
    expect(text(text(given))).toBe(text(given))
  }, runs(300))

  it.prop("any value becomes JSON", [anyHostile], ([value]) => {
    const out = JSON.stringify(json(value))
    if (out !== undefined) expect(JSON.stringify(JSON.parse(out))).toBe(out)
  }, runs(400))
})

describe("patterns of one's own", () => {
  const redactor = Redaction.make({
    patterns: [{ name: "employee", expression: /\bEMP-[0-9]{6}\b/g, replacement: Redaction.mask }]
  })

  it("are masked besides the corpus", () => {
    expect(redactor.text(`EMP-123456 and ${all[0]!.text}`)).toBe(`${Redaction.mask} and ${Redaction.mask}`)
  })

  it("are found in short texts too", () => {
    expect(Redaction.make({ patterns: [{ name: "x", expression: /x1/g, replacement: "-" }] }).text("x1")).toBe("-")
  })

  it("may look twice before they mask", () => {
    const even = Redaction.make({
      patterns: [{ name: "even", expression: /[0-9]+/g, replacement: "-", accept: (match) => Number(match) % 2 === 0 }]
    })
    expect(even.text("1 2 3 4")).toBe("1 - 3 -")
  })
})
