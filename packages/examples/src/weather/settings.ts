/**
 * Reads the settings of the weather server from its environment.
 *
 * | variable | default | meaning |
 * |---|---|---|
 * | `WEATHER_API_URL` | the simulator | where the weather service is; a path in it is kept |
 * | `WEATHER_API_KEY` | the simulator's | its key, at least 8 characters; required with `WEATHER_API_URL` |
 * | `WEATHER_ATTEMPT_TIMEOUT` | 10 seconds | how long one request may take |
 * | `WEATHER_RETRY_DELAY` | 500 millis | the longest wait before the first retry; it doubles for each further one |
 * | `WEATHER_OPEN_TIME` | 30 seconds | how long the service is left alone after it failed repeatedly |
 * | `WEATHER_SIMULATOR_SCRIPT` | none | a JSON file with a script for the simulator |
 */
import * as Redaction from "@errata/core/Redaction"
import * as Config from "effect/Config"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { developmentKey } from "./simulator.ts"

/** Where the service is and how it is called. */
export interface Settings {
  /** Where the service is; the simulator is started if it is not said. */
  readonly url: URL | undefined
  readonly apiKey: Redacted.Redacted<string>
  readonly attemptTimeout: Duration.Duration
  readonly retryDelay: Duration.Duration
  readonly openTime: Duration.Duration
  /** A file with a script for the simulator. */
  readonly script: string | undefined
}

/** The settings make no sense. The message says what to do about it. */
export class SettingsError extends Data.TaggedError("SettingsError")<{ readonly message: string }> {}

const duration = (name: string, fallback: Duration.Input): Config.Config<Duration.Duration> =>
  Config.Duration(name).pipe(Config.withDefault(Duration.fromInputUnsafe(fallback)))

const variables = Config.all({
  url: Config.option(Config.String("WEATHER_API_URL")),
  apiKey: Config.option(Config.Redacted("WEATHER_API_KEY")),
  attemptTimeout: duration("WEATHER_ATTEMPT_TIMEOUT", "10 seconds"),
  retryDelay: duration("WEATHER_RETRY_DELAY", "500 millis"),
  openTime: duration("WEATHER_OPEN_TIME", "30 seconds"),
  script: Config.option(Config.String("WEATHER_SIMULATOR_SCRIPT"))
})

/** Reads and checks the settings. */
export const load: Effect.Effect<Settings, Config.ConfigError | SettingsError> = Effect.gen(function*() {
  const { apiKey, script, url, ...durations } = yield* variables
  const given = nonEmpty(url)
  return {
    ...durations,
    script: nonEmpty(script),
    url: given === undefined ? undefined : yield* parseUrl(given),
    apiKey: yield* checkKey(Option.getOrUndefined(apiKey), given !== undefined)
  }
})

/** Reads a variable. One that is set to nothing is not set. */
const nonEmpty = (text: Option.Option<string>): string | undefined =>
  Option.getOrElse(text, () => "").trim() || undefined

const parseUrl = (text: string): Effect.Effect<URL, SettingsError> => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isFit = url !== undefined && /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "" &&
    url.username === "" && url.password === ""
  return isFit
    ? Effect.succeed(url)
    : Effect.fail(
      new SettingsError({ message: "WEATHER_API_URL must be an http or https URL without user, query and fragment" })
    )
}

/** Says how short a key may be: to mask a shorter one would mask ordinary words, and everybody could guess it. */
const shortestKey = 8

const checkKey = (
  key: Redacted.Redacted<string> | undefined,
  isRequired: boolean
): Effect.Effect<Redacted.Redacted<string>, SettingsError> => {
  const text = key === undefined ? "" : Redacted.value(key).trim()
  if (text === "") {
    return isRequired
      ? Effect.fail(
        new SettingsError({
          message: "WEATHER_API_URL is set but WEATHER_API_KEY is not; set it to the key of that service"
        })
      )
      : Effect.succeed(developmentKey)
  }
  if (!/^[\x21-\x7e]+$/.test(text)) {
    return Effect.fail(new SettingsError({ message: "WEATHER_API_KEY holds characters that a header cannot carry" }))
  }
  return text.length < shortestKey
    ? Effect.fail(
      new SettingsError({
        message: `WEATHER_API_KEY must have at least ${shortestKey} characters: a shorter one is no secret`
      })
    )
    : Effect.succeed(Redacted.make(text))
}

/** Masks the key, whatever it looks like, in all that leaves the server: the last of three nets. */
export const redactor = ({ apiKey }: Pick<Settings, "apiKey">): Redaction.Redactor =>
  Redaction.make({
    patterns: [{
      name: "weather key",
      expression: new RegExp(Redacted.value(apiKey).replaceAll(/[^A-Za-z0-9]/g, "\\$&"), "g"),
      replacement: Redaction.mask
    }]
  })
