import * as Cause from "effect/Cause"
import type * as Logger from "effect/Logger"
import * as References from "effect/References"
import { makeLogger } from "../../call/internal/logger.ts"
import * as Limits from "../../redaction/Limits.ts"
import * as Redaction from "../../redaction/Redaction.ts"

interface Globals {
  readonly process?: { readonly stderr?: { readonly write?: (text: string) => unknown } }
  readonly console?: { readonly error?: (line: string) => void }
}

/** Bound when this module loads: a server that sends its console to clients must not send them its log. */
const { console, process } = globalThis as Globals
const stderr = process?.stderr
const write = stderr?.write?.bind(stderr)

const writeLine = (line: string): unknown => write === undefined ? console?.error?.(line) : write(`${line}\n`)

/** Writes a line of JSON to stderr, without secrets: what a batch or an answer in parts has to say outside of a call. */
export const toStderr: Logger.Logger<unknown, void> = makeLogger(({ cause, date, fiber, logLevel, message }) => {
  const strict = Redaction.strict(Redaction.standard)
  const [text, fields] = Array.isArray(message) ? message as ReadonlyArray<unknown> : [message]
  const line = strict.json({
    ...fields as object,
    ...fiber.getRef(References.CurrentLogAnnotations),
    timestamp: date.toISOString(),
    level: logLevel,
    message: text
  }, Limits.defaults) as object
  const why = cause.reasons.length === 0
    ? {}
    : { cause: strict.json(pretty(cause), { ...Limits.defaults, string: Limits.defaults.logCause }) }
  writeLine(JSON.stringify({ ...line, ...why }))
})

const pretty = (cause: Cause.Cause<unknown>): string => {
  try {
    return Cause.pretty(cause)
  } catch {
    return "unreadable"
  }
}
