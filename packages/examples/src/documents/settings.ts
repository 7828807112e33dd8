/**
 * Reads the settings of the documents server from its environment and its command line.
 */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as NodePath from "node:path"

/** Where the server finds things, and how long conversions may take. */
export class Settings extends Context.Service<Settings, {
  /** The folder whose files are the documents. */
  readonly root: string
  /** Where the server keeps its state: `ERRATA_DATA`, by default `.errata` in the working directory. */
  readonly data: string
  /** How long one conversion may take: `ERRATA_CONVERSION_TIMEOUT`, by default 30 seconds. */
  readonly conversionTimeout: Duration.Duration
}>()("@errata/examples/documents/Settings") {}

/** The settings make no sense. The message says what to do about it. */
export class SettingsError extends Data.TaggedError("SettingsError")<{ readonly message: string }> {}

/** Provides the settings for a root folder. */
export const layer = (root: string): Layer.Layer<Settings, Config.ConfigError | SettingsError> =>
  Layer.effect(
    Settings,
    Effect.gen(function*() {
      const data = yield* Config.String("ERRATA_DATA").pipe(Config.withDefault(".errata"))
      const conversionTimeout = yield* Config.Duration("ERRATA_CONVERSION_TIMEOUT").pipe(
        Config.withDefault(Duration.seconds(30))
      )
      if (!Duration.isGreaterThan(conversionTimeout, Duration.zero)) {
        return yield* Effect.fail(
          new SettingsError({ message: "ERRATA_CONVERSION_TIMEOUT must be longer than nothing" })
        )
      }
      return Settings.of({ root: NodePath.resolve(root), data: NodePath.resolve(data), conversionTimeout })
    })
  )
