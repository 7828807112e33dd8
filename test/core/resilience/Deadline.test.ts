import { describe, expect, it } from "@effect/vitest"
import * as Deadline from "@errata/core/Deadline"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as TestClock from "effect/testing/TestClock"
import { runs, seeded } from "../support/arbitraries.ts"
import { observe } from "./support/virtual.ts"

const within = (millis: number, operation = "It") => Deadline.within(Duration.millis(millis), { operation })

const left = Effect.map(Deadline.remaining, Duration.toMillis)

describe("within", () => {
  it.effect.prop("takes the minimum of nested deadlines, in any order", [
    seeded((from) => Array.from({ length: 1 + from.int(5) }, () => 1 + from.int(10_000)))
  ], ([bounds]) =>
    Effect.gen(function*() {
      const nested = bounds.reduce<Effect.Effect<never, unknown>>((self, bound) => within(bound)(self), Effect.never)
      const { exit, took } = yield* observe(nested)
      expect(took).toBe(Math.min(...bounds))
      expect(Option.getOrThrow(Exit.findErrorOption(exit))).toMatchObject({ _tag: "Timeout" })
    }), runs(50))

  it.effect("says what took too long, and how long that is in seconds", () =>
    Effect.gen(function*() {
      const { exit } = yield* observe(within(2_500, "The forecast")(Effect.never))
      const error = Option.getOrThrow(Exit.findErrorOption(exit))
      expect(error).toMatchObject({ _tag: "Timeout", operation: "The forecast", timeout_seconds: 2.5 })
    }))

  it.effect("says no fraction of a millisecond", () =>
    Effect.gen(function*() {
      const clipped = Effect.provideService(within(9_000)(Effect.never), Deadline.Deadline, 2_500.0004)
      const { exit } = yield* observe(clipped)
      expect(Option.getOrThrow(Exit.findErrorOption(exit))).toMatchObject({ timeout_seconds: 2.5 })
    }))

  it.effect("interrupts what is late, and runs its finalizers", () =>
    Effect.gen(function*() {
      let ended = ""
      const late = Effect.onExit(Effect.never, (exit) => Effect.sync(() => void (ended = exit._tag)))
      yield* observe(within(10)(late))
      expect(ended).toBe("Failure")
    }))

  it.effect("leaves alone what is in time", () =>
    Effect.gen(function*() {
      const { exit, took } = yield* observe(within(10)(Effect.delay(Effect.succeed(1), 9)))
      expect([exit, took]).toEqual([Exit.succeed(1), 9])
    }))

  it.effect("does not start what comes after the deadline", () =>
    Effect.gen(function*() {
      let hasStarted = false
      const work = Effect.sync(() => void (hasStarted = true))
      yield* TestClock.adjust(1_000)
      const exit = yield* Effect.exit(Effect.provideService(within(500)(work), Deadline.Deadline, 1_000))
      expect([exit._tag, hasStarted]).toEqual(["Failure", false])
      expect((yield* Effect.exit(within(0)(work)))._tag).toBe("Failure")
      expect((yield* Effect.exit(within(-5)(work)))._tag).toBe("Failure")
    }))

  it.effect("for ever is no bound", () =>
    Effect.gen(function*() {
      const forever = Deadline.within(left, "Infinity", { operation: "It" })
      expect(yield* forever).toBe(Number.POSITIVE_INFINITY)
    }))
})

describe("remaining", () => {
  it.effect("is for ever without a deadline", () =>
    Effect.gen(function*() {
      expect(yield* left).toBe(Number.POSITIVE_INFINITY)
    }))

  it.effect("shrinks, down to nothing", () =>
    Effect.gen(function*() {
      const program = Effect.gen(function*() {
        const first = yield* left
        yield* TestClock.adjust(400)
        const second = yield* left
        yield* TestClock.adjust(4_000)
        return [first, second, yield* left]
      })
      expect(yield* Effect.provideService(program, Deadline.Deadline, 1_000)).toEqual([1_000, 600, 0])
    }))

  it.effect("is what the inner of two deadlines leaves", () =>
    Effect.gen(function*() {
      expect(yield* within(5_000)(within(2_000)(left))).toBe(2_000)
      expect(yield* within(2_000)(within(5_000)(left))).toBe(2_000)
    }))
})
