import * as Errors from "@errata/core/Errors"
import * as ErrorType from "@errata/core/ErrorType"
import * as Redaction from "@errata/core/Redaction"
import * as ToolError from "@errata/core/ToolError"
import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "tstyche"

class DocumentNotFound extends ToolError.Permanent<DocumentNotFound>()("DocumentNotFound", {
  document_id: Schema.String,
  locations: Schema.Array(Schema.String),
  hint: Schema.optionalKey(Schema.String),
  account: Redaction.sensitive(Schema.String)
}, {
  type: "not_found",
  message: (e) => `Document ${e.document_id} not found`,
  suggestion: (e) => e.hint
}) {}

class Bare extends ToolError.Transient<Bare>()("Bare", {}, { type: "timeout", message: () => "x" }) {}

describe("an instance", () => {
  const error = new DocumentNotFound({ document_id: "1", locations: [] })

  it("has its fields, its tag and its family", () => {
    expect(error._tag).type.toBe<"DocumentNotFound">()
    expect(error.document_id).type.toBe<string>()
    expect(error.locations).type.toBe<ReadonlyArray<string>>()
    expect(error.account).type.toBe<string | undefined>()
    expect(error[ToolError.TypeId]).type.toBe<"permanent">()
    expect(new Bare()[ToolError.TypeId]).type.toBe<"transient">()
    expect(error).type.toBeAssignableTo<ToolError.Any>()
    expect(error).type.toBeAssignableTo<Error>()
    expect(error).type.toBeAssignableTo<Cause.YieldableError>()
  })

  it("can be yielded", () => {
    const program = Effect.gen(function*() {
      return yield* error
    })
    expect(program).type.toBe<Effect.Effect<never, DocumentNotFound>>()
  })

  it("of one class is none of another", () => {
    expect(error).type.not.toBeAssignableTo<Errors.NotFound>()
    expect(new Bare()).type.not.toBeAssignableTo<ToolError.ToolError<"permanent">>()
    expect(new Error("x")).type.not.toBeAssignableTo<ToolError.Any>()
  })
})

describe("the constructor", () => {
  it("takes the fields, and a cause", () => {
    expect(DocumentNotFound).type.toBeConstructableWith({ document_id: "1", locations: [] })
    expect(DocumentNotFound).type.toBeConstructableWith({
      document_id: "1",
      locations: ["a"],
      hint: "x",
      account: "y",
      cause: new Error("z")
    })
    expect(Bare).type.toBeConstructableWith()
    expect(Bare).type.toBeConstructableWith({})
    expect(Bare).type.toBeConstructableWith({ cause: 1 })
  })

  it("refuses wrong, missing and unknown fields", () => {
    expect(DocumentNotFound).type.not.toBeConstructableWith()
    expect(DocumentNotFound).type.not.toBeConstructableWith({})
    expect(DocumentNotFound).type.not.toBeConstructableWith({ document_id: 1, locations: [] })
    expect(DocumentNotFound).type.not.toBeConstructableWith({ document_id: "1", locations: "a" })
    expect(DocumentNotFound).type.not.toBeConstructableWith({ document_id: "1" })
    expect(DocumentNotFound).type.not.toBeConstructableWith({ document_id: "1", locations: [], extra: 1 })
    expect(DocumentNotFound).type.not.toBeConstructableWith({ document_id: "1", locations: [], message: "x" })
    expect(DocumentNotFound).type.not.toBeConstructableWith({ document_id: "1", locations: [], _tag: "Other" })
  })

  it("of a stock class does the same", () => {
    expect(Errors.NotFound).type.toBeConstructableWith({ resource: "x" })
    expect(Errors.NotFound).type.not.toBeConstructableWith({ id: "x" })
    expect(Errors.RateLimited).type.not.toBeConstructableWith({ service: "x", retry_after_seconds: "5" })
  })
})

