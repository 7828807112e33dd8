import { describe, expect, it } from "@effect/vitest"
import * as Backoff from "@errata/core/Backoff"
import * as Classifier from "@errata/core/Classifier"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as ToolError from "@errata/core/ToolError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import { runs, seeded } from "../support/arbitraries.ts"
import { down, failing, waits } from "./support/script.ts"
import { observe } from "./support/virtual.ts"

/** The waits that plain `Effect.retry` makes with a schedule. */
const waitsOf = (schedule: Schedule.Schedule<unknown>, error: ToolError.Any = down()) =>
  Effect.gen(function*() {
    const { effect, seen } = failing(error)
    yield* observe(Effect.retry(effect, schedule))
    return waits(seen)
  })

const times = (schedule: Schedule.Schedule<unknown>, times: number) => Schedule.upTo(schedule, { times })

describe("fullJitter", () => {
  it.effect.prop(
    "stays between nothing and the whole delay",
    [seeded((from) => String(from.int(1_000_000)))],
    ([seed]) =>
      Effect.gen(function*() {
        const waited = yield* Random.withSeed(
          waitsOf(times(Backoff.fullJitter(Schedule.exponential("1 second")), 4)),
          seed
        )
        for (const [i, wait] of waited.entries()) {
          expect(wait).toBeGreaterThanOrEqual(0)
          expect(wait).toBeLessThan(1_000 * 2 ** i)
        }
      }),
    runs(100)
  )

  it.effect("spreads over the whole range", () =>
    Effect.gen(function*() {
      const waited = yield* Random.withSeed(waitsOf(times(Backoff.fullJitter(Schedule.spaced("1 second")), 1_000)), "a")
      const tenths = Array.from({ length: 10 }, (_, i) => waited.filter((wait) => Math.floor(wait / 100) === i).length)
      for (const inTenth of tenths) expect(inTenth).toBeGreaterThan(60)
    }))
})

describe("cap", () => {
  it.effect("waits no longer than that", () =>
    Effect.gen(function*() {
      const schedule = times(Schedule.exponential("1 second").pipe(Backoff.cap("3 seconds")), 4)
      expect(yield* waitsOf(schedule)).toEqual([1_000, 2_000, 3_000, 3_000])
      expect(yield* waitsOf(times(Backoff.cap(Schedule.spaced("1 second"), "0 seconds"), 2))).toEqual([0, 0])
    }))
})

