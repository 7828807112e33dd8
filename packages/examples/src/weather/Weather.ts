/**
 * Provides the weather at a place.
 *
 * **Details**
 *
 * The current weather is what is asked for. Forecast and alerts are added as far as they can be had within 15 s; while they
 * cannot, the last ones that were had are given, if they are not too old:
 *
 * | part | too old after |
 * |---|---|
 * | forecast | 3 hours |
 * | alerts | 15 minutes |
 */
import * as Fallback from "@errata/core/Fallback"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Classify from "./classify.ts"
import { type ApiError, LocationNotFound } from "./errors.ts"
import { Alerts, Current, Forecast, Report } from "./reports.ts"
import { redactor } from "./settings.ts"
import { Source } from "./Source.ts"
import { type Get, Upstream } from "./Upstream.ts"

/** Describes what the current weather can fail with. */
export type WeatherError = ApiError | LocationNotFound

/** The weather at a place. Each part is a request of its own, so that one can fail without the others. */
export class Weather extends Context.Service<Weather, {
  /** The current weather, and what else is wanted. */
  readonly at: (
    location: string,
    wanted: { readonly forecast: boolean; readonly alerts: boolean }
  ) => Effect.Effect<Report, WeatherError>
}>()("@errata/examples/weather/Weather") {}

/** Provides it from the weather service. */
export const layer: Layer.Layer<Weather, never, Upstream | Source> = Layer.effect(
  Weather,
  Effect.gen(function*() {
    const upstream = yield* Upstream
    const settings = { redactor: redactor(yield* Source) }

    const current = part("/v1/current", Current, upstream.get)
    const forecast = yield* lastGood(part("/v1/forecast", Forecast, yield* upstream.aside("forecast")), "3 hours")
    const alerts = yield* lastGood(part("/v1/alerts", Alerts, yield* upstream.aside("alerts")), "15 minutes")

    return Weather.of({
      at: (location, wanted) =>
        Report.collect({
          current: current(location),
          forecast: wanted.forecast
            ? { answer: forecast(location), impact: "There is no outlook for the next days" }
            : undefined,
          alerts: wanted.alerts
            ? {
              answer: alerts(location),
              impact: "There may be alerts that are not listed: do not conclude that there are none",
              impactWhenStale: "Alerts of the last minutes may be missing"
            }
            : undefined
        }, settings)
    })
  })
)

/** Makes one request for one part. */
const part = <A>(path: string, schema: Schema.Codec<A, unknown>, get: Get) => {
  const decode = Schema.decodeUnknownEffect(Schema.toCodecJson(schema))
  return Effect.fnUntraced(function*(location: string): Effect.fn.Return<A, WeatherError> {
    const endpoint = `${path}?location=${encodeURIComponent(location)}`
    const { body, status_code } = yield* get(endpoint).pipe(
      Effect.mapError((error) =>
        error._tag === "EndpointNotFound"
          ? new LocationNotFound({ service: error.service, status_code: error.status_code, location })
          : error
      )
    )
    return yield* decode(body).pipe(Classify.orDie(endpoint, status_code))
  })
}

const lastGood = <A>(request: (location: string) => Effect.Effect<A, WeatherError>, maxAge: Duration.Input) =>
  Fallback.lastGood(request, { key: (location) => location.trim().toLowerCase(), maxAge })
