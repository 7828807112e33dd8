import { describe, expect, it } from "@effect/vitest"
import * as Deadline from "@errata/core/Deadline"
import * as Degrade from "@errata/core/Degrade"
import * as Errors from "@errata/core/Errors"
import * as Fallback from "@errata/core/Fallback"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { quiet } from "./support/logged.ts"

const Weather = Degrade.parts({
  required: { current: Schema.String },
  optional: { forecast: Schema.String, alerts: Schema.String }
})
const impact = "No outlook"
const after = (duration: Duration.Input) => Effect.as(Effect.sleep(duration), "there")
const hanging = { effect: Effect.never, impact }

/** Runs a program that has 10 s, and says when it ended, in milliseconds from its start. */
const timed = <A, E>(program: Effect.Effect<A, E>, has: Duration.Input = "10 seconds") =>
  Effect.gen(function*() {
    const start = yield* Clock.currentTimeMillis
    const fiber = yield* program.pipe(
      Deadline.within(has, { operation: "The call" }),
      Effect.exit,
      Effect.flatMap((exit) => Effect.map(Clock.currentTimeMillis, (end) => ({ exit, took: end - start }))),
      Effect.forkChild({ startImmediately: true })
    )
    for (let i = 0; i < 12_000 && fiber.pollUnsafe() === undefined; i += 5) yield* TestClock.adjust("5 millis")
    return yield* Fiber.join(fiber)
  }).pipe(Effect.provide(quiet))

const answered = <A, E>(program: Effect.Effect<A, E>, has?: Duration.Input) =>
  Effect.map(timed(program, has), ({ exit, took }) => {
    if (exit._tag === "Failure") throw new Error("an answer was expected", { cause: exit.cause })
    return { answer: exit.value, took }
  })

describe("a deadline that comes while only optional parts are missing", () => {
  it.effect("is answered 500 ms before it with what is there", () =>
    Effect.gen(function*() {
      const { answer, took } = yield* answered(Weather.collect({
        current: after("1 second"),
        forecast: hanging,
        alerts: { effect: after("2 seconds"), impact }
      }))
      expect(took).toBe(9_500)
      expect(answer).toEqual({
        data: { current: "there", alerts: "there" },
        degraded: true,
        warnings: [{ component: "forecast", reason: "timeout: forecast took too long", impact }],
        metadata: { components_requested: 3, components_returned: 2, completeness: 0.67 }
      })
    }))

  it.effect.each(
    [
      ["2 seconds", "10 seconds", 8_000],
      [0, "10 seconds", 10_000],
      ["1 minute", "10 seconds", 5_000],
      [undefined, "600 millis", 300],
      [undefined, "2 seconds", 1_500]
    ] as const
  )("keeps the reserve (%s of %s)", ([reserve, has, expected]) =>
    Effect.gen(function*() {
      const start = yield* Clock.currentTimeMillis
      const { exit, took } = yield* timed(
        Weather.collect({ current: Effect.succeed("x"), forecast: hanging }, { reserve }),
        has
      )
      expect(took).toBe(expected)
      if (reserve !== 0) expect(exit._tag).toBe("Success")
      expect((yield* Clock.currentTimeMillis) - start).toBe(expected)
    }))

  it.effect("counts what waited for its turn as too late", () =>
    Effect.gen(function*() {
      const { answer } = yield* answered(Weather.collect(
        { current: Effect.succeed("x"), forecast: hanging, alerts: { effect: Effect.succeed("x"), impact } },
        { concurrency: 1 }
      ))
      expect(answer.warnings.map(({ component, reason }) => [component, reason])).toEqual([
        ["forecast", "timeout: forecast took too long"],
        ["alerts", "timeout: alerts took too long"]
      ])
    }))

  it.effect("does not wait for a part that cannot be interrupted, nor for one that releases slowly", () =>
    Effect.gen(function*() {
      const slow = Effect.onInterrupt(Effect.never, () => Effect.sleep("1 hour"))
      const { answer, took } = yield* answered(Weather.collect({
        current: Effect.succeed("x"),
        forecast: { effect: Effect.uninterruptible(after("1 hour")), impact },
        alerts: { effect: slow, impact }
      }))
      expect(took).toBe(9_750)
      expect(answer.warnings.map(({ component }) => component)).toEqual(["forecast", "alerts"])
    }))

  it.effect("waits no longer than the parts need to stop", () =>
    Effect.gen(function*() {
      const { answer, took } = yield* answered(Weather.collect({
        current: Effect.succeed("x"),
        forecast: { effect: Effect.uninterruptible(after("9600 millis")), impact },
        alerts: hanging
      }))
      expect(took).toBe(9_600)
      expect(answer.data).toEqual({ current: "x" })
    }))

  it.effect("is waited for with a lookup of a last good value for half of the time that is left", () =>
    Effect.gen(function*() {
      const failing = Effect.andThen(Effect.sleep("2 seconds"), Effect.fail(new Errors.Unavailable({ service: "x" })))
      const { answer, took } = yield* answered(Weather.collect({
        current: Effect.succeed("x"),
        forecast: { effect: failing, impact, cached: Effect.never },
        alerts: { effect: failing, impact, cached: Effect.succeedSome({ value: "old", age: Duration.seconds(1) }) }
      }))
      expect(took).toBe(6_000)
      expect(answer.data).toEqual({ current: "x", alerts: "old" })
    }))

  it.effect("is known to the parts, a little early, so that they can answer with what they have", () =>
    Effect.gen(function*() {
      const start = yield* Clock.currentTimeMillis
      const seen: Array<number> = []
      const effect = Effect.flatMap(Deadline.Deadline, (at) => Effect.sync(() => String(seen.push(at - start))))
      yield* answered(Weather.collect({ current: effect, forecast: { effect, impact } }))
      expect(seen).toEqual([10_000, 9_450])

      let isUp = true
      const request = (_city: string) =>
        isUp ? Effect.succeed("rain") : Deadline.within(Effect.never, "1 hour", { operation: "The request" })
      const forecast = yield* Fallback.lastGood(request, { key: (city) => city, maxAge: "1 hour" })
      yield* forecast("Paris")
      isUp = false
      const { answer, took } = yield* answered(
        Weather.collect({ current: Effect.succeed("x"), forecast: { answer: forecast("Paris"), impact } })
      )
      expect(took).toBe(9_450)
      expect(answer.data.forecast).toBe("rain")
      expect(answer.warnings).toMatchObject([{ component: "forecast", stale_seconds: 10 }])
    }))
})

