import { describe, expect, it } from "@effect/vitest"
import * as Issue from "@errata/core/Issue"
import * as Limits from "@errata/core/Limits"
import * as Redaction from "@errata/core/Redaction"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import { json, runs, seeded } from "./support/arbitraries.ts"
import { all as secrets } from "./support/secrets.ts"

/** Everything that is wrong with a value, as a tool would report it. */
const issuesOf = (input: Schema.Top, value: unknown, limits?: Limits.Limits): ReadonlyArray<Issue.Issue> => {
  const decode = SchemaParser.decodeUnknownResult(Schema.toCodecJson(input as Schema.Codec<unknown>), { errors: "all" })
  const result = decode(value)
  return result._tag === "Success" ? [] : Issue.fromSchemaIssue(result.failure, { input, value, limits })
}
const lines = (input: Schema.Top, value: unknown) =>
  issuesOf(input, value).map((issue) => `${Issue.path(issue)}: ${issue.message}`)

describe("the path in one word", () => {
  it.each<[ReadonlyArray<string | number>, string]>([
    [[], "(arguments)"],
    [["id"], "id"],
    [["items", 2, "name"], "items[2].name"],
    [[0, 1], "[0][1]"],
    [["a b"], "[\"a b\"]"],
    [["a", "b-c", "d"], "a[\"b-c\"].d"],
    [["a", "x\ny"], "a[\"x\\ny\"]"],
    [["a", "1"], "a[\"1\"]"],
    [["", "a"], "[\"\"].a"],
    [["__proto__"], "__proto__"],
    [["naïve"], "[\"naïve\"]"]
  ])("%j is %s", (path, expected) => expect(Issue.path({ path, message: "x" })).toBe(expected))
})

describe("every issue at once", () => {
  const input = Schema.Struct({
    id: Schema.String,
    count: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10 })),
    format: Schema.Literals(["html", "text", "markdown"]),
    items: Schema.Array(Schema.Struct({ name: Schema.String, size: Schema.optionalKey(Schema.Finite) })),
    when: Schema.optionalKey(Schema.DateTimeUtcFromString),
    either: Schema.optionalKey(Schema.Union([Schema.String, Schema.Struct({ a: Schema.String })]))
  })

  it("with its place and what was expected there", () => {
    const value = {
      count: 99,
      format: "htm",
      items: [{ name: "x" }, { name: 3, size: "big" }],
      when: "yesterday",
      either: 3
    }
    expect(lines(input, value)).toEqual([
      "id: Required",
      "count: Expected a value between 1 and 10",
      "format: Expected one of \"html\", \"text\", \"markdown\"; did you mean \"html\"?",
      "items[1].name: Expected string, got number",
      "items[1].size: Expected number, got text",
      expect.stringMatching(/^when: Expected /),
      "either: Expected string or object, got number"
    ])
  })

  it("a union that matches nowhere is one issue", () => {
    expect(issuesOf(input, { id: "a", count: 1, format: "html", items: [], either: 3 })).toHaveLength(1)
  })

  it("arguments that are no object at all", () => {
    for (const value of [null, 1, "x", [], true]) {
      const issues = issuesOf(input, value)
      expect(issues).toHaveLength(1)
      expect(Issue.path(issues[0]!)).toBe("(arguments)")
    }
  })

  it("nothing is wrong with what fits", () => {
    expect(issuesOf(input, { id: "a", count: 1, format: "html", items: [] })).toEqual([])
  })
})

