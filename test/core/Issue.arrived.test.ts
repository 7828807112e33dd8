/** What a reply says about values of the wrong kind, names below the root, and unions. */
import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as Issue from "@errata/core/Issue"
import * as Limits from "@errata/core/Limits"
import * as Problem from "@errata/core/Problem"
import * as Redaction from "@errata/core/Redaction"
import type { ReferenceId } from "@errata/core/ReferenceId"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"

const issuesOf = (input: Schema.Top, value: unknown, limits?: Limits.Limits): ReadonlyArray<Issue.Issue> => {
  const decode = SchemaParser.decodeUnknownResult(Schema.toCodecJson(input as Schema.Codec<unknown>), { errors: "all" })
  const result = decode(value)
  return result._tag === "Success" ? [] : Issue.fromSchemaIssue(result.failure, { input, value, limits })
}
const lines = (input: Schema.Top, value: unknown) =>
  issuesOf(input, value).map((issue) => `${Issue.path(issue)}: ${issue.message}`)

describe("a value of the wrong kind", () => {
  const input = Schema.Struct({
    ids: Schema.optionalKey(Schema.Array(Schema.String)),
    parent: Schema.optionalKey(Schema.Struct({ page_id: Schema.String })),
    limit: Schema.optionalKey(Schema.Int),
    deep: Schema.optionalKey(Schema.Boolean),
    name: Schema.optionalKey(Schema.String),
    any_number: Schema.optionalKey(Schema.Number),
    choice: Schema.optionalKey(Schema.Literals(["a", "b"])),
    level: Schema.optionalKey(Schema.Literals([1, 2])),
    either: Schema.optionalKey(Schema.Union([Schema.Finite, Schema.Array(Schema.Finite)])),
    defaulted: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))),
    nested: Schema.optionalKey(Schema.Array(Schema.Struct({ tags: Schema.Array(Schema.String) })))
  })

  it.each<[object, string]>([
    [{ ids: "[\"a\",\"b\"]" }, "ids: Expected array, got text that holds JSON: send the array itself"],
    [{ ids: "a,b" }, "ids: Expected array, got text"],
    [{ ids: "{\"a\":1}" }, "ids: Expected array, got text"],
    [{ ids: {} }, "ids: Expected array, got object"],
    [{ ids: null }, "ids: Expected array, got null: it may be left out"],
    [{ ids: [null] }, "ids[0]: Expected string, got null"],
    [
      { parent: "{\"page_id\":\"1\"}" },
      "parent: Expected object, got text that holds JSON: send the object itself"
    ],
    [{ parent: [1] }, "parent: Expected object, got array"],
    [{ limit: "5" }, "limit: Expected number, got text that holds a number: send the number itself"],
    [{ limit: "05" }, "limit: Expected number, got text"],
    [{ limit: true }, "limit: Expected number, got boolean"],
    [{ defaulted: null }, "defaulted: Expected number, got null: it may be left out"],
    [{ deep: "true" }, "deep: Expected boolean, got text that holds a boolean: send the boolean itself"],
    [{ deep: "yes" }, "deep: Expected boolean, got text"],
    [{ name: 5 }, "name: Expected string, got number"],
    [{ any_number: "x" }, "any_number: Expected number, got text"],
    [{ choice: 5 }, "choice: Expected one of \"a\", \"b\", got number"],
    [{ choice: "c" }, "choice: Expected one of \"a\", \"b\""],
    [{ level: "1" }, "level: Expected one of 1, 2, got text that holds a number: send the number itself"],
    [{ either: "[1]" }, "either: Expected number or array, got text that holds JSON: send the array itself"],
    [{ either: {} }, "either: Expected number or array, got object"],
    [
      { nested: [{ tags: [] }, { tags: "[]" }] },
      "nested[1].tags: Expected array, got text that holds JSON: send the array itself"
    ]
  ])("%j", (value, line) => expect(lines(input, value)).toEqual([line]))

  it("keeps the words of whoever wrote the schema", () => {
    const own = Schema.Struct({
      a: Schema.String.annotate({ message: "Give me a name" }),
      b: Schema.Union([Schema.Boolean, Schema.Null]).annotate({ expected: "a flag" })
    })
    expect(lines(own, { a: 1, b: "x" })).toEqual(["a: Give me a name", "b: Expected a flag, got text"])
  })

  it("does not look into a text that is sensitive or long", () => {
    const secret = Schema.Struct({ pins: Redaction.sensitiveArgument(Schema.Array(Schema.Finite)) })
    expect(lines(secret, { pins: "[1234]" })).toEqual(["pins: Expected array, got text"])
    const long = `[${"1,".repeat(60_000)}1]`
    expect(lines(input, { ids: long })).toEqual(["ids: Expected array, got text"])
  })

  it("lists the first of many allowed values, and the one that was meant", () => {
    const many = Schema.Struct({ id: Schema.Literals(Array.from({ length: 500 }, (_, i) => `document-${i}`)) })
    const [issue] = issuesOf(many, { id: "document-49x" })
    expect(issue?.message).toMatch(/^Expected one of "document-0", .* and 480 more; did you mean "document-49"\?$/)
    expect(issue!.message.length).toBeLessThan(Limits.defaults.message)
  })
})

