import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import type { ToolCall } from "@errata/core/ToolCall"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { describe, expect, it } from "tstyche"

const retry = RetryPolicy.quick
const description = "d"

const convert = Tool.make("convert", {
  description,
  input: Schema.Struct({
    id: Schema.String,
    at: Schema.optionalKey(Schema.DateTimeUtcFromString),
    n: Schema.FiniteFromString
  }),
  output: Schema.Struct({ ok: Schema.Boolean }),
  errors: [Errors.NotFound, Errors.Timeout],
  safety: "idempotent"
})
const bare = Tool.make("bare", { description })
const given = { id: "1", n: "7" }

describe("make", () => {
  it("keeps name, errors and safety as they are", () => {
    expect(convert.name).type.toBe<"convert">()
    expect(convert.safety).type.toBe<"idempotent">()
    expect<Tool.ErrorOf<typeof convert>>().type.toBe<Errors.NotFound | Errors.Timeout>()
    expect(bare.safety).type.toBe<Tool.Safety>()
    expect<Tool.ErrorOf<typeof bare>>().type.toBe<never>()
  })

  it("takes a policy where a call may be repeated, and only there", () => {
    expect(Tool.make).type.toBeCallableWith("t", { description, safety: "read", retry })
    expect(Tool.make).type.toBeCallableWith("t", { description, safety: "idempotent", retry })
    expect(Tool.make).type.toBeCallableWith("t", { description, safety: "keyed", keyed: "auto", retry })
    expect(Tool.make).type.not.toBeCallableWith("t", { description, safety: "once", retry })
    expect(Tool.make).type.not.toBeCallableWith("t", { description, retry })
    const either = "read" as "once" | "read"
    expect(Tool.make).type.not.toBeCallableWith("t", { description, safety: either, retry })
    expect(Tool.make).type.not.toBeCallableWith("t", { description, safety: "read" as Tool.Safety, retry })
    expect(() => Tool.make("t", { description: "d", safety: "once", retry })).type.toRaiseError(
      /A tool may carry `retry` only if its `safety` is/
    )
    expect(() => Tool.make("t", { description: "d", retry })).type.toRaiseError(
      /A tool may carry `retry` only if its `safety` is/
    )
  })

  it("takes marked effects where a call may not be repeated, and only there", () => {
    const effects = "marked"
    expect(Tool.make).type.toBeCallableWith("t", { description, effects })
    expect(Tool.make).type.toBeCallableWith("t", { description, safety: "once", effects })
    expect(Tool.make).type.not.toBeCallableWith("t", { description, safety: "read", effects })
    expect(Tool.make).type.toBeCallableWith("t", { description, safety: "keyed", keyed: "auto", effects })
    expect(Tool.make).type.not.toBeCallableWith("t", { description, safety: "idempotent", effects })
    expect(Tool.make).type.not.toBeCallableWith("t", { description, effects: "all" })
  })

  it("takes a record of fields for a struct", () => {
    const fields = { id: Schema.String, n: Schema.FiniteFromString }
    const short = Tool.make("t", { description, input: fields, output: { n: Schema.Finite } })
    const long = Tool.make("t", {
      description,
      input: Schema.Struct(fields),
      output: Schema.Struct({ n: Schema.Finite })
    })
    expect<typeof short.input.Type>().type.toBe<typeof long.input.Type>()
    expect<typeof short.input.Encoded>().type.toBe<typeof long.input.Encoded>()
    expect<typeof short.output.Type>().type.toBe<typeof long.output.Type>()
    expect(Tool.make).type.not.toBeCallableWith("t", { description, input: { id: String } })
    expect(Tool.make).type.not.toBeCallableWith("t", { description, output: { id: "string" } })
  })

  it("refuses classes that are not classified", () => {
    class Plain extends Error {}
    class Tagged extends Schema.TaggedError<Tagged>()("Tagged", { a: Schema.String }) {}
    expect(Tool.make).type.not.toBeCallableWith("t", { description, errors: [Plain] })
    expect(Tool.make).type.not.toBeCallableWith("t", { description, errors: [Tagged] })
    expect(Tool.make).type.not.toBeCallableWith("t", { description, errors: [Error] })
    expect(Tool.make).type.not.toBeCallableWith("t", { description, errors: ["NotFound"] })
    expect(Tool.make).type.not.toBeCallableWith("t", {
      description,
      errors: [new Errors.NotFound({ resource: "x" })]
    })
    expect(Tool.make).type.toBeCallableWith("t", { description, errors: [Errors.NotFound] })
  })

  it("refuses another safety, a missing description, an input that is no object, a schema with needs", () => {
    expect(Tool.make).type.not.toBeCallableWith("t", { description, safety: "sometimes" })
    expect(Tool.make).type.not.toBeCallableWith("t", {})
    expect(Tool.make).type.not.toBeCallableWith("t", { description, input: Schema.String })
    expect(Tool.make).type.not.toBeCallableWith("t", { description, input: Schema.Finite })
    expect(Tool.make).type.toBeCallableWith("t", { description, input: Schema.Struct({ a: Schema.String }) })
    expect(Tool.make).type.toBeCallableWith("t", { description, output: Schema.String })
  })
})