describe("a missing argument", () => {
  it("says what it is for, or what is allowed, or the author's own words", () => {
    const input = Schema.Struct({
      plain: Schema.String,
      described: Schema.String.annotate({ description: "The id of the document." }),
      choice: Schema.Literals(["a", "b"]),
      own: Schema.String.pipe(Schema.annotateKey({ messageMissingKey: "Say who you are" }))
    })
    expect(lines(input, {})).toEqual([
      "plain: Required",
      "described: Required. The id of the document",
      "choice: Required; expected one of \"a\", \"b\"",
      "own: Say who you are"
    ])
  })

  it("brings the examples of its schema along", () => {
    const input = Schema.Struct({ id: Schema.String.annotate({ examples: ["DOC-1", "DOC-2"] }) })
    expect(issuesOf(input, {})[0]?.examples).toEqual(["DOC-1", "DOC-2"])
    expect(issuesOf(input, { id: 1 })[0]?.examples).toEqual(["DOC-1", "DOC-2"])
    const checked = Schema.String.check(Schema.isMinLength(2)).annotate({ examples: ["DOC-1"], description: "The id" })
    expect(issuesOf(Schema.Struct({ id: checked }), { id: "1" })[0]?.examples).toEqual(["DOC-1"])
    expect(issuesOf(Schema.Struct({ id: checked }), {})[0]).toMatchObject({
      message: "Required. The id",
      examples: ["DOC-1"]
    })
  })
})

describe("a wrong choice", () => {
  it("names the nearest, and at most five examples of all", () => {
    const input = Schema.Struct({ n: Schema.Literals(["one", "two", "three", "four", "five", "six"]) })
    const [issue] = issuesOf(input, { n: "thre" })
    expect(issue).toMatchObject({ received: "\"thre\"", examples: ["one", "two", "three", "four", "five"] })
    expect(issue?.message).toMatch(/; did you mean "three"\?$/)
    expect(issuesOf(input, { n: 3 })[0]?.message).not.toContain("did you mean")
  })

  it("of one alone is that one", () => {
    expect(lines(Schema.Struct({ yes: Schema.Literal(true) }), { yes: false })).toEqual(["yes: Expected true"])
  })
})

describe("what was received", () => {
  const input = Schema.Struct({ id: Schema.Finite })
  const received = (value: unknown) => issuesOf(input, { id: value })[0]?.received

  it("is shown as JSON, shortened", () => {
    expect(received("x")).toBe("\"x\"")
    expect(received({ a: [1] })).toBe("{\"a\":[1]}")
    expect(received(null)).toBe("null")
    expect(received("y".repeat(98))).toBe(`"${"y".repeat(98)}"`)
    expect(received("y".repeat(99))).toBe(`"${"y".repeat(98)}…`)
    expect(received("y".repeat(10_000))!.length).toBeLessThanOrEqual(Limits.defaults.received)
    expect(issuesOf(input, { id: "z".repeat(50) }, Limits.make({ received: 10 }))[0]!.received).toHaveLength(10)
  })

  it("is absent where nothing was", () => {
    expect(issuesOf(input, {})[0]).not.toHaveProperty("received")
    expect(issuesOf(input, { id: undefined })[0]).not.toHaveProperty("received")
  })

  it("never holds a secret", () => {
    for (const { secret, text } of secrets) expect(JSON.stringify(issuesOf(input, { id: text }))).not.toContain(secret)
  })

  it("never holds what stands under a telling name, at any depth", () => {
    const nested = Schema.Struct({
      credentials: Schema.Struct({ user: Schema.Finite, list: Schema.Array(Schema.Finite) }),
      password: Schema.Finite
    })
    const issues = issuesOf(nested, { credentials: { user: "SECRET-1", list: [1, "SECRET-2"] }, password: "SECRET-3" })
    expect(issues).toHaveLength(3)
    expect(JSON.stringify(issues)).not.toContain("SECRET")
  })

  it("never holds what the schema marks, below a mark, or where the schema does not tell", () => {
    const Marked = Redaction.sensitiveArgument(Schema.Struct({ pin: Schema.Finite, deep: Schema.Array(Schema.Finite) }))
    const inputs: ReadonlyArray<readonly [Schema.Top, unknown]> = [
      [Schema.Struct({ a: Redaction.sensitiveArgument(Schema.Finite) }), { a: "SECRET" }],
      [Schema.Struct({ a: Redaction.sensitiveArgument(Schema.String).check(Schema.isMinLength(20)) }), { a: "SECRET" }],
      [Schema.Struct({ a: Redaction.sensitiveArgument(Schema.Literals(["x", "y"])) }), { a: "SECRET" }],
      [Schema.Struct({ a: Schema.Redacted(Schema.String.check(Schema.isMinLength(20))) }), { a: "SECRET" }],
      [Schema.Struct({ a: Schema.RedactedFromValue(Schema.Finite) }), { a: "SECRET" }],
      [Schema.Struct({ a: Marked }), { a: { pin: "SECRET", deep: [1, "SECRET"] } }],
      [Schema.Struct({ a: Marked }), { a: "SECRET" }],
      [Schema.Struct({ a: Schema.Union([Marked, Schema.Finite]) }), { a: "SECRET" }],
      [Schema.Struct({ a: Schema.Union([Schema.Struct({ pin: Schema.Finite, x: Schema.String }), Marked]) }), {
        a: { pin: "SECRET", deep: ["SECRET"] }
      }],
      [Schema.Struct({ a: Schema.suspend(() => Marked) }), { a: { pin: "SECRET", deep: ["SECRET"] } }],
      [Schema.Struct({ a: Schema.Array(Marked) }), { a: [{ pin: "SECRET", deep: [] }] }],
      [Schema.Struct({ a: Redaction.sensitiveArgument(Schema.Finite) }).pipe(Schema.encodeKeys({ a: "b" })), {
        b: "SECRET"
      }],
      [Schema.Record(Schema.String, Redaction.sensitiveArgument(Schema.Finite)), { k: "SECRET" }],
      [Redaction.sensitiveArgument(Schema.Struct({ a: Schema.Finite })), { a: "SECRET" }],
      [Schema.Struct({ a: Schema.Finite, b: Redaction.sensitive(Schema.String) }), "SECRET"]
    ]
    for (const [input, value] of inputs) {
      const issues = issuesOf(input, value)
      expect(issues.length).toBeGreaterThan(0)
      expect(JSON.stringify(issues)).not.toContain("SECRET")
    }
  })
})

