import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as ToolError from "@errata/core/ToolError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { fieldsOf } from "./support/arbitraries.ts"

class Slow extends ToolError.Transient<Slow>()("Slow", { wait: Schema.Unknown }, {
  type: "unavailable",
  message: () => "slow",
  suggestion: "Wait",
  retryAfter: (e) => e.wait as never
}) {}

describe("guidance", () => {
  const notFound = () => new Errors.NotFound({ resource: "City", id: "Pariis" })

  it("is none where neither the class nor anybody else says anything", () => {
    expect(ToolError.guidance(notFound())).toEqual({})
  })

  it("stands beside the error, which stays the same object with the same fields", () => {
    const error = notFound()
    expect(ToolError.withGuidance(error, { suggestion: "Look again" })).toBe(error)
    expect(fieldsOf(error)).toEqual({ _tag: "NotFound", resource: "City", id: "Pariis" })
    expect(ToolError.guidance(error)).toEqual({ suggestion: "Look again" })
    expect(ToolError.guidance(notFound())).toEqual({})
  })

  it("is completed by what the class says, and wins over it", () => {
    const error = new Slow({ wait: "5 seconds" })
    expect(ToolError.guidance(error)).toEqual({ suggestion: "Wait", retryAfter: "5 seconds" })
    ToolError.withGuidance(error, { suggestion: "Wait longer", similarMatches: ["a"] })
    expect(ToolError.guidance(error)).toEqual({
      suggestion: "Wait longer",
      similarMatches: ["a"],
      retryAfter: "5 seconds"
    })
  })

  it("of later wins, and what is not given stays", () => {
    const error = notFound()
    const guided = ToolError.withGuidance({ similarMatches: ["Paris"], suggestion: "a" })(error)
    ToolError.withGuidance(guided, { suggestion: "b" })
    expect(ToolError.guidance(error)).toEqual({ similarMatches: ["Paris"], suggestion: "b" })
  })

  it.effect("survives failing, and mapping of other errors", () =>
    Effect.gen(function*() {
      const error = ToolError.withGuidance(notFound(), { similarMatches: ["Paris"] })
      const caught = yield* Effect.fail(error).pipe(Effect.mapError((e) => e), Effect.flip)
      expect(ToolError.guidance(caught).similarMatches).toEqual(["Paris"])
    }))
})

describe("retryAfter", () => {
  it.each<[unknown, number | undefined]>([
    ["5 seconds", 5000],
    [250, 250],
    [Duration.minutes(1), 60_000],
    [0, 0],
    [undefined, undefined],
    [Infinity, undefined],
    ["Infinity", undefined],
    [NaN, undefined],
    ["soon", undefined],
    ["1e400 seconds", undefined],
    [-1, undefined],
    ["-5 seconds", undefined],
    [-Infinity, undefined],
    [Symbol("x"), undefined]
  ])("of %s is %s ms", (wait, millis) => {
    const hint = ToolError.retryAfter(new Slow({ wait }))
    expect(hint === undefined ? undefined : Duration.toMillis(hint)).toBe(millis)
  })

  it("is read from the stock errors that carry it", () => {
    const seconds = (error: ToolError.Any) => Duration.toSeconds(ToolError.retryAfter(error)!)
    expect(seconds(new Errors.RateLimited({ service: "x", retry_after_seconds: 30 }))).toBe(30)
    expect(seconds(new Errors.Unavailable({ service: "x", retry_after_seconds: 1.5 }))).toBe(1.5)
    expect(ToolError.retryAfter(new Errors.RateLimited({ service: "x" }))).toBeUndefined()
    expect(ToolError.retryAfter(new Errors.Overloaded({ service: "x", retry_after_seconds: NaN }))).toBeUndefined()
  })
})

describe("catching by family", () => {
  const transient = new Errors.Timeout({ operation: "x" })
  const permanent = new Errors.NotFound({ resource: "x" })
  const validation = new Errors.InvalidArguments({ issues: [] })
  const catches = [
    ["catchTransient", ToolError.catchTransient, transient],
    ["catchPermanent", ToolError.catchPermanent, permanent],
    ["catchValidation", ToolError.catchValidation, validation]
  ] as const

  it.effect.each(catches.map(([name, f, own]) => ({ name, f: f as typeof ToolError.catchTransient, own })))(
    "$name recovers from its own family only",
    ({ f, own }) =>
      Effect.gen(function*() {
        for (const error of [transient, permanent, validation]) {
          const self = Effect.fail(error) as Effect.Effect<never, Errors.Timeout>
          const recovered = yield* Effect.exit(f(self, (e) => Effect.succeed(e._tag as string)))
          expect(recovered._tag === "Success" ? recovered.value : "failed").toBe(error === own ? error._tag : "failed")
        }
      })
  )

  it.effect("leaves successes, defects and other errors alone", () =>
    Effect.gen(function*() {
      const handler = () => Effect.succeed("caught")
      expect(yield* ToolError.catchTransient(Effect.succeed("fine"), handler)).toBe("fine")
      expect(yield* Effect.fail("other").pipe(ToolError.catchTransient(handler), Effect.flip)).toBe("other")
      const exit = yield* Effect.exit(Effect.die(transient).pipe(ToolError.catchTransient(handler)))
      expect(exit._tag).toBe("Failure")
    }))
})