describe("handle", () => {
  const fine = Effect.succeed({ ok: true })

  it("gives the decoded input", () => {
    Tool.handle(convert, (input) => {
      expect(input.id).type.toBe<string>()
      expect(input.n).type.toBe<number>()
      return fine
    })
  })

  it("takes declared errors, any of them or none", () => {
    expect(Tool.handle).type.toBeCallableWith(convert, () => fine)
    expect(Tool.handle).type.toBeCallableWith(convert, () => Effect.fail(new Errors.NotFound({ resource: "x" })))
    expect(() => Tool.handle(convert, () => Effect.fail(new Errors.Timeout({ operation: "x" })))).type.not
      .toRaiseError()
  })

  it("refuses an error that nobody declared", () => {
    expect(() => Tool.handle(convert, () => Effect.fail(new Errors.Conflict({ resource: "x" })))).type.toRaiseError()
    expect(() => Tool.handle(convert, () => Effect.fail(new Error("x")))).type.toRaiseError()
    expect(() => Tool.handle(convert, () => Effect.fail("x"))).type.toRaiseError()
    expect(() => Tool.handle(bare, () => Effect.fail(new Errors.NotFound({ resource: "x" })))).type.toRaiseError()
    expect(() =>
      Tool.handle(
        convert,
        Effect.fnUntraced(function*() {
          yield* new Errors.Conflict({ resource: "x" })
          return { ok: true }
        })
      )
    ).type.toRaiseError()
  })

  it("refuses an error channel of any or unknown", () => {
    const any = Effect.fail<any>(1) as Effect.Effect<{ readonly ok: boolean }, any>
    const unknown = Effect.fail(1) as Effect.Effect<{ readonly ok: boolean }, unknown>
    expect(() => Tool.handle(convert, () => any)).type.toRaiseError()
    expect(() => Tool.handle(bare, () => any as Effect.Effect<void, any>)).type.toRaiseError()
    expect(() => Tool.handle(convert, () => unknown)).type.toRaiseError()
  })

  it("reads literals as the output has them", () => {
    const sky = Tool.make("sky", {
      description,
      output: { sky: Schema.Literals(["clear", "grey"]), at: Schema.optionalKey(Schema.Finite) },
      errors: [Errors.NotFound]
    })
    expect(() => Tool.handle(sky, () => Effect.succeed({ sky: "clear" }))).type.not.toRaiseError()
    expect(() =>
      Tool.handle(
        sky,
        () =>
          Math.random() > 1
            ? Effect.succeed({ sky: "grey", at: 1 })
            : Effect.fail(new Errors.NotFound({ resource: "x" }))
      )
    ).type.not.toRaiseError()
    expect(() => Tool.handle(sky, () => Effect.succeed({ sky: "red" }))).type.toRaiseError()
  })

  it("refuses a value where no output is declared, since it would be lost", () => {
    expect(() => Tool.handle(bare, () => Effect.succeed({ a: 1 }))).type.toRaiseError(/declares no output/)
    expect(() => Tool.handle(bare, () => Effect.succeed("a"))).type.toRaiseError(/declares no output/)
    expect(() => Tool.handle(bare, () => Effect.void)).type.not.toRaiseError()
    expect(() => Tool.handle(bare, () => Effect.succeed(undefined))).type.not.toRaiseError()
    expect(() => Tool.handle(bare, () => Effect.never)).type.not.toRaiseError()
  })

  it("refuses what is no effect, and says what it is", () => {
    expect(() => Tool.handle(convert, async () => ({ ok: true }))).type.toRaiseError(/returns a promise/)
    expect(() => Tool.handle(convert, () => ({ ok: true }))).type.toRaiseError(/a value that is no effect/)
    expect(() => Tool.handle(convert, () => {})).type.toRaiseError(/returns nothing/)
  })

  it("refuses an output of another type", () => {
    expect(() => Tool.handle(convert, () => Effect.succeed({ ok: "yes" }))).type.toRaiseError()
    expect(() => Tool.handle(convert, () => Effect.succeed({}))).type.toRaiseError()
    expect(() => Tool.handle(convert, () => Effect.void)).type.toRaiseError()
    expect(() => Tool.handle(convert, () => ({ ok: true }))).type.toRaiseError()
    expect(() => Tool.handle(convert, () => Effect.succeed({ ok: true }))).type.not.toRaiseError()
  })

  it("needs what the handler needs, but for what every call brings along", () => {
    const needy = Effect.gen(function*() {
      yield* {} as Effect.Effect<void, never, ToolCall | Scope.Scope>
      return { ok: true }
    })
    expect(Tool.handle(convert, () => needy)).type.toBe<Tool.Handled<never, typeof convert>>()
  })
})

