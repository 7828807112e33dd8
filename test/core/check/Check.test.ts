/** Each kind of finding where it is due, and not where it is not. */
import * as Batch from "@errata/core/Batch"
import * as Check from "@errata/core/Check"
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"

const description = "Does what the test wants."
const list = Tool.make("list_users", { description, safety: "read" })

class Good extends ToolError.Permanent<Good>()("Good", { user_id: Schema.String }, {
  type: "not_found",
  when: "No user has this id",
  message: (e) => `User ${e.user_id} not found`,
  suggestion: "Use list_users to see the valid user_id"
}) {}

const good = Tool.make("get_user", {
  description,
  input: { user_id: Schema.String },
  output: { name: Schema.String },
  errors: [Good, Errors.Unavailable],
  safety: "read"
})

type Case = {
  readonly finds: ReadonlyArray<Tool.Any>
  readonly findsNot: ReadonlyArray<Tool.Any>
  readonly options?: Check.Options
  readonly optionsNot?: Check.Options
}

/** Makes a class that says nothing but what a case is about. */
const classOf = (
  tag: string,
  spec: Partial<ToolError.Spec<{ readonly user_id: string }>>,
  family: "Permanent" | "Transient" = "Permanent"
): ToolError.AnyClass => {
  const make = (family === "Permanent" ? ToolError.Permanent : ToolError.Transient) as unknown as () => (
    ...given: ReadonlyArray<unknown>
  ) => ToolError.AnyClass
  const said = { type: "not_found", when: "w", message: () => `${tag} it is`, suggestion: "s", ...spec }
  return make()(tag, { user_id: Schema.String }, said)
}

const failing = (Class: ToolError.AnyClass, more: object = {}): Tool.Any =>
  Tool.make(
    "fails",
    { description, input: { user_id: Schema.String }, errors: [Class], safety: "read", ...more } as never
  )

const nested = (levels: number): Schema.Codec<unknown, unknown> =>
  levels === 0 ? Schema.String : Schema.Struct({ a: nested(levels - 1) }) as never

interface Tree {
  readonly children: ReadonlyArray<Tree>
}
const Tree: Schema.Codec<Tree> = Schema.Struct({
  children: Schema.Array(Schema.suspend((): Schema.Codec<Tree> => Tree))
})

/** Its form is asked for late, and there is none. */
const unwritable = Schema.Array(Schema.suspend(() => Schema.Struct({ [Symbol.iterator]: Schema.String })))

const of = (options: object): Tool.Any => Tool.make("it", { description, safety: "read", ...options } as never)
const taking = (fields: object): Tool.Any => of({ input: fields })
const secret = "AKIAIOSFODNN7EXAMPLE"
const step = (more: object) => ({ action: "Do it", tool: "list_users", parameters: {}, ...more })
const batch = (max?: number) =>
  of({
    input: {
      ids: max === undefined ? Schema.Array(Schema.String) : Schema.Array(Schema.String).check(Schema.isMaxLength(max))
    },
    output: Batch.Report(Schema.String)
  })

