/**
 * Says where the weather comes from: the service that the settings name, or a simulator that runs as long as the server.
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { readFile } from "node:fs/promises"
import { type Settings, SettingsError } from "./settings.ts"
import { Script } from "./simulation/script.ts"
import * as Simulator from "./simulator.ts"

/** Where the service is, and how it is called. */
export class Source extends Context.Service<Source, {
  readonly url: URL
  readonly apiKey: Redacted.Redacted<string>
  readonly attemptTimeout: Duration.Duration
  readonly retryDelay: Duration.Duration
  readonly openTime: Duration.Duration
}>()("@errata/examples/weather/Source") {}

/** Provides what the settings name. */
export const layer = (settings: Settings): Layer.Layer<Source, SettingsError> =>
  Layer.effect(
    Source,
    settings.url === undefined
      ? Effect.map(startSimulator(settings), ({ url }) => Source.of({ ...settings, url: new URL(url) }))
      : Effect.succeed(Source.of({ ...settings, url: settings.url }))
  )

const startSimulator = Effect.fnUntraced(function*({ apiKey, script }: Settings) {
  const replies = script === undefined ? [] : yield* readScript(script)
  const simulator = yield* Simulator.start({ apiKey, script: replies })
  yield* Effect.logInfo("WEATHER_API_URL is not set: the weather is made up by a simulator", { url: simulator.url })
  return simulator
})

const readScript = (file: string): Effect.Effect<typeof Script.Type, SettingsError> =>
  Effect.tryPromise(() => readFile(file, "utf8")).pipe(
    Effect.flatMap(Schema.decodeUnknownEffect(Schema.fromJsonString(Script))),
    Effect.mapError(() =>
      new SettingsError({ message: `WEATHER_SIMULATOR_SCRIPT names ${file}, which holds no script` })
    )
  )
