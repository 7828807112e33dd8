/**
 * Describes what the weather service answers, field by field.
 */
import * as Degrade from "@errata/core/Degrade"
import * as Schema from "effect/Schema"

/** The weather at a place now. */
export const Current = Schema.Struct({
  location: Schema.String,
  country: Schema.String,
  observed_at: Schema.String,
  conditions: Schema.String,
  temperature_c: Schema.Finite,
  feels_like_c: Schema.Finite,
  humidity_percent: Schema.Finite,
  wind_kph: Schema.Finite,
  wind_direction: Schema.String
})
export type Current = typeof Current.Type

/** The days to come. */
export const Forecast = Schema.Struct({
  location: Schema.String,
  days: Schema.Array(Schema.Struct({
    date: Schema.String,
    conditions: Schema.String,
    high_c: Schema.Finite,
    low_c: Schema.Finite,
    precipitation_percent: Schema.Finite
  }))
})
export type Forecast = typeof Forecast.Type

/** The warnings that are in force. */
export const Alerts = Schema.Struct({
  location: Schema.String,
  alerts: Schema.Array(Schema.Struct({
    id: Schema.String,
    event: Schema.String,
    severity: Schema.Literals(["minor", "moderate", "severe", "extreme"]),
    headline: Schema.String,
    effective: Schema.String,
    expires: Schema.String
  }))
})
export type Alerts = typeof Alerts.Type

/** All there is to say about a place: the weather now, and what else can be had. */
export const Report = Degrade.parts({
  required: { current: Current },
  optional: { forecast: Forecast, alerts: Alerts }
})
export type Report = typeof Report.schema.Type