const cases: { readonly [C in Check.Code]: Case } = {
  argument_name: {
    finds: [taking({ "user id": Schema.String })],
    findsNot: [taking({ "user-id.x_1": Schema.String })]
  },
  argument_of_hosts: {
    finds: [taking({ wait_for_previous: Schema.Boolean })],
    findsNot: [taking({ wait: Schema.Boolean })]
  },
  batch_unbounded: { finds: [batch()], findsNot: [batch(100), taking({ ids: Schema.Array(Schema.String) })] },
  description_missing: { finds: [of({ description: " " })], findsNot: [good] },
  description_short: { finds: [of({ description: "Gets users" })], findsNot: [good] },
  effects_unmarked: {
    finds: [failing(Errors.Unavailable, { safety: "once" })],
    findsNot: [
      failing(Errors.Unavailable, { safety: "once", effects: "marked" }),
      failing(Errors.Unavailable),
      failing(Good, { safety: "once" })
    ]
  },
  errors_alike: {
    finds: [of({ errors: [classOf("A", { message: () => "m" }), classOf("B", { message: () => "m" })] })],
    findsNot: [
      of({ errors: [classOf("A", { message: () => "m" }), classOf("B", { message: () => "n" })] }),
      of({ errors: [classOf("A", { message: () => "m" }), classOf("B", { message: () => "m", type: "conflict" })] })
    ]
  },
  key_optional: {
    finds: [of({ safety: "keyed", keyed: "key", input: { key: Schema.optionalKey(Schema.String) } })],
    findsNot: [
      of({ safety: "keyed", keyed: "key", input: { key: Schema.String } }),
      of({
        safety: "keyed",
        keyed: { field: "key", auto: "1 minute" },
        input: { key: Schema.optionalKey(Schema.String) }
      }),
      of({ safety: "keyed", keyed: "auto" })
    ]
  },
  name_long: {
    finds: [Tool.make("a".repeat(46), { description })],
    findsNot: [Tool.make("a".repeat(45), { description })]
  },
  name_twice: { finds: [of({}), of({})], findsNot: [of({}), good] },
  names_alike: {
    finds: [Tool.make("getUser", { description }), Tool.make("get_user", { description })],
    findsNot: [Tool.make("getUsers", { description }), Tool.make("get_user", { description })]
  },
  output_unlistable: {
    finds: [of({ output: unwritable })],
    findsNot: [good, of({}), of({ output: Schema.Date })]
  },
  schema_deep: { finds: [taking({ a: nested(11) })], findsNot: [taking({ a: nested(9) })] },
  schema_large: {
    finds: [taking({ a: Schema.Literals(Array.from({ length: 5000 }, (_, i) => `literal ${i}`)) })],
    findsNot: [taking({ a: Schema.Literals(Array.from({ length: 50 }, (_, i) => `literal ${i}`)) })]
  },
  schema_recursive: { finds: [taking({ tree: Tree }), of({ output: Tree })], findsNot: [good] },
  schema_unlistable: {
    finds: [taking({ a: unwritable })],
    findsNot: [good, taking({ at: Schema.Date })]
  },
  schema_untyped: {
    finds: [taking({ a: Schema.Unknown }), taking({ a: Schema.Any.annotate({ description: "Anything." }) })],
    findsNot: [good, taking({ a: Schema.Literals(["a"]) }), taking({ a: Schema.Union([Schema.String, Schema.Finite]) })]
  },
  secret_in_text: {
    finds: [
      of({ description: `Use the key ${secret} to call it.` }),
      of({ title: secret }),
      taking({ key: Schema.String.annotate({ examples: [secret] }) }),
      failing(classOf("Leaks", { suggestion: `Use ${secret}` })),
      failing(classOf("Leaks", { message: () => `Not with ${secret}` })),
      failing(classOf("Leaks", { when: `Without ${secret}` })),
      failing(classOf("Leaks", { steps: [step({ parameters: { token: secret } })] }))
    ],
    findsNot: [good, taking({ token: Schema.String })]
  },
  step_refused: {
    finds: [failing(classOf("A", { steps: [step({ parameters: { nobody: 1 } })] })), list],
    findsNot: [failing(classOf("A", { steps: [step({})] })), list]
  },
  step_repeats_unsafe: {
    finds: [failing(classOf("A", { steps: [step({ tool: "fails" })] }), { safety: "once" })],
    findsNot: [
      failing(classOf("A", { steps: [step({ tool: "fails" })] })),
      failing(classOf("A", { steps: [step({ tool: "fails", fill: ["user_id"] })] }), { safety: "once" }),
      failing(classOf("A", { steps: [step({})] }), { safety: "once" })
    ]
  },
  step_unknown_tool: {
    finds: [failing(classOf("A", { steps: [{ action: "Choose", options: [step({ tool: "list_user" })] }] }))],
    findsNot: [failing(classOf("A", { steps: [step({})] })), list]
  },
  suggestion_missing: {
    finds: [failing(classOf("A", { suggestion: undefined }))],
    findsNot: [
      failing(classOf("A", {})),
      failing(classOf("A", { suggestion: () => undefined })),
      failing(classOf("A", { suggestion: undefined, steps: [step({})] })),
      failing(classOf("A", { suggestion: undefined, resolvedBy: "user" })),
      failing(classOf("A", { suggestion: undefined, type: "unavailable" }, "Transient")),
      failing(Errors.NotFound)
    ]
  },
  suggestion_repeats_unsafe: {
    finds: [failing(classOf("A", { suggestion: "Wait and try again" }), { safety: "once" })],
    findsNot: [
      failing(classOf("A", { suggestion: "Wait and try again" })),
      failing(classOf("A", { suggestion: "Wait" }), { safety: "once" })
    ]
  },
  suggestion_unknown_tool: {
    finds: [failing(classOf("A", { suggestion: "Use list_user" })), list],
    findsNot: [
      failing(classOf("A", { suggestion: "Use list_users" })),
      failing(classOf("A", { suggestion: "Give another user_id" })),
      failing(classOf("A", { suggestion: "Set some_environment_variable" })),
      list
    ]
  },
  tag_ambiguous: {
    finds: [failing(classOf("A", {})), of({ errors: [classOf("A", {})] }), of({ errors: [classOf("NotFound", {})] })],
    findsNot: [good, of({ errors: [Good, Errors.NotFound] })]
  },
  tag_reserved: { finds: [failing(classOf("Timeout", {}))], findsNot: [failing(Errors.Timeout)] },
  timeout_long: {
    finds: [of({ timeout: "60 seconds" }), of({ timeout: "10 minutes" }), of({ timeout: Number.POSITIVE_INFINITY })],
    findsNot: [of({ timeout: "59 seconds" }), of({})]
  },
  when_missing: { finds: [failing(classOf("A", { when: undefined }))], findsNot: [good, failing(Errors.NotFound)] }
}

