import * as Redacted from "effect/Redacted"
import type { Limits } from "../Limits.ts"
import { keysOf } from "./keys.ts"
import type { Kind } from "./names.ts"
import { isBytes, isPair, isSchema, kindOfValues, kindsOfItems, unboxed, valued, webKeys } from "./objectShapes.ts"
import { mask } from "./spans.ts"
import { isRandom, isSpared } from "./values.ts"

/** Describes a value that JSON can carry. */
export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

const ellipsis = "…"
const unreadable = "[unreadable]"
const omitted = Symbol()

/** Holds what any value costs: a bracket, a comma, a digit. */
const smallest = 2

/** Cuts before looking for secrets, so that a huge string costs little; a word that the cut may have split is dropped. */
const cut = (text: string, length: number): string => {
  if (text.length <= length) return text
  const window = text.slice(0, length)
  const lastSpace = window.search(/\s\S*$/)
  return (lastSpace > 0 && length - lastSpace < 512 ? window.slice(0, lastSpace) : window.slice(0, -512)) + ellipsis
}

const hasToJson = (value: object): value is { readonly toJSON: () => unknown } =>
  "toJSON" in value && typeof value.toJSON === "function"

/** Describes what a walk needs to know of the redactor that it walks for. */
export interface Means {
  readonly text: (text: string) => string
  readonly kindOf: (name: string) => Kind
  /** Names that were looked through and are no secrets: the same few come again and again. */
  readonly harmless: Set<string>
}

/** Describes how far a value has been turned into JSON. */
interface Walk {
  readonly means: Means
  readonly limits: Limits
  /** Says how many characters may still come. */
  left: number
}

/** Describes where in a value the walk is. */
interface Place {
  readonly depth: number
  readonly above: ReadonlyArray<object>
  /** Holds what the name above says of what stands here. */
  readonly kind: Kind
}

/** Turns any value into plain, bounded JSON without secrets; `undefined` if nothing is left. Never throws. */
export const toJson = (value: unknown, means: Means, limits: Limits): Json | undefined => {
  const out = convert(value, { means, limits, left: limits.total }, { depth: 0, above: [], kind: "none" })
  return out === omitted ? undefined : out
}

const shorten = (value: string, length: number, { means }: Walk): string =>
  means.text(cut(value, length).toWellFormed())

const string = (value: string, walk: Walk): string => {
  const shown = shorten(value, Math.max(1, Math.min(walk.limits.string, walk.left)), walk)
  walk.left -= shown.length
  return shown
}

const nameOf = (key: string, walk: Walk): string => {
  const { limits, means: { harmless } } = walk
  const name = key.length <= limits.string && harmless.has(key) ? key : shorten(key, limits.string, walk)
  walk.left -= name.length
  if (name === key && key.length <= 64 && harmless.size < 2000) harmless.add(key)
  return name
}

/** Masks a card number: no other number is long enough to be a secret. */
const number = (value: number, { means: { text } }: Walk): Json =>
  value < 1e12 || text(String(value)) === String(value) ? value : text(String(value))

const convert = (value: unknown, walk: Walk, place: Place): Json | typeof omitted => {
  walk.left -= smallest
  if (place.kind !== "none" && isSecret(value, place.kind)) return mask
  switch (typeof value) {
    case "string":
      return string(value, walk)
    case "number":
      return Number.isFinite(value) ? number(value, walk) : String(value)
    case "boolean":
      return value
    case "bigint":
      return string(String(value), walk)
    case "undefined":
    case "function":
    case "symbol":
      return omitted
  }
  if (value === null) return null
  try {
    return structure(value as object, walk, place)
  } catch {
    return unreadable
  }
}

const ofDigits = /^(?:[0-9]{3,12}|[0-9]{3}-[0-9]{2}-[0-9]{4})$/
const longestSpared = 300

/** Tests whether a value is a secret by the name it has. That there is one is none, nor how many there are. */
const isSecret = (value: unknown, kind: Kind): boolean => {
  switch (typeof value) {
    case "boolean":
    case "undefined":
    case "function":
    case "symbol":
      return false
    case "string":
      if (kind === "digits") return ofDigits.test(value)
      if (value.length < longestSpared && isSpared(value)) return false
      return kind === "broad" ? value.length >= 8 : kind === "list" ? value.length >= 8 && isRandom(value) : true
    case "number":
    case "bigint":
      return kind === "secret" || kind === "header" || kind === "digits" && ofDigits.test(String(value))
    default:
      return value !== null && value !== undefined && (kind === "secret" || kind === "header") &&
        !isSaidAbout(value) && !isSchema(value)
  }
}

