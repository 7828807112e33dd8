import { describe, expect, it } from "@effect/vitest"
import * as Backoff from "@errata/core/Backoff"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import { runs, seeded, type Source } from "../support/arbitraries.ts"
import { schedule } from "./support/schedules.ts"
import { down, failing, waits } from "./support/script.ts"
import { observe } from "./support/virtual.ts"

interface Scene {
  readonly policy: RetryPolicy.RetryPolicy
  readonly error: Errors.Unavailable
  readonly seed: string
}

const scene = (from: Source): Scene => ({
  policy: RetryPolicy.make(schedule(from), {
    maxRetries: from.int(6),
    ...from.chance(40) ? { within: from.int(8_000) } : {}
  }),
  error: down(from.pick([undefined, undefined, 1, 4])),
  seed: String(from.int(1_000_000))
})

const millis = (durations: ReadonlyArray<Duration.Duration>) => durations.map((duration) => Duration.toMillis(duration))

/** Far below a millisecond, far above what adding up fractions loses. */
const tiny = 0.001

const waitsOf = (policy: RetryPolicy.RetryPolicy, error: Errors.Unavailable) =>
  Effect.gen(function*() {
    const { effect, seen } = failing(error)
    yield* observe(RetryPolicy.retry(effect, policy))
    return waits(seen)
  })

describe("explain", () => {
  it.effect.prop(
    "bounds what happens, whatever the dice",
    [seeded(scene)],
    ([{ error, policy, seed }]) =>
      Effect.gen(function*() {
        const told = yield* RetryPolicy.explain(policy, { error })
        const waited = yield* Random.withSeed(waitsOf(policy, error), seed)
        expect(waited.length + 1).toBeLessThanOrEqual(told.maxAttempts!)
        for (const [i, wait] of waited.entries()) {
          expect(wait).toBeGreaterThanOrEqual(Duration.toMillis(told.delays[i]!.min) - tiny)
          expect(wait).toBeLessThanOrEqual(Duration.toMillis(told.delays[i]!.max) + tiny)
        }
        const total = waited.reduce((sum, wait) => sum + wait, 0)
        expect(total).toBeLessThanOrEqual(Duration.toMillis(told.total.max) + tiny)
      }),
    runs(300)
  )

  it.effect.prop("tells the shortest waits exactly", [seeded(scene)], ([{ error, policy }]) =>
    Effect.gen(function*() {
      const told = yield* RetryPolicy.explain(policy, { error })
      const lucky = { nextIntUnsafe: () => 0, nextDoubleUnsafe: () => 0 }
      const waited = yield* Effect.provideService(waitsOf(policy, error), Random.Random, lucky)
      expect(told.maxAttempts).toBe(waited.length + 1)
      for (const [i, min] of millis(told.delays.map(({ min }) => min)).entries()) expect(waited[i]).toBeCloseTo(min, 3)
    }), runs(200))

  it.effect.prop(
    "tells exactly what a schedule without dice does",
    [seeded((from) => from.int(1_000))],
    ([first]) =>
      Effect.gen(function*() {
        const policy = RetryPolicy.make(Schedule.fibonacci(first), { maxRetries: 5 })
        const told = yield* RetryPolicy.explain(policy)
        const waited = yield* waitsOf(policy, down())
        expect(millis(told.delays.map(({ max }) => max))).toEqual(waited)
        expect(told.total.min).toEqual(told.total.max)
      }),
    runs(20)
  )

  it.effect("says the worst case where a bound in time ends the waits", () =>
    Effect.gen(function*() {
      const policy = RetryPolicy.make(Schedule.exponential("200 millis").pipe(Backoff.fullJitter), {
        maxRetries: 4,
        within: "700 millis"
      })
      const { delays, text, total } = yield* RetryPolicy.explain(policy)
      expect(millis(delays.map(({ max }) => max)).map(Math.round)).toEqual([200, 400, 700, 700])
      expect(Math.round(Duration.toMillis(total.max))).toBe(700)
      expect(text).toBe(
        "At most 5 attempts: wait 0 to 200 ms, then 0 to 400 ms, then 0 to 700 ms, then 0 to 700 ms. In all at most 700 ms of waiting."
      )
    }))

  it.effect("says the worst case of effect's own bound in time, which is beyond it", () =>
    Effect.gen(function*() {
      const schedule = Schedule.exponential("200 millis").pipe(
        Backoff.fullJitter,
        Schedule.upTo({ duration: "700 millis" }),
        Schedule.upTo({ times: 4 })
      )
      const { total } = yield* RetryPolicy.explain(schedule)
      // 700 ms in the first three waits, and then a fourth of 1.6 s
      expect(Math.round(Duration.toMillis(total.max))).toBe(2_300)
    }))

  it.effect.each<readonly [string, RetryPolicy.RetryPolicy | Schedule.Schedule<unknown>, string]>([
    [
      "quick",
      RetryPolicy.quick,
      "At most 3 attempts: wait 0 to 50 ms, then 0 to 100 ms. In all at most 150 ms of waiting."
    ],
    [
      "patient",
      RetryPolicy.patient,
      "At most 5 attempts: wait 0 to 500 ms, then 0 to 1 s, then 0 to 2 s, then 0 to 4 s. In all at most 7.5 s of waiting."
    ],
    ["none", RetryPolicy.none, "One attempt, no retries."],
    [
      "a schedule that ends",
      Schedule.recurs(2),
      "At most 3 attempts: wait 0 ms, then 0 ms. In all at most 0 ms of waiting."
    ],
    [
      "effect's jitter",
      RetryPolicy.make(Schedule.jittered(Schedule.spaced("1 second")), { maxRetries: 1 }),
      "At most 2 attempts: wait 0.8 to 1.2 s. In all at most 1.2 s of waiting."
    ]
  ])("puts %s in a sentence", ([, policy, text]) =>
    Effect.gen(function*() {
      expect((yield* RetryPolicy.explain(policy)).text).toBe(text)
    }))

  it.effect("looks at a few steps of a schedule without end, and at all of a policy's", () =>
    Effect.gen(function*() {
      const endless = yield* RetryPolicy.explain(Schedule.spaced("1 second"), { limit: 2 })
      expect(endless).toMatchObject({ maxAttempts: undefined, text: "Without end: wait 1 s, then 1 s, and so on." })
      const long = yield* RetryPolicy.explain(RetryPolicy.make(Schedule.spaced("1 second"), { maxRetries: 50 }))
      expect(long.maxAttempts).toBe(51)
    }))

  it.effect("follows the hint of the error it is given", () =>
    Effect.gen(function*() {
      const policy = RetryPolicy.make(Schedule.spaced("1 second"), { maxRetries: 2, within: "7 seconds" })
      expect((yield* RetryPolicy.explain(policy, { error: down(3) })).text)
        .toBe("At most 3 attempts: wait 3 s, then 3 s. In all at most 6 s of waiting.")
      expect((yield* RetryPolicy.explain(policy, { error: down(8) })).text).toBe("One attempt, no retries.")
    }))

  it.effect.each([new Errors.NotFound({ resource: "City" }), new Errors.CircuitOpen({ service: "It" })])(
    "says that %s is not tried again",
    (error) =>
      Effect.gen(function*() {
        expect((yield* RetryPolicy.explain(RetryPolicy.patient, { error })).maxAttempts).toBe(1)
      })
  )
})
