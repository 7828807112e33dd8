import { describe, expect, it } from "@effect/vitest"
import * as Arguments from "@errata/core/Arguments"
import * as Tool from "@errata/core/Tool"
import * as Verified from "@errata/core/Verified"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

const description = "d"
const input = { user_id: Schema.String, amount: Schema.Finite, idempotency_key: Schema.String }
const keyed = { description, input, safety: "keyed", keyed: "idempotency_key" } as const
const getCharge = Tool.make("get_charge", { description, input: { user_id: Schema.String }, safety: "read" })

const make = (options: object): Tool.Any => Tool.make("charge", { description, input, ...options } as never)

describe("keyed", () => {
  it("takes the key from a field that is required, and is idempotent then", () => {
    const tool = Tool.make("charge", keyed)
    expect(tool.keyed).toEqual({ field: "idempotency_key", isRequired: true, auto: undefined })
    expect(tool.annotations).toEqual({ readOnlyHint: false, idempotentHint: true })
  })

  it.each<[string, Schema.Top, boolean]>([
    ["text", Schema.String, true],
    ["text with a check", Schema.String.check(Schema.isMinLength(8)), true],
    ["a brand", Schema.String.pipe(Schema.brand("Key")), true],
    ["one of some words", Schema.Literals(["a", "b"]), true],
    ["text that may be absent", Schema.optionalKey(Schema.String), false],
    ["text that may be undefined", Schema.optional(Schema.String), false],
    ["text or null", Schema.NullOr(Schema.String), false]
  ])("takes a field that holds %s", (_, schema, isRequired) => {
    const tool = make({ input: { key: schema }, safety: "keyed", keyed: "key" })
    expect(tool.keyed).toMatchObject({ field: "key", isRequired })
    expect(tool.annotations.idempotentHint).toBe(isRequired)
  })

  it("is idempotent in a union only if every object requires the key", () => {
    const of = (...keys: ReadonlyArray<Schema.Top>) =>
      make({
        input: Schema.Union(keys.map((key, i) => Schema.Struct({ kind: Schema.Literal(i), key }))),
        safety: "keyed",
        keyed: "key"
      }).keyed?.isRequired
    expect(of(Schema.String, Schema.String)).toBe(true)
    expect(of(Schema.String, Schema.optionalKey(Schema.String))).toBe(false)
  })

  it("makes keys, for ten minutes or as long as it is told", () => {
    expect(make({ safety: "keyed", keyed: "auto" }).keyed).toEqual({
      field: undefined,
      isRequired: false,
      auto: Duration.minutes(10)
    })
    expect(make({ safety: "keyed", keyed: { auto: "1 hour", retention: "2 hours" } }).keyed).toEqual({
      field: undefined,
      isRequired: false,
      auto: Duration.hours(1),
      retention: "2 hours"
    })
    expect(make({ safety: "keyed", keyed: "auto" }).annotations.idempotentHint).toBe(false)
  })

  it("keeps the rules", () => {
    const rules = {
      retention: "2 days",
      lease: "10 seconds",
      duplicates: "reject",
      whenLost: "run again",
      whenStoreFails: "allow",
      version: "2"
    }
    expect(make({ safety: "keyed", keyed: { field: "user_id", auto: "1 minute", ...rules } }).keyed).toEqual({
      ...rules,
      field: "user_id",
      isRequired: true,
      auto: Duration.minutes(1)
    })
  })

  it("is a field, also one that is called auto, where an object says so", () => {
    const tool = make({ input: { auto: Schema.String }, safety: "keyed", keyed: { field: "auto" } })
    expect(tool.keyed).toMatchObject({ field: "auto", auto: undefined })
  })

  it("is possible in a tool that is idempotent, and not needed", () => {
    expect(make({ safety: "idempotent", keyed: "idempotency_key" }).keyed?.field).toBe("idempotency_key")
    expect(make({ safety: "idempotent" }).keyed).toBeUndefined()
  })

  it.each<[string, object, string]>([
    ["nothing", {}, "say by `keyed` where the key comes from: the name of an input field, or \"auto\""],
    [
      "a field that does not exist",
      { keyed: "idempotency_kye" },
      "the input has no field \"idempotency_kye\" for the key"
    ],
    ["a number", { keyed: "amount" }, "the field \"amount\" for the key holds no text"],
    [
      "what is no option",
      { keyed: 7 },
      "`keyed` is the name of an input field, \"auto\", or an object with `field` or `auto`"
    ],
    ["null", { keyed: null }, "`keyed` is the name of an input field, \"auto\", or an object with `field` or `auto`"],
    ["rules alone", { keyed: { lease: "1 minute" } }, "or an object with `field` or `auto`"],
    ["no time", { keyed: { auto: "soon" } }, "`keyed.auto` is a time such as \"10 minutes\""],
    ["a time that never ends", { keyed: { auto: "1 hour", lease: Duration.infinity } }, "`keyed.lease` is a time"],
    ["no time at all", { keyed: { auto: "1 hour", retention: 0 } }, "`keyed.retention` is a time"],
    ["another way", { keyed: { auto: "1 hour", duplicates: "merge" } }, "`keyed.duplicates` is \"wait\" or \"reject\""],
    [
      "forgetting",
      { keyed: { auto: "1 hour", whenLost: "forget" } },
      "`keyed.whenLost` is \"unknown\" or \"run again\""
    ],
    ["hope", { keyed: { auto: "1 hour", whenStoreFails: "hope" } }, "`keyed.whenStoreFails` is \"fail\" or \"allow\""]
  ])("refuses %s", (_, options, sentence) => {
    expect(() => make({ safety: "keyed", ...options })).toThrow(TypeError)
    expect(() => make({ safety: "keyed", ...options })).toThrow(sentence)
    expect(() => make({ safety: "keyed", ...options })).toThrow(/^Tool charge: /)
  })

  it.each(["read", "once", undefined])("refuses a key of a tool whose safety is %s", (safety) => {
    expect(() => make({ safety, keyed: "idempotency_key" })).toThrow(
      "Tool charge: only a tool whose safety is \"keyed\" or \"idempotent\" takes `keyed`"
    )
  })

  it("lets effects be marked, which in a tool that may be repeated as it is makes no sense", () => {
    expect(make({ ...keyed, effects: "marked" }).effects).toBe("marked")
    expect(() => make({ safety: "idempotent", effects: "marked" })).toThrow("may not be repeated as it is")
  })

  it("is taken as it came, whatever it is called", () => {
    const options = { input: Schema.Struct({ order: Schema.String, n: Schema.Finite }) }
    const decode = (keyField?: string) =>
      Result.isSuccess(Arguments.decoder({ ...options, keyField })({ order: 7, n: "7" }))
    expect(decode()).toBe(true)
    expect(decode("order")).toBe(false)
  })
})

