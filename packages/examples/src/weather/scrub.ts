/**
 * Keeps a secret that we sent out of what came back.
 */
import { mask } from "@errata/core/Redaction"
import * as Redacted from "effect/Redacted"
import type { Json } from "effect/Schema"

/** Masks a secret. */
export interface Scrubber {
  /** Wherever a text holds it, as it is or percent-encoded. */
  readonly text: (value: string) => string
  /** Wherever a string or a name in a JSON value holds it. Throws a `RangeError` if the value is nested too deeply. */
  readonly json: (value: Json) => Json
}

const maxDepth = 100

/** Makes a scrubber for one secret. */
export const scrubber = (secret: Redacted.Redacted<string>): Scrubber => {
  const plain = Redacted.value(secret)
  const encoded = encodeURIComponent(plain)
  const text = (value: string): string => value.replaceAll(plain, mask).replaceAll(encoded, mask)
  const json = (value: Json, depth: number): Json => {
    if (typeof value === "string") return text(value)
    if (typeof value !== "object" || value === null) return value
    if (depth === maxDepth) throw new RangeError("nested too deeply")
    if (Array.isArray(value)) return value.map((inner) => json(inner, depth + 1))
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [text(key), json(inner, depth + 1)]))
  }
  return { text, json: (value) => json(value, 0) }
}
