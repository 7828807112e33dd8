/**
 * Reads the settings of the operations server from its environment.
 *
 * | variable | default | |
 * |---|---|---|
 * | `ERRATA_DATA` | `.errata` in the working directory | where the server keeps its state: `operations.sqlite` |
 * | `DATABASE_URL` | none | a Postgres database (`postgres://user:password@host/name`) that takes the place of the file |
 * | `ERRATA_DATABASE_WAIT` | 5 seconds | how long a file that another process has locked is waited for |
 * | `ERRATA_DEPLOYMENT_TIME` | 30 seconds | how long a deployment takes |
 * | `ERRATA_DEPLOYMENT_FAILS` | none | the step at which every deployment fails: `build`, `migrate`, `switch` or `verify` |
 * | `ERRATA_TAKE_OVER` | 10 seconds | after how long other servers take the deployments of a silent one over |
 * | `ERRATA_RUNNER_PORT` | none | with a Postgres database: the port on which this server and others share deployments as runners |
 * | `ERRATA_PERMISSIONS` | all | what callers may do whom no host has signed in: `projects:create projects:update`, `projects:*`, `none` |
 */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as NodePath from "node:path"

/** Says where the server keeps its state, and what callers may do. */
export class Settings extends Context.Service<Settings, {
  /** The folder for the server's state. */
  readonly data: string
  /** The Postgres database; undefined: a file in the folder. */
  readonly databaseUrl: Redacted.Redacted | undefined
  /** Says how long a locked file is waited for. */
  readonly databaseWait: Duration.Duration
  /** Says how long a deployment takes. */
  readonly deploymentTime: Duration.Duration
  /** The step of every deployment that fails, to try what happens then; undefined: none. */
  readonly failsAt: string | undefined
  /** The time after which a server that is silent counts as gone: others take its deployments over. */
  readonly takeOver: Duration.Duration
  /** The port by which servers of one database hear of each other; undefined: they only look into the database. */
  readonly runnerPort: number | undefined
  /** Says what callers may do whom no host has signed in. */
  readonly permissions: ReadonlySet<string>
}>()("@errata/examples/operations/Settings") {}

/** The settings make no sense. The message says what to do about it. */
export class SettingsError extends Data.TaggedError("SettingsError")<{ readonly message: string }> {}

const databaseUrl = Effect.gen(function*() {
  const given = Option.getOrUndefined(yield* Config.option(Config.Redacted("DATABASE_URL")))
  const text = given === undefined ? "" : Redacted.value(given).trim()
  if (text === "") return undefined
  if (URL.canParse(text) && /^postgres(?:ql)?:$/.test(new URL(text).protocol)) return Redacted.make(text)
  return yield* Effect.fail(
    new SettingsError({ message: "DATABASE_URL must look like postgres://user:password@host/name" })
  )
})

/** Splits a list of permissions; what was never said is `*`. */
const permissions = Effect.map(
  Config.String("ERRATA_PERMISSIONS").pipe(Config.withDefault("*")),
  (text): ReadonlySet<string> => new Set(text.split(/[\s,]+/).filter((name) => name !== "" && name !== "none"))
)

/** Provides the settings. */
export const layer: Layer.Layer<Settings, Config.ConfigError | SettingsError> = Layer.effect(
  Settings,
  Effect.gen(function*() {
    const data = yield* Config.String("ERRATA_DATA").pipe(Config.withDefault(".errata"))
    return Settings.of({
      data: NodePath.resolve(data),
      databaseUrl: yield* databaseUrl,
      databaseWait: yield* Config.Duration("ERRATA_DATABASE_WAIT").pipe(Config.withDefault(Duration.seconds(5))),
      deploymentTime: yield* Config.Duration("ERRATA_DEPLOYMENT_TIME").pipe(Config.withDefault(Duration.seconds(30))),
      failsAt: Option.getOrUndefined(yield* Config.option(Config.String("ERRATA_DEPLOYMENT_FAILS"))),
      takeOver: yield* Config.Duration("ERRATA_TAKE_OVER").pipe(Config.withDefault(Duration.seconds(10))),
      runnerPort: Option.getOrUndefined(yield* Config.option(Config.Port("ERRATA_RUNNER_PORT"))),
      permissions: yield* permissions
    })
  })
)
