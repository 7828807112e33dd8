import * as Cause from "effect/Cause"
import type * as Logger from "effect/Logger"
import * as References from "effect/References"
import * as Limits from "../../redaction/Limits.ts"
import * as Redaction from "../../redaction/Redaction.ts"
import { makeLogger } from "./logger.ts"

interface Globals {
  readonly process?: { readonly stderr?: { readonly write?: (text: string) => unknown } }
  readonly console?: { readonly error?: (line: string) => void }
}

/** Bound when this module loads: a server that sends its console to clients must not send them its log. */
const { console, process } = globalThis as Globals
const stderr = process?.stderr
const write = stderr?.write?.bind(stderr)

const writeLine = (line: string): unknown => write === undefined ? console?.error?.(line) : write(`${line}\n`)

const limits = Limits.defaults
const strict = Redaction.strict(Redaction.standard)

/** Writes a line of JSON to stderr, without secrets: what is to be said outside of a call, where no logger was brought. */
export const toStderr: Logger.Logger<unknown, void> = makeLogger(({ cause, date, fiber, logLevel, message }) => {
  const parts: ReadonlyArray<unknown> = Array.isArray(message) ? message : [message]
  const text = strict.json(parts.filter((part) => !isPlain(part)).map(textOf).join(" "), limits)
  const logged = Object.assign({}, ...parts.filter(isPlain).map((part) => strict.json(part, limits))) as Fields
  const annotated = strict.json(fiber.getRef(References.CurrentLogAnnotations), limits) as Fields
  const fixed = {
    timestamp: date.toISOString(),
    level: logLevel,
    message: text === "" ? logged["message"] ?? "" : text
  }
  const why = cause.reasons.length === 0
    ? {}
    : { cause: strict.json(pretty(cause), { ...limits, string: limits.logCause }) }
  writeLine(JSON.stringify({ ...fixed, ...logged, ...annotated, ...fixed, ...why }))
})

type Fields = { readonly [name: string]: unknown }

const isPlain = (part: unknown): part is object => {
  if (typeof part !== "object" || part === null) return false
  const prototype = attempt(() => Object.getPrototypeOf(part) as unknown)
  return prototype === Object.prototype || prototype === null
}

const textOf = (part: unknown): string => {
  if (typeof part === "string") return part
  return attempt(() => part instanceof Error ? `${part.name}: ${part.message}` : undefined) ??
    JSON.stringify(strict.json(part, limits)) ?? typeof part
}

const pretty = (cause: Cause.Cause<unknown>): string => attempt(() => Cause.pretty(cause)) ?? "unreadable"

const attempt = <A>(f: () => A): A | undefined => {
  try {
    return f()
  } catch {
    return undefined
  }
}