describe("verify", () => {
  const parameters = ({ user_id }: { readonly user_id: string }) => ({ user_id })
  const outcome = () => Verified.cannotTell

  it("asks a tool that reads", () => {
    const tool = Tool.make("charge", { ...keyed, verify: { tool: getCharge, parameters, outcome } })
    expect(tool.verify).toEqual({ tool: getCharge, parameters, outcome, check: undefined, fences: false })
  })

  it("is an effect, which fences only if it says so", () => {
    const check = () => Effect.succeed(Verified.cannotTell)
    expect(Tool.make("charge", { ...keyed, verify: check }).verify).toMatchObject({ check, fences: false })
    expect(Tool.make("charge", { ...keyed, verify: { check, fences: true } }).verify).toMatchObject({
      check,
      fences: true
    })
  })

  it.each<[string, unknown, string]>([
    ["null", null, "`verify` is a function, or an object with `tool` or `check`"],
    ["an empty object", {}, "`verify` is a function, or an object with `tool` or `check`"],
    ["a tool that writes", { tool: Tool.make("pay", { description }), parameters, outcome }, "and pay is not"],
    ["a tool alone", { tool: getCharge }, "comes with the functions `parameters` and `outcome`"],
    ["what may fence", { check: outcome, fences: "maybe" }, "`verify.fences` is true or false"]
  ])("refuses %s", (_, verify, sentence) => {
    expect(() => make({ ...keyed, verify })).toThrow(TypeError)
    expect(() => make({ ...keyed, verify })).toThrow(sentence)
  })

  it.each(["read", "idempotent", "once"])("belongs to no tool whose safety is %s", (safety) => {
    expect(() => make({ safety, verify: () => Effect.succeed(Verified.cannotTell) })).toThrow(
      "Tool charge: only a tool whose safety is \"keyed\" takes `verify`"
    )
  })
})
