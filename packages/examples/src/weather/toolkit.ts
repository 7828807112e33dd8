/**
 * Joins the tools of the weather server with their handlers and the services behind them.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Toolkit from "@errata/mcp-adapter/Toolkit"
import * as Layer from "effect/Layer"
import type { Settings, SettingsError } from "./settings.ts"
import * as Source from "./Source.ts"
import * as Tools from "./tools.ts"
import * as Upstream from "./Upstream.ts"
import * as Weather from "./Weather.ts"

/** The tools of the weather server. */
export const WeatherTools = Toolkit.make("Weather", [Tools.getWeather, Tools.fetchApiData])

/**
 * The weather service and what stands before it. The client is that of `node:http`: it follows no redirects (they could
 * lead elsewhere), and its errors carry the codes that say what happened, in the middle of a body too.
 */
export const services = (settings: Settings): Layer.Layer<Upstream.Upstream | Weather.Weather, SettingsError> =>
  Weather.layer.pipe(
    Layer.provideMerge(Upstream.layer),
    Layer.provide([Source.layer(settings), NodeHttpClient.layerNodeHttp])
  )

/** The handlers of the tools. */
export const handlers: Layer.Layer<Toolkit.Handlers<"Weather">, never, Upstream.Upstream | Weather.Weather> = Toolkit
  .toLayer(
    WeatherTools,
    {
      get_weather: ({ include_alerts = true, include_forecast = true, location }) =>
        Weather.Weather.use((weather) => weather.at(location, { forecast: include_forecast, alerts: include_alerts })),
      fetch_api_data: ({ endpoint }) => Upstream.Upstream.use((upstream) => upstream.get(endpoint))
    }
  )

/** Everything the server needs. */
export const layer = (settings: Settings): Layer.Layer<Toolkit.Handlers<"Weather">, SettingsError> =>
  Layer.provide(handlers, services(settings))
