import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as JsonSchema from "@errata/core/JsonSchema"
import * as Redaction from "@errata/core/Redaction"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"

const retry = RetryPolicy.make(Schedule.recurs(2), { maxRetries: 2 })

describe("make", () => {
  it.each(["", "my tool", "a.b", "naïve", "a/b", "x".repeat(65), "new\nline"])("refuses the name %j", (name) => {
    expect(() => Tool.make(name, { description: "d" })).toThrow(/1 to 64 letters, digits, "_" and "-"/)
  })

  it.each(["a", "get_user", "get-user-2", "X".repeat(64)])("takes the name %s", (name) => {
    expect(Tool.make(name, { description: "d" }).name).toBe(name)
  })

  it("refuses an input that may be no object", () => {
    for (
      const input of [Schema.String, Schema.NullOr(Schema.Struct({})), Schema.Union([Schema.Struct({}), Schema.String])]
    ) {
      expect(() => Tool.make("t", { description: "d", input: input as never })).toThrow(/must be an object, or a union/)
    }
  })

  it("takes no arguments, gives nothing, fails with nothing and may not be repeated, unless told otherwise", () => {
    const tool = Tool.make("bare", { description: "Does something." })
    expect(tool).toMatchObject({
      name: "bare",
      description: "Does something.",
      title: undefined,
      errors: [],
      safety: "once",
      retry: undefined,
      timeout: undefined,
      unknownArguments: undefined,
      repair: undefined,
      annotations: { readOnlyHint: false, idempotentHint: false }
    })
    expect(tool.input.ast._tag).toBe("Objects")
    expect(tool.output.ast._tag).toBe("Void")
  })

  it("takes a record of fields for a struct", () => {
    const fields = { id: Schema.String, n: Schema.optionalKey(Schema.Finite) }
    const short = Tool.make("t", { description: "d", input: fields, output: { n: Schema.Finite } })
    expect(JsonSchema.fromSchema(short.input)).toEqual(JsonSchema.fromSchema(Schema.Struct(fields)))
    expect(JsonSchema.ofOutput(short.output)).toEqual(JsonSchema.ofOutput(Schema.Struct({ n: Schema.Finite })))
  })

  it.each(
    [
      ["read", { readOnlyHint: true, idempotentHint: true }],
      ["idempotent", { readOnlyHint: false, idempotentHint: true }],
      ["once", { readOnlyHint: false, idempotentHint: false }]
    ] as const
  )("safety %s gives the annotations", (safety, annotations) => {
    expect(Tool.make("t", { description: "d", safety }).annotations).toEqual(annotations)
  })

  it("says the other annotations only where the author did", () => {
    const tool = Tool.make("t", { description: "d", isDestructive: false, isOpenWorld: true })
    expect(tool.annotations).toEqual({
      readOnlyHint: false,
      idempotentHint: false,
      destructiveHint: false,
      openWorldHint: true
    })
  })

  it.each(["read", "idempotent"] as const)("a tool that is %s may carry a policy", (safety) => {
    expect(Tool.make("t", { description: "d", safety, retry }).retry).toBe(retry)
  })

  it("a tool that is keyed may carry a policy", () => {
    expect(Tool.make("t", { description: "d", safety: "keyed", keyed: "auto", retry }).retry).toBe(retry)
  })

  it.each([{ safety: "once" }, {}])("a tool that may not be repeated cannot: %j", (options) => {
    expect(() => Tool.make("t", { description: "d", ...options, retry } as never)).toThrow(TypeError)
    expect(() => Tool.make("t", { description: "d", ...options, retry } as never)).toThrow(
      "Tool t: a tool that may not be repeated cannot carry a retry policy"
    )
  })

  it.each<[string, Schema.Top]>([
    ["a string", Schema.String],
    ["an array", Schema.Array(Schema.String)],
    ["a union with something else", Schema.Union([Schema.Struct({}), Schema.String])],
    ["a date", Schema.Date],
    ["nothing", Schema.Void]
  ])("an input that is no object is refused: %s", (_, input) => {
    expect(() => Tool.make("t", { description: "d", input } as never)).toThrow("Tool t: the input must be an object")
  })

  it.each<[string, Schema.Top]>([
    ["a struct", Schema.Struct({ a: Schema.String })],
    ["a record", Schema.Record(Schema.String, Schema.String)],
    ["a union of structs", Schema.Union([Schema.Struct({ a: Schema.String }), Schema.Struct({ b: Schema.String })])],
    ["a class", class Input extends Schema.Class<Input>("Input")({ a: Schema.String }) {}],
    ["a struct with other names on the wire", Schema.Struct({ a: Schema.String }).pipe(Schema.encodeKeys({ a: "b" }))],
    ["a struct with a check", Schema.Struct({ a: Schema.String }).check(Schema.makeFilter(() => true))]
  ])("an input that is an object is taken: %s", (_, input) => {
    expect(() => Tool.make("t", { description: "d", input } as never)).not.toThrow()
  })

  it("two errors with one tag are refused", () => {
    class NotFound extends ToolError.Permanent<NotFound>()("NotFound", {}, { type: "not_found", message: () => "x" }) {}
    expect(() => Tool.make("t", { description: "d", errors: [Errors.NotFound, NotFound] })).toThrow(
      "Tool t: two declared errors have the tag \"NotFound\""
    )
  })
})

describe("handle", () => {
  it.effect("pairs a tool with its code and runs nothing", () =>
    Effect.gen(function*() {
      let ran = 0
      const tool = Tool.make("t", {
        description: "d",
        input: Schema.Struct({ n: Schema.Finite }),
        output: Schema.Finite
      })
      const handled = Tool.handle(tool, ({ n }) => Effect.sync(() => (ran++, n * 2)))
      expect(handled.tool).toBe(tool)
      expect(ran).toBe(0)
      expect(yield* handled.handler({ n: 2 } as never) as Effect.Effect<unknown>).toBe(4)
    }))
})

describe("step", () => {
  const deploy = Tool.make("deploy", {
    description: "d",
    input: Schema.Struct({
      app: Schema.String,
      at: Schema.optionalKey(Schema.DateTimeUtcFromString),
      key: Schema.optionalKey(Redaction.sensitiveArgument(Schema.String))
    })
  })

  it("names the tool and its parameters as they go over the wire", () => {
    expect(Tool.step(deploy, { app: "a", at: "2026-11-21T10:00:00Z" }, { action: "Deploy it" })).toStrictEqual({
      action: "Deploy it",
      tool: "deploy",
      parameters: { app: "a", at: "2026-11-21T10:00:00Z" }
    })
  })

  it("leaves to the model what only it can know", () => {
    expect(Tool.step(deploy, {}, { action: "Deploy it", fill: ["app"], description: "To staging" })).toStrictEqual({
      action: "Deploy it",
      tool: "deploy",
      parameters: {},
      fill: ["app"],
      description: "To staging"
    })
    expect(Tool.step(deploy, { app: "a" }, { action: "x", fill: [] })).not.toHaveProperty("fill")
  })
})
