/**
 * Reads the settings of the documents server from its environment and its command line.
 *
 * | variable | default | |
 * |---|---|---|
 * | `ERRATA_DATA` | `.errata` in the working directory | where the server keeps its state |
 * | `ERRATA_CONVERSION_TIMEOUT` | 30 seconds | how long one conversion may take, from when its turn has come |
 * | `ERRATA_CONVERSION_WAIT` | 15 seconds | how long one conversion may wait for its turn |
 * | `ERRATA_CONVERSION_MEMORY` | 1024 MiB | how much memory one conversion may use |
 * | `ERRATA_DATABASE_WAIT` | 5 seconds | how long a database that another process has locked is waited for |
 * | `ERRATA_DOCUMENT_SIZE` | 64 MiB | how large a document may be that is converted |
 */
import * as ByteSize from "effect/ByteSize"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as NodePath from "node:path"
import { defaultMegabytes } from "./conversion/ConversionPool.ts"
import { maxSourceBytes } from "./conversion/limits.ts"

/** Says where the server finds things, and what conversions may cost. */
export class Settings extends Context.Service<Settings, {
  /** The folder whose files are the documents. */
  readonly root: string
  /** Says where the server keeps its state. */
  readonly data: string
  /** Says how long one conversion may take. */
  readonly conversionTimeout: Duration.Duration
  /** Says how long one conversion may wait for its turn. */
  readonly conversionWait: Duration.Duration
  /** Says how many megabytes one conversion may use. */
  readonly conversionMegabytes: number
  /** Says how long a locked database is waited for. */
  readonly databaseWait: Duration.Duration
  /** Says how many bytes a document may have. */
  readonly documentBytes: number
}>()("@errata/examples/documents/Settings") {}

/** The settings make no sense. The message says what to do about it. */
export class SettingsError extends Data.TaggedError("SettingsError")<{ readonly message: string }> {}

const megabyte = 1024 * 1024

const duration = Effect.fnUntraced(function*(name: string, byDefault: Duration.Input) {
  const value = yield* Config.Duration(name).pipe(Config.withDefault(Duration.fromInputUnsafe(byDefault)))
  if (Duration.isGreaterThan(value, Duration.zero)) return value
  return yield* Effect.fail(new SettingsError({ message: `${name} must be longer than nothing` }))
})

const bytes = Effect.fnUntraced(function*(name: string, byDefault: number, least: number) {
  const value = Number(yield* Config.ByteSize(name).pipe(Config.withDefault(ByteSize.bytes(byDefault))))
  if (value >= least) return value
  return yield* Effect.fail(new SettingsError({ message: `${name} must be at least ${least} bytes` }))
})

/** Provides the settings for a root folder. */
export const layer = (root: string): Layer.Layer<Settings, Config.ConfigError | SettingsError> =>
  Layer.effect(
    Settings,
    Effect.gen(function*() {
      const data = yield* Config.String("ERRATA_DATA").pipe(Config.withDefault(".errata"))
      const memory = yield* bytes("ERRATA_CONVERSION_MEMORY", defaultMegabytes * megabyte, 128 * megabyte)
      return Settings.of({
        root: NodePath.resolve(root),
        data: NodePath.resolve(data),
        conversionTimeout: yield* duration("ERRATA_CONVERSION_TIMEOUT", "30 seconds"),
        conversionWait: yield* duration("ERRATA_CONVERSION_WAIT", "15 seconds"),
        databaseWait: yield* duration("ERRATA_DATABASE_WAIT", "5 seconds"),
        conversionMegabytes: Math.floor(memory / megabyte),
        documentBytes: yield* bytes("ERRATA_DOCUMENT_SIZE", maxSourceBytes, 1)
      })
    })
  )
