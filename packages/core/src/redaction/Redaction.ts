/**
 * Keeps secrets out of replies and logs.
 *
 * There are three nets. A schema marked {@link sensitive} (or `Schema.Redacted`) says that its value never leaves. A
 * property whose name says that it is a secret (`password`, `api_key`, ...) is masked. And whatever looks like a secret
 * (keys and tokens of the common services, private keys, credentials in URLs, card numbers) is masked inside any text.
 *
 * **Details**
 *
 * A {@link Redactor} is the last two nets as a value; {@link standard} knows the corpus, {@link make} adds patterns.
 * `json` turns *any* value into plain JSON and never throws: getters that throw, cycles, `BigInt`, binary data, proxies and
 * values without a prototype become a short placeholder, strings are cut to `Limits.string`, arrays and objects to
 * `Limits.items`, nesting to `Limits.depth`, the whole to `Limits.total`.
 *
 * **Gotchas**
 *
 * A field whose schema holds a sensitive part anywhere is omitted as a whole. A secret that has no known form and no
 * telling name cannot be found by looking: mark its schema.
 *
 * **Example** (Masking text)
 *
 * ```ts import.meta.vitest
 * import * as Redaction from "@errata/core/Redaction"
 *
 * Redaction.standard.text("connect to postgres://app:hunter2@db/main") // => "connect to postgres://[redacted]@db/main"
 * Redaction.standard.json({ user: "ada", api_key: "k-1" }) // => { user: "ada", api_key: "[redacted]" }
 * ```
 *
 * @since 0.1.0
 */
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import { corpus, isSecretProperty, mask, mayHoldSecret, type SecretPattern } from "./internal/patterns.ts"
import * as Limits from "./Limits.ts"

export {
  /**
   * What stands in the place of a secret.
   *
   * @category constants
   * @since 0.1.0
   */
  mask,
  /**
   * How one kind of secret looks.
   *
   * @category models
   * @since 0.1.0
   */
  type SecretPattern
} from "./internal/patterns.ts"

/**
 * A value that JSON can carry.
 *
 * @category models
 * @since 0.1.0
 */
export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

/**
 * Masks what looks like a secret.
 *
 * @category models
 * @since 0.1.0
 */
export interface Redactor {
  /** Masks the secrets in a text. */
  readonly text: (text: string) => string
  /** Turns any value into plain, bounded JSON without secrets; `undefined` if nothing is left. Never throws. */
  readonly json: (value: unknown, limits?: Limits.Limits) => Json | undefined
}

const annotation = "errata/sensitive"

/**
 * Marks a schema: its value never leaves, not in details, not in `received`, not in a log.
 *
 * **Details**
 *
 * The field becomes optional, since a client that decodes the error does not get it.
 *
 * **Example** (Keeping an account number for the log's eyes)
 *
 * ```ts import.meta.vitest
 * import * as Redaction from "@errata/core/Redaction"
 * import * as ToolError from "@errata/core/ToolError"
 * import * as Schema from "effect/Schema"
 *
 * class Declined extends ToolError.Permanent<Declined>()("Declined", {
 *   reason: Schema.String,
 *   account: Redaction.sensitive(Schema.String)
 * }, { type: "invalid_state", message: (e) => `Payment declined: ${e.reason}` }) {}
 *
 * ToolError.details(new Declined({ reason: "limit reached", account: "DE02" })) // => { reason: "limit reached" }
 * ```
 *
 * @category annotations
 * @since 0.1.0
 */
export const sensitive = <S extends Schema.Top>(schema: S): Schema.optionalKey<S["Rebuild"]> =>
  Schema.optionalKey(schema.annotate({ [annotation]: true }))

/**
 * Marks a schema without making it optional: for the arguments of a tool, which the handler needs but nobody repeats.
 *
 * @category annotations
 * @since 0.1.0
 */
export const sensitiveArgument = <S extends Schema.Top>(schema: S): S["Rebuild"] =>
  schema.annotate({ [annotation]: true })