describe("a name below the root", () => {
  const input = Schema.Struct({
    parent: Schema.Struct({ page_id: Schema.String, title: Schema.optionalKey(Schema.String) }),
    items: Schema.optionalKey(Schema.Array(Schema.Struct({ file_name: Schema.String, size: Schema.Finite })))
  })

  it("that was probably meant for a missing one is told", () => {
    expect(lines(input, { parent: { pageId: "1" } })).toEqual([
      "parent.page_id: Required",
      "parent.pageId: Unknown argument; did you mean \"page_id\"?"
    ])
    expect(lines(input, { parent: { page_id: "1" }, items: [{ filename: "a", size: 1 }] })).toEqual([
      "items[0].file_name: Required",
      "items[0].filename: Unknown argument; did you mean \"file_name\"?"
    ])
  })

  it("is told once, and never in the place of a declared one", () => {
    const two = Schema.Struct({ a: Schema.Struct({ page_id: Schema.String, page_ids: Schema.String }) })
    expect(lines(two, { a: { pageId: "1" } }).filter((line) => line.includes("Unknown"))).toHaveLength(1)
    expect(lines(input, { parent: { title: "page_ide" } })).toEqual(["parent.page_id: Required"])
    expect(lines(input, { parent: { other: "1" } })).toEqual(["parent.page_id: Required"])
  })

  it("is told in the same words at the root", () => {
    expect(Issue.unknownArgument("pageId", ["page_id"])).toBe("Unknown argument; did you mean \"page_id\"?")
    expect(Issue.unknownArgument("x", ["page_id"])).toBe("Unknown argument; the known ones are page_id")
    expect(Issue.unknownArgument("x", [])).toBe("Unknown argument; none is expected here")
    const many = Array.from({ length: 30 }, (_, i) => `argument_${i}`)
    expect(Issue.unknownArgument("zzz", many)).toMatch(/, argument_19 and 10 more$/)
  })
})

describe("a union", () => {
  const byName = Schema.Struct({ kind: Schema.Literal("name"), name: Schema.String })
  const byId = Schema.Struct({ kind: Schema.Literal("id"), id: Schema.Int })
  const tagged = Schema.Struct({ by: Schema.Union([byName, byId]) })

  it.each<[unknown, ReadonlyArray<string>]>([
    [{ kind: "nme" }, ["by.kind: Expected one of \"name\", \"id\"; did you mean \"name\"?"]],
    [{ kind: 3 }, ["by.kind: Expected one of \"name\", \"id\", got number"]],
    [{ name: "x" }, ["by.kind: Required; expected one of \"name\", \"id\""]],
    [{ kind: "id", id: "x" }, ["by.id: Expected number, got text"]],
    [{ kind: "id", ID: 3 }, ["by.id: Required", "by.ID: Unknown argument; did you mean \"id\"?"]],
    [3, ["by: Expected object, got number"]],
    ["{\"kind\":\"id\",\"id\":3}", ["by: Expected object, got text that holds JSON: send the object itself"]]
  ])("of objects with a tag: %j", (by, expected) => expect(lines(tagged, { by })).toEqual(expected))

  it("of objects with a tag, as the whole input and in a list", () => {
    expect(lines(Schema.Union([byName, byId]), { kind: "idd" })).toEqual([
      "kind: Expected one of \"name\", \"id\"; did you mean \"id\"?"
    ])
    const list = Schema.Struct({ all: Schema.Array(Schema.Union([byName, byId])) })
    expect(lines(list, { all: [{ kind: "id", id: 1 }, { kind: "name", name: 3 }] })).toEqual([
      "all[1].name: Expected string, got number"
    ])
  })

  it("of objects without one is answered by the object that was meant, else as a whole", () => {
    const untagged = Schema.Struct({
      by: Schema.Union([
        Schema.Struct({ first: Schema.String, last: Schema.String }),
        Schema.Struct({ id: Schema.Int, region: Schema.String })
      ])
    })
    expect(lines(untagged, { by: { first: "Ada" } })).toEqual(["by.last: Required"])
    expect(lines(untagged, { by: {} })).toEqual(["by: Expected object"])
    const withText = Schema.Struct({ by: Schema.Union([Schema.String, Schema.Struct({ id: Schema.Int })]) })
    expect(lines(withText, { by: { id: "x" } })).toEqual(["by.id: Expected number, got text"])
    expect(lines(withText, { by: 3 })).toEqual(["by: Expected string or object, got number"])
  })
})

describe("what nobody sees", () => {
  const input = Schema.Struct({ items: Schema.Array(Schema.Struct({ name: Schema.String })) })

  it("is not described, but counted", () => {
    const value = { items: Array.from({ length: 100_000 }, () => ({ name: 1 })) }
    const issues = issuesOf(input, value)
    expect(issues).toHaveLength(100)
    expect(Issue.omitted(issues)).toBe(99_900)
    expect(Issue.omitted(issuesOf(input, { items: [{}] }))).toBe(0)
    const { omittedIssues, problem } = Problem.describe(new Errors.InvalidArguments({ issues }), {
      safety: "read",
      started: false,
      referenceId: "5f3c9a1e" as ReferenceId
    })
    expect(problem.message).toBe("Invalid arguments: 100000 problems")
    expect(problem.issues).toHaveLength(100)
    expect(omittedIssues).toBe(99_900)
  })

  it("is not redacted either", () => {
    let redacted = 0
    const redactor: Redaction.Redactor = {
      text: Redaction.standard.text,
      json: (value, limits) => {
        redacted++
        return Redaction.standard.json(value, limits)
      }
    }
    const issues = Array.from({ length: 10_000 }, (_, i) => Issue.make([i], "wrong"))
    const { omittedIssues, problem } = Problem.describe(new Errors.InvalidArguments({ issues }), {
      safety: "read",
      started: false,
      referenceId: "5f3c9a1e" as ReferenceId,
      redactor
    })
    expect(redacted).toBeLessThan(200)
    expect(problem.issues).toHaveLength(100)
    expect(omittedIssues).toBe(9_900)
  })
})
