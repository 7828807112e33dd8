/**
 * Reads the settings of the files server from its environment and its command line.
 *
 * | variable | default | meaning |
 * |---|---|---|
 * | `ERRATA_CSV_TIMEOUT` | 30 seconds | how long one call of `process_csv_file` may take |
 * | `ERRATA_CSV_MEMORY` | 96 KiB | how many bytes of records one such call may hold and return: some 25,000 tokens |
 */
import * as ByteSize from "effect/ByteSize"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as NodePath from "node:path"

/** Describes what the server shows, and what processing a CSV file may cost. */
export class Settings extends Context.Service<Settings, {
  /** The folder that no path leaves. */
  readonly root: string
  readonly csvTimeout: Duration.Duration
  /** In bytes. */
  readonly csvMemory: number
}>()("@errata/examples/files/Settings") {}

/** Provides the settings for a root folder. */
export const layer = (root: string): Layer.Layer<Settings, Config.ConfigError> =>
  Layer.effect(
    Settings,
    Effect.gen(function*() {
      const csvTimeout = yield* Config.Duration("ERRATA_CSV_TIMEOUT").pipe(Config.withDefault(Duration.seconds(30)))
      const csvMemory = yield* Config.ByteSize("ERRATA_CSV_MEMORY").pipe(
        Config.withDefault(ByteSize.fromInputUnsafe("96 KiB"))
      )
      return Settings.of({ root: NodePath.resolve(root), csvTimeout, csvMemory: Number(csvMemory) })
    })
  )