describe("is total", () => {
  const input = Schema.Struct({
    a: Schema.String.check(Schema.isMinLength(2)),
    b: Schema.optionalKey(
      Schema.Array(Schema.Union([Schema.Finite, Schema.Literals(["x", "y"]), Schema.Struct({ c: Schema.Boolean })]))
    ),
    d: Schema.optional(Schema.Record(Schema.String, Schema.Int)),
    e: Schema.optionalKey(Schema.FiniteFromString),
    f: Schema.optionalKey(Schema.Tuple([Schema.String, Schema.Finite])),
    g: Schema.optionalKey(Schema.String.check(Schema.makeFilter((text) => text === "g" || "must be g")))
  }).check(Schema.makeFilter((value) => value.a !== value.g || { path: ["a"], issue: "a and g are the same" }))
  const anyJson = seeded((from) =>
    from.chance(50)
      ? json(from)
      : Object.fromEntries(
        ["a", "b", "d", "e", "f", "g", "__proto__"].filter(() => from.chance(60)).map((name) => [name, json(from)])
      )
  )

  it.prop("for any JSON, each issue has a place, a sentence and JSON", [anyJson], ([value]) => {
    for (const issue of issuesOf(input, value)) {
      expect(issue.message.length).toBeGreaterThan(0)
      expect(JSON.parse(JSON.stringify(issue))).toEqual(issue)
      expect(Issue.path(issue).length).toBeGreaterThan(0)
      expect(issue.received?.length ?? 0).toBeLessThanOrEqual(Limits.defaults.received)
    }
  }, runs(300))

  it("a failed check of the whole names the place that it blames", () => {
    expect(lines(input, { a: "g g", g: "h" })).toEqual(["g: must be g"])
    expect(
      lines(Schema.Struct({ a: Schema.String }).check(Schema.makeFilter(() => ({ path: ["a"], issue: "never" }))), {
        a: "x"
      })
    ).toEqual(["a: never"])
  })

  it("defaults are no issue", () => {
    const defaulted = Schema.Struct({ n: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(3))) })
    expect(issuesOf(defaulted, {})).toEqual([])
  })
})

it("make adds what is known", () => {
  expect(Issue.make(["a"], "wrong")).toEqual({ path: ["a"], message: "wrong" })
  expect(Issue.make([], "wrong", { expected: "x", received: "y", examples: [1] })).toEqual({
    path: [],
    message: "wrong",
    expected: "x",
    received: "y",
    examples: [1]
  })
})