describe("a class cannot be declared", () => {
  it("without saying its own name", () => {
    expect(ToolError.Permanent()("X", {}, { type: "conflict", message: () => "x" })).type.toBe<
      "Missing `Self`: write `class X extends ToolError.Permanent<X>()(\"X\", ...) {}`"
    >()
    expect(() => {
      class X extends ToolError.Permanent()("X", {}, { type: "conflict", message: () => "x" }) {}
      return X
    }).type.toRaiseError(2507)
  })

  it("with a reserved field", () => {
    const make = ToolError.Permanent<Error>()
    const spec = { type: "conflict", message: () => "x" } as const
    expect(make).type.toBeCallableWith("X", { reason: Schema.String }, spec)
    expect(make).type.not.toBeCallableWith("X", { cause: Schema.String }, spec)
    expect(make).type.not.toBeCallableWith("X", { message: Schema.String }, spec)
    expect(make).type.not.toBeCallableWith("X", { name: Schema.String }, spec)
    expect(make).type.not.toBeCallableWith("X", { stack: Schema.String }, spec)
    expect(make).type.not.toBeCallableWith("X", { _tag: Schema.String }, spec)
    expect(() => ToolError.Permanent<Error>()("X", { name: Schema.String }, { type: "conflict", message: () => "x" }))
      .type.toRaiseError(
        /The field name \\"name\\" is reserved/
      )
  })

  it("with a type that nobody knows, without a message, with a message of fields that it has not", () => {
    const make = ToolError.Transient<Error>()
    expect(make).type.not.toBeCallableWith("X", {}, { type: "not_fuond", message: () => "x" })
    expect(make).type.not.toBeCallableWith("X", {}, { message: () => "x" })
    expect(make).type.not.toBeCallableWith("X", {}, { type: "conflict" })
    expect(make).type.not.toBeCallableWith("X", {}, { type: "conflict", message: "x" })
    expect(() => ToolError.Transient<Error>()("X", { a: Schema.String }, { type: "conflict", message: (e) => e.b }))
      .type.toRaiseError(2339)
  })

  it("but with a type of one's own", () => {
    const type = ErrorType.make("quota_exceeded", { title: "Quota exceeded" })
    expect(type.name).type.toBe<"quota_exceeded">()
    expect(ToolError.Permanent<Error>()).type.toBeCallableWith("X", {}, { type, message: () => "x" })
    expect(ErrorType.make).type.not.toBeCallableWith("x", {})
  })
})

describe("catching by family", () => {
  const program: Effect.Effect<number, Errors.Timeout | Errors.NotFound | Errors.InvalidArguments | Error> = Effect
    .succeed(1)

  it("takes the family out of the errors, and sees only it", () => {
    expect(ToolError.catchTransient(program, () => Effect.succeed("x"))).type.toBe<
      Effect.Effect<number | string, Errors.NotFound | Errors.InvalidArguments | Error>
    >()
    expect(program.pipe(ToolError.catchPermanent(() => Effect.succeed("x")))).type.toBe<
      Effect.Effect<number | string, Errors.Timeout | Errors.InvalidArguments | Error>
    >()
    ToolError.catchTransient(program, (error) => {
      expect(error).type.toBe<Errors.Timeout>()
      return Effect.void
    })
    ToolError.catchValidation(program, (error) => {
      expect(error).type.toBe<Errors.InvalidArguments>()
      return Effect.void
    })
  })

  it("adds the errors and services of the handler", () => {
    expect(ToolError.catchTransient(program, () => Effect.fail(new Bare()))).type.toBe<
      Effect.Effect<number, Errors.NotFound | Errors.InvalidArguments | Error | Bare>
    >()
  })
})

describe("guidance", () => {
  it("keeps the type of the error", () => {
    expect(ToolError.withGuidance(new Bare(), { suggestion: "x" })).type.toBe<Bare>()
    expect(ToolError.withGuidance({ similarMatches: ["x"] })(new Bare())).type.toBe<Bare>()
  })

  it("refuses what is none, and errors that are not classified", () => {
    expect(ToolError.withGuidance).type.not.toBeCallableWith(new Bare(), { similarMatches: "x" })
    expect(ToolError.withGuidance).type.not.toBeCallableWith(new Bare(), { retryAfter: "soon" })
    expect(ToolError.withGuidance).type.not.toBeCallableWith(new Error("x"), { suggestion: "x" })
  })

  it("of what is known to be a tool error narrows", () => {
    const unknown: unknown = 1
    if (ToolError.isTransient(unknown)) expect(unknown).type.toBe<ToolError.ToolError<"transient">>()
  })
})
