import * as Context from "effect/Context"
import type { Logger, Options } from "effect/Logger"
import * as References from "effect/References"

/**
 * Loggers without `effect/Logger`: that module brings streams, channels and files with it, which few servers need at their
 * start. What is made here has effect's own prototype.
 */

/** Returns the logger of a program that brings none: it writes to stdout. */
export const defaultLogger = (): Logger<unknown, unknown> => {
  const [first] = Context.get(Context.empty(), References.CurrentLoggers)
  return first as Logger<unknown, unknown>
}

/** Makes a logger, as `Logger.make` does. */
export const makeLogger = <Output>(log: (options: Options<unknown>) => Output): Logger<unknown, Output> =>
  Object.assign(Object.create(Object.getPrototypeOf(defaultLogger()) as object) as Logger<unknown, Output>, { log })
