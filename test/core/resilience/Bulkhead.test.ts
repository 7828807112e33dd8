import { describe, expect, it } from "@effect/vitest"
import * as Bulkhead from "@errata/core/Bulkhead"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { runs, seeded, type Source } from "../support/arbitraries.ts"
import { down } from "./support/script.ts"
import { observe } from "./support/virtual.ts"

const service = "The printer"

const fork = <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.forkChild(self, { startImmediately: true })

describe("Bulkhead", () => {
  it.effect("runs as many as there are permits, lets as many wait as there are places, and refuses the others", () =>
    Effect.gen(function*() {
      const bulkhead = yield* Bulkhead.make({ service, permits: 2, queue: 3 })
      const gate = yield* Deferred.make<void>()
      const inside = yield* Effect.forEach(Array(5), () => fork(bulkhead(Deferred.await(gate))))
      expect([yield* bulkhead.running, yield* bulkhead.waiting]).toEqual([2, 3])
      const error = yield* Effect.flip(bulkhead(Effect.void))
      expect(error).toMatchObject({ _tag: "Overloaded", service })
      yield* Deferred.succeed(gate, undefined)
      yield* Effect.forEach(inside, Fiber.join)
      expect([yield* bulkhead.running, yield* bulkhead.waiting]).toEqual([0, 0])
      yield* bulkhead(Effect.void)
    }))

  it.effect("has no queue, if told so", () =>
    Effect.gen(function*() {
      const bulkhead = yield* Bulkhead.make({ service, permits: 1, queue: 0 })
      yield* fork(bulkhead(Effect.never))
      expect((yield* Effect.exit(bulkhead(Effect.void)))._tag).toBe("Failure")
    }))

  it.effect("keeps the order of those who wait when one of them leaves", () =>
    Effect.gen(function*() {
      const bulkhead = yield* Bulkhead.make({ service, permits: 1, queue: 10 })
      const order: Array<number> = []
      const calls = yield* Effect.forEach([0, 1, 2, 3, 4, 5], (i) =>
        fork(bulkhead(Effect.andThen(Effect.sync(() => order.push(i)), Effect.sleep(10)))))
      yield* Fiber.interrupt(calls[2]!)
      yield* Fiber.interrupt(calls[4]!)
      expect([yield* bulkhead.running, yield* bulkhead.waiting]).toEqual([1, 3])
      calls.push(
        yield* fork(bulkhead(Effect.sync(() =>
          void order.push(6)
        )))
      )
      yield* TestClock.adjust("1 minute")
      yield* Effect.forEach(calls, Fiber.await)
      expect(order).toEqual([0, 1, 3, 5, 6])
    }))

  it.effect("gives the place of a call free, however it ends", () =>
    Effect.gen(function*() {
      const bulkhead = yield* Bulkhead.make({ service, permits: 1, queue: 0 })
      for (const ends of [Effect.void, Effect.fail(down()), Effect.die("a bug"), Effect.interrupt]) {
        yield* Effect.exit(bulkhead(ends))
        expect(yield* bulkhead.running).toBe(0)
      }
      yield* Fiber.interrupt(yield* fork(bulkhead(Effect.never)))
      expect(yield* bulkhead.running).toBe(0)
    }))

  it.effect.prop("never runs too many, starts in order, and loses nobody", [
    seeded((from: Source) => ({
      permits: 1 + from.int(5),
      queue: from.int(12),
      calls: Array.from({ length: 60 }, () => ({
        comes: from.int(300),
        lasts: from.pick([0, 1, 30, 90]),
        leaves: from.chance(20) ? from.int(100) : undefined
      })).sort((a, b) => a.comes - b.comes)
    }))
  ], ([{ calls, permits, queue }]) =>
    Effect.gen(function*() {
      const bulkhead = yield* Bulkhead.make({ service, permits, queue })
      const started: Array<number> = []
      let running = 0
      let most = 0
      const one = (i: number, lasts: number) =>
        bulkhead(Effect.acquireUseRelease(
          Effect.sync(() => {
            started.push(i)
            most = Math.max(most, ++running)
          }),
          () => Effect.sleep(lasts),
          () => Effect.sync(() => void running--)
        ))
      const all = Effect.forEach(calls, ({ comes, lasts, leaves }, i) =>
        Effect.gen(function*() {
          yield* Effect.sleep(comes)
          const fiber = yield* fork(one(i, lasts))
          if (leaves !== undefined) yield* fork(Effect.andThen(Effect.sleep(leaves), Fiber.interrupt(fiber)))
          return yield* Fiber.await(fiber)
        }), { concurrency: "unbounded" })
      const { exit } = yield* observe(all)
      const ends = Exit.isSuccess(exit) ? exit.value : []
      expect(ends).toHaveLength(60)
      expect(most).toBeLessThanOrEqual(permits)
      expect(started).toEqual(started.toSorted((a, b) => a - b))
      for (const [i, end] of ends.entries()) if (end._tag === "Success") expect(started).toContain(i)
      expect([running, yield* bulkhead.running, yield* bulkhead.waiting]).toEqual([0, 0, 0])
    }), runs(60))

  it.effect.each([{ permits: 0 }, { permits: 1.5 }, { queue: -1 }, { queue: Number.NaN }])(
    "dies of %o",
    (options) =>
      Effect.gen(function*() {
        expect(Exit.hasDies(yield* Effect.exit(Bulkhead.make({ service, ...options })))).toBe(true)
      })
  )
})
