import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as Problem from "@errata/core/Problem"
import * as Redaction from "@errata/core/Redaction"
import type { ReferenceId } from "@errata/core/ReferenceId"
import * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { fieldsOf, json, runs, seeded, type Source, stockMakers, stockNames } from "./support/arbitraries.ts"
import { mayLeave } from "./support/mayLeave.ts"
import { all as secrets } from "./support/secrets.ts"

/** Over the wire and back, as the client of a tool that declares the error's class. */
const roundTrip = (Class: ToolError.AnyClass, error: ToolError.Any): ToolError.Any | undefined => {
  const tool = Tool.make("t", {
    description: "d",
    errors: [Errors.Timeout, Class].slice(Class === Errors.Timeout ? 1 : 0)
  })
  const { problem } = Problem.describe(error, { safety: "once", started: true, referenceId: "5f3c9a1e" as ReferenceId })
  return Tool.decodeError(tool, JSON.parse(JSON.stringify(problem)) as Problem.Problem)
}

const classOf = (error: ToolError.Any) => error.constructor as unknown as ToolError.AnyClass

/** The fields that may leave, masked: what the law compares. */
const redacted = (error: ToolError.Any) => mayLeave((ToolError.details(error) ?? {}) as Schema.Json)

describe("decode(encode(error)) = redact(error)", () => {
  it.prop(
    "for every stock class",
    [seeded((from) => stockMakers[from.pick(stockNames)](from) as ToolError.Any)],
    ([error]) => {
      const back = roundTrip(classOf(error), error)
      expect(back).toBeInstanceOf(error.constructor)
      expect(back?._tag).toBe(error._tag)
      expect(ToolError.details(back!) ?? {}).toEqual(redacted(error))
      expect(back?.message).toBe(Redaction.standard.text(error.message.toWellFormed()))
    },
    runs(400)
  )

  it.each(stockNames)("for %s", (name) => {
    const error = stockMakers[name]({ int: () => 0, pick: (from) => from[0]!, chance: () => true }) as ToolError.Any
    const back = roundTrip(classOf(error), error)
    expect(fieldsOf(back)).toEqual(fieldsOf(error))
  })

  const text = (from: Source) =>
    from.pick(["", "a", "naïve", "\u2028", "\ud800", "line\nline", from.pick(secrets).text])
  const fields: ReadonlyArray<readonly [schema: Schema.Top, value: (from: Source) => unknown]> = [
    [Schema.String, text],
    [Schema.optionalKey(Schema.String), text],
    [Schema.Finite, (from) => from.pick([1, 2.5, -7, 1e21])],
    [Schema.Boolean, (from) => from.chance(50)],
    [Schema.Array(Schema.String), (from) => [text(from), text(from)]],
    [
      Schema.Array(Schema.Struct({ a: Schema.String, b: Schema.optionalKey(Schema.Finite) })),
      (from) => [{ a: text(from) }, { a: "x", b: 1 }]
    ],
    [Schema.Record(Schema.String, Schema.Finite), () => ({ x: 1, "y z": 2 })],
    [Schema.TupleWithRest(Schema.Tuple([Schema.Finite]), [Schema.String]), (from) => [1, text(from)]],
    [Schema.NullOr(Schema.String), (from) => from.pick([null, text(from)])],
    [Schema.Date, (from) => new Date(from.int(1_000_000_000))],
    [Schema.Duration, (from) => Duration.millis(from.int(10_000))],
    [Schema.BigInt, (from) => BigInt(from.int(1000))],
    [Schema.Option(Schema.String), (from) => from.chance(50) ? Option.some(text(from)) : Option.none()],
    [Schema.Literals(["a", "b"]), (from) => from.pick(["a", "b"])],
    [Schema.Json, (from) => Redaction.standard.json(json(from, 2)) ?? null],
    [Redaction.sensitive(Schema.String), text]
  ]
  const custom = seeded((from) => {
    const chosen = Array.from({ length: 1 + from.int(5) }, (_, i) => [`field_${i}`, from.pick(fields)] as const)
    const schemas = Object.fromEntries(chosen.map(([name, [schema]]) => [name, schema]))
    const make = from.pick([ToolError.Transient, ToolError.Permanent, ToolError.Validation])
    class Custom extends (make<Error>()("Custom", schemas as never, {
      type: "conflict",
      message: () => "custom"
    }) as unknown as {
      new(props: object): Error
    }) {}
    return new Custom(
      Object.fromEntries(chosen.map(([name, [, value]]) => [name, value(from)]))
    ) as unknown as ToolError.Any
  })

  it.prop("for classes of one's own", [custom], ([error]) => {
    expect(ToolError.invalidFields(error)).toEqual([])
    const back = roundTrip(classOf(error), error)
    expect(back).toBeInstanceOf(error.constructor)
    expect(ToolError.details(back!) ?? {}).toEqual(redacted(error))
  }, runs(400))
})

