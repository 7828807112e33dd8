/**
 * Defines the tools of the weather server, without their code.
 */
import * as Tool from "@errata/core/Tool"
import * as Schema from "effect/Schema"
import { Endpoint } from "./endpoint.ts"
import { apiErrors, LocationNotFound } from "./errors.ts"
import { Report } from "./reports.ts"

const Part = (name: string) =>
  Schema.optionalKey(Schema.Boolean.annotate({ description: `Whether to ask for the ${name} too; by default yes` }))

export const getWeather = Tool.make("get_weather", {
  title: "Get the weather",
  description:
    "Returns the weather at a place now, its forecast and its alerts. Says which of the last two are missing or old.",
  input: {
    location: Schema.String.annotate({ description: "The name of a city", examples: ["Paris"] }).check(
      Schema.isPattern(/\S/, { expected: "the name of a city" }),
      Schema.isMaxLength(100)
    ),
    include_forecast: Part("forecast"),
    include_alerts: Part("alerts")
  },
  output: Report.schema,
  errors: [...apiErrors, LocationNotFound],
  safety: "read",
  isOpenWorld: true
})

export const fetchApiData = Tool.make("fetch_api_data", {
  title: "Fetch API data",
  description:
    "Returns what the weather service answers at an endpoint, as it is. Failed requests are repeated where that helps.",
  input: { endpoint: Endpoint },
  output: {
    status_code: Schema.Finite,
    body: Schema.Json,
    attempts: Schema.Finite.annotate({ description: "How often it was asked for" })
  },
  errors: apiErrors,
  safety: "read",
  isOpenWorld: true
})
