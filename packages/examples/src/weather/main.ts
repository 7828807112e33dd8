/**
 * Serves the weather over stdio: `node packages/examples/src/weather/main.ts`.
 */
import * as Toolkit from "@errata/mcp-adapter/Toolkit"
import * as Effect from "effect/Effect"
import { cannotStart, serve } from "../shared/serve.ts"
import * as Settings from "./settings.ts"
import { layer, WeatherTools } from "./toolkit.ts"

const name = "weather"

const settings = await Effect.runPromise(Settings.load).catch((failure: unknown) => cannotStart(name, failure))

await serve({
  name,
  tools: Toolkit.handled(WeatherTools),
  layer: layer(settings),
  redactor: Settings.redactor(settings)
})
