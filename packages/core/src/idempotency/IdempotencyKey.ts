/**
 * Models the key by which a caller says that two calls are one.
 *
 * An `IdempotencyKey` is text that the caller made for one intent and sends again with every repeat of it. Within one scope, which
 * is the caller ({@link Scope}), the tool and the key, a call takes effect once.
 *
 * **Details**
 *
 * A key has 1 to 255 visible ASCII characters; spaces only inside. It is never repaired: a key that was altered is another key. Stores
 * and logs hold only hashes of it ({@link scopeId}).
 *
 * The {@link fingerprint} of the arguments tells a repeat from a mistake: the same key with other arguments is refused. Both are
 * SHA-256, computed at once and not by the Web Crypto API, which answers only later.
 *
 * **Example** (Deriving a key for a call to another service)
 *
 * ```ts import.meta.vitest
 * import * as IdempotencyKey from "@errata/core/IdempotencyKey"
 *
 * const key = IdempotencyKey.make("order-7")
 * const child = IdempotencyKey.child(key, "charge")
 * child // => "8c7f121a-1544-8073-82b4-c71aacf4bee8"
 * IdempotencyKey.header(child) // => { "Idempotency-Key": "8c7f121a-1544-8073-82b4-c71aacf4bee8" }
 * IdempotencyKey.is(" order-7") // => false
 * ```
 *
 * @since 0.1.0
 */
import type * as Brand from "effect/Brand"
import * as Schema from "effect/Schema"
import { canonical } from "./key/canonical.ts"
import { hash } from "./key/hash.ts"

/**
 * Types an idempotency key: 1 to 255 visible ASCII characters, spaces only inside.
 *
 * @category models
 * @since 0.1.0
 */
export type IdempotencyKey = string & Brand.Brand<"errata/IdempotencyKey">

const pattern = /^[!-~](?:[ -~]{0,253}[!-~])?$/

const expected = "1 to 255 visible ASCII characters, without a space at either end"

/**
 * Describes a key in a tool's input.
 *
 * @category schemas
 * @since 0.1.0
 */
export const IdempotencyKey: Schema.Codec<IdempotencyKey, string> = /*#__PURE__*/ Schema.String
  .check(/*#__PURE__*/ Schema.isPattern(pattern, { expected }))
  .pipe(/*#__PURE__*/ Schema.brand("errata/IdempotencyKey"))

/**
 * Returns whether a value is a key.
 *
 * @category guards
 * @since 0.1.0
 */
export const is = (u: unknown): u is IdempotencyKey => typeof u === "string" && pattern.test(u)

/**
 * Makes a key of text. Throws a `TypeError` where the text is none.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (text: string): IdempotencyKey => {
  if (!is(text)) throw new TypeError(`An idempotency key has ${expected}`)
  return text
}

/**
 * Describes where a key counts: the same text from another caller, or for another tool, is another key.
 *
 * @category models
 * @since 0.1.0
 */
export interface Scope {
  /** The caller, as the host's authentication says; empty where that is not known. */
  readonly principal: string
  /** The name of the tool. */
  readonly tool: string
}

/**
 * Returns the id of a key in its scope, under which stores hold it: 64 hexadecimal characters that tell neither the key nor the caller.
 *
 * @category hashes
 * @since 0.1.0
 */
export const scopeId = (key: IdempotencyKey, { principal, tool }: Scope): string => hash(principal, tool, key)

/**
 * Returns the fingerprint of arguments: equal for equal arguments, whatever the order of their fields.
 *
 * **Details**
 *
 * It is taken of the arguments as they go over the wire, repaired, without the key. A field that is `undefined` counts as absent. `version`
 * makes the arguments of another version of the tool others. Costs time linear in the size, however deep. Throws a `TypeError` for
 * arguments that hold themselves, which no JSON does.
 *
 * **Example** (Comparing arguments)
 *
 * ```ts import.meta.vitest
 * import * as IdempotencyKey from "@errata/core/IdempotencyKey"
 *
 * const of = IdempotencyKey.fingerprint
 * of({ amount: 5, to: "ada" }) === of({ to: "ada", amount: 5.0 }) // => true
 * of({ amount: 5, to: "ada" }) === of({ amount: 6, to: "ada" }) // => false
 * ```
 *
 * @category hashes
 * @since 0.1.0
 */
export const fingerprint = (args: unknown, options?: {
  /** Names the version of the arguments' meaning. Default: none. */
  readonly version?: string | undefined
}): string => hash(options?.version ?? "", canonical(args))

/**
 * Derives the key of a step from that of the whole: for an item of a batch, or for a call to another service. Equal for equal keys
 * and steps, so that a repeat of the whole sends the same.
 *
 * **Details**
 *
 * A child is a UUID (version 8): it fits where services limit keys to 36 characters, and does not tell the key that it came from.
 * Keys of two tools or two callers may be equal: where the other service does not tell them apart, name the tool in the step.
 *
 * @category constructors
 * @since 0.1.0
 */
export const child = (key: IdempotencyKey, step: string): IdempotencyKey => {
  const hex = hash(key, step)
  const variant = "89ab"[Number.parseInt(hex[16]!, 16) % 4]!
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, variant + hex.slice(17, 20), hex.slice(20, 32)]
    .join("-") as IdempotencyKey
}

/**
 * Makes a key of the arguments themselves, for callers that give none: equal calls have equal keys.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ofArguments = (args: unknown): IdempotencyKey => fingerprint(args) as IdempotencyKey

/**
 * Returns the header by which HTTP services take a key.
 *
 * **Gotchas**
 *
 * The value is the bare key, as services in use today take it. The draft of a standard writes it in quotes.
 *
 * @category accessors
 * @since 0.1.0
 */
export const header = (key: IdempotencyKey): {
  /** The key. */
  readonly "Idempotency-Key": string
} => ({ "Idempotency-Key": key })