describe("a deadline that comes while a required part is missing", () => {
  it.effect("is that part's own: the others wait for it as long as there is time", () =>
    Effect.gen(function*() {
      const { answer, took } = yield* answered(Weather.collect({ current: after("9800 millis"), forecast: hanging }))
      expect(took).toBe(9_800)
      expect(answer.data).toEqual({ current: "there" })
      expect(answer.warnings).toHaveLength(1)
    }))

  it.effect("ends the whole, and all parts are interrupted", () =>
    Effect.gen(function*() {
      let released = 0
      const held = Effect.onInterrupt(Effect.never, () => Effect.sync(() => released++))
      const { exit, took } = yield* timed(Weather.collect({ current: held, forecast: { effect: held, impact } }))
      expect(took).toBe(10_000)
      expect(exit).toMatchObject({ cause: { reasons: [{ error: { _tag: "Timeout" } }] } })
      expect(released).toBe(2)
    }))
})

describe("a deadline that has passed", () => {
  it.effect("takes what can be had at once", () =>
    Effect.gen(function*() {
      const now = yield* Clock.currentTimeMillis
      const answer = yield* Weather.collect({
        current: Effect.succeed("x"),
        forecast: { effect: Effect.succeed("x"), impact },
        alerts: hanging
      }).pipe(Effect.provideService(Deadline.Deadline, now - 1))
      expect(answer.data).toEqual({ current: "x", forecast: "x" })
      expect(answer.warnings).toHaveLength(1)
    }).pipe(Effect.provide(quiet), TestClock.withLive))
})

describe("without a deadline", () => {
  it.effect("the whole waits as long as its parts need", () =>
    Effect.gen(function*() {
      const fiber = yield* Effect.forkChild(
        Weather.collect({ current: Effect.succeed("x"), forecast: { effect: after("30 days"), impact } })
      )
      yield* TestClock.adjust("29 days")
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 day")
      expect((yield* Fiber.join(fiber)).degraded).toBe(false)
    }))

  it.effect("a required part that fails waits for what the others release", () =>
    Effect.gen(function*() {
      const slow = Effect.onInterrupt(Effect.never, () => Effect.sleep("1 hour"))
      const failing = Effect.andThen(Effect.yieldNow, Effect.fail(new Errors.Conflict({ resource: "x" })))
      const fiber = yield* Effect.forkChild(
        Effect.exit(Weather.collect({ current: failing, forecast: { effect: slow, impact } }))
      )
      yield* TestClock.adjust("59 minutes")
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 minute")
      expect((yield* Fiber.join(fiber))._tag).toBe("Failure")
    }))

  it.effect("with one it waits for half of the time that is left", () =>
    Effect.gen(function*() {
      const slow = Effect.onInterrupt(Effect.never, () => Effect.sleep("1 hour"))
      const failing = Effect.andThen(Effect.sleep("2 seconds"), Effect.fail(new Errors.Conflict({ resource: "x" })))
      const { exit, took } = yield* timed(Weather.collect({ current: failing, forecast: { effect: slow, impact } }))
      expect(took).toBe(6_000)
      expect(exit).toMatchObject({ cause: { reasons: [{ error: { _tag: "Conflict" } }] } })
    }))
})