describe("decodeError", () => {
  const tool = Tool.make("t", { description: "d", errors: [Errors.NotFound, Errors.InvalidArguments] })
  const problem = (
    error: string,
    details?: Problem.Problem["details"],
    issues?: Problem.Problem["issues"]
  ): Problem.Problem => ({
    error,
    type: "x",
    category: "permanent",
    message: "m",
    retry: { should_retry: false },
    ...details === undefined ? {} : { details },
    ...issues === undefined ? {} : { issues },
    reference_id: "5f3c9a1e"
  })

  it("gives the typed error, which is one like any other", () => {
    const error = Tool.decodeError(tool, problem("NotFound", { resource: "City", id: "7" }))
    expect(error).toBeInstanceOf(Errors.NotFound)
    expect(error?.message).toBe("City 7 not found")
    expect(ToolError.is(error)).toBe(true)
  })

  it("ignores details that it does not know", () => {
    const error = Tool.decodeError(
      tool,
      problem("NotFound", { resource: "City", future: 1, cause: "x", message: "forged", __proto__: 1 as never })
    )
    expect(fieldsOf(error)).toEqual({ _tag: "NotFound", resource: "City" })
    expect(error?.message).toBe("City not found")
  })

  it("is undefined for what nobody declared, and for what does not fit", () => {
    expect(Tool.decodeError(tool, problem("Timeout", { operation: "x" }))).toBeUndefined()
    expect(Tool.decodeError(tool, problem("NotFound", { resource: 1 }))).toBeUndefined()
    expect(Tool.decodeError(tool, problem("NotFound"))).toBeUndefined()
    for (const name of ["constructor", "__proto__", "toString", ""]) {
      expect(Tool.decodeError(tool, problem(name))).toBeUndefined()
    }
  })

  it("takes the issues of a validation error from where they stand", () => {
    const issues = [{ path: ["a", 1], message: "m" }]
    const error = Tool.decodeError(tool, problem("InvalidArguments", undefined, issues))
    expect(error).toBeInstanceOf(Errors.InvalidArguments)
    expect(ToolError.issues(error!)).toEqual(issues)
  })

  it("keeps a field named issues apart from the issues", () => {
    class Many extends ToolError.Validation<Many>()("Many", { issues: Schema.Array(Schema.String) }, {
      type: "invalid_arguments",
      message: () => "x",
      issues: (e) => e.issues.map((message) => ({ path: [], message }))
    }) {}
    expect(fieldsOf(roundTrip(Many, new Many({ issues: ["a", "b"] })))).toEqual({ _tag: "Many", issues: ["a", "b"] })
  })

  it("fails with what was masked where a schema forbids the mask, and never with the secret", () => {
    const Key = Schema.String.check(Schema.isPattern(/^gh[ps]_/))
    class Leaky extends ToolError.Permanent<Leaky>()("Leaky", { key: Key }, { type: "conflict", message: () => "x" }) {}
    const { text: key } = secrets.find((secret) => secret.name === "GitHub token")!
    expect(ToolError.details(new Leaky({ key }))).toEqual({ key })
    expect(roundTrip(Leaky, new Leaky({ key }))).toBeUndefined()
  })
})
