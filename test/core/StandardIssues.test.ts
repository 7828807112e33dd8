import { describe, expect, it } from "@effect/vitest"
import * as Issue from "@errata/core/Issue"
import * as Schema from "effect/Schema"
import * as z4 from "zod"
import * as z4mini from "zod/mini"
import * as z3 from "zod/v3"
import { everyHostile } from "./support/arbitraries.ts"

interface Standard {
  readonly "~standard": {
    readonly validate: (value: unknown) => unknown
  }
}

const issuesOf = async (schema: Standard, value: unknown) => {
  const result = await schema["~standard"].validate(value) as { issues?: ReadonlyArray<Issue.StandardIssue> }
  return Issue.fromStandardIssues(result.issues ?? [], { value })
}

const told = async (schema: Standard, value: unknown) =>
  (await issuesOf(schema, value)).map((issue) => `${Issue.path(issue)}: ${issue.message}`)

const value = {
  format: "htm",
  literal: "y",
  items: [{ n: 1 }, {}],
  either: {},
  kind: { type: "z" },
  own: 3,
  extra: true
}

const shapes = {
  "zod 3": z3.object({
    id: z3.string(),
    format: z3.enum(["html", "text"]),
    missing: z3.enum(["a", "b"]),
    literal: z3.literal("x"),
    items: z3.array(z3.object({ n: z3.string() })),
    either: z3.union([z3.string(), z3.number()]),
    kind: z3.discriminatedUnion("type", [
      z3.object({ type: z3.literal("page") }),
      z3.object({ type: z3.literal("zone") })
    ]),
    own: z3.string({ invalid_type_error: "Give me a name." })
  }).strict(),
  "zod 4": z4.object({
    id: z4.string(),
    format: z4.enum(["html", "text"]),
    missing: z4.enum(["a", "b"]),
    literal: z4.literal("x"),
    items: z4.array(z4.object({ n: z4.string() })),
    either: z4.union([z4.string(), z4.number()]),
    kind: z4.discriminatedUnion("type", [
      z4.object({ type: z4.literal("page") }),
      z4.object({ type: z4.literal("zone") })
    ]),
    own: z4.string({ error: "Give me a name." })
  }).strict()
}

describe.each([
  ["zod 3", z3],
  ["zod 4", z4 as unknown as typeof z3]
])("a union of %s", (_, z) => {
  const [named, numbered] = [
    z.object({ name: z.string() }),
    z.object({ n: z.number(), at: z.object({ x: z.number() }) })
  ]

  it("tells what is wrong with the only member that was meant", async () => {
    const schema = z.object({ of: z.array(z.union([z.string(), numbered])) })
    expect(await told(schema, { of: [{ n: "1", at: {} }] })).toEqual([
      "of[0].n: Expected number, got text that holds a number: send the number itself",
      "of[0].at.x: Required; expected number"
    ])
    const strict = z.union([z.string(), named.strict()])
    expect(await told(z.object({ of: strict }), { of: { name: 1, nmae: "x" } })).toEqual([
      "of.name: Expected string, got number",
      "of.nmae: Unknown argument"
    ])
    expect(await told(schema, { of: [7] })).toEqual([
      expect.stringMatching(/^of\[0\]: Expected string or object, got number$/)
    ])
  })

  it("does not tell of a place what holds below it", async () => {
    const schema = z.object({ of: z.union([named, numbered.omit({ at: true })]) })
    expect(await told(schema, { of: {} })).toEqual(["of: Invalid input"])
  })

  it("is answered by the member whose tag fits, or by what the tags are", async () => {
    const member = (kind: string, name: string) => z.object({ kind: z.literal(kind), [name]: z.string() })
    const schema = z.object({ by: z.union([member("name", "name"), member("id", "id")]) })
    expect(await told(schema, { by: { kind: "nme" } })).toEqual([
      "by.kind: Expected one of \"name\", \"id\"; did you mean \"name\"?"
    ])
    expect(await told(schema, { by: {} })).toEqual(["by.kind: Required; expected one of \"name\", \"id\""])
    expect(await told(schema, { by: { kind: "id" } })).toEqual(["by.id: Required; expected string"])
    expect(await told(schema, { by: 3 })).toEqual(["by: Expected object, got number"])
  })

  it("leaves a message as somebody wrote it", async () => {
    const schema = z.object({
      of: z.union([z.string(), named], { errorMap: () => ({ message: "Say who." }), error: "Say who." } as never)
    })
    expect(await told(schema, { of: {} })).toEqual(["of: Say who"])
  })
})

