import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Tool from "@errata/core/Tool"
import { ToolCall } from "@errata/core/ToolCall"
import * as Handler from "@errata/mcp-adapter/Handler"
import { wrapHandler } from "@errata/mcp-adapter/wrap"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { vi } from "vitest"
import { fakeTime } from "../support/fakeTime.ts"
import { bind } from "./support/harness.ts"

interface Told {
  readonly progress: number
  readonly message?: string
  readonly progressToken: unknown
}

const listening = () => {
  const told: Array<Told> = []
  const controller = new AbortController()
  const request: Handler.Request = {
    meta: { progressToken: "t" },
    signal: controller.signal,
    notify: ({ params }) => told.push(params as Told)
  }
  return { told, request, cancel: () => controller.abort() }
}

const tool = Tool.make("slow", {
  description: "d",
  output: Schema.Finite,
  errors: [Errors.Unavailable],
  safety: "read"
})
const waits = Tool.handle(tool, () => Effect.delay(Effect.succeed(1), "100 seconds"))

describe("a call that is silent", () => {
  it.effect("is said to be running every 15 s, until it is answered", () =>
    Effect.gen(function*() {
      const { request, told } = listening()
      const pending = (yield* bind(waits))({}, request)
      yield* TestClock.adjust("14999 millis")
      expect(told).toEqual([])
      yield* TestClock.adjust("1 millis")
      expect(told).toEqual([{ progressToken: "t", progress: 0, message: "still running" }])
      yield* TestClock.adjust("85 seconds")
      expect(yield* pending.poll).toMatchObject({ structuredContent: { result: 1 } })
      expect(told).toHaveLength(6)
      for (const [i, { progress }] of told.slice(1).entries()) expect(progress).toBeGreaterThan(told[i]!.progress)
      yield* TestClock.adjust("5 minutes")
      expect(told).toHaveLength(6)
    }))

  it.effect("is not, while it tells of progress itself", () =>
    Effect.gen(function*() {
      const { request, told } = listening()
      const works = Tool.handle(tool, () =>
        Effect.gen(function*() {
          const call = yield* ToolCall
          for (let i = 1; i <= 5; i++) {
            yield* Effect.sleep("10 seconds")
            yield* call.progress({ progress: i })
          }
          return yield* Effect.delay(Effect.succeed(1), "20 seconds")
        }))
      const pending = (yield* bind(works))({}, request)
      yield* TestClock.adjust("70 seconds")
      expect(yield* pending.poll).toBeDefined()
      expect(told.map(({ message, progress }) => message ?? progress)).toEqual([1, 2, 3, 4, 5, "still running"])
      expect(told.at(-1)!.progress).toBeGreaterThan(5)
    }))

  it.effect("is so while a policy waits", () =>
    Effect.gen(function*() {
      const { request, told } = listening()
      const retry = RetryPolicy.make(Schedule.spaced("40 seconds"), { maxRetries: 1 })
      const patient = Tool.make("patient", { description: "d", errors: [Errors.Unavailable], safety: "read", retry })
      const fails = Tool.handle(patient, () => Effect.fail(new Errors.Unavailable({ service: "s" })))
      const pending = (yield* bind(fails))({}, request)
      yield* TestClock.adjust("40 seconds")
      expect(yield* pending.poll).toMatchObject({ isError: true })
      expect(told.map(({ message }) => message)).toEqual(["attempt 2 of 2 in 40 s", "still running", "still running"])
    }))

  it.effect("is not told of to a client that has left", () =>
    Effect.gen(function*() {
      const { cancel, request, told } = listening()
      const pending = (yield* bind(waits))({}, request)
      yield* TestClock.adjust("15 seconds")
      cancel()
      yield* TestClock.adjust("1 minute")
      expect(yield* pending.poll).toBeDefined()
      expect(told).toHaveLength(1)
    }))

  it.effect.each<readonly [string, Handler.Options, (request: Handler.Request) => Handler.Request, number]>([
    ["as often as the option says", { heartbeat: "1 seconds" }, (request) => request, 100],
    ["never, if the option says so", { heartbeat: Infinity }, (request) => request, 0],
    ["never without a token", {}, ({ meta: _meta, ...request }) => request, 0],
    ["never where nothing can be sent", {}, ({ notify: _notify, ...request }) => request, 0]
  ])("is told of %s", ([, options, requestOf, times]) =>
    Effect.gen(function*() {
      const { request, told } = listening()
      const pending = (yield* bind(waits, options))({}, requestOf(request))
      yield* TestClock.adjust("100 seconds")
      expect(told.length).toBeGreaterThanOrEqual(times - 1)
      expect(told.length).toBeLessThanOrEqual(times)
      yield* pending.poll
    }))

  it("leaves no timer behind when it is answered, or when its client leaves", async () => {
    const restore = fakeTime()
    try {
      for (const leaves of [false, true]) {
        const { cancel, request } = listening()
        const answer = Handler.make(waits, { logsCalls: false })({}, request)
        await vi.advanceTimersByTimeAsync(20_000)
        expect(vi.getTimerCount()).toBeGreaterThan(0)
        if (leaves) cancel()
        await vi.advanceTimersByTimeAsync(80_000)
        await answer
        expect(vi.getTimerCount()).toBe(0)
      }
    } finally {
      restore()
    }
  })

  it("of existing code is its own to tell of, unless asked for", async () => {
    const restore = fakeTime()
    try {
      for (const [options, times] of [[{}, 0], [{ heartbeat: "10 seconds" }, 3]] as const) {
        const { request, told } = listening()
        const handler = wrapHandler(
          (_args: object, _context: object) => new Promise((resolve) => setTimeout(() => resolve("done"), 35_000)),
          { logsCalls: false, ...options }
        )
        const { meta: _meta, notify: sendNotification, signal } = request
        const call = handler({}, { signal, _meta, sendNotification })
        await vi.advanceTimersByTimeAsync(35_000)
        expect((await call).content).toEqual([{ type: "text", text: "done" }])
        expect(told).toHaveLength(times)
      }
    } finally {
      restore()
    }
  })
})