describe("honorRetryAfter", () => {
  it.effect.prop("never waits less than asked for, nor less than the schedule says", [
    seeded((from) => ({ seconds: from.int(20), seed: String(from.int(1_000_000)) }))
  ], ([{ seconds, seed }]) =>
    Effect.gen(function*() {
      const spread = times(Schedule.exponential("1 second").pipe(Backoff.fullJitter, Backoff.cap("5 seconds")), 5)
      const plain = yield* Random.withSeed(waitsOf(spread), seed)
      const honored = yield* Random.withSeed(waitsOf(Backoff.honorRetryAfter(spread), down(seconds)), seed)
      for (const [i, wait] of plain.entries()) expect(honored[i]).toBeCloseTo(Math.max(wait, seconds * 1_000), 3)
    }), runs(100))

  const now = Date.UTC(2026, 10, 21, 12, 0, 0)
  const inSeconds = (seconds: number) => new Date(now + seconds * 1_000).toUTCString()
  const day = 24 * 3_600
  const year = 365 * day

  it.effect.each<readonly [name: string, header: string, seconds: number]>([
    ["seconds", "5", 5],
    ["zero", "0", 0],
    ["a date", inSeconds(90), 90],
    ["a date in a clock that is behind", inSeconds(-3_600), 0],
    ["a date long ago", "Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["a year, of which a day is told", String(year), day],
    ["more than a year", "99999999999", day],
    ["a date in the next century", "Sat, 01 Jan 2101 00:00:00 GMT", day],
    ["less than nothing", "-5", 0],
    ["no number", "NaN", 0],
    ["infinity", "Infinity", 0],
    ["words", "soon", 0],
    ["nothing", "", 0]
  ])("reads %s", ([, header, seconds]) =>
    Effect.gen(function*() {
      const response = { status: 429, headers: { "retry-after": header } }
      const error = Classifier.httpStatus({ service: "It" })(response, { now })!
      expect(yield* waitsOf(times(Backoff.honorRetryAfter(Schedule.recurs(1)), 1), error)).toEqual([seconds * 1_000])
    }))

  it.effect.each<readonly [name: string, seconds: number, expected: number]>([
    ["negative", -5, 100],
    ["NaN", Number.NaN, 100],
    ["infinite", Number.POSITIVE_INFINITY, 100],
    ["minus infinite", Number.NEGATIVE_INFINITY, 100],
    ["1e21", 1e21, 100],
    ["a fraction", 0.5, 500],
    ["a year", year, year * 1_000]
  ])("takes a hint that is %s for what it is", ([, seconds, expected]) =>
    Effect.gen(function*() {
      const error = new Errors.RateLimited({ service: "It", retry_after_seconds: seconds })
      expect(yield* waitsOf(times(Backoff.honorRetryAfter(Schedule.spaced("100 millis")), 1), error)).toEqual([
        expected
      ])
    }))

  it.effect("follows guidance that was added to the error", () =>
    Effect.gen(function*() {
      const error = ToolError.withGuidance(down(1), { retryAfter: "4 seconds" })
      expect(yield* waitsOf(times(Backoff.honorRetryAfter(Schedule.recurs(1)), 1), error)).toEqual([4_000])
    }))

  it.effect("leaves inputs alone that are no tool errors", () =>
    Effect.gen(function*() {
      const step = yield* Schedule.toStep(Backoff.honorRetryAfter(Schedule.spaced("1 second")))
      for (const input of [undefined, null, "busy", { retryAfter: 5 }, new Error("no")]) {
        const [, delay] = yield* step(0, input)
        expect(Duration.toMillis(delay)).toBe(1_000)
      }
    }))
})

describe("within", () => {
  it.effect.prop("starts no retry after the bound", [
    seeded((from) => ({ bound: from.int(8_000), first: 1 + from.int(2_000), seed: String(from.int(1_000_000)) }))
  ], ([{ bound, first, seed }]) =>
    Effect.gen(function*() {
      const schedule = Schedule.exponential(first).pipe(Schedule.jittered, Backoff.within(bound))
      const waited = yield* Random.withSeed(waitsOf(schedule), seed)
      expect(waited.reduce((sum, wait) => sum + wait, 0)).toBeLessThanOrEqual(bound + 1e-6)
    }), runs(100))

  it.effect("stops at once where a hint goes beyond the bound", () =>
    Effect.gen(function*() {
      const schedule = Schedule.recurs(5).pipe(Backoff.honorRetryAfter, Backoff.within("10 seconds"))
      expect(yield* waitsOf(schedule, down(11))).toEqual([])
      expect(yield* waitsOf(schedule, down(10))).toEqual([10_000])
    }))

  it.effect("is needed, since upTo does not look ahead", () =>
    Effect.gen(function*() {
      const total = (schedule: Schedule.Schedule<unknown>) =>
        Effect.map(waitsOf(schedule), (waited) => waited.reduce((sum, wait) => sum + wait, 0))
      const schedule = Schedule.exponential("200 millis")
      expect(yield* total(Schedule.upTo(schedule, { duration: "1 second" }))).toBe(1_400)
      expect(yield* total(Backoff.within(schedule, "1 second"))).toBe(600)
    }))

  it.effect("counts the time of the attempts", () =>
    Effect.gen(function*() {
      const slow = Effect.andThen(Effect.sleep("400 millis"), Effect.fail(down()))
      const schedule = Backoff.within(Schedule.spaced("200 millis"), "1 second")
      // 0.4 fails, 0.6 to 1.0 fails, then 1.2 to 1.6; the next would start 1.4 s after the first failure
      const { took } = yield* observe(Effect.retry(slow, schedule))
      expect(took).toBe(1_600)
    }))

  it("makes a policy that stops for lack of time", () => {
    expect(Duration.toMillis(RetryPolicy.make(Schedule.forever, { within: "1 second" }).within!)).toBe(1_000)
  })
})
