import { describe, expect, it } from "@effect/vitest"
import { fromRandomUnsafe } from "@errata/core/internal/referenceId"
import * as RecoveryStep from "@errata/core/RecoveryStep"
import * as ReferenceId from "@errata/core/ReferenceId"
import * as Suggestion from "@errata/core/Suggestion"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { anyText, runs, tenMegabytes } from "./support/arbitraries.ts"

describe("Suggestion.similar", () => {
  it.each<[string, ReadonlyArray<string>, ReadonlyArray<string>]>([
    ["Pariis", ["London", "Paris", "Parma"], ["Paris"]],
    ["xyz", ["London", "Paris"], []],
    ["paris", ["PARIS", "Parisa"], ["PARIS", "Parisa"]],
    ["doc", ["list_documents", "delete"], ["list_documents"]],
    ["get_weather_forecast", ["weather"], ["weather"]],
    ["", ["a", "ab", ""], []],
    ["ab", ["cd", "ac"], ["ac"]],
    ["teh", ["the"], ["the"]],
    ["a", ["b", "c"], []],
    ["a", ["ab"], ["ab"]],
    ["ab", ["xxabxxxx"], []],
    ["abc", ["xxabcxxxx"], ["xxabcxxxx"]],
    ["abcdefgh", ["XYcdefghi"], ["XYcdefghi"]],
    ["abcdefgh", ["XYZdefghi"], []],
    ["pageId", ["page", "page_idx", "page_id"], ["page_id", "page_idx", "page"]],
    ["user id", ["user-name", "user_id"], ["user_id"]],
    ["reprot", ["report_2024_financial_annual", "report"], ["report"]],
    ["report", ["report_2024_financial_annual", "repart"], ["repart", "report_2024_financial_annual"]],
    ["nmae", ["mane", "name"], ["name", "mane"]],
    ["id", ["to", "ids"], ["ids"]],
    ["___", ["...", "a"], []]
  ])("%j among %j: %j", (name, candidates, expected) => expect(Suggestion.similar(name, candidates)).toEqual(expected))

  it("gives the nearest first, and the given order where they are equally near", () => {
    expect(Suggestion.similar("abcde", ["abcdx", "abxyz", "abcxe", "abcde"])).toEqual(["abcde", "abcdx", "abcxe"])
  })

  it("gives at most five, or as many as asked for", () => {
    const candidates = Array.from({ length: 20 }, (_, i) => `name${i}`)
    expect(Suggestion.similar("name", candidates)).toHaveLength(5)
    expect(Suggestion.similar("name", candidates, { limit: 2 })).toHaveLength(2)
    expect(Suggestion.similar("name", candidates, { limit: 0 })).toEqual([])
  })

  it("reads only so many candidates, and only so much of a name", () => {
    let read = 0
    const endless = {
      *[Symbol.iterator]() {
        for (;;) yield `n${read++}`
      }
    }
    Suggestion.similar("n1", endless)
    expect(read).toBeLessThanOrEqual(Suggestion.maxCandidates + 1)
    const far = Array.from({ length: Suggestion.maxCandidates - 1 }, () => "zzzzzzzz")
    expect(Suggestion.similar("name", [...far, "name"])).toEqual(["name"])
    expect(Suggestion.similar("name", [...far, "zzzzzzzz", "name"])).toEqual([])
    expect(Suggestion.similar(tenMegabytes, [tenMegabytes])).toEqual([tenMegabytes])
  })

  it("is bounded on a hundred thousand names that could all be near, and finds the one that is", () => {
    const close = Array.from({ length: 99_999 }, (_, i) => `customer_report_${i}_final`)
    expect(Suggestion.similar("report", [...close, "reports"])[0]).toBe("reports")
    const anagrams = Array.from({ length: 100_000 }, (_, i) => `abcdefgh${i % 10}`.repeat(14))
    expect(Suggestion.similar("hgfedcba1".repeat(14), anagrams)).toEqual([])
  })

  it("never throws, whatever is given", () => {
    const failing = {
      *[Symbol.iterator]() {
        yield "name"
        throw new Error("gone")
      }
    }
    expect(Suggestion.similar("nam", failing)).toEqual(["name"])
    expect(Suggestion.similar("name", [undefined, null, 3, { length: 4 }, "name"] as never)).toEqual(["name"])
    expect(Suggestion.similar(undefined as never, ["a"])).toEqual([])
    expect(Suggestion.similar("a", undefined as never)).toEqual([])
    expect(Suggestion.similar("a", 3 as never)).toEqual([])
    expect(Suggestion.similar("\u{1F600}\uD800", ["\u{1F600}\uD800"])).toHaveLength(1)
  })

  it.prop("only names that were given are suggested, and a name finds itself first", [anyText, anyText], ([a, b]) => {
    const found = Suggestion.similar(a, [b, a])
    for (const name of found) expect([a, b]).toContain(name)
    if (a.length > 0) expect(found[0]?.slice(0, 128).toLowerCase()).toBe(a.slice(0, 128).toLowerCase())
  }, runs(200))
})

describe("ReferenceId", () => {
  it.effect("is 8 lower-case hexadecimal characters, made from the Random of the context", () =>
    Effect.gen(function*() {
      const many = yield* Effect.all(Array.from({ length: 200 }, () => ReferenceId.make)).pipe(Random.withSeed("seed"))
      const again = yield* Effect.all(Array.from({ length: 200 }, () => ReferenceId.make)).pipe(Random.withSeed("seed"))
      for (const id of many) expect(ReferenceId.is(id)).toBe(true)
      expect(new Set(many).size).toBe(200)
      expect(again).toEqual(many)
    }))

  it("covers the whole range", () => {
    const from = (number: number) => fromRandomUnsafe({ nextDoubleUnsafe: () => number })
    expect([from(0), from(1 / 0x1_0000_0000), from(0.5), from(1 - 2 ** -53)]).toEqual([
      "00000000",
      "00000001",
      "80000000",
      "ffffffff"
    ])
  })

  it.each(["5F3C9A1E", "5f3c9a1", "5f3c9a1ee", "5f3c9a1g", " 5f3c9a1e", "5f3c9a1e\n", "", 12345678, null])(
    "%j is none",
    (value) => {
      expect(ReferenceId.is(value)).toBe(false)
    }
  )
})

describe("RecoveryStep", () => {
  it("is plain data without what is absent", () => {
    expect(RecoveryStep.manual("Wait")).toStrictEqual({ action: "Wait" })
    expect(RecoveryStep.manual("Wait", { description: "A minute" })).toStrictEqual({
      action: "Wait",
      description: "A minute"
    })
    expect(RecoveryStep.choice("Choose", [{ action: "a" }, { action: "b", tool: "t", parameters: { x: 1 } }]))
      .toStrictEqual({
        action: "Choose",
        options: [{ action: "a" }, { action: "b", tool: "t", parameters: { x: 1 } }]
      })
  })
})
