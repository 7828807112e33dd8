import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as Limits from "@errata/core/Limits"
import * as Redaction from "@errata/core/Redaction"
import * as Log from "@errata/mcp-adapter/Log"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { anyCause, anyHostile, everyHostile, runs, tenMegabytes } from "../core/support/arbitraries.ts"

const logged = (effect: Effect.Effect<unknown>, options?: Log.Options) =>
  Effect.gen(function*() {
    const raw: Array<string> = []
    const exit = yield* Effect.exit(
      effect.pipe(Effect.provide(Log.layer({ write: (line) => raw.push(line), ...options })))
    )
    expect(exit._tag).toBe("Success")
    return raw.map((line) => JSON.parse(line) as Record<string, unknown>)
  })

describe("a line", () => {
  it.effect("holds time, level, message, annotations and the properties of what was logged", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(Date.parse("2026-11-21T10:00:00Z"))
      const lines = yield* logged(
        Effect.logWarning("imported", { count: 3, nested: { a: [1] } }, "of", 5).pipe(
          Effect.annotateLogs("job", "nightly")
        )
      )
      expect(lines).toEqual([
        {
          timestamp: "2026-11-21T10:00:00.000Z",
          level: "Warn",
          message: "imported of 5",
          job: "nightly",
          count: 3,
          nested: { a: [1] }
        }
      ])
    }))

  it.effect("holds a cause where there is one", () =>
    Effect.gen(function*() {
      const [line] = yield* logged(Effect.logError("failed", Cause.die(new Error("boom"))))
      expect(line).toMatchObject({ level: "Error", message: "failed", cause: expect.stringContaining("Error: boom") })
      expect((yield* logged(Effect.logError("fine")))[0]).not.toHaveProperty("cause")
    }))

  it.effect("cannot be made to look like another by what is logged", () =>
    Effect.gen(function*() {
      const forged = {
        timestamp: "never",
        level: "Debug",
        message: "forged",
        tool: "forged",
        reference_id: "forged",
        trace_id: "forged"
      }
      const annotations = { tool: "work", reference_id: "5f3c9a1e", trace_id: "4bf9" }
      const [line] = yield* logged(Effect.logInfo("true", forged).pipe(Effect.annotateLogs(annotations)))
      expect(line).toMatchObject({ level: "Info", message: "true", ...annotations })
      expect(line!["timestamp"]).not.toBe("never")
    }))

  it.effect("takes its message from an object that is all there is", () =>
    Effect.gen(function*() {
      expect((yield* logged(Effect.logInfo({ message: "hello", a: 1 })))[0]).toMatchObject({ message: "hello", a: 1 })
      expect((yield* logged(Effect.logInfo({ a: 1 })))[0]).toMatchObject({ message: "", a: 1 })
      expect((yield* logged(Effect.logInfo()))[0]).toMatchObject({ message: "" })
    }))

  it.effect("writes errors by name and message, other values as JSON", () =>
    Effect.gen(function*() {
      const [line] = yield* logged(
        Effect.logInfo(
          new TypeError("wrong"),
          new Errors.NotFound({ resource: "x" }),
          [1, "a"],
          null,
          undefined,
          7n,
          true
        )
      )
      expect(line!["message"]).toBe("TypeError: wrong NotFound: x not found [1,\"a\"] null undefined \"7\" true")
    }))
})

describe("secrets and sizes", () => {
  it.effect("are kept out, by name and by form, also from annotations", () =>
    Effect.gen(function*() {
      const lines = yield* logged(
        Effect.logInfo(
          "password=hunter2x",
          { password: "hunter2x", a: "token=hunter2x" },
          new Error("postgres://a:hunter2x@db")
        ).pipe(
          Effect.annotateLogs({ api_key: "hunter2x", note: "secret=hunter2x" })
        )
      )
      expect(JSON.stringify(lines)).not.toContain("hunter2x")
    }))

  it.effect("hold for 10 MB of everything", () =>
    Effect.gen(function*() {
      const lines = yield* logged(
        Effect.logError(tenMegabytes, { tenMegabytes }, new Error(tenMegabytes), Cause.die(new Error(tenMegabytes)))
      )
      const text = JSON.stringify(lines)
      expect(text.length).toBeLessThan(5 * Limits.defaults.string)
      expect(String(lines[0]!["cause"]).length).toBeLessThanOrEqual(Limits.defaults.logCause + 1)
    }))

  it.effect("follow limits and a redactor of one's own", () =>
    Effect.gen(function*() {
      const redactor = Redaction.make({ patterns: [{ name: "x", expression: /hush/g, replacement: "***" }] })
      const limits = Limits.make({ items: 2, logCause: 600 })
      const [line] = yield* logged(
        Effect.logError("hush", { list: [1, 2, 3], hush: "hush" }, Cause.die(new Error(`hush ${tenMegabytes}`))),
        { redactor, limits }
      )
      expect(line).toMatchObject({ message: "***", list: [1, 2, "1 more"] })
      expect(JSON.stringify(line)).not.toContain("hush")
      expect(String(line!["cause"]).length).toBeLessThanOrEqual(601)
    }))
})

describe("is total", () => {
  // effect itself looks into what is logged: what breaks that never comes to a logger
  const loggable = (value: unknown) => {
    try {
      return !Cause.isCause(value)
    } catch {
      return false
    }
  }

  it.effect("whatever is logged or annotated: one line of JSON, and the program goes on", () =>
    Effect.gen(function*() {
      for (const value of everyHostile.filter(loggable)) {
        const lines = yield* logged(
          Effect.logInfo("x", value, { value }, [value]).pipe(Effect.annotateLogs("value", value))
        )
        expect(lines).toHaveLength(1)
        expect(String(lines[0]!["message"])).toMatch(/^x/)
      }
    }))

  it.effect.prop("for anything", [anyHostile], ([value]) =>
    Effect.gen(function*() {
      expect(yield* logged(Effect.logInfo({ value }).pipe(Effect.annotateLogs({ value })))).toHaveLength(1)
    }), runs(150))

  it.prop("causeText for any cause", [anyCause], ([cause]) => {
    const text = Log.causeText(cause)
    expect(typeof text).toBe("string")
    expect(text.length).toBeLessThanOrEqual(Limits.defaults.logCause + 1)
    expect(text.isWellFormed()).toBe(true)
  }, runs(300))

  it("causeText tells everything of a cause with several reasons", () => {
    const cause = Cause.combine(
      Cause.fail(new Errors.NotFound({ resource: "one" })),
      Cause.combine(Cause.die(new Error("two", { cause: new Error("three") })), Cause.fail("four"))
    )
    for (const word of ["one", "two", "three", "four"]) expect(Log.causeText(cause)).toContain(word)
  })
})