describe("step", () => {
  it("takes the parameters as they go over the wire", () => {
    expect(Tool.step).type.toBeCallableWith(convert, given, { action: "x" })
    expect(Tool.step).type.toBeCallableWith(convert, { ...given, at: "2026-11-21T10:00:00Z" }, { action: "x" })
    expect(Tool.step).type.toBeCallableWith(bare, {}, { action: "x" })
  })

  it("refuses wrong and missing ones", () => {
    expect(() => Tool.step(convert, { id: 1, n: "7" }, { action: "x" })).type.toRaiseError()
    expect(() => Tool.step(convert, { id: "1", n: 7 }, { action: "x" })).type.toRaiseError()
    expect(() => Tool.step(convert, { id: "1" }, { action: "x" })).type.toRaiseError()
    expect(() => Tool.step(convert, { id: "1", n: "7", extra: 1 }, { action: "x" })).type.toRaiseError()
    expect(() => Tool.step(convert, { id: "1", n: "7" }, {})).type.toRaiseError()
  })

  it("leaves out what the model fills in, which must be a parameter", () => {
    expect(() => Tool.step(convert, { n: "7" }, { action: "x", fill: ["id"] })).type.not.toRaiseError()
    expect(() => Tool.step(convert, {}, { action: "x", fill: ["id", "n"] })).type.not.toRaiseError()
    expect(() => Tool.step(convert, { id: "1", n: "7" }, { action: "x", fill: ["nonsense"] })).type.toRaiseError()
    expect(() => Tool.step(convert, {}, { action: "x", fill: ["id"] })).type.toRaiseError()
    expect(() => Tool.step(bare, {}, { action: "x", fill: ["id"] })).type.toRaiseError()
  })
})

describe("decodeError", () => {
  it("gives the declared errors", () => {
    expect(Tool.decodeError(convert, {} as never)).type.toBe<Errors.NotFound | Errors.Timeout | undefined>()
  })
})

describe("guide", () => {
  const step = Tool.step(bare, {}, { action: "x" })

  it("types errors by the tools that declare them", () => {
    Tool.guide([convert], {
      NotFound: (error) => {
        expect(error).type.toBe<Errors.NotFound>()
        return [step]
      },
      Timeout: [step],
      InvalidArguments: (error) => {
        expect(error).type.toBe<Errors.InvalidArguments>()
        return []
      }
    })
    const other = Tool.make("other", { description, errors: [Errors.Conflict] })
    Tool.guide([convert, other], { Conflict: (error) => [{ action: error.resource }], NotFound: () => [step] })
    expect(Tool.guide([convert] as ReadonlyArray<Tool.Any>, { Anything: () => [step] })).type.toBe<Tool.Guide>()
  })

  it("refuses tags that none of them declares, and what are no steps", () => {
    expect(() => Tool.guide([convert], { Conflict: () => [step] })).type.toRaiseError(/does not exist in type/)
    expect(() => Tool.guide([bare], { NotFound: () => [step] })).type.toRaiseError(/does not exist in type/)
    expect(() => Tool.guide([convert], { NotFound: "list them" })).type.toRaiseError()
    expect(() => Tool.guide([convert], { NotFound: () => [{ tool: "list" }] })).type.toRaiseError()
    expect(() => Tool.guide([convert], { NotFound: (error) => [{ action: error.nonsense }] })).type.toRaiseError()
    expect(() => Tool.guide(convert, { NotFound: () => [step] })).type.toRaiseError()
  })
})