const codesOf = (tools: ReadonlyArray<Tool.Any>, options?: Check.Options) =>
  Check.tools(tools, { otherTools: ["list_users"], ...options }).map(({ code }) => code)

describe.each(Object.entries(cases))("%s", (code, { finds, findsNot }) => {
  it("is found", () => {
    const alone = new Set(finds.map(({ name }) => name)).size < finds.length && code !== "name_twice" &&
      code !== "tag_ambiguous"
    const found = alone ? finds.map((tool) => codesOf([tool])) : [codesOf(finds)]
    for (const codes of found) expect(codes).toContain(code)
  })

  it("is not found where it is not", () => {
    for (const tool of findsNot) {
      expect(codesOf([...new Set([tool, ...code === "names_alike" ? findsNot : []])])).not.toContain(code)
    }
  })
})

describe("findings", () => {
  it("say what, where, how bad and how to mend it, as data", () => {
    expect(Check.tools([failing(classOf("A", { suggestion: undefined }))])).toEqual([{
      code: "suggestion_missing",
      severity: "warning",
      tool: "fails",
      error: "A",
      message: "A does not say what to do instead",
      fix: "Give the class a `suggestion` or `steps`, or the tool a guide"
    }])
  })

  it("are none of what is well, and their text is empty then", () => {
    expect(Check.tools([good, list])).toEqual([])
    expect(Check.format([])).toBe("")
  })

  it("look into guides, with sampled errors, and heed other tools", () => {
    const guides = [Tool.guide([good], { Good: () => [step({ tool: "nobody" }) as never] })]
    expect(codesOf([good, list], { guides })).toEqual(["step_unknown_tool"])
    expect(codesOf([good, list], { guides, otherTools: ["nobody"] })).toEqual([])
    const static_ = [Tool.guide([good], { Good: [Tool.step(list, { wrong: 1 } as never, { action: "List" })] })]
    expect(codesOf([good, list], { guides: static_ })).toEqual(["step_refused"])
  })

  it("leave out what is so on purpose", () => {
    const tools = [failing(classOf("A", { suggestion: undefined, when: undefined }))]
    expect(Check.tools(tools, { ignore: ({ code }) => code === "when_missing" }).map(({ code }) => code)).toEqual([
      "suggestion_missing"
    ])
  })

  it("are the table of the module's page", () => {
    const source = readFileSync(new URL("../../../packages/core/src/tool/Check.ts", import.meta.url), "utf8")
    const rows = [...source.matchAll(/^ \* \| `([a-z_]+)` \| (error|warning|note) \|/gm)].map((
      [, code, severity]
    ) => [code, severity])
    const told = Object.values(cases).flatMap(({ finds }) => Check.tools(finds, { otherTools: ["list_users"] }))
    const severities = new Map(told.map(({ code, severity }) => [code, severity]))
    expect(rows.map(([code]) => code)).toEqual(Object.keys(cases).toSorted())
    for (const [code, severity] of rows) {
      expect([code, severities.get(code as Check.Code)]).toEqual([code, severity])
    }
  })

  it("never throw, whatever a class does", () => {
    const throws = () => {
      throw new Error("no")
    }
    const hostile = failing(
      classOf("A", { message: throws, suggestion: throws, steps: throws, issues: throws, retryAfter: throws })
    )
    const guides = [Tool.guide([hostile], { A: throws } as never)]
    expect(() => Check.tools([hostile, { tool: list }], { guides })).not.toThrow()
  })
})
