import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import type * as Logger from "effect/Logger"
import * as References from "effect/References"
import { defaultLogger, makeLogger } from "../../call/internal/logger.ts"
import { toStderr } from "../../call/internal/stderrLog.ts"

/**
 * Keeps what runs and engines log off stdout, where a stdio server may write nothing but frames. Their fibers are no calls: they have
 * the loggers of whoever built the engine, which are effect's own where nobody brought any.
 */

type AnyLogger = Logger.Logger<unknown, unknown>

/** Holds what came by already: a run may begin within another one. */
const safe = new WeakSet<AnyLogger>([toStderr])

/**
 * Puts a line on stderr in the place of what a logger would write to effect's console, and of one at which it throws: a run does not
 * end because of its log.
 */
const offConsole = (logger: AnyLogger): AnyLogger => {
  if (safe.has(logger)) return logger
  const guarded = makeLogger((options) => {
    let isAsked = false
    const hasConsole = options.fiber.context.mapUnsafe.has(Console.Console.key)
    try {
      logger.log(hasConsole ? options : { ...options, fiber: seen(options.fiber, silent(() => isAsked = true)) })
    } catch {
      isAsked = true
    }
    if (isAsked) toStderr.log(options)
  })
  safe.add(guarded)
  return guarded
}

const seen = (fiber: Fiber.Fiber<unknown, unknown>, console: Console.Console): Fiber.Fiber<unknown, unknown> =>
  Object.create(fiber, {
    context: { value: Context.add(fiber.context, Console.Console, console) }
  }) as Fiber.Fiber<unknown, unknown>

const silent = (onAsked: () => void): Console.Console => new Proxy({}, { get: () => onAsked }) as Console.Console

/** Returns a context whose loggers leave stdout alone: effect's console loggers are replaced, others stay. */
const safely = <R>(context: Context.Context<R>): Context.Context<R> => {
  const given = context.mapUnsafe.get(References.CurrentLoggers.key) as ReadonlySet<AnyLogger> | undefined
  const byDefault = defaultLogger()
  const loggers = [...given ?? [toStderr]].map((logger) => logger === byDefault ? toStderr : offConsole(logger))
  return Context.add(context, References.CurrentLoggers, new Set(loggers)) as Context.Context<R>
}

/** Runs an effect whose log leaves stdout alone. */
export const withLoggers = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.updateContext(self, (context: Context.Context<R>) => safely(context))

/** Builds a layer whose fibers' log leaves stdout alone. */
export const withLoggersIn = <A, E, R>(self: Layer.Layer<A, E, R>): Layer.Layer<A, E, R> =>
  Layer.fromBuild((memoMap, scope) => withLoggers(Layer.buildWithMemoMap(self, memoMap, scope)))
