import { describe, expect, it } from "@effect/vitest"
import * as Degrade from "@errata/core/Degrade"
import * as Errors from "@errata/core/Errors"
import * as Fallback from "@errata/core/Fallback"
import * as Tool from "@errata/core/Tool"
import * as ToolTest from "@errata/mcp-adapter/ToolTest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"

const Weather = Degrade.parts({
  required: { current: Schema.Struct({ observed_at: Schema.Date }) },
  optional: { forecast: Schema.Array(Schema.String), alerts: Schema.Array(Schema.String) }
})

const getWeather = Tool.make("get_weather", {
  description: "Returns the weather.",
  input: Schema.Struct({ include_alerts: Schema.optionalKey(Schema.Boolean) }),
  output: Weather.schema,
  errors: [Errors.NotFound],
  safety: "read"
})

const current = Effect.succeed({ observed_at: new Date(0) })
const unavailable = new Errors.Unavailable({ service: "The forecast" })
const impact = "There is no outlook"

const quiet = Effect.provide(Logger.layer([]))

describe("a tool whose output is a Degraded", () => {
  it.effect("answers with the data as structured content and as text", () =>
    Effect.gen(function*() {
      const handled = Tool.handle(getWeather, ({ include_alerts }) =>
        Weather.collect({
          current,
          forecast: { effect: Effect.fail(unavailable), impact },
          alerts: include_alerts === true ? { effect: Effect.succeed(["storm"]), impact } : undefined
        }))
      const without = yield* ToolTest.call(handled, {})
      expect(without.result).toEqual({
        content: [{ type: "text", text: JSON.stringify(without.result.structuredContent) }],
        structuredContent: {
          data: { current: { observed_at: "1970-01-01T00:00:00.000Z" } },
          degraded: true,
          warnings: [{ component: "forecast", reason: "unavailable: The forecast is unavailable", impact }],
          metadata: { components_requested: 2, components_returned: 1, completeness: 0.5 }
        }
      })
      const { value } = yield* ToolTest.call(handled, { include_alerts: true })
      expect(value?.data).toEqual({ current: { observed_at: new Date(0) }, alerts: ["storm"] })
      expect(value?.metadata).toEqual({ components_requested: 3, components_returned: 2, completeness: 0.67 })
    }).pipe(quiet))

  it.effect("is an error if a required part fails, and has no structured content then", () =>
    Effect.gen(function*() {
      const handled = Tool.handle(getWeather, () =>
        Weather.collect({
          current: Effect.fail(new Errors.NotFound({ resource: "Place" })),
          forecast: { effect: Effect.never, impact }
        }))
      const { error, result } = yield* ToolTest.call(handled, {})
      expect(error).toBeInstanceOf(Errors.NotFound)
      expect(result.isError).toBe(true)
      expect(result.structuredContent).toBeUndefined()
    }).pipe(quiet))

  it.effect("is no error though no part is there", () =>
    Effect.gen(function*() {
      const Extras = Degrade.parts({ required: {}, optional: { a: Schema.String, b: Schema.String } })
      const tool = Tool.make("extras", { description: "Returns extras.", output: Extras.schema, safety: "read" })
      const part = { effect: Effect.fail(unavailable), impact }
      const { result } = yield* ToolTest.call(Tool.handle(tool, () => Extras.collect({ a: part, b: part })), {})
      expect(result.isError).toBeUndefined()
      expect(result.structuredContent).toMatchObject({ data: {}, metadata: { completeness: 0 } })
    }).pipe(quiet))

  it.effect("answers before the call's deadline, though a part hangs and another releases slowly", () =>
    Effect.gen(function*() {
      const slow = Effect.onInterrupt(Effect.never, () => Effect.sleep("1 hour"))
      const handled = Tool.handle(
        getWeather,
        () => Weather.collect({ current, forecast: { effect: Effect.never, impact }, alerts: { effect: slow, impact } })
      )
      const call = yield* Effect.forkChild(ToolTest.call(handled, {}))
      yield* TestClock.adjust("49499 millis")
      expect(call.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("251 millis")
      const { value } = yield* Fiber.join(call)
      expect(value?.warnings).toEqual([
        { component: "forecast", reason: "timeout: forecast took too long", impact },
        { component: "alerts", reason: "timeout: alerts took too long", impact }
      ])
    }).pipe(quiet))

  it.effect("times out if a required part hangs", () =>
    Effect.gen(function*() {
      const handled = Tool.handle(getWeather, () =>
        Weather.collect({ current: Effect.never, forecast: { effect: Effect.never, impact } }))
      const call = yield* Effect.forkChild(ToolTest.call(handled, {}))
      yield* TestClock.adjust("50 seconds")
      const { problem } = yield* Fiber.join(call)
      expect(problem?.type).toBe("timeout")
    }).pipe(quiet))

  it.effect("sends nothing when the client cancels, and every part releases what it holds", () =>
    Effect.gen(function*() {
      const controller = new AbortController()
      const released: Array<string> = []
      const held = (name: string) => Effect.onInterrupt(Effect.never, () => Effect.sync(() => released.push(name)))
      const handled = Tool.handle(
        getWeather,
        () =>
          Weather.collect({
            current: held("current"),
            forecast: { effect: held("forecast"), impact },
            alerts: { effect: held("alerts"), impact }
          })
      )
      const call = yield* Effect.forkChild(ToolTest.call(handled, {}, { request: { signal: controller.signal } }), {
        startImmediately: true
      })
      controller.abort()
      const { result } = yield* Fiber.join(call)
      expect(result.structuredContent).toBeUndefined()
      expect(released).toEqual(["current", "forecast", "alerts"])
    }).pipe(quiet))

  it.effect("serves what `Fallback.lastGood` remembers, and says how old it is", () =>
    Effect.gen(function*() {
      let isUp = true
      const forecast = yield* Fallback.lastGood(
        (_city: string) => isUp ? Effect.succeed(["rain"]) : Effect.fail(unavailable),
        { key: (city) => city, maxAge: "10 minutes" }
      )
      const handled = Tool.handle(getWeather, () =>
        Weather.collect({ current, forecast: { answer: forecast("Paris"), impact } }))
      expect((yield* ToolTest.call(handled, {})).value?.degraded).toBe(false)
      isUp = false
      yield* TestClock.adjust("90 seconds")
      const { value } = yield* ToolTest.call(handled, {})
      expect(value).toMatchObject({
        data: { forecast: ["rain"] },
        degraded: true,
        warnings: [{ component: "forecast", reason: "unavailable: The forecast is unavailable", stale_seconds: 90 }],
        metadata: { components_returned: 2, completeness: 1 }
      })
      yield* TestClock.adjust("10 minutes")
      const { value: later } = yield* ToolTest.call(handled, {})
      expect(later?.data).toEqual({ current: { observed_at: new Date(0) } })
      expect(later?.warnings).toEqual([{
        component: "forecast",
        reason: "unavailable: The forecast is unavailable",
        impact
      }])
    }).pipe(quiet))
})
