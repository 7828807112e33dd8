/**
 * Keeps secrets out of replies and logs.
 *
 * There are three nets. A schema marked {@link sensitive} (or `Schema.Redacted`) says that its value never leaves. A name
 * that says that its value is a secret (`password`, `X-Api-Key`, `--token`, ...) has it masked, as a property and inside any
 * text. And whatever has the form of a secret (the tokens of about 130 services, private keys, credentials in URLs, card
 * numbers) is masked wherever it stands.
 *
 * **Details**
 *
 * A {@link Redactor} is the last two nets as a value; {@link standard} knows the formats of {@link formats}, {@link make} adds
 * patterns and names of your own. A secret is found glued to other words by `_`, in quotes, in a URL, percent-encoded, escaped
 * in JSON in JSON, with invisible letters inside, in wide letters. What is said *about* a secret stays: `password: must
 * have at least 8 characters`, `api_key: missing`, `password=${DB_PASSWORD}`, `private_key: /etc/ssl/key.pem`.
 *
 * It comes in two strengths. A redactor itself masks what is a secret beyond doubt, so that it may be used on what a model sends
 * back: ids, cursors, file names and hashes stay. Its {@link strict} form also masks what only has the general shape of a token,
 * a word, `_`, and twenty letters with digits among them, as many ids do: it is meant for messages of unknown origin, causes and
 * logs.
 *
 * `json` turns *any* value into plain JSON and never throws: getters that throw, cycles, `BigInt`, binary data, proxies and
 * values without a prototype become a short placeholder, strings are cut to `Limits.string`, arrays and objects to
 * `Limits.items`, nesting to `Limits.depth`, the whole to `Limits.total`. `text` looks through the first `Limits.redacted`
 * characters and leaves out what comes after, and what the cut may have split. Both take time in proportion to what they look at.
 *
 * **Gotchas**
 *
 * A field whose schema holds a sensitive part anywhere is omitted as a whole. A secret that has no known form and no
 * telling name cannot be found by looking, nor one that is cut in pieces or encoded by something else: mark its schema.
 *
 * **Example** (Masking text)
 *
 * ```ts import.meta.vitest
 * import * as Redaction from "@errata/core/Redaction"
 *
 * Redaction.standard.text("connect to postgres://app:hunter2@db/main") // => "connect to postgres://[redacted]@db/main"
 * Redaction.standard.text("curl --token s3cr3t-7 example.com") // => "curl --token [redacted] example.com"
 * Redaction.standard.json({ user: "ada", api_key: "k-1" }) // => { user: "ada", api_key: "[redacted]" }
 * ```
 *
 * **Example** (Telling an id from a token)
 *
 * ```ts import.meta.vitest
 * import * as Redaction from "@errata/core/Redaction"
 *
 * const id = "acme_4eC39HqLyjWDarjtT1zdp7dc"
 * Redaction.standard.text(id) // => "acme_4eC39HqLyjWDarjtT1zdp7dc"
 * Redaction.strict(Redaction.standard).text(`refused: ${id}`) // => "refused: [redacted]"
 * Redaction.isClean(Redaction.standard, { account: id }) // => true
 * Redaction.isClean(Redaction.standard, { password: "hunter2" }) // => false
 * ```
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { redactBeginning } from "./internal/beginning.ts"
import { formats as table } from "./internal/formats.ts"
import { kindOf, makeKindOf } from "./internal/names.ts"
import { notePlain } from "./internal/plainText.ts"
import { makeRedactText } from "./internal/redactText.ts"
import * as marks from "./internal/sensitive.ts"
import { vendors } from "./internal/vendors.ts"
import { type Json, type Means, toJson } from "./internal/walk.ts"
import * as Limits from "./Limits.ts"

export {
  /**
   * Stands in the place of a secret.
   *
   * @category constants
   * @since 0.1.0
   */
  mask
} from "./internal/spans.ts"

export {
  /**
   * Types a value that JSON can carry.
   *
   * @category models
   * @since 0.1.0
   */
  type Json
} from "./internal/walk.ts"

/**
 * Describes how one kind of secret looks.
 *
 * @category models
 * @since 0.1.0
 */
export interface SecretPattern {
  /** Says what is found, for whoever reads the code. */
  readonly name: string
  /** Finds it; needs the flag `g`, and has to run in linear time. */
  readonly expression: RegExp
  /** Takes its place, as in `String.replace`; `$1` and the like keep what is no secret. */
  readonly replacement: string
  /** Looks once more at what was found, for patterns that need arithmetic. */
  readonly accept?: (match: string) => boolean
}

/**
 * Masks what is or looks like a secret.
 *
 * @category models
 * @since 0.1.0
 */
export interface Redactor {
  /**
   * Masks the secrets in a text, and cuts one that is very long. In its strict form it leaves the tokens of a general shape that
   * stand in `known` too.
   */
  readonly text: (text: string, known?: string) => string
  /** Turns any value into plain, bounded JSON without secrets; `undefined` if nothing is left. Never throws. */
  readonly json: (value: unknown, limits?: Limits.Limits) => Json | undefined
  /** Masks also what has the general shape of a token: see {@link strict}. Default: the redactor itself. */
  readonly strict?: Redactor | undefined
}

