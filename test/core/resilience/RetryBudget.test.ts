import { describe, expect, it } from "@effect/vitest"
import * as RetryBudget from "@errata/core/RetryBudget"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { runs, seeded, type Source } from "../support/arbitraries.ts"
import { down } from "./support/script.ts"
import { observe } from "./support/virtual.ts"

interface Scene {
  readonly capacity: number
  readonly initial: number
  readonly perSecond: number
  readonly ratio: number
  /** What happens, and how many milliseconds after the event before. */
  readonly events: ReadonlyArray<{ readonly what: "deposit" | "withdraw"; readonly after: number }>
}

const scene = (from: Source): Scene => {
  const capacity = from.int(30)
  return {
    capacity,
    initial: from.int(capacity + 1),
    perSecond: from.pick([0, 0.001, 0.5, 3]),
    ratio: from.pick([0, 0.1, 0.2, 1]),
    events: Array.from({ length: from.int(200) }, () => ({
      what: from.chance(60) ? "deposit" : "withdraw",
      after: from.pick([0, 0, 1, 40, 3_000, -500])
    }))
  }
}

/** A fraction more than is due is lost in adding up; never a whole retry. */
const tiny = 1e-4

describe("RetryBudget", () => {
  it.prop("never gives more than was put in, nor keeps more than it may", [seeded(scene)], ([scene]) => {
    const budget = RetryBudget.make(scene)
    let [now, last, deposits, given] = [0, 0, 0, 0]
    for (const { after, what } of scene.events) {
      now = Math.max(0, now + after)
      last = Math.max(last, now)
      if (what === "deposit") {
        budget.deposit(now)
        deposits++
      } else if (budget.withdraw(now)) {
        given++
      }
      const due = scene.initial + scene.ratio * deposits + scene.perSecond * (last / 1_000)
      expect(given).toBeLessThanOrEqual(due + tiny)
      expect(budget.available(now)).toBeLessThanOrEqual(scene.capacity)
      expect(budget.available(now)).toBeGreaterThanOrEqual(0)
    }
  }, runs(300))

  it.prop("gives all that was put in, where nothing is lost to the capacity", [seeded(scene)], ([scene]) => {
    const budget = RetryBudget.make({ ...scene, capacity: 10_000 })
    let [last, deposits] = [0, 0]
    budget.available(0)
    for (const { after, what } of scene.events) {
      last += Math.abs(after)
      if (what === "deposit") {
        budget.deposit(last)
        deposits++
      } else {
        budget.available(last)
      }
    }
    const due = scene.initial + scene.ratio * deposits + scene.perSecond * (last / 1_000)
    expect(budget.available(last)).toBeGreaterThanOrEqual(Math.floor(due - tiny))
    expect(budget.available(last)).toBeLessThanOrEqual(Math.floor(due + tiny))
  }, runs(200))

  it("earns by the time that passes, however often it is asked", () => {
    const asked = RetryBudget.make({ initial: 0, perSecond: 0.0001 })
    for (let now = 0; now <= 10_000_000; now += 100) asked.available(now)
    expect(asked.available(10_000_000)).toBe(1)
  })

  it("earns nothing while the clock goes backwards, nor twice when it comes back", () => {
    const budget = RetryBudget.make({ initial: 0, perSecond: 1 })
    budget.available(10_000)
    expect(budget.available(5_000)).toBe(0)
    expect(budget.available(10_000)).toBe(0)
    expect(budget.available(12_000)).toBe(2)
  })

  it("keeps a fifth of a token for each call by default, and ten tokens to begin with", () => {
    const budget = RetryBudget.make()
    expect(budget.available(0)).toBe(10)
    for (let call = 0; call < 5; call++) budget.deposit(0)
    expect(budget.available(0)).toBe(11)
    expect(budget.available(2_000)).toBe(12)
    for (let call = 0; call < 10_000; call++) budget.deposit(2_000)
    expect(budget.available(2_000)).toBe(100)
  })

  it.each([
    { ratio: -1 },
    { capacity: Number.POSITIVE_INFINITY },
    { perSecond: Number.NaN },
    { initial: 101 },
    { capacity: 5, initial: 6 }
  ])("refuses %o", (options) => {
    expect(() => RetryBudget.make(options)).toThrow(RangeError)
  })

  it("begins with what fits", () => {
    expect(RetryBudget.make({ capacity: 3 }).available(0)).toBe(3)
  })

  it.effect.prop("is conserved among 200 concurrent calls", [
    seeded((from) => ({ initial: from.int(60), ratio: from.pick([0, 0.1, 0.25]), slowness: from.int(50) }))
  ], ([{ initial, ratio, slowness }]) =>
    Effect.gen(function*() {
      const budget = RetryBudget.make({ initial, ratio, perSecond: 0, capacity: 1_000 })
      let requests = 0
      const request = Effect.suspend(() => {
        requests++
        return Effect.andThen(Effect.sleep((requests * 7) % (slowness + 1)), Effect.fail(down()))
      })
      const policy = RetryPolicy.make(Schedule.exponential("100 millis"), { maxRetries: 3, budget })
      const calls = Effect.forEach(Array(200), () => Effect.exit(RetryPolicy.retry(request, policy)), {
        concurrency: "unbounded"
      })
      yield* observe(calls)
      const allowed = Math.floor(initial + ratio * 200 + tiny)
      expect(requests).toBe(200 + Math.min(allowed, 600))
      expect(budget.available(0)).toBe(0)
    }), { arbitrary: { runs: 20 } })
})
