import * as Context from "effect/Context"
import * as References from "effect/References"
import type { Options } from "./options.ts"

/** A runtime without loggers. */
const silent = Context.make(References.CurrentLoggers, new Set())

/** Returns the same options for a silent trial: no line, no span, no detail that only a developer may see. */
export const quiet = <O extends Options>(options: O): O => ({
  ...options,
  isDebugging: false,
  logsCalls: false,
  opensSpans: false,
  runtime: silent
})
