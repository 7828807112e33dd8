import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as Redaction from "@errata/core/Redaction"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { anyHostile, everyHostile, fieldsOf, runs } from "./support/arbitraries.ts"

const throws = () => {
  throw new Error("hostile")
}

class Fields extends ToolError.Permanent<Fields>()("Fields", {
  text: Schema.String,
  number: Schema.Finite,
  at: Schema.optionalKey(Schema.Date),
  choice: Schema.optionalKey(Schema.Literals(["a", "b"])),
  list: Schema.optionalKey(Schema.Array(Schema.String)),
  any: Schema.optionalKey(Schema.Unknown),
  inner: Schema.optionalKey(Schema.Struct({ x: Schema.Finite.check(Schema.isGreaterThan(0)) })),
  short: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(3))),
  secret: Redaction.sensitive(Schema.String),
  constructor: Schema.optionalKey(Schema.String),
  toString: Schema.optionalKey(Schema.String)
}, {
  type: "conflict",
  message: (e) => `text ${e.text}, number ${e.number}`,
  suggestion: (e) => `Change ${e.text}`,
  retryAfter: (e) => `${e.number} seconds`,
  issues: (e) => [{ path: [e.text], message: `number ${e.number}` }]
}) {}

const read = (error: ToolError.Any) => [
  error._tag,
  error.message,
  ToolError.family(error),
  ToolError.type(error).name,
  ToolError.details(error),
  ToolError.invalidFields(error),
  ToolError.guidance(error),
  ToolError.retryAfter(error),
  ToolError.issues(error)
]

const names = ["text", "number", "at", "choice", "list", "any", "inner", "secret", "constructor", "toString"]

describe("the constructor never throws", () => {
  it("whatever stands in a field", () => {
    for (const value of everyHostile) {
      for (const name of names) {
        const error = new Fields({ text: "t", number: 1, [name]: value } as never)
        expect(error._tag).toBe("Fields")
        expect(() => read(error)).not.toThrow()
      }
    }
  })

  it("whatever is given instead of the fields", () => {
    for (const value of everyHostile) {
      const error = new Fields(value as never)
      expect(error._tag).toBe("Fields")
      expect(() => read(error)).not.toThrow()
    }
    expect(() => Reflect.construct(Errors.NotFound, [])).not.toThrow()
  })

  it("though a field cannot be read; the others can", () => {
    const error = new Fields({
      get text() {
        return throws()
      },
      number: 7
    } as never)
    expect(ToolError.details(error)).toEqual({ number: 7 })
    expect(ToolError.invalidFields(error)).toEqual(["text"])
  })

  it("though the cause cannot be read", () => {
    const error = new Fields({
      text: "t",
      number: 1,
      get cause() {
        return throws()
      }
    } as never)
    expect(ToolError.details(error)).toEqual({ text: "t", number: 1 })
  })

  it("with the default of one field and nonsense in another", () => {
    class Defaulted extends ToolError.Permanent<Defaulted>()("Defaulted", {
      a: Schema.String,
      b: Schema.String.pipe(Schema.withConstructorDefault(Effect.succeed("b")))
    }, { type: "conflict", message: (e) => e.a }) {}
    expect(fieldsOf(new Defaulted({ a: "a" }))).toEqual({ _tag: "Defaulted", a: "a", b: "b" })
    expect(ToolError.details(new Defaulted({ a: 1 } as never))).toBeUndefined()
  })

  it.prop("for any value anywhere", [anyHostile, anyHostile], ([a, b]) => {
    expect(() => read(new Fields({ text: a, number: b, any: a, list: b, cause: a } as never))).not.toThrow()
  }, runs(300))
})

