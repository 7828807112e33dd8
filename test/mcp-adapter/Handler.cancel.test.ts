import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import * as Handler from "@errata/mcp-adapter/Handler"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { bind, expectMasked, problemOf, recorder, settled } from "./support/harness.ts"

const nothing = { isError: true, content: [] }
const tool = Tool.make("work", { description: "d", errors: [Errors.Conflict], safety: "read" })

describe("a cancel", () => {
  it.effect("before the call: nothing runs", () =>
    Effect.gen(function*() {
      let ran = false
      const call = yield* bind(Tool.handle(tool, () =>
        Effect.sync(() => {
          ran = true
        })))
      const pending = call({}, { signal: AbortSignal.abort() })
      expect(pending.isPromise).toBe(false)
      expect(yield* pending.reply).toEqual(nothing)
      expect(ran).toBe(false)
    }))

  it.effect("while it runs: it is interrupted, finalizers run before the reply, nothing is sent, the log says so", () =>
    Effect.gen(function*() {
      const log = recorder()
      const events: Array<string> = []
      const handler = () =>
        Effect.never.pipe(
          Effect.onInterrupt(() => Effect.sync(() => events.push("interrupted"))),
          Effect.andThen(Effect.void),
          Effect.ensuring(Effect.andThen(Effect.sleep("1 second"), Effect.sync(() => events.push("finalized"))))
        )
      const call = yield* bind(Tool.handle(tool, handler)).pipe(Effect.provide(log.layer))
      const controller = new AbortController()
      const pending = call({}, { signal: controller.signal })
      controller.abort()
      expect(yield* pending.poll).toBeUndefined()
      yield* TestClock.adjust("1 second")
      expect(yield* pending.poll).toEqual(nothing)
      expect(events).toEqual(["interrupted", "finalized"])
      expect(log.lines).toHaveLength(1)
      expect(log.lines[0]).toMatchObject({ level: "Info", outcome: "cancelled" })
      expect(log.lines[0]).not.toHaveProperty("cause")
    }))

  it.effect("after the reply: nothing happens, and nobody listens any more", () =>
    Effect.gen(function*() {
      const log = recorder()
      const call = yield* bind(Tool.handle(tool, () => Effect.sleep("1 second"))).pipe(Effect.provide(log.layer))
      const controller = new AbortController()
      let listeners = 0
      const { signal } = controller
      const add = signal.addEventListener.bind(signal)
      const remove = signal.removeEventListener.bind(signal)
      signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args))
      signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args))
      const pending = call({}, { signal })
      expect(listeners).toBe(1)
      yield* TestClock.adjust("1 second")
      expect(yield* pending.reply).toEqual({ content: [{ type: "text", text: "Done." }] })
      expect(listeners).toBe(0)
      controller.abort()
      yield* settled
      expect(log.lines).toHaveLength(1)
    }))

  it.effect("by what the call itself does at once", () =>
    Effect.gen(function*() {
      const controller = new AbortController()
      const call = yield* bind(
        Tool.handle(tool, () => Effect.andThen(Effect.sync(() => controller.abort()), Effect.never))
      )
      expect(yield* call({}, { signal: controller.signal }).poll).toEqual(nothing)
    }))

  it.effect("while finalizers run after the deadline: it stays a timeout", () =>
    Effect.gen(function*() {
      const controller = new AbortController()
      const call = yield* bind(Tool.handle(tool, () => Effect.ensuring(Effect.never, Effect.sleep("1 second"))), {
        timeout: "1 second"
      })
      const pending = call({}, { signal: controller.signal })
      yield* TestClock.adjust("1 second")
      controller.abort()
      yield* TestClock.adjust("1 second")
      expect(problemOf((yield* pending.poll)!)?.type).toBe("timeout")
    }))

  it.effect("while a service of the runtime is still built", () =>
    Effect.gen(function*() {
      const controller = new AbortController()
      const { promise, resolve } = Promise.withResolvers<Context.Context<never>>()
      const runtime = { context: () => promise }
      let ran = false
      const handler = Handler.make(
        Tool.handle(tool, () =>
          Effect.sync(() => {
            ran = true
          })),
        { runtime }
      )
      const answer = handler({}, { signal: controller.signal })
      controller.abort()
      resolve(yield* Effect.context<never>())
      expect(yield* Effect.promise(() => Promise.resolve(answer))).toEqual(nothing)
      expect(ran).toBe(false)
    }))
})

describe("only the client's signal is a cancel", () => {
  it.effect("a handler that interrupts itself has a defect, at once or later", () =>
    Effect.gen(function*() {
      for (const handler of [() => Effect.interrupt, () => Effect.andThen(Effect.yieldNow, Effect.interrupt)]) {
        const log = recorder()
        const call = yield* bind(Tool.handle(tool, handler)).pipe(Effect.provide(log.layer))
        expectMasked(yield* call({}).reply)
        expect(log.lines[0]).toMatchObject({
          level: "Error",
          outcome: "internal_error",
          cause: expect.stringContaining("interrupted itself")
        })
      }
    }))

  it.effect("a failure that comes out of an interrupted call is told to nobody", () =>
    Effect.gen(function*() {
      const controller = new AbortController()
      const conflict = new Errors.Conflict({ resource: "x" })
      const call = yield* bind(
        Tool.handle(tool, () => Effect.uninterruptible(Effect.andThen(Effect.sleep("1 second"), Effect.fail(conflict))))
      )
      const pending = call({}, { signal: controller.signal })
      controller.abort()
      yield* TestClock.adjust("1 second")
      expect((yield* pending.poll)!.content).toEqual([])
    }))
})

describe("nothing is left behind", () => {
  it.effect("no timer sleeps on after a call was answered", () =>
    Effect.gen(function*() {
      const clock = yield* Clock.Clock
      let sleeping = 0
      const counting: Clock.Clock = Object.assign(Object.create(clock) as Clock.Clock, {
        sleep: (duration: Parameters<Clock.Clock["sleep"]>[0]) =>
          Effect.suspend(() => {
            sleeping++
            return Effect.ensuring(
              clock.sleep(duration),
              Effect.sync(() => {
                sleeping--
              })
            )
          })
      })
      const call = yield* bind(Tool.handle(tool, () => Effect.sleep("1 second"))).pipe(
        Effect.provideService(Clock.Clock, counting)
      )
      const controller = new AbortController()
      const [done, cancelled] = [call({}), call({}, { signal: controller.signal })]
      yield* settled
      expect(sleeping).toBe(4)
      controller.abort()
      yield* TestClock.adjust("1 second")
      yield* done.reply
      yield* cancelled.reply
      yield* settled
      expect(sleeping).toBe(0)
    }))

  it.effect("ToolTest: interrupting the test's call cancels it", () =>
    Effect.gen(function*() {
      let interrupted = false
      const handled = Tool.handle(tool, () =>
        Effect.onInterrupt(Effect.never, () =>
          Effect.sync(() => {
            interrupted = true
          })))
      const fiber = yield* Effect.forkChild(ToolTest.call(handled, {}))
      yield* Effect.yieldNow
      yield* settled
      yield* Fiber.interrupt(fiber)
      yield* settled
      expect(interrupted).toBe(true)
    }))
})
