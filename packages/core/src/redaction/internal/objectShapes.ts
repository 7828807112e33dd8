import type { Kind } from "./names.ts"

/** Shapes of objects that say of their own values what they are. */

/** Unwraps a `new String("x")`, which has the letters of its text as properties. */
export const unboxed = (source: object): unknown => {
  switch (Object.prototype.toString.call(source)) {
    case "[object String]":
    case "[object Number]":
    case "[object Boolean]":
    case "[object BigInt]":
      return source.valueOf()
    default:
      return source
  }
}

/** Tests for what Node makes of a Buffer in JSON. */
export const isBytes = (source: object): source is { readonly data: ReadonlyArray<unknown> } =>
  "type" in source && source.type === "Buffer" && "data" in source && Array.isArray(source.data)

const naming = new Set(
  [
    "name",
    "key",
    "header",
    "field",
    "id",
    "param",
    "parameter",
    "property",
    "attribute",
    "variable",
    "env",
    "label",
    "type",
    "n",
    "k"
  ]
)
export const valued = new Set(
  [
    "value",
    "val",
    "values",
    "v",
    "content",
    "data",
    "secret",
    "default",
    "current",
    "text",
    "stringvalue",
    "string_value",
    "plaintext"
  ]
)
/** Lists the private numbers of a JSON Web Key. */
export const webKeys = new Set(["d", "p", "q", "dp", "dq", "qi", "k", "oth"])

const isAmong = (names: ReadonlySet<string>, key: string): boolean => key.length <= 12 && names.has(key.toLowerCase())

/** Kinds of fields in a form; other things have a type too. */
const ofFields = /^(?:password|passcode|secret)$/i

/** Returns what `{ name: "password", value }` says of its value. */
export const kindOfValues = (source: object, keys: ReadonlyArray<string>, kindOf: (name: string) => Kind): Kind => {
  if (keys.length < 2 || keys.length > 32 || !keys.some((key) => isAmong(valued, key))) return "none"
  for (const key of keys) {
    if (!isAmong(naming, key)) continue
    const name = read(source, key)
    const kind = typeof name === "string" && (key.toLowerCase() !== "type" || ofFields.test(name))
      ? kindOf(name)
      : "none"
    if (kind !== "none") return kind
  }
  return "none"
}

const read = (source: object, key: string): unknown => {
  try {
    return (source as Record<string, unknown>)[key]
  } catch {
    return undefined
  }
}

const keywords = new Set(
  ("type format description title minLength maxLength pattern minimum maximum items anyOf oneOf nullable writeOnly readOnly " +
    "required properties additionalProperties deprecated minItems maxItems $ref").split(" ")
)

const telling = new Set(["type", "anyOf", "oneOf", "$ref"])
/** Lists what a form says of a field: that it must be there, how long it may be. */
const bounding = new Set([
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
  "required",
  "nullable",
  "writeOnly",
  "readOnly"
])
const isBound = (value: unknown): boolean =>
  typeof value === "boolean" || typeof value === "number" && value >= 0 && value < 10_000

/** Tests for a JSON Schema, which describes a secret and is none; a default or an example in it might be one. */
export const isSchema = (value: object): boolean => {
  try {
    const keys = Object.keys(value)
    return keys.length > 0 && !Array.isArray(value) && keys.every((key) => keywords.has(key)) &&
      (keys.some((key) => telling.has(key)) || keys.every((key) => bounding.has(key) && isBound(read(value, key))))
  } catch {
    return false
  }
}

export const isPair = (item: unknown): item is readonly [string, unknown] =>
  Array.isArray(item) && item.length === 2 && typeof item[0] === "string"

const headerName = /^[A-Za-z][A-Za-z0-9-]{0,63}$/
const words = /^[a-z]+(?:-[a-z]+)*$/i

/** Returns what entries of a map and raw headers, names and values in turn, say of their values. */
export const kindsOfItems = (
  source: ReadonlyArray<unknown>,
  kindOf: (name: string) => Kind
): ((at: number) => Kind | "pair") | undefined => {
  const { length } = source
  if (length === 0 || length > 1000) return undefined
  if (typeof source[0] !== "string") return source.every(isPair) ? () => "pair" : undefined
  if (
    length % 2 !== 0 || !source.every((item, i) => typeof item === "string" && (i % 2 === 1 || headerName.test(item)))
  ) {
    return undefined
  }
  const texts = source as ReadonlyArray<string>
  const isHeader = (name: string): boolean => {
    const kind = kindOf(name)
    return kind === "header" || kind === "secret" && name.includes("-")
  }
  if (!texts.some((text, i) => i % 2 === 0 && isHeader(text))) return undefined
  return (at) => at % 2 === 1 && isHeader(texts[at - 1]!) && !words.test(texts[at]!) ? "secret" : "none"
}
