import { describe, expect, it } from "@effect/vitest"
import * as Limits from "@errata/core/Limits"
import * as Redaction from "@errata/core/Redaction"
import * as Redacted from "effect/Redacted"
import { anyHostile, everyHostile, runs, tenMegabytes } from "./support/arbitraries.ts"

const { json } = Redaction.standard

const throws = () => {
  throw new Error("hostile")
}

describe("json makes plain JSON of anything", () => {
  it.each<readonly [string, unknown, unknown]>([
    ["a string", "a", "a"],
    ["a number", 1.5, 1.5],
    ["no number", NaN, "NaN"],
    ["an infinite number", -Infinity, "-Infinity"],
    ["a big integer", 12345678901234567890n, "12345678901234567890"],
    ["null", null, null],
    ["a lone surrogate", "a\ud800b", "a\ufffdb"],
    ["a date", new Date(0), "1970-01-01T00:00:00.000Z"],
    ["an invalid date", new Date(NaN), null],
    ["a URL", new URL("https://example.com/a"), "https://example.com/a"],
    ["binary data", { bytes: new Uint8Array(7) }, { bytes: "[7 bytes]" }],
    ["a buffer", Buffer.from("secret"), "[6 bytes]"],
    ["a redacted value", { a: Redacted.make("x") }, { a: Redaction.mask }],
    ["undefined, a function and a symbol in an object", { a: undefined, b: () => 1, c: Symbol("c"), d: 1 }, { d: 1 }],
    ["undefined, a function and a symbol in an array", [undefined, () => 1, Symbol("c"), 1], [null, null, null, 1]],
    ["holes", [, 1], [null, 1]], // oxlint-disable-line no-sparse-arrays -- holes are the case
    ["a getter that throws", {
      get a() {
        return throws()
      },
      b: 1
    }, { a: "[unreadable]", b: 1 }],
    ["a toJSON that throws", { a: { toJSON: throws }, b: 1 }, { a: "[unreadable]", b: 1 }],
    ["a map", new Map([[1, 2]]), {}],
    ["an object without a prototype", Object.assign(Object.create(null) as object, { a: 1 }), { a: 1 }],
    ["an error", Object.assign(new Error("not shown"), { code: "E" }), { code: "E" }]
  ])("%s", (_, value, expected) => {
    expect(json(value)).toEqual(expected)
  })

  it.each<readonly [string, unknown]>([["undefined", undefined], ["a function", () => 1], ["a symbol", Symbol("x")]])(
    "nothing is left of %s",
    (_, value) => expect(json(value)).toBeUndefined()
  )

  it("a cycle is named", () => {
    const a: Record<string, unknown> = {}
    a["self"] = a
    a["list"] = [a]
    expect(json(a)).toEqual({ self: "[circular]", list: ["[circular]"] })
  })

  it("the same value twice is no cycle", () => {
    const shared = { x: 1 }
    expect(json([shared, shared])).toEqual([{ x: 1 }, { x: 1 }])
  })

  it("`__proto__` and `constructor` are keys like others, and nothing is polluted", () => {
    const given = JSON.parse(
      "{\"__proto__\":{\"polluted\":1},\"constructor\":{\"prototype\":{\"polluted\":1}},\"a\":1}"
    ) as object
    const out = json(given) as object
    expect(JSON.stringify(out)).toBe(JSON.stringify(given))
    expect(Object.getPrototypeOf(out)).toBe(Object.prototype)
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined()
  })

  it("a key is masked and cut as a value is", () => {
    const out = json({ ["k".repeat(9000)]: 1 }) as object
    expect(Object.keys(out)[0]!.length).toBeLessThanOrEqual(Limits.defaults.string)
  })

  it("never throws, whatever comes", () => {
    for (const value of everyHostile) {
      expect(() => JSON.stringify(json(value))).not.toThrow()
      expect(() => JSON.stringify(json({ value, list: [value], nested: { value } }))).not.toThrow()
    }
  })

  it.prop("what comes out is JSON and comes out again", [anyHostile], ([value]) => {
    const out = json(value)
    expect(JSON.stringify(json(out, Limits.make({ string: 9000, items: 500, depth: 50 })))).toBe(JSON.stringify(out))
  }, runs(300))
})

describe("json keeps to the limits", () => {
  it("in all that it writes", () => {
    const text = "x".repeat(2000)
    const rows = Array.from({ length: 200 }, () => Array.from({ length: 200 }, () => text)) // 80 million characters
    const size = (value: unknown, total?: number) =>
      JSON.stringify(json(value, Limits.make(total === undefined ? {} : { total }))).length
    expect(size(rows)).toBeGreaterThan(900_000)
    expect(size(rows)).toBeLessThan(1_100_000)
    expect(size(rows, 10_000)).toBeLessThan(13_000)
    expect(size(Object.fromEntries(rows.map((row, i) => [`row ${i}`, row])), 10_000)).toBeLessThan(13_000)
    const many = Array.from(
      { length: 200 },
      () => Array.from({ length: 200 }, () => Array.from({ length: 200 }, () => 1))
    )
    expect(size(many)).toBeLessThan(1_500_000)
    const named = (value: unknown) => Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`${i} ${text}`, value]))
    expect(size(named(named(1)))).toBeLessThan(1_100_000)
    expect(json([["a", "b"], ["c"], "d", 4, { e: 5 }], Limits.make({ total: 9 }))).toEqual([["a", "b"], "4 more"])
    expect(json({ a: 1, bb: [1], c: 2 }, Limits.make({ total: 6 }))).toEqual({ a: 1, bb: ["1 more"], "…": "1 more" })
    expect(json(["ab", "cd"], Limits.make({ total: 1 }))).toEqual(["2 more"])
  })

  it("strings", () => {
    const out = json({ text: tenMegabytes }) as { readonly text: string }
    expect(out.text.length).toBeLessThanOrEqual(Limits.defaults.string + 1)
    expect(out.text.endsWith("…")).toBe(true)
    expect((json("a b c d e f", Limits.make({ string: 6 })) as string).length).toBeLessThanOrEqual(7)
  })

  it("a string as long as the limit is not cut", () => {
    expect(json("x".repeat(Limits.defaults.string))).toBe("x".repeat(Limits.defaults.string))
  })

  it("items of arrays and objects, which are counted", () => {
    const many = Array.from({ length: 300 }, (_, i) => i)
    expect(json(many)).toEqual([...many.slice(0, 200), "100 more"])
    const object = json(Object.fromEntries(many.map((i) => [`k${i}`, i]))) as Record<string, unknown>
    expect(Object.keys(object)).toHaveLength(201)
    expect(object["…"]).toBe("100 more")
    expect(json([1, 2, 3], Limits.make({ items: 2 }))).toEqual([1, 2, "1 more"])
  })

  it("depth", () => {
    let deep: unknown = "bottom"
    for (let i = 0; i < 10_000; i++) deep = { deep }
    let levels = 0
    for (let here = json(deep); typeof here === "object"; here = (here as { readonly deep: Redaction.Json }).deep) {
      levels++
    }
    expect(levels).toBe(Limits.defaults.depth)
    expect(json({ a: { b: { c: 1 } } }, Limits.make({ depth: 2 }))).toEqual({ a: { b: "…" } })
  })

  it("binary data of any size costs nothing", () => {
    expect(json(new Uint8Array(50_000_000))).toBe("[50000000 bytes]")
  })
})
