import { describe, expect, it } from "@effect/vitest"
import * as Deadline from "@errata/core/Deadline"
import * as RateLimiter from "@errata/core/RateLimiter"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Persistence from "effect/persistence/RateLimiter"
import * as TestClock from "effect/testing/TestClock"
import { runs, seeded } from "../support/arbitraries.ts"
import { observe } from "./support/virtual.ts"

const service = "The weather service"

const make = (options?: Partial<RateLimiter.Options>) =>
  RateLimiter.make({ service, limit: 3, window: "3 seconds", ...options })

/** When each of some calls that come at once was let through; or the seconds it was told to wait. */
const admissions = (limiter: RateLimiter.RateLimiter, count: number) =>
  Effect.forEach(
    Array(count),
    () =>
      Effect.map(Effect.exit(limiter(Clock.currentTimeMillis)), (exit) =>
        Exit.isSuccess(exit) ? exit.value : `${Option.getOrThrow(Exit.findErrorOption(exit)).retry_after_seconds} s`),
    {
      concurrency: "unbounded"
    }
  )

const settled = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.flatMap(observe(self), ({ exit }) => exit)

describe("RateLimiter", () => {
  it.effect("refuses what is too much, and says when to come back", () =>
    Effect.gen(function*() {
      const limiter = yield* make()
      expect(yield* admissions(limiter, 5)).toEqual([0, 0, 0, "1 s", "1 s"])
      yield* TestClock.adjust("1 second")
      expect(yield* admissions(limiter, 2)).toEqual([1_000, "1 s"])
      const error = yield* Effect.flip(limiter(Effect.void))
      expect(error).toMatchObject({ _tag: "RateLimited", service, retry_after_seconds: 1 })
    }))

  it.effect("rounds the seconds up", () =>
    Effect.gen(function*() {
      const limiter = yield* make({ limit: 1, window: "2500 millis" })
      expect(yield* admissions(limiter, 2)).toEqual([0, "3 s"])
      yield* TestClock.adjust("2400 millis")
      expect(yield* admissions(limiter, 1)).toEqual(["1 s"])
    }))

  it.effect("waits its turn, if told so", () =>
    Effect.gen(function*() {
      const limiter = yield* make({ onExceeded: "delay" })
      expect(yield* settled(admissions(limiter, 6))).toEqual([0, 0, 0, 1_000, 2_000, 3_000])
    }))

  it.effect("fails at once where the turn comes after the deadline, and takes no token", () =>
    Effect.gen(function*() {
      const limiter = yield* make({ onExceeded: "delay" })
      const bounded = admissions(limiter, 8).pipe(Effect.provideService(Deadline.Deadline, 2_500))
      expect(yield* settled(bounded)).toEqual([0, 0, 0, 1_000, 2_000, "3 s", "3 s", "3 s"])
    }))

  it.effect("counts whole windows where it waits by them: who comes after the deadline's is refused at once", () =>
    Effect.gen(function*() {
      const limiter = yield* make({ algorithm: "fixed-window", limit: 2, window: "1 second", onExceeded: "delay" })
      const bounded = admissions(limiter, 9).pipe(Effect.provideService(Deadline.Deadline, 2_500))
      expect(yield* settled(bounded)).toEqual([0, 0, 1_000, 1_000, 2_000, 2_000, "3 s", "3 s", "3 s"])
    }))

  it.effect("takes a place that is left in a window, also where more had waited for it, and lets no more through", () =>
    Effect.gen(function*() {
      const limiter = yield* make({ algorithm: "fixed-window", limit: 2, window: "1 second", onExceeded: "delay" })
      const waiting = yield* Effect.forkChild(admissions(limiter, 3))
      yield* TestClock.adjust("1100 millis")
      expect(yield* Fiber.join(waiting)).toEqual([0, 0, 1_000])
      const bounded = admissions(limiter, 2).pipe(Effect.provideService(Deadline.Deadline, 1_200))
      expect(yield* bounded).toEqual([1_100, "1 s"])
    }))

  it.effect.prop("lets as many through in a window as it holds, and nobody waits for less than a turn", [
    seeded((from) => ({ limit: 1 + from.int(4), count: 1 + from.int(12), deadline: 500 + 500 * from.int(8) }))
  ], ([{ count, deadline, limit }]) =>
    Effect.gen(function*() {
      const limiter = yield* make({ algorithm: "fixed-window", limit, window: "1 second", onExceeded: "delay" })
      const seen = yield* settled(admissions(limiter, count).pipe(Effect.provideService(Deadline.Deadline, deadline)))
      const turns = Array.from({ length: count }, (_, i) => 1_000 * Math.floor(i / limit))
      expect(seen).toEqual(
        turns.map((turn) => turn === 0 || turn < deadline ? turn : expect.stringMatching(/^[0-9]+ s$/))
      )
    }), runs(100))

  it.effect("takes no token for a call that it refused", () =>
    Effect.gen(function*() {
      const limiter = yield* make({ onExceeded: "delay" })
      yield* Effect.forkChild(admissions(limiter, 8).pipe(Effect.provideService(Deadline.Deadline, 1_500)))
      yield* TestClock.adjust("2 seconds")
      // four were let through: the fifth token came after 2 s
      expect(yield* admissions(limiter, 1)).toEqual([2_000])
    }))

  it.effect.prop("lets no more through than the bucket holds", [
    seeded((from) => ({ limit: 1 + from.int(10), pauses: Array.from({ length: 40 }, () => from.int(700)) }))
  ], ([{ limit, pauses }]) =>
    Effect.gen(function*() {
      const limiter = yield* make({ limit, window: "5 seconds" })
      const admitted: Array<number> = []
      for (const pause of pauses) {
        yield* TestClock.adjust(pause)
        const exit = yield* Effect.exit(limiter(Clock.currentTimeMillis))
        if (Exit.isSuccess(exit)) admitted.push(exit.value)
      }
      for (const [i, from] of admitted.entries()) {
        for (const [j, to] of admitted.entries()) {
          if (j >= i) expect(j - i + 1).toBeLessThanOrEqual(limit + Math.ceil(((to - from) / 5_000) * limit))
        }
      }
    }), runs(50))

  it.effect("counts in windows, if told so", () =>
    Effect.gen(function*() {
      const limiter = yield* make({ algorithm: "fixed-window" })
      expect(yield* admissions(limiter, 4)).toEqual([0, 0, 0, "3 s"])
      yield* TestClock.adjust("3 seconds")
      expect(yield* admissions(limiter, 4)).toEqual([3_000, 3_000, 3_000, "3 s"])
    }))

  it.effect("counts apart for each key, and for each limiter", () =>
    Effect.gen(function*() {
      const [perSecond, perHour] = yield* Effect.all([make({ limit: 1 }), make({ limit: 2, window: "1 hour" })])
      const [ada, bob] = [perSecond.forKey("ada"), perSecond.forKey("bob")]
      yield* ada(Effect.void)
      expect((yield* Effect.exit(ada(Effect.void)))._tag).toBe("Failure")
      yield* bob(Effect.void)
      yield* perSecond(Effect.void)
      expect(yield* admissions(perHour, 3)).toEqual([0, 0, "1800 s"])
    }))

  it.effect("counts limits of one service apart in a store that they share", () =>
    Effect.gen(function*() {
      const options = { service, limit: 1, window: "1 second" } as const
      const [one, same, other] = yield* Effect.all([
        RateLimiter.makeWithStore(options),
        RateLimiter.makeWithStore(options),
        RateLimiter.makeWithStore({ ...options, limit: 2 })
      ])
      yield* one(Effect.void)
      expect((yield* Effect.exit(same(Effect.void)))._tag).toBe("Failure")
      expect((yield* Effect.exit(other(Effect.void)))._tag).toBe("Success")
    }).pipe(Effect.provide(Persistence.layerStoreMemory)))

  it.effect("fails where another process took the turn that was in time", () =>
    Effect.gen(function*() {
      const unused = Effect.die("not used")
      const store = {
        tokenBucket: ({ allowOverflow }: { readonly allowOverflow: boolean }) =>
          Effect.succeed([allowOverflow ? -5 : -1, 0] as const),
        fixedWindow: () => unused,
        adaptiveConsume: () => unused,
        adaptiveFeedback: () => unused
      }
      const limiter = yield* RateLimiter.makeWithStore({ service, limit: 1, window: "1 second", onExceeded: "delay" })
        .pipe(Effect.provideService(Persistence.RateLimiterStore, store))
      const call = Effect.provideService(limiter(Effect.void), Deadline.Deadline, 3_000)
      expect(yield* Effect.flip(call)).toMatchObject({ retry_after_seconds: 5 })
    }))

  it.effect("can be interrupted while it waits", () =>
    Effect.gen(function*() {
      const limiter = yield* make({ limit: 1, onExceeded: "delay" })
      yield* limiter(Effect.void)
      let hasRun = false
      const waiting = yield* Effect.forkChild(limiter(Effect.sync(() => void (hasRun = true))), {
        startImmediately: true
      })
      yield* Fiber.interrupt(waiting)
      yield* TestClock.adjust("1 minute")
      expect(hasRun).toBe(false)
    }))

  it.effect.each(["fail", "delay"] as const)(
    "lets calls through where its store cannot be reached (%s), with a warning",
    (onExceeded) =>
      Effect.gen(function*() {
        const warnings: Array<unknown> = []
        const logger = Logger.make(({ message }) => void warnings.push(message))
        const broken = Effect.fail(
          new Persistence.RateLimiterError({ reason: new Persistence.RateLimitStoreError({ message: "no Redis" }) })
        )
        const store = {
          fixedWindow: () => broken,
          tokenBucket: () => broken,
          adaptiveConsume: () => broken,
          adaptiveFeedback: () => broken
        }
        const limiter = yield* RateLimiter.makeWithStore({ service, limit: 1, window: "1 second", onExceeded })
          .pipe(Effect.provideService(Persistence.RateLimiterStore, store))
        const calls = Effect.all([limiter(Effect.succeed(1)), limiter(Effect.succeed(2))])
        expect(yield* Effect.provide(calls, Logger.layer([logger]))).toEqual([1, 2])
        expect(warnings).toHaveLength(2)
        expect(String(warnings[0])).toBe("The rate of calls to The weather service is not limited: no Redis")
      })
  )

  it.effect.each([0, -1, 1.5, Number.NaN])("dies of a limit of %s", (limit) =>
    Effect.gen(function*() {
      expect(Exit.hasDies(yield* Effect.exit(make({ limit })))).toBe(true)
    }))
})
