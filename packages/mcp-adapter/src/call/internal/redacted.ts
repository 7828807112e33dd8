import type * as Limits from "@errata/core/Limits"
import * as Redaction from "@errata/core/Redaction"
import * as ToolError from "@errata/core/ToolError"
import * as Cause from "effect/Cause"

/** Describes what is redacted with, and how much of it is looked at. */
export interface Settings {
  readonly redactor: Redaction.Redactor
  readonly limits: Limits.Limits
}

/** Redacts what leaves through channels of others: values and causes that keep their shape, with other texts. */
export interface Redacted {
  readonly text: (text: string) => string
  /** The same value with its texts redacted. An error stays an error of its class. Never throws. */
  readonly value: (value: unknown) => unknown
  /** The same for what has a name, which may say that it is a secret. */
  readonly field: (name: string, value: unknown) => unknown
  /** The same reasons. An error that was seen before is the same copy again, so that reporters know it. Never throws. */
  readonly cause: (cause: Cause.Cause<unknown>) => Cause.Cause<unknown>
}

/** So deep causes of causes are followed. */
const mostDepth = 8

/** Makes what redacts for one redactor. */
export const redacted = ({ limits, redactor }: Settings): Redacted => {
  const strict = Redaction.strict(redactor)
  const long = { ...limits, string: limits.logCause }
  const wide = { ...limits, string: limits.total, items: 10_000, depth: 40 }
  const text = (text: string): string => strict.json(text, long) as string
  const causes = new WeakMap<object, Cause.Cause<unknown>>()
  const field = (name: string, value: unknown): unknown =>
    (strict.json({ [name]: value }, wide) as { readonly [name: string]: unknown } | undefined)?.[name]
  const copied = copier(text, field)

  const value = (value: unknown): unknown => {
    if (typeof value === "string") return strict.text(value)
    if (typeof value === "bigint" || (typeof value !== "object" && typeof value !== "function") || value === null) {
      return value
    }
    return attempt(() => value instanceof Error) === true
      ? copied(value as Error)
      : strict.json(value, wide)
  }

  const reasonOf = (reason: Cause.Reason<unknown>): Cause.Reason<unknown> => {
    if (reason._tag === "Interrupt") return reason
    const failure = reason._tag === "Fail" ? reason.error : reason.defect
    const isError = attempt(() => failure instanceof Error) === true
    const safe = isError ? copied(failure as Error, reason) : value(failure)
    return reason._tag === "Fail" ? Cause.makeFailReason(safe) : Cause.makeDieReason(safe)
  }

  return {
    text,
    value,
    field: (name, given) => given instanceof Error ? value(given) : field(name, given),
    cause: (cause) => {
      let safe = causes.get(cause)
      if (safe === undefined) {
        safe = Cause.fromReasons(cause.reasons.map(reasonOf))
        causes.set(cause, safe)
        causes.set(safe, safe)
      }
      return safe
    }
  }
}

type Copied = (error: Error, reason?: Cause.Reason<unknown>, depth?: number) => Error

/** Copies errors: their texts and fields are redacted, their classes stay. One that was seen before is the same copy again. */
const copier = (text: Redacted["text"], fieldOf: Redacted["field"]): Copied => {
  const errors = new WeakMap<object, Error>()

  const copied: Copied = (error, reason, depth = 0) => {
    const known = errors.get(error)
    if (known !== undefined) return known
    const copy = attempt(() => copyOf(error, reason, depth)) ?? new Error("[unreadable]")
    errors.set(error, copy)
    return copy
  }

  const copyOf = (error: Error, reason: Cause.Reason<unknown> | undefined, depth: number): Error => {
    const copy: Error = Object.setPrototypeOf(new Error(), Object.getPrototypeOf(error) as object | null) as Error
    const set = (key: string, value: unknown, enumerable = false) =>
      Object.defineProperty(copy, key, { value, enumerable, configurable: true, writable: true })
    // of a tool error what is said stands in its message; a field may be marked as sensitive
    if (!ToolError.is(error)) {
      for (const [key, field] of Object.entries(error)) set(key, inner(key, field, depth), true)
    }
    set("name", text(String(error.name)))
    set("message", text(String(error.message)))
    const [pretty] = reason === undefined ? [] : Cause.prettyErrors(Cause.fromReasons([reason]))
    set("stack", text(String(pretty?.stack ?? error.stack ?? `${error.name}: ${error.message}`)))
    if (error.cause !== undefined) set("cause", inner("cause", error.cause, depth))
    return copy
  }

  const inner = (key: string, field: unknown, depth: number): unknown => {
    if (depth >= mostDepth) return Redaction.mask
    return field instanceof Error ? copied(field, undefined, depth + 1) : fieldOf(key, field)
  }

  return copied
}

const attempt = <A>(f: () => A): A | undefined => {
  try {
    return f()
  } catch {
    return undefined
  }
}

/** Redacts what is written for people to read, of whatever origin. What JavaScript gives for a text may be anything. */
export const redactedText = (text: unknown, { limits, redactor }: Settings): string =>
  Redaction.strict(redactor).json(typeof text === "string" ? text : String(attempt(() => String(text))), {
    ...limits,
    string: limits.message
  }) as string
