/** Setting the system's clock changes neither what is told of a call's time nor when a silent call is heard of. */
import { describe, expect, it } from "@effect/vitest"
import * as Tool from "@errata/core/Tool"
import type * as Handler from "@errata/mcp-adapter/Handler"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { bind } from "../mcp-adapter/support/harness.ts"

const hour = 3_600_000

/** The clock of the test, whose wall clock somebody may set; what it counts goes on. */
const settable = Effect.map(Clock.clockWith(Effect.succeed), (clock) => {
  let offset = 0
  const told: Clock.Clock = Object.create(clock, {
    currentTimeMillisUnsafe: { value: () => clock.currentTimeMillisUnsafe() + offset },
    currentTimeNanosUnsafe: { value: () => clock.currentTimeNanosUnsafe() + BigInt(offset) * 1_000_000n }
  })
  return { clock: told, set: (by: number) => void (offset += by) }
})

const tool = Tool.make("slow", { description: "d", output: Schema.Finite, safety: "read" })

describe.each([["forward", hour], ["back", -hour]])("the system's clock is set an hour %s", (_, by) => {
  it.effect("the line tells how long the call took", () =>
    Effect.gen(function*() {
      const { clock, set } = yield* settable
      const logged: Array<unknown> = []
      const logger = Logger.make<unknown, void>(({ message }) => void logged.push((message as Array<unknown>)[1]))
      const waits = Tool.handle(tool, () => Effect.delay(Effect.succeed(1), "3 seconds"))
      const call = yield* bind(waits).pipe(
        Effect.provideService(Clock.Clock, clock),
        Effect.provideService(Logger.CurrentLoggers, new Set([logger]))
      )
      const pending = call({})
      yield* TestClock.adjust("1 seconds")
      set(by)
      yield* TestClock.adjust("2 seconds")
      expect(yield* pending.poll).toMatchObject({ structuredContent: { result: 1 } })
      expect(logged).toMatchObject([{ outcome: "success", duration_ms: 3000 }])
    }))

  it.effect("a client that listens hears of a silent call every 15 s", () =>
    Effect.gen(function*() {
      const { clock, set } = yield* settable
      const told: Array<unknown> = []
      const request: Handler.Request = { meta: { progressToken: 1 }, notify: ({ params }) => told.push(params) }
      const waits = Tool.handle(tool, () => Effect.delay(Effect.succeed(1), "100 seconds"))
      const call = yield* bind(waits).pipe(Effect.provideService(Clock.Clock, clock))
      const pending = call({}, request)
      yield* TestClock.adjust("10 seconds")
      set(by)
      yield* TestClock.adjust("4999 millis")
      expect(told).toHaveLength(0)
      yield* TestClock.adjust("1 millis")
      expect(told).toHaveLength(1)
      yield* TestClock.adjust("15 seconds")
      expect(told).toHaveLength(2)
      yield* TestClock.adjust("70 seconds")
      expect(yield* pending.poll).toMatchObject({ structuredContent: { result: 1 } })
    }))
})