const redactedId = "effect/schema/Redacted"
const found = new WeakMap<SchemaAST.AST, boolean>()

/**
 * Whether a schema is marked, or holds a marked schema or a `Schema.Redacted` anywhere.
 *
 * @category guards
 * @since 0.1.0
 */
export const isSensitive = (ast: SchemaAST.AST): boolean => {
  const known = found.get(ast)
  if (known !== undefined) return known
  const answer = search(ast, new Set())
  found.set(ast, answer)
  return answer
}

/** Only what was searched from its own root is remembered: within a cycle an answer is not known yet. */
const search = (ast: SchemaAST.AST, seen: Set<SchemaAST.AST>): boolean => {
  const known = found.get(ast)
  if (known !== undefined) return known
  if (seen.has(ast)) return false
  seen.add(ast)
  return isMarked(ast) || parts(ast).some((part) => search(part, seen))
}

/**
 * Whether a schema is marked itself, or is a `Schema.Redacted`.
 *
 * @category guards
 * @since 0.1.0
 */
export const isMarked = (ast: SchemaAST.AST): boolean =>
  hasMark(ast.annotations) || (ast.checks?.some((check) => hasMark(check.annotations)) ?? false) // an annotation after a check stands on the check

const hasMark = (annotations: { readonly [key: string]: unknown } | undefined): boolean =>
  annotations?.[annotation] === true ||
  (annotations?.["representation"] as { readonly id?: unknown } | undefined)?.id === redactedId

const parts = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.AST> => {
  const encoded = ast.encoding === undefined ? [] : ast.encoding.map((link) => link.to)
  switch (ast._tag) {
    case "Declaration":
      return [...ast.typeParameters, ...encoded]
    case "Arrays":
      return [...ast.elements, ...ast.rest, ...encoded]
    case "Objects":
      return [
        ...ast.propertySignatures.map((property) => property.type),
        ...ast.indexSignatures.map((signature) => signature.type),
        ...encoded
      ]
    case "Union":
      return [...ast.types, ...encoded]
    case "Suspend":
      return [ast.thunk(), ...encoded]
    default:
      return encoded
  }
}

const ellipsis = "…"

/** Cuts before looking for secrets, so that a huge string costs little; a word that the cut may have split is dropped. */
const cut = (text: string, length: number): string => {
  if (text.length <= length) return text
  const window = text.slice(0, length)
  const lastSpace = window.search(/\s\S*$/)
  return (lastSpace > 0 && length - lastSpace < 512 ? window.slice(0, lastSpace) : window.slice(0, -512)) + ellipsis
}

const hasToJson = (value: object): value is { readonly toJSON: () => unknown } =>
  "toJSON" in value && typeof value.toJSON === "function"

const replaceAll = (text: string, patterns: ReadonlyArray<SecretPattern>): string => {
  let out = text
  for (const { accept, expression, replacement } of patterns) {
    out = accept === undefined
      ? out.replace(expression, replacement)
      : out.replace(expression, (match) => accept(match) ? replacement : match)
  }
  return out
}

const unreadable = "[unreadable]"
const omitted = Symbol()

/** How far a value has been turned into JSON. */
interface Walk {
  readonly limits: Limits.Limits
  /** How many characters may still come. */
  left: number
}

/** What any value costs: a bracket, a comma, a digit. */
const smallest = 2

