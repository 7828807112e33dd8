import { describe, expect, it } from "@effect/vitest"
import * as Batch from "@errata/core/Batch"
import * as Deadline from "@errata/core/Deadline"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { inside, recorded } from "./support/calls.ts"
import { logged } from "./support/logged.ts"

const turn = Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
const names = Array.from({ length: 20 }, (_, i) => `item ${i}`)

describe("a client's cancel in the middle", () => {
  it.effect("interrupts all items, begins no other, and ends when their finalizers have", () =>
    Effect.gen(function*() {
      yield* TestClock.adjust(1) // the first sleep under a TestClock can be interrupted in a finalizer, to warn
      const log: Array<string> = []
      const work = (name: string) =>
        Effect.suspend(() => {
          log.push(`begin ${name}`)
          return name === "item 1" ? Effect.void : Effect.never
        }).pipe(Effect.onInterrupt(() =>
          Effect.andThen(Effect.sleep("1 second"), Effect.sync(() => log.push(`release ${name}`)))
        ))
      const fiber = yield* Effect.forkChild(Batch.forEach(names, work, { concurrency: 3 }), { startImmediately: true })
      yield* turn
      const interrupting = yield* Effect.forkChild(Fiber.interrupt(fiber), { startImmediately: true })
      yield* TestClock.adjust("900 millis")
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("100 millis")
      yield* Fiber.join(interrupting)
      expect(Exit.hasInterrupts(fiber.pollUnsafe()!)).toBe(true)
      expect(log).toEqual([
        "begin item 0",
        "begin item 1",
        "begin item 2",
        "begin item 3",
        "release item 0",
        "release item 2",
        "release item 3"
      ].toSorted((a, b) =>
        a < b ? -1 : 1
      ))
      yield* TestClock.adjust("1 hour")
      yield* turn
      expect(log).toHaveLength(7)
    }))

  it.effect("waits for all, whatever the deadline says", () =>
    Effect.gen(function*() {
      let ended = false
      const stuck = Effect.uninterruptible(Effect.andThen(Effect.sleep("1 minute"), Effect.sync(() => ended = true)))
      const fiber = yield* Effect.forkChild(
        Effect.provideService(Batch.forEach(names, () => stuck), Deadline.Deadline, 10_000),
        { startImmediately: true }
      )
      const interrupting = yield* Effect.forkChild(Fiber.interrupt(fiber), { startImmediately: true })
      yield* TestClock.adjust("59 seconds")
      expect([ended, interrupting.pollUnsafe()]).toEqual([false, undefined])
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(interrupting)
      expect(ended).toBe(true)
    }))

  it.effect("tells no progress any more", () =>
    Effect.gen(function*() {
      const { call, progress } = recorded()
      const work = (name: string) =>
        Effect.andThen(Effect.sleep(name === "item 0" ? "1 second" : "1 hour"), Effect.void)
      const fiber = yield* Effect.forkChild(Batch.forEach(names, work).pipe(inside(call)), { startImmediately: true })
      yield* TestClock.adjust("10 seconds")
      expect(progress).toEqual([{ progress: 1, total: 20, message: "1 of 20 items done" }])
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust("10 hours")
      expect(progress).toHaveLength(1)
    }))

  it.effect("lets go of where the items come from", () =>
    Effect.gen(function*() {
      let released = 0
      const generator = function*() {
        try {
          for (;;) yield "a"
        } finally {
          released++
        }
      }
      const asyncGenerator = async function*() {
        try {
          for (;;) yield "a"
        } finally {
          released++
        }
      }
      const stream = Stream.forever(Stream.make("a")).pipe(Stream.ensuring(Effect.sync(() => released++)))
      for (const items of [generator(), asyncGenerator(), stream]) {
        const fiber = yield* Effect.forkChild(Batch.forEach(items, () => Effect.never, { concurrency: 2 }), {
          startImmediately: true
        })
        for (let i = 0; i < 5; i++) yield* turn
        yield* Fiber.interrupt(fiber)
      }
      expect(released).toBe(3)
    }))

  it.effect("while it waits for an item ends at once", () =>
    Effect.gen(function*() {
      const stuck = async function*() {
        await new Promise(() => undefined)
        yield "a"
      }
      for (const items of [stuck(), Stream.never as Stream.Stream<string>]) {
        const fiber = yield* Effect.forkChild(Batch.forEach(items, Effect.succeed), { startImmediately: true })
        for (let i = 0; i < 5; i++) yield* turn
        yield* Fiber.interrupt(fiber)
        expect(Exit.hasInterrupts(fiber.pollUnsafe()!)).toBe(true)
      }
    }))

  it.effect("is no defect of an item, and no line of the log", () =>
    Effect.gen(function*() {
      const { layer, lines } = logged()
      const fiber = yield* Effect.forkChild(Batch.forEach(names, () => Effect.never).pipe(Effect.provide(layer)), {
        startImmediately: true
      })
      yield* Fiber.interrupt(fiber)
      expect(lines).toEqual([])
    }))

  it.effect("aborts the signals of promises, and what they give later counts for nothing", () =>
    Effect.gen(function*() {
      const signals: Array<{ readonly aborted: boolean }> = []
      let begun = 0
      const settle: Array<() => void> = []
      const work = (_: string, { signal }: Batch.ItemCall) => {
        begun++
        signals.push(signal as never)
        return new Promise<Result.Result<number>>((resolve) => settle.push(() => resolve(Result.succeed(1))))
      }
      const fiber = yield* Effect.forkChild(Batch.forEach(names, work, { concurrency: 3 }), { startImmediately: true })
      settle.shift()!()
      yield* turn
      expect([begun, signals.map(({ aborted }) => aborted)]).toEqual([4, [false, false, false, false]])
      yield* Fiber.interrupt(fiber)
      settle.forEach((f) => f())
      yield* turn
      expect([begun, signals.map(({ aborted }) => aborted)]).toEqual([4, [false, true, true, true]])
    }))
})

describe("a batch that is interrupted before it begins", () => {
  it.effect("begins nothing", () =>
    Effect.gen(function*() {
      let begun = 0
      const fiber = yield* Effect.forkChild(Batch.forEach(names, () => Effect.sync(() => begun++)))
      yield* Fiber.interrupt(fiber)
      expect(begun).toBe(0)
    }))
})
