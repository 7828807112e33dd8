import { describe, expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as Climate from "@errata/examples/weather/simulation/climate"
import { Source } from "@errata/examples/weather/Source"
import { type Get, Upstream } from "@errata/examples/weather/Upstream"
import * as Weather from "@errata/examples/weather/Weather"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"

/** A service whose forecasts and alerts can be taken away. The clock is a test's, so that hours go by at once. */
const service = () => {
  const report = Climate.at("London", 0)!
  let isUp = true
  const get: Get = (endpoint) =>
    Effect.suspend(() => {
      const part = /^\/v1\/(\w+)/.exec(endpoint)?.[1] as keyof typeof report
      return isUp || part === "current"
        ? Effect.succeed({ status_code: 200, attempts: 1, body: report[part] })
        : Effect.fail(new Errors.Unavailable({ service: "Weather API" }))
    })
  const source = { apiKey: Redacted.make("key") } as Source["Service"]
  const layer = Layer.provide(Weather.layer, [
    Layer.succeed(Upstream, { get, aside: () => Effect.succeed(get) }),
    Layer.succeed(Source, source)
  ])
  return { layer, breakDown: () => void (isUp = false) }
}

describe("a last good value", () => {
  const { breakDown, layer } = service()

  it.effect("stands in until it is too old: alerts for 15 minutes, a forecast for 3 hours", () =>
    Effect.gen(function*() {
      const weather = yield* Weather.Weather
      const ask = Effect.map(weather.at("London", { forecast: true, alerts: true }), ({ data, warnings }) => ({
        parts: Object.keys(data).length,
        ages: warnings.map(({ stale_seconds }) => stale_seconds)
      }))
      expect(yield* ask).toEqual({ parts: 3, ages: [] })
      breakDown()
      yield* TestClock.adjust("900 seconds")
      expect(yield* ask).toEqual({ parts: 3, ages: [900, 900] })
      yield* TestClock.adjust("1 second")
      expect(yield* ask).toEqual({ parts: 2, ages: [901, undefined] })
      yield* TestClock.adjust("9899 seconds")
      expect(yield* ask).toEqual({ parts: 2, ages: [10_800, undefined] })
      yield* TestClock.adjust("1 second")
      expect(yield* ask).toEqual({ parts: 1, ages: [undefined, undefined] })
    }).pipe(Effect.provide([layer, Logger.layer([])])))
})
