import * as Context from "effect/Context"
import * as LogLevel from "effect/LogLevel"
import * as References from "effect/References"
import { ourLoggers, type PlainLine } from "./ourLoggers.ts"

/** Writes a plain line to all loggers, unless its level is below what they want. Never throws. */
export type PlainWriter = (level: LogLevel.LogLevel, line: () => PlainLine) => void

/** Needs no fiber: loggers of ours ask it for nothing but annotations. `undefined` where another has to be asked. */
export const plainWriterOf = (context: Context.Context<never>): PlainWriter | undefined => {
  const loggers = [...Context.get(context, References.CurrentLoggers)].map((logger) => ourLoggers.get(logger))
  if (Object.keys(Context.get(context, References.CurrentLogAnnotations)).length > 0) return undefined
  if (loggers.includes(undefined)) return undefined
  const minimum = Context.get(context, References.MinimumLogLevel)
  return (level, line) => {
    if (LogLevel.isLessThan(level, minimum)) return
    quietly(() => {
      const made = line()
      for (const log of loggers) quietly(() => log!(made))
    })
  }
}

/** Calls a logger whose failure costs the others nothing: they want their line. */
const quietly = (log: () => void): void => {
  try {
    log()
  } catch {
    // a logger that throws costs no reply
  }
}
