/**
 * Serves the weather over stdio or HTTP: `node packages/examples/src/weather/main.ts [--http <port>]`.
 */
import * as Toolkit from "@errata/mcp-adapter/Toolkit"
import * as Effect from "effect/Effect"
import { main } from "../shared/main.ts"
import * as Settings from "./settings.ts"
import { layer, WeatherTools } from "./toolkit.ts"

await main({
  name: "weather",
  load: async () => {
    const settings = await Effect.runPromise(Settings.load)
    return {
      tools: Toolkit.handled(WeatherTools),
      layer: layer(settings),
      redactor: Settings.redactor(settings)
    }
  }
})