/**
 * Makes a redactor from patterns: the corpus, and a user's own.
 *
 * **Example** (Masking employee numbers)
 *
 * ```ts import.meta.vitest
 * import * as Redaction from "@errata/core/Redaction"
 *
 * const redactor = Redaction.make({
 *   patterns: [{ name: "employee number", expression: /\bEMP-[0-9]{6}\b/g, replacement: Redaction.mask }]
 * })
 * redactor.text("EMP-123456 is away") // => "[redacted] is away"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options?: { readonly patterns?: ReadonlyArray<SecretPattern> | undefined }): Redactor => {
  const own = options?.patterns ?? []

  const text = (text: string): string => {
    const known = mayHoldSecret(text) ? replaceAll(text, corpus) : text
    return own.length === 0 ? known : replaceAll(known, own)
  }

  const shorten = (value: string, length: number): string => text(cut(value, length).toWellFormed())

  const string = (value: string, walk: Walk): string => {
    const shown = shorten(value, Math.max(1, Math.min(walk.limits.string, walk.left)))
    walk.left -= shown.length
    return shown
  }

  const harmless = new Set<string>()
  /** The same few names come again and again. */
  const nameOf = (key: string, walk: Walk): string => {
    const isShort = key.length <= walk.limits.string
    const name = isShort && harmless.has(key) ? key : shorten(key, walk.limits.string)
    walk.left -= name.length
    if (name === key && key.length <= 64 && harmless.size < 2000) harmless.add(key)
    return name
  }

  /** Only a card number is long enough to be a secret. */
  const number = (value: number): Json =>
    value < 1e12 || text(String(value)) === String(value) ? value : text(String(value))

  const property = (
    source: object,
    key: string,
    depth: number,
    walk: Walk,
    above: ReadonlyArray<object>
  ) => {
    let value: unknown
    try {
      value = (source as Record<string, unknown>)[key]
    } catch {
      return unreadable
    }
    if (value != null && typeof value !== "boolean" && isSecretProperty(key)) return mask
    return convert(value, depth + 1, walk, above)
  }

  const object = (source: object, depth: number, walk: Walk, above: ReadonlyArray<object>): Json => {
    const out: Record<string, Json> = {}
    const keys = Object.keys(source)
    let shown = 0
    for (const key of keys) {
      if (shown === walk.limits.items || walk.left <= 0) break
      shown++
      const value = property(source, key, depth, walk, above)
      if (value === omitted) continue
      const name = nameOf(key, walk)
      if (name === "__proto__") Object.defineProperty(out, name, { value, enumerable: true })
      else out[name] = value
    }
    if (keys.length > shown) out[ellipsis] = `${keys.length - shown} more`
    return out
  }

  const array = (
    source: ReadonlyArray<unknown>,
    depth: number,
    walk: Walk,
    above: ReadonlyArray<object>
  ) => {
    const out: Array<Json> = []
    for (let i = 0; i < Math.min(source.length, walk.limits.items) && walk.left > 0; i++) {
      const value = convert(source[i], depth + 1, walk, above)
      out.push(value === omitted ? null : value)
    }
    const rest = source.length - out.length
    if (rest > 0) out.push(`${rest} more`)
    return out
  }

  const convert = (
    value: unknown,
    depth: number,
    walk: Walk,
    above: ReadonlyArray<object>
  ): Json | typeof omitted => {
    walk.left -= smallest
    switch (typeof value) {
      case "string":
        return string(value, walk)
      case "number":
        return Number.isFinite(value) ? number(value) : String(value)
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
      return structure(value as object, depth, walk, above)
    } catch {
      return unreadable
    }
  }

  const structure = (
    source: object,
    depth: number,
    walk: Walk,
    above: ReadonlyArray<object>
  ): Json | typeof omitted => {
    if (Redacted.isRedacted(source)) return mask
    if (above.includes(source)) return "[circular]"
    if (depth >= walk.limits.depth) return ellipsis
    if (ArrayBuffer.isView(source)) return `[${source.byteLength} bytes]`
    const plain: unknown = hasToJson(source) ? source.toJSON() : source
    if (typeof plain !== "object" || plain === null) return convert(plain, depth + 1, walk, above)
    const below = [...above, source, plain]
    return Array.isArray(plain) ? array(plain, depth, walk, below) : object(plain, depth, walk, below)
  }

  return {
    text,
    json: (value, limits = Limits.defaults) => {
      const out = convert(value, 0, { limits, left: limits.total }, [])
      return out === omitted ? undefined : out
    }
  }
}

/**
 * The redactor that knows the corpus.
 *
 * @category constants
 * @since 0.1.0
 */
export const standard: Redactor = make()
