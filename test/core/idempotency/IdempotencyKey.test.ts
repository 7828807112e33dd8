/** Keys, their scope, and the fingerprint of arguments. */
import { describe, expect, it } from "@effect/vitest"
import * as IdempotencyKey from "@errata/core/IdempotencyKey"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"

const decode = Schema.decodeUnknownSync(IdempotencyKey.IdempotencyKey)
const of = IdempotencyKey.fingerprint

describe("a key", () => {
  it.each(["a", "order-7", "A b", "~", "!", "x".repeat(255), "5f3c9a1e-0000-4000-8000-000000000000"])(
    "is %s",
    (text) => {
      expect(IdempotencyKey.is(text)).toBe(true)
      expect(IdempotencyKey.make(text)).toBe(text)
      expect(decode(text)).toBe(text)
    }
  )

  it.each([
    "",
    " ",
    " a",
    "a ",
    "a\n",
    "\ta",
    "é",
    "a\u0000b",
    "a\u00a0b",
    "🦀",
    "x".repeat(256),
    7,
    null,
    undefined,
    {}
  ])(
    "is not %j",
    (value) => {
      expect(IdempotencyKey.is(value)).toBe(false)
      expect(() => IdempotencyKey.make(value as string)).toThrow(
        "An idempotency key has 1 to 255 visible ASCII characters, without a space at either end"
      )
      expect(() => decode(value)).toThrow()
    }
  )

  it("is told what was expected, and not repeated", () => {
    expect(() => decode("secret key ")).toThrow(
      "1 to 255 visible ASCII characters, without a space at either end"
    )
  })
})

describe("the id in a scope", () => {
  const id = (principal: string, tool: string, key: string) =>
    IdempotencyKey.scopeId(IdempotencyKey.make(key), { principal, tool })

  it("is the SHA-256 of the parts with their lengths", () => {
    const expected = createHash("sha256").update("3:ada11:charge_user7:order-7").digest("hex")
    expect(id("ada", "charge_user", "order-7")).toBe(expected)
  })

  it("is another one for every other part, wherever their borders are", () => {
    const ids = [
      id("ada", "charge", "1"),
      id("bob", "charge", "1"),
      id("", "charge", "1"),
      id("ada", "charge", "2"),
      id("adac", "harge", "1"),
      id("ada", "charge1", "1"),
      id("ada", "charg", "e1"),
      id("1:a", "b", "c"),
      id("1", ":a1:b", "c")
    ]
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe("a fingerprint", () => {
  it("is the SHA-256 of the canonical JSON", () => {
    const text = "{\"a\":[1,2.5,\"x\",null,true],\"b\":{\"c\":\"é\"}}"
    const expected = createHash("sha256").update(`0:${text.length}:${text}`).digest("hex")
    expect(of({ b: { c: "é" }, a: [1, 2.5, "x", null, true] })).toBe(expected)
  })

  const equal: ReadonlyArray<readonly [string, unknown, unknown]> = [
    ["the order of fields", { a: 1, b: { d: 2, c: 3 } }, { b: { c: 3, d: 2 }, a: 1 }],
    ["a field that is undefined", { a: 1, b: undefined }, { a: 1 }],
    ["numbers that are equal", { a: 1.0, b: -0, c: 1e2 }, { a: 1, b: 0, c: 100 }],
    [
      "a class with the same fields",
      new (class {
        a = 1
      })(),
      { a: 1 }
    ],
    ["a date and its text", new Date(0), "1970-01-01T00:00:00.000Z"],
    ["integers as names", { 10: 1, 9: 2 }, { 9: 2, 10: 1 }]
  ]
  it.each(equal)("does not depend on %s", (_, a, b) => {
    expect(of(a)).toBe(of(b))
  })

  const different: ReadonlyArray<unknown> = [
    null,
    {},
    [],
    "",
    0,
    false,
    "null",
    "0",
    1,
    -1,
    "1",
    true,
    [1],
    [[1]],
    [1, 2],
    [12],
    ["1,2"],
    { a: 1 },
    { a: "1" },
    { a: [1] },
    { a: { b: 1 } },
    { "a\":{\"b": 1 },
    { A: 1 },
    { a: null },
    [undefined, 1],
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1n,
    0.1 + 0.2,
    0.3,
    "é",
    "e\u0301",
    "\ud800",
    "\ud801",
    "\\ud800",
    "\u0000",
    new Map([["a", 1]]),
    new Map([["a", 2]]),
    new Set([1]),
    { ["__proto__"]: 1 },
    JSON.parse("{\"__proto__\":1}"),
    9007199254740993n,
    9007199254740992
  ]
  it("is another one for other arguments", () => {
    const seen = new Map<string, unknown>()
    for (const value of different.filter((_, i) => i !== different.length - 3)) {
      expect(seen.get(of(value)), String(value)).toBeUndefined()
      seen.set(of(value), value)
    }
    expect(of(JSON.parse("{\"__proto__\":1}"))).not.toBe(of({}))
  })

  it("is another one for another version", () => {
    expect(of({ a: 1 }, { version: "2" })).not.toBe(of({ a: 1 }))
    expect(of({ a: 1 }, { version: "" })).toBe(of({ a: 1 }))
  })

  it("takes what is as deep as its text is long, and refuses what holds itself", () => {
    let deep: unknown = 1
    for (let i = 0; i < 200_000; i++) deep = i % 2 === 0 ? [deep] : { a: deep }
    expect(of(deep)).toMatch(/^[0-9a-f]{64}$/)
    const circle: Record<string, unknown> = {}
    circle["self"] = [circle]
    expect(() => of(circle)).toThrow("The arguments hold themselves")
    const shared = { a: 1 }
    expect(of([shared, shared])).toBe(of([{ a: 1 }, { a: 1 }]))
  })
})

describe("a child", () => {
  it("is a UUID that depends on the key and the step, and only on them", () => {
    const key = IdempotencyKey.make("order-7")
    const all = [
      IdempotencyKey.child(key, "a"),
      IdempotencyKey.child(key, "b"),
      IdempotencyKey.child(key, ""),
      IdempotencyKey.child(IdempotencyKey.make("order-8"), "a"),
      IdempotencyKey.child(IdempotencyKey.make("order-7a"), "")
    ]
    expect(new Set(all).size).toBe(all.length)
    for (const child of all) {
      expect(child).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      expect(IdempotencyKey.is(child)).toBe(true)
    }
    expect(IdempotencyKey.child(key, "a")).toBe(all[0])
    expect(IdempotencyKey.header(all[0]!)).toEqual({ "Idempotency-Key": all[0] })
  })

  it("can be made of arguments", () => {
    expect(IdempotencyKey.ofArguments({ b: 1, a: 2 })).toBe(IdempotencyKey.ofArguments({ a: 2, b: 1 }))
    expect(IdempotencyKey.is(IdempotencyKey.ofArguments(null))).toBe(true)
  })
})
