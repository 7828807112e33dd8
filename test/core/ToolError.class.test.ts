import { describe, expect, it } from "@effect/vitest"
import * as ErrorType from "@errata/core/ErrorType"
import * as Redaction from "@errata/core/Redaction"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import { fieldsOf } from "./support/arbitraries.ts"

class Busy extends ToolError.Transient<Busy>()("Busy", {
  queue: Schema.String,
  waiting: Schema.Finite.pipe(Schema.withConstructorDefault(Effect.succeed(0))),
  since: Schema.optionalKey(Schema.Date)
}, {
  type: "overloaded",
  message: (e) => `Queue ${e.queue} has ${e.waiting} jobs waiting`,
  suggestion: (e) => `Use another queue than ${e.queue}`,
  retryAfter: (e) => `${e.waiting} seconds`
}) {
  get isLong(): boolean {
    return this.waiting > 10
  }
}

class Declined extends ToolError.Permanent<Declined>()("Declined", {
  reason: Schema.String,
  account: Redaction.sensitive(Schema.String),
  key: Schema.optionalKey(Schema.Redacted(Schema.String))
}, {
  type: "invalid_state",
  message: (e) => `Declined: ${e.reason}${e.account ?? ""}`,
  suggestion: (e) => `Ask about ${e.account ?? "the account"}`
}) {}

class Rejected extends ToolError.Validation<Rejected>()("Rejected", { field: Schema.String }, {
  type: "invalid_arguments",
  message: (e) => `${e.field} is wrong`,
  issues: (e) => [{ path: [e.field], message: "It is wrong" }]
}) {}

describe("an instance", () => {
  const busy = new Busy({ queue: "print", waiting: 12 })

  it("is an error with its tag as its name, and its message", () => {
    expect(busy).toBeInstanceOf(Error)
    expect(busy).toBeInstanceOf(Busy)
    expect([busy._tag, busy.name, busy.message]).toEqual(["Busy", "Busy", "Queue print has 12 jobs waiting"])
  })

  it("carries its fields, and whatever the class adds", () => {
    expect(fieldsOf(busy)).toEqual({ _tag: "Busy", queue: "print", waiting: 12 })
    expect(busy.isLong).toBe(true)
  })

  it("has the defaults of its schemas", () => {
    expect(new Busy({ queue: "print" }).waiting).toBe(0)
  })

  it.effect("can be yielded, and is the failure itself", () =>
    Effect.gen(function*() {
      const failure = yield* Effect.flip(Effect.gen(function*() {
        return yield* busy
      }))
      expect(failure).toBe(busy)
    }))

  it.effect("is caught by its tag", () =>
    Effect.gen(function*() {
      const queue = yield* Effect.fail(busy).pipe(Effect.catchTag("Busy", (e) => Effect.succeed(e.queue)))
      expect(queue).toBe("print")
    }))

  it("keeps a cause, which is neither a field nor printed with them", () => {
    const cause = new Error("inner")
    const error = new Busy({ queue: "print", cause })
    expect(error.cause).toBe(cause)
    expect(Object.keys(error)).not.toContain("cause")
    expect(ToolError.details(error)).toEqual({ queue: "print", waiting: 0 })
  })

  it("goes through its schema and back", () => {
    const error = new Busy({ queue: "print", waiting: 3, since: new Date(0) })
    const codec = Schema.toCodecJson(Busy)
    const encoded = SchemaParser.encodeUnknownSync(codec)(error)
    expect(encoded).toEqual({ _tag: "Busy", queue: "print", waiting: 3, since: "1970-01-01T00:00:00.000Z" })
    const decoded = SchemaParser.decodeUnknownSync(codec)(encoded)
    expect(decoded).toBeInstanceOf(Busy)
    expect(fieldsOf(decoded)).toEqual(fieldsOf(error))
  })
})

describe("what a class says", () => {
  it("gives the family and the type", () => {
    const errors = [new Busy({ queue: "q" }), new Declined({ reason: "r" }), new Rejected({ field: "f" })]
    expect(errors.map(ToolError.family)).toEqual(["transient", "permanent", "validation"])
    expect(errors.map((e) => ToolError.type(e).name)).toEqual(["overloaded", "invalid_state", "invalid_arguments"])
    expect(errors.map(ToolError.isTransient)).toEqual([true, false, false])
    expect(errors.map(ToolError.isPermanent)).toEqual([false, true, false])
    expect(errors.map(ToolError.isValidation)).toEqual([false, false, true])
  })

  it("may be a type of one's own", () => {
    const type = ErrorType.make("quota_exceeded", { title: "Quota exceeded" })
    class Quota extends ToolError.Permanent<Quota>()("Quota", {}, { type, message: () => "No quota left" }) {}
    expect(ToolError.type(new Quota())).toBe(type)
  })

  it("gives details, encoded; none where there are no fields", () => {
    class Bare extends ToolError.Permanent<Bare>()("Bare", {}, { type: "conflict", message: () => "x" }) {}
    expect(ToolError.details(new Busy({ queue: "q", since: new Date(0) }))).toEqual({
      queue: "q",
      waiting: 0,
      since: "1970-01-01T00:00:00.000Z"
    })
    expect(ToolError.details(new Busy({ queue: "q" }), "queue")).toEqual({ waiting: 0 })
    expect(ToolError.details(new Bare())).toBeUndefined()
  })

  it("gives the issues of a validation error", () => {
    expect(ToolError.issues(new Rejected({ field: "f" }))).toEqual([{ path: ["f"], message: "It is wrong" }])
    expect(ToolError.issues(new Busy({ queue: "q" }))).toEqual([])
  })
})

