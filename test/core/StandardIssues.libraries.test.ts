/** Issues of valibot, arktype and zod, told alike. */
import * as Issue from "@errata/core/Issue"
import { type } from "arktype"
import * as v from "valibot"
import { describe, expect, it } from "vitest"
import * as z4 from "zod"
import * as z3 from "zod/v3"

interface Standard {
  readonly "~standard": { readonly validate: (value: unknown) => unknown }
}

const issuesOf = async (schema: Standard, value: unknown) => {
  const result = await schema["~standard"].validate(value) as { issues?: ReadonlyArray<Issue.StandardIssue> }
  return Issue.fromStandardIssues(result.issues ?? [], { value })
}

const told = async (schema: Standard, value: unknown) =>
  (await issuesOf(schema, value)).map((issue) => `${Issue.path(issue)}: ${issue.message}`).sort()

const value = {
  format: "htm",
  literal: "y",
  items: [{ n: 1 }, {}],
  either: {},
  kind: { type: "zoen" },
  count: 3.5,
  short: "a",
  list: "[1]",
  mail: "x",
  extra: true
}

const valibot = v.strictObject({
  id: v.string(),
  format: v.picklist(["html", "text"]),
  literal: v.literal("x"),
  items: v.array(v.object({ n: v.string() })),
  either: v.union([v.string(), v.number()]),
  kind: v.variant("type", [
    v.object({ type: v.literal("page"), a: v.string() }),
    v.object({ type: v.literal("zone") })
  ]),
  count: v.pipe(v.number(), v.integer()),
  short: v.pipe(v.string(), v.minLength(2)),
  list: v.array(v.number()),
  mail: v.pipe(v.string(), v.email("Give me a mail."))
})
const arktype = type({
  "+": "reject",
  id: "string",
  format: "'html'|'text'",
  literal: "'x'",
  items: type({ n: "string" }).array(),
  either: "string|number",
  kind: type({ type: "'page'", a: "string" }).or({ type: "'zone'" }),
  count: "number.integer",
  short: "string>=2",
  list: "number[]",
  mail: type("string.email").configure({ message: "Give me a mail." })
})

describe("every issue at once, as effect's schemas would say it", () => {
  it("valibot", async () => {
    expect(await told(valibot, value)).toEqual([
      "count: Invalid integer",
      "either: Expected string or number, got object",
      "extra: Unknown argument",
      "format: Expected one of \"html\", \"text\"; did you mean \"html\"?",
      "id: Required",
      "items[0].n: Expected string, got number",
      "items[1].n: Required",
      "kind.type: Expected one of \"page\", \"zone\"; did you mean \"zone\"?",
      "list: Expected array, got text that holds JSON: send the array itself",
      "literal: Expected \"x\"",
      "mail: Give me a mail",
      "short: Invalid length; expected >=2"
    ])
  })

  it("arktype", async () => {
    expect(await told(arktype, value)).toEqual([
      "count: Expected an integer",
      "either: Expected number or string, got object",
      "extra: Unknown argument",
      "format: Expected one of \"html\", \"text\"; did you mean \"html\"?",
      "id: Required; expected string",
      "items[0].n: Expected string, got number",
      "items[1].n: Required; expected string",
      "kind.type: Expected one of \"page\", \"zone\"; did you mean \"zone\"?",
      "list: Expected array, got text that holds JSON: send the array itself",
      "literal: Expected \"x\"",
      "mail: Give me a mail",
      "short: Expected at least length 2"
    ])
  })

  it("with what was expected, received and may be sent", async () => {
    for (const schema of [valibot, arktype] as ReadonlyArray<Standard>) {
      const format = (await issuesOf(schema, value)).find(({ path }) => path[0] === "format")
      expect(format).toEqual({
        path: ["format"],
        message: "Expected one of \"html\", \"text\"; did you mean \"html\"?",
        expected: "one of \"html\", \"text\"",
        received: "\"htm\"",
        examples: ["html", "text"]
      })
    }
  })
})

describe("a union of tagged objects", () => {
  const schemas: ReadonlyArray<readonly [string, Standard]> = [
    [
      "valibot",
      v.object({
        of: v.variant("t", [
          v.object({ t: v.literal("a"), x: v.number() }),
          v.object({ t: v.literal("b"), y: v.number() })
        ])
      })
    ],
    ["arktype", type({ of: type({ t: "'a'", x: "number" }).or({ t: "'b'", y: "number" }) })],
    [
      "zod 3",
      z3.object({
        of: z3.discriminatedUnion("t", [
          z3.object({ t: z3.literal("a"), x: z3.number() }),
          z3.object({ t: z3.literal("b"), y: z3.number() })
        ])
      })
    ],
    [
      "zod 4",
      z4.object({
        of: z4.union([
          z4.object({ t: z4.literal("a"), x: z4.number() }),
          z4.object({ t: z4.literal("b"), y: z4.number() })
        ])
      })
    ]
  ]

  it.each(schemas)("is answered by the member whose tag fits: %s", async (_, schema) => {
    expect(await told(schema, { of: { t: "b", y: "1" } })).toEqual([
      "of.y: Expected number, got text that holds a number: send the number itself"
    ])
  })
})

describe("a key that was meant for a missing one", () => {
  const strict: ReadonlyArray<readonly [string, Standard]> = [
    ["valibot", v.object({ parent: v.strictObject({ page_id: v.string() }) })],
    ["arktype", type({ parent: { "+": "reject", page_id: "string" } })],
    ["zod 3", z3.object({ parent: z3.object({ page_id: z3.string() }).strict() })],
    ["zod 4", z4.object({ parent: z4.strictObject({ page_id: z4.string() }) })]
  ]
  const open: ReadonlyArray<readonly [string, Standard]> = [
    ["valibot", v.object({ parent: v.object({ page_id: v.string() }) })],
    ["arktype", type({ parent: { page_id: "string" } })],
    ["zod 3", z3.object({ parent: z3.object({ page_id: z3.string() }) })],
    ["zod 4", z4.object({ parent: z4.object({ page_id: z4.string() }) })]
  ]

  it.each(strict)("is said of the unknown one, at every depth: %s", async (_, schema) => {
    expect(await told(schema, { parent: { page_idd: "1" } })).toContain(
      "parent.page_idd: Unknown argument; did you mean \"page_id\"?"
    )
  })

  it.each(open)("is said of the missing one where unknown ones pass: %s", async (_, schema) => {
    const [message] = await told(schema, { parent: { pageId: "1", title: "x" } })
    expect(message).toMatch(/^parent\.page_id: Required(?:; expected string)?; "pageId" was sent$/)
  })
})

describe("what came", () => {
  const secret = `ghp_${"a1B2".repeat(9)}`

  it.each<[string, Standard]>([
    ["valibot", v.object({ token: v.pipe(v.string(), v.maxLength(3)), other: v.literal("x") })],
    ["arktype", type({ token: "string<=3", other: "number" })]
  ])("is never quoted in a message: %s", async (_, schema) => {
    const issues = await issuesOf(schema, { token: `pw-${secret}`, other: `other-${secret}` })
    expect(issues.length).toBe(2)
    for (const { message, received } of issues) {
      expect(`${message}${received}`).not.toContain(secret)
    }
  })

  it("may be anything", async () => {
    const hostile = [null, 0, "x".repeat(100_000), { __proto__: null, constructor: 1, id: { toString: 1 } }, [[]]]
    for (const value of hostile) {
      for (const schema of [valibot, arktype] as ReadonlyArray<Standard>) {
        for (const { message } of await issuesOf(schema, value)) expect(typeof message).toBe("string")
      }
    }
  })
})
