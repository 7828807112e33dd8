import { defaultLogger, makeLogger } from "@errata/core/internal/logger"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as ErrorReporter from "effect/ErrorReporter"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import type * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"
import * as Log from "../Log.ts"
import { ClientLog, clientLogger } from "./clientLog.ts"
import { ourLoggers } from "./ourLoggers.ts"
import { type Redacted, redacted, type Settings } from "./redacted.ts"
import { stderrConsole } from "./stderr.ts"

/** Guards what a runtime brings to tell of calls by: loggers, reporters of errors, a tracer. They get what is redacted. */

type Loggers = ReadonlySet<Logger.Logger<unknown, unknown>>
type Reporters = ReadonlySet<ErrorReporter.ErrorReporter>

/** Holds what is guarded already: a context may come by twice. */
const guards = new WeakSet<object>()

const remembered = <A extends object>(guard: A): A => {
  guards.add(guard)
  return guard
}

/** Makes a context safe to run calls with. Nothing that it brings writes to stdout through effect's console. */
export const guarded = (context: Context.Context<never>, settings: Settings): Context.Context<never> => {
  const safe = redacted(settings)
  const services = new Map<string, unknown>(context.mapUnsafe)
  const loggers = loggersOf(context, settings, safe)
  const clientLog = services.get(ClientLog.key) as ClientLog["Service"] | undefined
  services.set(
    References.CurrentLoggers.key,
    clientLog === undefined ? loggers : withClients(loggers, clientLogger(clientLog, settings))
  )
  const reporters = services.get(ErrorReporter.CurrentErrorReporters.key) as Reporters | undefined
  if (reporters !== undefined) {
    services.set(ErrorReporter.CurrentErrorReporters.key, new Set([...reporters].map((one) => reporterOf(one, safe))))
  }
  const tracer = services.get(Tracer.Tracer.key) as Tracer.Tracer | undefined
  if (tracer !== undefined) services.set(Tracer.Tracer.key, tracerOf(tracer, safe))
  return Context.makeUnsafe(services)
}

const toClients = new WeakSet<object>()

/** Adds the logger that leads to clients, once: a line must not reach them twice. */
const withClients = (loggers: Loggers, logger: Logger.Logger<unknown, unknown>): Loggers => {
  if ([...loggers].some((one) => toClients.has(one))) return loggers
  toClients.add(remembered(logger))
  return new Set([...loggers, logger])
}

/** Effect's default logger is replaced; the others that write to the console get another console. */
const loggersOf = (context: Context.Context<never>, settings: Settings, safe: Redacted): Loggers => {
  const given = context.mapUnsafe.get(References.CurrentLoggers.key) as Loggers | undefined
  if (given === undefined) return new Set([Log.make(settings)])
  const byDefault = defaultLogger()
  const kept = [...given].filter((logger) => logger !== byDefault).map((logger) => loggerOf(logger, safe))
  const isReplaced = kept.length < given.size && ![...given].some((logger) => ourLoggers.has(logger))
  return new Set(isReplaced ? [Log.make(settings), ...kept] : kept)
}

const loggerOf = (logger: Logger.Logger<unknown, unknown>, safe: Redacted): Logger.Logger<unknown, unknown> =>
  guards.has(logger) || ourLoggers.has(logger) ? logger : remembered(makeLogger((options) =>
    logger.log({
      ...options,
      fiber: viewOf(options.fiber, safe),
      cause: safe.cause(options.cause),
      message: Array.isArray(options.message) ? options.message.map(safe.value) : safe.value(options.message)
    })
  ))

/** Returns a fiber as a logger sees it: what is annotated is redacted, and the console is stderr, unless the user brought one. */
const viewOf = (fiber: Fiber.Fiber<unknown, unknown>, safe: Redacted): Fiber.Fiber<unknown, unknown> => {
  const annotations = fiber.getRef(References.CurrentLogAnnotations)
  const view = Context.add(
    fiber.context,
    References.CurrentLogAnnotations,
    safe.value(annotations) as typeof annotations
  )
  const hasConsole = fiber.context.mapUnsafe.has(Console.Console.key)
  const context = hasConsole ? view : Context.add(view, Console.Console, stderrConsole())
  return Object.create(fiber, { context: { value: context } }) as Fiber.Fiber<unknown, unknown>
}

const reporterOf = (reporter: ErrorReporter.ErrorReporter, safe: Redacted): ErrorReporter.ErrorReporter =>
  guards.has(reporter) ? reporter : remembered({
    ...reporter,
    report: (options) => reporter.report({ ...options, cause: safe.cause(options.cause) })
  })

const tracerOf = (tracer: Tracer.Tracer, safe: Redacted): Tracer.Tracer =>
  guards.has(tracer) ? tracer : remembered(Object.create(tracer, {
    span: { value: (options: Parameters<Tracer.Tracer["span"]>[0]) => spanOf(tracer.span(options), safe) }
  }) as Tracer.Tracer)

/** Returns the same span, since exporters know theirs by class and identity. */
const spanOf = (span: Tracer.Span, safe: Redacted): Tracer.Span => {
  const attribute = span.attribute.bind(span)
  const end = span.end.bind(span)
  const event = span.event.bind(span)
  return Object.assign(span, {
    attribute: (key: string, value: unknown) => attribute(key, safe.field(key, value)),
    end: (at: bigint, exit: Exit.Exit<unknown, unknown>) =>
      end(at, Exit.isFailure(exit) ? Exit.failCause(safe.cause(exit.cause)) : exit),
    event: (name: string, at: bigint, attributes?: Record<string, unknown>) =>
      event(safe.text(name), at, safe.value(attributes) as Record<string, unknown> | undefined)
  })
}
