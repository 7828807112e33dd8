/**
 * Writes log lines as JSON on stderr, without secrets.
 *
 * {@link layer} is a logger for a whole server: the adapter's lines and those of the user's own `Effect.log`. A handler
 * whose runtime brings no loggers uses it by itself, and puts it in the place of effect's console loggers, since those write
 * to stdout, where a stdio server may write nothing but frames. Other loggers of the runtime get what is redacted.
 *
 * **Details**
 *
 * A line is one JSON object: `timestamp`, `level`, `message`, the annotations of the fiber, the properties of any plain
 * object that was logged, and `cause`. What is logged cannot replace the first three, nor what joins the line with its call
 * (`tool`, `reference_id`, `trace_id`). Every string is redacted, the cause is cut to `Limits.logCause` characters.
 *
 * **Example** (Giving a server its logger)
 *
 * ```ts import.meta.vitest
 * import * as Log from "@errata/mcp-adapter/Log"
 * import * as Effect from "effect/Effect"
 *
 * const lines: Array<string> = []
 * const program = Effect.logInfo("imported", { count: 3, password: "hunter2" })
 * Effect.runSync(program.pipe(Effect.provide(Log.layer({ write: (line) => lines.push(line) }))))
 * JSON.parse(lines[0]!).count // => 3
 * JSON.parse(lines[0]!).password // => "[redacted]"
 * ```
 *
 * @since 0.1.0
 */
import { makeLogger } from "@errata/core/internal/logger"
import * as Limits from "@errata/core/Limits"
import * as Redaction from "@errata/core/Redaction"
import * as Cause from "effect/Cause"
import * as Layer from "effect/Layer"
import type * as Logger from "effect/Logger"
import type * as LogLevel from "effect/LogLevel"
import * as Predicate from "effect/Predicate"
import * as References from "effect/References"
import { ourLoggers } from "./internal/ourLoggers.ts"
import { plainCause } from "./internal/plainCause.ts"
import { plainLine } from "./internal/plainLine.ts"
import { writeLine } from "./internal/stderr.ts"

/**
 * Configures how lines are written.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** Takes one line, without its end. Default: stderr as it was when the adapter was loaded; the console where there is none. */
  readonly write?: ((line: string) => void) | undefined
  /** Masks what a line says. Default: `Redaction.standard`. */
  readonly redactor?: Redaction.Redactor | undefined
  /** Bounds what a line says. Default: `Limits.defaults`. */
  readonly limits?: Limits.Limits | undefined
}

/**
 * Makes a logger that writes JSON lines.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options?: Options): Logger.Logger<unknown, void> => {
  const write = options?.write ?? writeLine
  const redactor = options?.redactor ?? Redaction.standard
  const limits = options?.limits ?? Limits.defaults
  const strict = Redaction.strict(redactor)
  const fields = (part: object): Fields => withArguments(strict.json(part, limits) as Fields, part, redactor, limits)
  const timestamp = timestamps()
  const logger = makeLogger(({ cause, date, fiber, logLevel, message }) => {
    const parts = Array.isArray(message) ? message : [message]
    const texts = parts.filter((part) => !isPlain(part)).map((part) =>
      typeof part === "string" ? part : safeText(part, redactor)
    )
    const annotations = fields(fiber.getRef(References.CurrentLogAnnotations))
    const logged = Object.assign({}, ...parts.filter(isPlain).map(fields)) as Fields
    const fixed = {
      timestamp: timestamp(date),
      level: logLevel,
      message: texts.length === 0 ? logged["message"] ?? "" : strict.json(texts.join(" "), limits) as string
    }
    const line = { ...fixed, ...annotations, ...logged, ...pick(annotations, joins), ...fixed }
    const why = cause.reasons.length === 0 ? undefined : causeText(cause, redactor, limits)
    write(JSON.stringify(why === undefined ? line : { ...line, cause: why }))
  })
  const plain = plainLine({ redactor, limits, timestamp, causeText })
  ourLoggers.set(logger, (line) => write(plain(line)))
  return logger
}

/** Writing a date is a good part of writing a line, and under load many lines share a millisecond. */
const timestamps = (): (date: Date) => string => {
  let last = Number.NaN
  let text = ""
  return (date) => {
    if (date.getTime() !== last) {
      text = date.toISOString()
      last = date.getTime()
    }
    return text
  }
}

type Fields = { readonly [key: string]: Redaction.Json }

/** Arguments are declared data: what only looks like a token is an id there. */
const withArguments = (fields: Fields, part: object, redactor: Redaction.Redactor, limits: Limits.Limits): Fields =>
  typeof fields["arguments"] === "string"
    ? {
      ...fields,
      arguments: redactor.json(attempt(() => (part as Fields)["arguments"]), limits) ?? fields["arguments"]
    }
    : fields

/** Lists the fields that join a line with its call: nothing that is logged may take their place. */
const joins = ["tool", "reference_id", "trace_id"]

const pick = (from: Fields, names: ReadonlyArray<string>): Fields =>
  Object.fromEntries(names.flatMap((name) => from[name] === undefined ? [] : [[name, from[name]]]))

/**
 * Makes it the only logger.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options?: Options & {
    /** The lowest level that is written. Default: what the runtime says, which is `Info`. */
    readonly minimumLevel?: LogLevel.LogLevel | undefined
  }
): Layer.Layer<never> => {
  const only = Layer.succeed(References.CurrentLoggers, new Set([make(options)]))
  return options?.minimumLevel === undefined
    ? only
    : Layer.merge(only, Layer.succeed(References.MinimumLogLevel, options.minimumLevel))
}

/**
 * Writes a cause as text for a log: everything in it, redacted and cut. Never throws.
 *
 * @category rendering
 * @since 0.1.0
 */
export const causeText = (
  cause: Cause.Cause<unknown>,
  redactor: Redaction.Redactor = Redaction.standard,
  limits: Limits.Limits = Limits.defaults
): string =>
  Redaction.strict(redactor).json(
    attempt(() => plainCause(cause) ?? Cause.pretty(cause)) ??
      cause.reasons.map((reason) => reasonText(reason, redactor)).join("\n"),
    {
      ...limits,
      string: limits.logCause
    }
  ) as string

const reasonText = (reason: Cause.Reason<unknown>, redactor: Redaction.Redactor): string =>
  reason._tag === "Interrupt"
    ? "Interrupt"
    : `${reason._tag}: ${safeText(reason._tag === "Fail" ? reason.error : reason.defect, redactor)}`

const isPlain = (part: unknown): part is object => {
  if (!Predicate.isObject(part) || Array.isArray(part)) return false
  const prototype = attempt(() => Object.getPrototypeOf(part) as unknown)
  return prototype === Object.prototype || prototype === null
}

const safeText = (value: unknown, redactor: Redaction.Redactor): string =>
  attempt(() => value instanceof Error ? `${value.name}: ${value.message}` : undefined) ??
    JSON.stringify(redactor.json(value)) ?? typeof value

const attempt = <A>(f: () => A): A | undefined => {
  try {
    return f()
  } catch {
    return undefined
  }
}