/** Tests for what is said about a secret, as forms and states say it: a list of sentences, or some under names. */
const isSaidAbout = (value: object): boolean => {
  try {
    const values: ReadonlyArray<unknown> = Array.isArray(value) ? value : Object.values(value)
    return (Array.isArray(value) || values.length > 0) && values.length < 50 &&
      values.every((item) =>
        typeof item === "string" ? isSpared(item) : typeof item === "boolean" && !Array.isArray(value)
      )
  } catch {
    return false
  }
}

const structure = (source: object, walk: Walk, { above, depth, kind }: Place): Json | typeof omitted => {
  if (Redacted.isRedacted(source)) return mask
  if (above.includes(source)) return "[circular]"
  if (depth >= walk.limits.depth) return ellipsis
  if (ArrayBuffer.isView(source)) return `[${source.byteLength} bytes]`
  const plain: unknown = hasToJson(source) ? source.toJSON() : unboxed(source)
  if (typeof plain !== "object" || plain === null) return convert(plain, walk, { depth: depth + 1, above, kind })
  const below = [...above, source, plain]
  if (Array.isArray(plain)) return array(plain, walk, { depth, above: below, kind })
  return isBytes(plain) ? `[${plain.data.length} bytes]` : object(plain, walk, { depth, above: below, kind })
}

const object = (source: object, walk: Walk, { above, depth }: Place): Json => {
  const out: Record<string, Json> = {}
  const keys = keysOf(source)
  const { kindOf } = walk.means
  const ofValues = kindOfValues(source, keys, kindOf)
  const isWebKey = keys.includes("kty")
  let shown = 0
  for (const key of keys) {
    if (shown === walk.limits.items || walk.left <= 0) break
    shown++
    const own = isWebKey && webKeys.has(key) ? "secret" : kindOf(key)
    const kind = own === "none" && ofValues !== "none" && valued.has(key.toLowerCase()) ? ofValues : own
    const value = property(source, key, walk, { depth: depth + 1, above, kind })
    if (value === omitted) continue
    const name = nameOf(key, walk)
    if (name === "__proto__") Object.defineProperty(out, name, { value, enumerable: true })
    else out[name] = value
  }
  if (keys.length > shown) out[ellipsis] = `${keys.length - shown} more`
  return out
}

const property = (source: object, key: string, walk: Walk, place: Place): Json | typeof omitted => {
  let value: unknown
  try {
    value = (source as Record<string, unknown>)[key]
  } catch {
    return unreadable
  }
  return convert(value, walk, place)
}

const array = (source: ReadonlyArray<unknown>, walk: Walk, { above, depth, kind }: Place): Json => {
  const out: Array<Json> = []
  const { kindOf } = walk.means
  const kindAt = kindsOfItems(source, kindOf)
  for (let i = 0; i < Math.min(source.length, walk.limits.items) && walk.left > 0; i++) {
    const item = source[i]
    const own = kindAt?.(i) ?? kind
    const value = own === "pair" && isPair(item)
      ? pair(item, walk, { above, depth: depth + 1, kind: kindOf(item[0]) })
      : convert(item, walk, { depth: depth + 1, above, kind: own === "pair" ? "none" : own })
    out.push(value === omitted ? null : value)
  }
  const rest = source.length - out.length
  if (rest > 0) out.push(`${rest} more`)
  return out
}

/** Redacts an entry of a map: a name and its value. */
const pair = ([name, value]: readonly [string, unknown], walk: Walk, place: Place): Json => {
  if (place.depth >= walk.limits.depth) return ellipsis
  walk.left -= smallest
  const first = convert(name, walk, { ...place, depth: place.depth + 1, kind: "none" })
  if (walk.left <= 0) return [first as Json, "1 more"]
  const second = convert(value, walk, { ...place, depth: place.depth + 1 })
  return [first as Json, second === omitted ? null : second]
}
