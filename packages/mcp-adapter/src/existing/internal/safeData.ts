import type { Json } from "@errata/core/Redaction"
import { isRecord } from "../../fold/internal/resultLike.ts"
import type { Cleaner, Cleaning } from "./words.ts"

/** Deeper data is not looked into, and does not leave. */
const mostDepth = 64

/**
 * Makes data that was returned safe: secrets go by their names and forms, as everywhere, and then `clean` sees every text.
 * All else stays. It ends at `longest` letters.
 */
export const safeData = (value: unknown, { limits, redactor }: Cleaning, longest: number, clean: Cleaner): Json => {
  const all = { ...limits, string: longest, items: Number.POSITIVE_INFINITY, depth: mostDepth, total: longest }
  return withTexts(redactor.json(value, all) ?? null, clean)
}

const withTexts = (value: Json, clean: Cleaner): Json => {
  if (typeof value === "string") return isPlain(value) ? value : clean(value)
  if (typeof value !== "object" || value === null) return value
  if (Array.isArray(value)) return value.map((inner: Json) => withTexts(inner, clean))
  const out: Record<string, Json> = {}
  for (const [key, inner] of Object.entries(value)) {
    const safe = withTexts(inner as Json, clean)
    if (key === "__proto__") Object.defineProperty(out, key, { value: safe, enumerable: true })
    else out[key] = safe
  }
  return out
}

/** Tests for a few words, which hold neither a place nor a statement. */
const isPlain = (text: string): boolean => text.length < 12 && !/[/\\:@.]/.test(text)

/**
 * Tests whether two values differ in texts only, as JSON writes them: who takes the one takes the other, as far as it can
 * tell.
 */
export const haveSameShape = (given: unknown, safe: unknown): boolean => {
  const a = plain(given)
  if (typeof a !== "object" || a === null || typeof safe !== "object" || safe === null) {
    return typeof a === "string" ? typeof safe === "string" : Object.is(a, safe)
  }
  if (Array.isArray(a)) {
    return Array.isArray(safe) && a.length === safe.length && a.every((inner, i) => haveSameShape(inner, safe[i]))
  }
  if (!isRecord(a) || !isRecord(safe)) return false
  const keys = Object.keys(a).filter((key) => !isUnsaid(a[key]))
  return keys.length === Object.keys(safe).length &&
    keys.every((key) => Object.hasOwn(safe, key) && haveSameShape(a[key], safe[key]))
}

const plain = (value: unknown): unknown =>
  isRecord(value) && typeof value["toJSON"] === "function" ? value["toJSON"]() : value

const isUnsaid = (value: unknown): boolean =>
  value === undefined || typeof value === "function" || typeof value === "symbol"
