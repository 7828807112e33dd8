import { describe, expect, it } from "@effect/vitest"
import * as Degrade from "@errata/core/Degrade"
import * as Errors from "@errata/core/Errors"
import * as ErrorType from "@errata/core/ErrorType"
import * as Limits from "@errata/core/Limits"
import * as Redaction from "@errata/core/Redaction"
import * as ToolError from "@errata/core/ToolError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { anyHostile, anyText, everyHostile, runs, tenMegabytes } from "../support/arbitraries.ts"
import { all } from "../support/secrets.ts"
import { quiet } from "./support/logged.ts"

const Page = Degrade.parts({ required: {}, optional: { extra: Schema.String } })

class Told extends ToolError.Transient<Told>()("Told", {
  text: Schema.String,
  hidden: Redaction.sensitive(Schema.String),
  deep: Schema.optionalKey(Schema.Unknown)
}, { type: "unavailable", message: (e) => `It said: ${e.text}`, suggestion: (e) => e.text }) {}

const collected = (part: Degrade.OptionalPart<string>, options?: Degrade.Options) =>
  Effect.runSync(
    Page.collect({ extra: part as never }, options).pipe(Effect.provide(quiet)) as Effect.Effect<
      typeof Page.schema.Type
    >
  )

const failed = (error: ToolError.Any, options?: Degrade.Options) =>
  collected({ effect: Effect.fail(error), impact: "Less to read" }, options).warnings[0]!

describe("a secret in the error of an optional part never leaves", () => {
  it.each(all)("$name: in its message, a hidden field, a field, its cause, a defect", ({ secret, text }) => {
    const cause = new Error(text)
    const error = new Told({ text, hidden: text, deep: { text }, cause })
    const old = { value: "old", age: Duration.zero }
    for (
      const part of [
        { effect: Effect.fail(error) },
        { effect: Effect.fail(new Told({ text: `line\n${text}\n`, cause })) },
        { effect: Effect.die(cause) },
        { effect: Effect.fail(cause) as never },
        { effect: Effect.fail(error), cached: Effect.succeedSome(old) },
        { effect: Effect.fail(error), cached: Effect.die(cause) },
        { answer: Effect.succeed({ value: "old", staleFor: Option.some(Duration.zero), error: Option.some(error) }) }
      ]
    ) {
      const answer = collected({ ...part, impact: "Less to read" })
      expect(JSON.stringify(answer)).not.toContain(secret)
      expect(answer.warnings).toHaveLength(1)
    }
    expect(failed(error).reason).toContain(Redaction.mask)
  })

  it("nor what a redactor of one's own knows", () => {
    const redactor = Redaction.make({
      patterns: [{ name: "badge", expression: /EMP-\d+/g, replacement: Redaction.mask }]
    })
    expect(failed(new Told({ text: "EMP-123" }), { redactor }).reason).toBe("unavailable: It said: [redacted]")
  })
})

describe("a reason is one line", () => {
  // oxlint-disable-next-line no-control-regex -- nothing may forge a line
  const forging = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/

  const isFine = ({ impact, reason, ...rest }: Degrade.Warning): void => {
    expect(reason).not.toMatch(forging)
    expect(reason).toMatch(/^[a-z_]+: \S/)
    expect(reason.length).toBeLessThanOrEqual(Limits.defaults.message)
    expect(reason.isWellFormed()).toBe(true)
    expect(impact).toBe("Less to read")
    expect(rest).toEqual({ component: "extra" })
  }

  it.prop("whatever the message", [anyText], ([text]) => isFine(failed(new Told({ text }))), runs(300))

  it.prop("whatever is raised", [anyHostile], ([value]) => {
    const parts = [{ effect: Effect.fail(value) as never }, { effect: Effect.die(value) }, {
      effect: Effect.fail(new Told({ text: value as never, deep: value }))
    }]
    for (const part of parts) isFine(collected({ ...part, impact: "Less to read" }).warnings[0]!)
  }, runs(300))

  it("for each hostile value once, and a message of 10 MB", () => {
    for (const value of [...everyHostile, tenMegabytes]) {
      isFine(failed(new Told({ text: value as never })))
      isFine(collected({ effect: Effect.fail(value) as never, impact: "Less to read" }).warnings[0]!)
    }
  })

  it("as long as the limit says", () => {
    const { reason } = failed(new Told({ text: "word ".repeat(100) }), { limits: Limits.make({ message: 40 }) })
    expect(reason).toBe("unavailable: It said: word word word wo…")
  })
})

describe("what a warning says", () => {
  it("names the type of one's own", () => {
    const type = ErrorType.make("quota_exceeded", { title: "Quota exceeded", advice: "Ask for more." })
    class Quota extends ToolError.Permanent<Quota>()("Quota", {}, { type, message: () => "The quota is used up" }) {}
    expect(failed(new Quota()).reason).toBe("quota_exceeded: The quota is used up")
  })

  const error = new Errors.Unavailable({ service: "The forecast" })
  const old = (age: Duration.Duration) => ({
    effect: Effect.fail(error),
    impact: "Nothing",
    cached: Effect.succeedSome({ value: "old", age })
  })

  it("says how old a value is, and what that means", () => {
    expect(collected(old(Duration.millis(61_001))).warnings).toEqual([{
      component: "extra",
      reason: "unavailable: The forecast is unavailable",
      impact: "The value is 62 s old and may have changed since",
      stale_seconds: 62
    }])
    expect(collected({ ...old(Duration.zero), impactWhenStale: "Check again" }).warnings[0]?.impact).toBe("Check again")
  })

  it("knows no negative age", () => {
    expect(collected(old(Duration.millis(-5_000))).warnings[0]?.stale_seconds).toBe(0)
  })

  it("gives no value whose age cannot be told", () => {
    for (const age of [Duration.infinity, Duration.millis(1e300)]) {
      const { data, warnings } = collected(old(age))
      expect(data).toEqual({})
      expect(warnings[0]).toEqual({
        component: "extra",
        reason: "unavailable: The forecast is unavailable",
        impact: "Nothing"
      })
    }
  })

  it("says so where an answer is old and does not say why", () => {
    const answer = Effect.succeed({ value: "old", staleFor: Option.some(Duration.seconds(3)), error: Option.none() })
    const { data, warnings } = collected({ answer, impact: "Nothing" })
    expect(data).toEqual({ extra: "old" })
    expect(warnings[0]).toMatchObject({
      reason: "unavailable: extra is unavailable: only a stale value is available",
      stale_seconds: 3
    })
  })

  it("looks for no old value where the failure is an answer, or where a fresh one is there", () => {
    let lookups = 0
    const cached = Effect.sync(() => {
      lookups++
      return Option.some({ value: "old", age: Duration.zero })
    })
    for (
      const effect of [Effect.succeed("x"), Effect.fail(new Errors.NotFound({ resource: "x" })), Effect.die("boom")]
    ) {
      collected({ effect, impact: "Nothing", cached })
    }
    expect(lookups).toBe(0)
  })

  it("looks for an old value where an answer that knows its own fails", () => {
    const { data } = collected({ answer: Effect.fail(error), impact: "Nothing", cached: old(Duration.zero).cached })
    expect(data).toEqual({ extra: "old" })
  })
})
