import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import type { ReferenceId } from "@errata/core/ReferenceId"
import * as ToolError from "@errata/core/ToolError"
import type { CallToolResult } from "@errata/mcp-adapter/CallToolResult"
import * as Fold from "@errata/mcp-adapter/Fold"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import {
  anyCause,
  anyHostile,
  everyHostile,
  hostile,
  runs,
  seeded,
  type Source,
  stockMakers,
  stockNames,
  tenMegabytes,
  text
} from "../core/support/arbitraries.ts"
import { expectLawful, expectMasked, problemOf } from "./support/harness.ts"

const circumstances = { safety: "read", started: true, referenceId: "5f3c9a1e" as ReferenceId } as const

const fold = (error: unknown): CallToolResult => Fold.failure(error as ToolError.Any, circumstances).result

/** An error each of whose parts may be hostile: fields, callbacks, guidance. */
const error = (from: Source): ToolError.Any => {
  const some = (): unknown => from.chance(50) ? text(from) : hostile(from)
  const values = {
    message: some(),
    suggestion: some(),
    retryAfter: some(),
    issues: some(),
    a: some(),
    b: some(),
    cause: some()
  }
  const say = (value: unknown) =>
    from.chance(20)
      ? () => {
        throw value
      }
      : () => value as never
  class Hostile
    extends from.pick([ToolError.Transient, ToolError.Permanent, ToolError.Validation])<Error>()("Hostile", {
      a: Schema.String,
      b: Schema.optionalKey(Schema.Unknown)
    } as never, {
      type: from.pick(["conflict", "timeout", "invalid_arguments"] as const),
      message: say(values.message),
      suggestion: from.chance(50) ? values.suggestion : say(values.suggestion),
      retryAfter: say(values.retryAfter),
      issues: from.chance(50)
        ? say([{ path: [values.issues, "x"], message: some(), received: some(), examples: [some()] }])
        : say(values.issues)
    } as never)
  {}
  const out = Reflect.construct(Hostile as never, [{ a: values.a, b: values.b, cause: values.cause }]) as ToolError.Any
  if (from.chance(60)) {
    ToolError.withGuidance(out, {
      suggestion: some() as never,
      similarMatches: (from.chance(70) ? [some(), some()] : some()) as never,
      retryAfter: some() as never,
      steps: (from.chance(70)
        ? [{
          action: some(),
          tool: some(),
          parameters: some(),
          fill: from.chance(50) ? [some()] : some(),
          options: from.chance(50) ? [{ action: some() }] : some()
        }]
        : some()) as never
    })
  }
  return out
}

describe("fold is total", () => {
  it.prop("for errors whose every part may be hostile", [seeded(error)], ([error]) => {
    expectLawful(fold(error))
  }, runs(600))

  it.prop("for causes of one reason or several", [anyCause], ([cause]) => {
    for (const interruption of [undefined, "client", "deadline"] as const) {
      const outcome = Fold.outcome(Exit.failCause(cause), interruption)
      if (outcome._tag === "Failure") expectLawful(fold(outcome.error))
      else expect(["Cancelled", "TimedOut", "Defect"]).toContain(outcome._tag)
    }
  }, runs(300))

  it.prop("for what is no error at all", [anyHostile], ([value]) => {
    expectMasked(fold(value))
  }, runs(200))

  it("for everything hostile in every place", () => {
    for (const value of everyHostile) {
      const outcome = Fold.outcome(Exit.succeed(value), undefined)
      expect(outcome._tag === "Success" && Object.is(outcome.value, value)).toBe(true)
      for (const exit of [Exit.fail(value), Exit.die(value)]) Fold.outcome(exit, undefined)
      expectLawful(fold(new Errors.NotFound({ resource: value, id: value, cause: value } as never)))
      expectLawful(fold(ToolError.withGuidance(new Errors.NotFound({ resource: "x" }), {
        suggestion: value,
        similarMatches: value,
        steps: value,
        retryAfter: value
      } as never)))
      expectLawful(fold(ToolError.withGuidance(new Errors.NotFound({ resource: "x" }), {
        similarMatches: [value],
        steps: [{ action: value, tool: value, parameters: value, fill: value, description: value, options: value }]
      } as never)))
      expectLawful(fold(new Errors.InvalidArguments({ issues: value } as never)))
      expectLawful(
        fold(
          new Errors.InvalidArguments(
            { issues: [{ path: value, message: value, expected: value, received: value, examples: value }] } as never
          )
        )
      )
    }
  })

  it("for 10 MB in every place", () => {
    const error = ToolError.withGuidance(new Errors.NotFound({ resource: tenMegabytes, id: tenMegabytes }), {
      suggestion: tenMegabytes,
      similarMatches: [tenMegabytes],
      steps: [{ action: tenMegabytes, tool: tenMegabytes, parameters: { [tenMegabytes]: tenMegabytes } }]
    })
    expectLawful(fold(error))
    expectLawful(
      fold(
        new Errors.InvalidArguments({
          issues: [{ path: [tenMegabytes], message: tenMegabytes, examples: [tenMegabytes] }]
        })
      )
    )
  })

  it("for errors that are frozen, have no prototype, or stand behind a proxy", () => {
    expect(problemOf(fold(Object.freeze(new Errors.NotFound({ resource: "x" }))))?.type).toBe("not_found")
    expect(problemOf(fold(new Proxy(new Errors.NotFound({ resource: "x" }), {})))?.type).toBe("not_found")
    expectMasked(fold(Object.setPrototypeOf(new Errors.NotFound({ resource: "x" }), null)))
    expectMasked(fold(Object.create(null)))
  })

  it("for a redactor and limits that are nonsense", () => {
    const throwing = {
      text: () => {
        throw new Error("x")
      },
      json: () => {
        throw new Error("x")
      }
    }
    const format = { ...Fold.defaultFormat, redactor: throwing }
    expectMasked(Fold.failure(new Errors.NotFound({ resource: "x" }), circumstances, format).result)
    for (const limit of [0, -1, NaN, Infinity]) {
      const limits = Object.fromEntries(Object.keys(Fold.defaultFormat.limits).map((name) => [name, limit])) as never
      const { result } = Fold.failure(new Errors.NotFound({ resource: "x" }), circumstances, {
        ...Fold.defaultFormat,
        limits
      })
      expect(result.isError).toBe(true)
      expect(result.content[0]).toMatchObject({ text: expect.stringMatching(/Reference: 5f3c9a1e$/) })
    }
  })

  it("every stock error is told, none is masked", () => {
    for (const name of stockNames) {
      const { isMasked, result } = Fold.failure(
        stockMakers[name]({ int: () => 1, pick: (from) => from[0]!, chance: () => true }) as ToolError.Any,
        circumstances
      )
      expect(isMasked).toBe(false)
      expect(problemOf(result)?.error).toBe(name)
      expectLawful(result)
    }
  })
})