describe.each(Object.entries(shapes))("%s", (_, schema) => {
  it("is told in the words that effect's schemas are told in", async () => {
    const expected = [
      "id: Required; expected string",
      `format: Expected one of "html", "text"; did you mean "html"?`,
      `missing: Required; expected one of "a", "b"`,
      `literal: Expected "x"`,
      "items[0].n: Expected string, got number",
      "items[1].n: Required; expected string",
      "either: Expected string or number, got object",
      `kind.type: Expected one of "page", "zone"`,
      "own: Give me a name",
      "extra: Unknown argument"
    ]
    expect((await told(schema, value)).sort()).toEqual(expected.sort())
  })

  it("shows what came, but no secret", async () => {
    const received = async (value: object) =>
      Object.fromEntries((await issuesOf(schema, value)).map((issue) => [Issue.path(issue), issue.received]))
    const shown = await received({ ...value, own: { api_key: "sk-live-1" }, id: "x".repeat(10_000) })
    expect(shown["format"]).toBe(`"htm"`)
    expect(shown["missing"]).toBeUndefined()
    expect(shown["own"]).toBe(`{"api_key":"[redacted]"}`)
    const issues = await issuesOf(schema, { ...value, format: "x".repeat(10_000) })
    expect(issues.find((issue) => issue.path[0] === "format")!.received!.length).toBeLessThan(300)
  })

  it.each(everyHostile.map((hostile, i) => [i, hostile] as const))("takes hostile value %i", async (_, hostile) => {
    for (const value of [hostile, { ...shapes, id: hostile, format: hostile, items: [hostile] }]) {
      let issues: ReadonlyArray<Issue.Issue> = []
      try {
        issues = await issuesOf(schema, value)
      } catch (failure) {
        expect(() => schema.parse(value)).toThrow() // zod itself cannot read it
        expect(failure).not.toBeInstanceOf(RangeError)
      }
      expect(() => JSON.stringify(issues)).not.toThrow()
    }
  })
})

it("describes no more issues than are shown, and counts the others", () => {
  const issues = Array.from({ length: 1000 }, (_, i) => ({ message: "Bad", path: [i] }))
  const told = Issue.fromStandardIssues([...issues, { code: "unrecognized_keys", keys: ["a", "b"] } as never], {
    value: {}
  })
  expect(told).toHaveLength(100)
  expect(Issue.omitted(told)).toBe(901)
  const keys = Array.from({ length: 150 }, (_, i) => `k${i}`)
  const unknown = Issue.fromStandardIssues([{ code: "unrecognized_keys", keys } as never], { value: {} })
  expect(unknown).toHaveLength(100)
  expect(Issue.omitted(unknown)).toBe(50)
})

it("reads zod mini as zod", async () => {
  const schema = z4mini.object({ format: z4mini.enum(["html", "text"]) })
  expect(await told(schema as unknown as Standard, { format: "txt" })).toEqual([
    `format: Expected one of "html", "text"; did you mean "text"?`
  ])
})

it("reads what is no zod by its message", async () => {
  const schema = Schema.toStandardSchemaV1(Schema.Struct({ n: Schema.Finite }))
  expect(await told(schema, { n: "1" })).toEqual(["n: Expected number"])
  expect(
    Issue.fromStandardIssues([{ message: "", path: [{ key: "a" }, Symbol("b"), 0] }, { message: "Bad. " }], {
      value: {}
    })
  ).toEqual([{ path: ["a", "Symbol(b)", 0], message: "Invalid" }, {
    path: [],
    message: "Bad",
    received: "{}"
  }])
})

it("keeps what somebody wrote about allowed values", async () => {
  const schema = z4.object({ size: z4.enum(["s", "m"], { error: "Sizes are s and m" }) })
  expect(await told(schema, { size: "l" })).toEqual(["size: Sizes are s and m"])
})