describe("what is given cannot make an error look like another", () => {
  it("by its tag", () => {
    expect(new Fields({ text: "t", number: 1, _tag: "NotFound" } as never)._tag).toBe("Fields")
  })

  it("by a message, a name or a stack", () => {
    const error = new Fields({ text: "t", number: 1, message: "forged", name: "forged", stack: "forged" } as never)
    expect([error.message, error.name]).toEqual(["text t, number 1", "Fields"])
    expect(error.stack).not.toContain("forged")
  })

  it("by properties that nobody declared", () => {
    const error = new Fields({ text: "t", number: 1, extra: "x", "~errata/ToolError": "transient" } as never)
    expect(Object.keys(error)).not.toContain("extra")
    expect(ToolError.family(error)).toBe("permanent")
  })

  it("by its prototype", () => {
    const error = new Fields(JSON.parse("{\"text\":\"t\",\"number\":1,\"__proto__\":{\"_tag\":\"NotFound\"}}") as never)
    expect(error).toBeInstanceOf(Fields)
    expect(error._tag).toBe("Fields")
  })
})

describe("a value that does not fit its schema", () => {
  it.each<[string, object, Array<string>]>([
    ["another type", { text: 1, number: 2 }, ["text"]],
    ["a missing field", { number: 2 }, ["text"]],
    ["no number", { text: "t", number: NaN }, ["number"]],
    ["an invalid date", { text: "t", number: 1, at: "today" }, ["at"]],
    ["another choice", { text: "t", number: 1, choice: "c" }, ["choice"]],
    ["a wrong item", { text: "t", number: 1, list: ["a", 1] }, ["list"]],
    ["a failed check", { text: "t", number: 1, inner: { x: -1 } }, ["inner"]],
    ["a failed check of a string", { text: "t", number: 1, short: "long" }, ["short"]],
    ["several", { text: 1, number: "2", list: 3 }, ["text", "number", "list"]]
  ])("is named and left out of the details: %s", (_, props, invalid) => {
    const error = new Fields(props as never)
    expect(ToolError.invalidFields(error)).toEqual(invalid)
    expect(Object.keys(ToolError.details(error) ?? {}).filter((name) => invalid.includes(name))).toEqual([])
    expect(error).toBeInstanceOf(Fields)
  })

  it("a field named like a method is a field only where it is given", () => {
    expect(ToolError.invalidFields(new Fields({ text: "t", number: 1 } as never))).toEqual([])
    const details = ToolError.details(new Fields({ text: "t", number: 1, toString: "x" } as never))
    expect(JSON.stringify(details)).toBe("{\"text\":\"t\",\"number\":1,\"toString\":\"x\"}")
  })
})

describe("callbacks that throw", () => {
  class Throwing extends ToolError.Transient<Throwing>()("Throwing", { id: Schema.String }, {
    type: "timeout",
    message: throws,
    suggestion: throws,
    retryAfter: throws,
    issues: throws
  }) {}
  const error = new Throwing({ id: "1" })

  it("message: the type's title stands in", () => expect(error.message).toBe("Timed out."))
  it("suggestion and retryAfter: there is none", () => {
    expect(ToolError.guidance(error)).toEqual({ suggestion: undefined, retryAfter: undefined })
    expect(ToolError.retryAfter(error)).toBeUndefined()
  })
  it("issues: there are none", () => expect(ToolError.issues(error)).toEqual([]))

  it("a message that calls itself ends", () => {
    class Endless extends ToolError.Permanent<Endless>()("Endless", {}, {
      type: "conflict",
      message: (e) => (e as unknown as Error).message
    }) {}
    expect(typeof new Endless().message).toBe("string")
  })
})

describe("is", () => {
  it("is true for errors of a class, and never throws", () => {
    expect(ToolError.is(new Errors.NotFound({ resource: "x" }))).toBe(true)
    for (const value of everyHostile) expect(() => [ToolError.is(value), ToolError.isTransient(value)]).not.toThrow()
  })

  it.each([undefined, null, 1, "x", {}, new Error("x"), { _tag: "NotFound" }, { "~errata/ToolError": "transient" }])(
    "is false for %s",
    (value) => expect(ToolError.is(value)).toBe(false)
  )
})