/**
 * Configures a redactor.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** Patterns to look for besides the known formats. */
  readonly patterns?: ReadonlyArray<SecretPattern> | undefined
  /** Names whose values are secrets besides the known ones, in any spelling: `employee_number` is `employeeNumber` as well. */
  readonly names?: ReadonlyArray<string> | undefined
  /** The limits, of which `redacted` bounds how much of a text is looked through. Default: `Limits.defaults`. */
  readonly limits?: Partial<Limits.Limits> | undefined
}

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
  Schema.optionalKey(schema.annotate({ [marks.annotation]: true }))

/**
 * Marks a schema without making it optional: for the arguments of a tool, which the handler needs but no reply repeats.
 *
 * @category annotations
 * @since 0.1.0
 */
export const sensitiveArgument = <S extends Schema.Top>(schema: S): S["Rebuild"] =>
  schema.annotate({ [marks.annotation]: true })

const replaceAll = (text: string, patterns: ReadonlyArray<SecretPattern>): string => {
  let out = text
  for (const { accept, expression, replacement } of patterns) {
    out = accept === undefined
      ? out.replace(expression, replacement)
      : out.replace(expression, (match) => accept(match) ? replacement : match)
  }
  return out
}

/**
 * Makes a redactor that knows the table of formats and the telling names, and a user's own.
 *
 * **Example** (Masking employee numbers, and what is called a badge)
 *
 * ```ts import.meta.vitest
 * import * as Redaction from "@errata/core/Redaction"
 *
 * const redactor = Redaction.make({
 *   patterns: [{ name: "employee number", expression: /\bEMP-[0-9]{6}\b/g, replacement: Redaction.mask }],
 *   names: ["badge_code"]
 * })
 * redactor.text("EMP-123456 is away") // => "[redacted] is away"
 * redactor.text("badgeCode=blue-7") // => "badgeCode=[redacted]"
 * redactor.json({ "Badge-Code": "blue-7" }) // => { "Badge-Code": "[redacted]" }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: Options = {}): Redactor => {
  const { names = [], patterns = [] } = options
  const knowsNames = names.length === 0 ? kindOf : makeKindOf(names)
  const redact = makeRedactText(knowsNames, names)
  const both = (isStrict: boolean) => (text: string, known?: string): string => {
    const out = redact(text, { isStrict, known })
    return patterns.length === 0 ? out : replaceAll(out, patterns)
  }
  const longest = Math.max(1, options.limits?.redacted ?? Limits.defaults.redacted)
  const redactor = (isStrict: boolean) => ofText(both(isStrict), knowsNames, longest)
  const made = { ...redactor(false), strict: redactor(true) }
  // what is looked for loosely is looked for strictly too
  const isUnchanged = (text: string) => redact(text, { isStrict: true }) === text
  notePlain(
    made,
    (text) => text.length <= longest && text.isWellFormed() && isUnchanged(text) && replaceAll(text, patterns) === text
  )
  return made
}

const ofText = (text: Redactor["text"], kindOf: Means["kindOf"], longest: number): Redactor => {
  const means: Means = { text: (value) => text(value), kindOf, harmless: new Set() } // what it walks over is cut already
  return {
    text: (value, known) => redactBeginning(value, longest, (beginning) => text(beginning, known)),
    json: (value, limits = Limits.defaults) => toJson(value, means, limits)
  }
}

/**
 * Returns the strict form of a redactor, which masks also what has the general shape of a token: for messages of unknown
 * origin, causes and logs. Many ids have that shape too, so it is not for what a caller has to send back.
 *
 * @category getters
 * @since 0.1.0
 */
export const strict = (redactor: Redactor): Redactor => redactor.strict ?? redactor

/**
 * Tells whether a redactor would give a value back byte for byte, so that a caller may send it again. Never throws.
 *
 * @category guards
 * @since 0.1.0
 */
export const isClean = (redactor: Redactor, value: unknown, limits: Limits.Limits = Limits.defaults): boolean => {
  try {
    const out = redactor.json(value, limits)
    return out === value || JSON.stringify(out) === JSON.stringify(value)
  } catch {
    return false
  }
}

/**
 * Masks by the table of formats and the telling names.
 *
 * @category constants
 * @since 0.1.0
 */
export const standard: Redactor = make()

/**
 * Names one kind of token: who makes it, what it begins with, and how it goes on.
 *
 * @category models
 * @since 0.1.0
 */
export interface Format {
  /** Names who makes such tokens. */
  readonly vendor: string
  /** Lists what they begin with. */
  readonly starts: ReadonlyArray<string>
  /**
   * Says what follows: a letter for an alphabet (`d` digits, `h` hexadecimal, `a` small letters and digits, `U` capital letters
   * and digits, `A` letters and digits, `w` those and `_-`, `b` base64, `%` the same as a URL may write it, `~` those and `.~`)
   * with the length of it, else the letter itself.
   */
  readonly body: string
}

/**
 * Lists the formats of tokens that every redactor knows by what they begin with.
 *
 * @category constants
 * @since 0.1.0
 */
export const formats = (): ReadonlyArray<Format> =>
  table.map(([starts, body], i) => ({ vendor: vendors[i] ?? "", starts: starts.split(" "), body }))