describe("sensitive fields", () => {
  const declined = new Declined({ reason: "limit", account: "DE02-SECRET", key: Redacted.make("KEY-SECRET") })

  it("are there for the code that catches the error", () => {
    expect(declined.account).toBe("DE02-SECRET")
  })

  it("are neither in the details nor seen by message and suggestion", () => {
    expect(ToolError.details(declined)).toEqual({ reason: "limit" })
    expect(declined.message).toBe("Declined: limit")
    expect(ToolError.guidance(declined).suggestion).toBe("Ask about the account")
    expect(ToolError.invalidFields(declined)).toEqual([])
  })

  it("are not seen by what prints, logs or copies the error", () => {
    const seen = [
      JSON.stringify(declined),
      JSON.stringify(fieldsOf(declined)),
      JSON.stringify(Redaction.standard.json({ declined })),
      String(declined)
    ]
    for (const text of seen) expect(text).not.toContain("SECRET")
  })

  it("that are not optional are refused when the class is made", () => {
    const make = (field: Schema.Top) => () =>
      ToolError.Permanent<never>()("Bad", { field } as never, { type: "conflict", message: () => "" } as never)
    expect(make(Redaction.sensitiveArgument(Schema.String))).toThrow(
      "the field \"field\" is sensitive and must be optional"
    )
    expect(make(Schema.Redacted(Schema.String))).toThrow(TypeError)
    expect(make(Schema.Struct({ deep: Schema.Array(Schema.Redacted(Schema.String)) }))).toThrow(TypeError)
    expect(make(Schema.optionalKey(Schema.Redacted(Schema.String)))).not.toThrow()
  })

  it("may stand in a class that refers to itself", () => {
    class Chain extends ToolError.Permanent<Chain>()("Chain", {
      step: Schema.String,
      before: Schema.optionalKey(Schema.suspend((): Schema.Codec<Chain, unknown> => Chain as never))
    }, { type: "conflict", message: (e) => e.step }) {}
    const error = new Chain({ step: "2", before: new Chain({ step: "1" }) })
    expect(ToolError.details(error)).toEqual({ step: "2", before: { _tag: "Chain", step: "1" } })
  })
})

describe("a class cannot be made", () => {
  it.each(["cause", "message", "name", "stack", "_tag"])("with a field named %s", (name) => {
    const make = () =>
      ToolError.Permanent<never>()(
        "Bad",
        { [name]: Schema.String } as never,
        { type: "conflict", message: () => "" } as never
      )
    expect(make).toThrow(`the field name "${name}" is reserved`)
  })
})

describe("stacks", () => {
  it("are not captured, so that errors are cheap", () => {
    expect(new Busy({ queue: "q" }).stack).not.toContain("ToolError.class.test")
  })

  it("are captured if the class says so", () => {
    class Traced
      extends ToolError.Permanent<Traced>()("Traced", {}, { type: "conflict", message: () => "x", stack: true })
    {}
    expect(new Traced().stack).toContain("ToolError.class.test")
  })

  it.effect("are captured if the fiber says so", () =>
    Effect.gen(function*() {
      const error = yield* Effect.sync(() => new Busy({ queue: "q" })).pipe(
        Effect.provideService(ToolError.CaptureStacks, true)
      )
      expect(error.stack).toContain("ToolError.class.test")
    }))

  it("are captured where the limit cannot be set, as with frozen intrinsics", () => {
    const limit = Error.stackTraceLimit
    Object.defineProperty(Error, "stackTraceLimit", { value: limit, writable: false, configurable: true })
    try {
      expect(new Busy({ queue: "q" }).stack).toContain("ToolError.class.test")
    } finally {
      Object.defineProperty(Error, "stackTraceLimit", { value: limit, writable: true, configurable: true })
    }
  })

  it("of other errors are left alone", () => {
    const limit = Error.stackTraceLimit
    new Busy({ queue: "q" })
    expect(Error.stackTraceLimit).toBe(limit)
    expect(new Error("x").stack).toContain("ToolError.class.test")
  })
})
