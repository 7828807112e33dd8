import * as Context from "effect/Context"
import * as References from "effect/References"
import type { Options } from "./options.ts"

/** A runtime without loggers. */
const silent = Context.make(References.CurrentLoggers, new Set())

/** Returns the same options for a silent trial that claims no key: no line, no span, no detail that only a developer may see. */
export const quiet = <O extends Options & { readonly tools?: Tools | undefined }>(options: O): O => ({
  ...options,
  isDebugging: false,
  logsCalls: false,
  opensSpans: false,
  idempotency: undefined,
  ...options.tools === undefined ? {} : { tools: withoutKeys(options.tools) },
  runtime: silent
})

type Tools = { readonly [name: string]: Options }

const withoutKeys = (tools: Tools): Tools =>
  Object.fromEntries(Object.entries(tools).map(([name, own]) => [name, { ...own, idempotency: undefined }]))
