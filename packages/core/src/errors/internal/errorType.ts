import * as wording from "./wording.ts"
import type { ResolvedBy } from "./wording.ts"

/**
 * Names what happened, as a symbol.
 *
 * @category models
 * @since 0.1.0
 */
export interface ErrorType<out Name extends string = string> {
  /** The name on the wire: lower case, words joined by underscores. */
  readonly name: Name
  /** A title for people, in a few words. */
  readonly title: string
  /** One sentence that tells a caller about a permanent error of this type, or none if empty. */
  readonly advice: string
  /** Names who can make the call succeed after a permanent error of this type; `undefined` if that is not known. */
  readonly resolvedBy: ResolvedBy | undefined
  /** Is true if an error of this type says that nothing happened at the other end. */
  readonly harmless: boolean
}

export type {
  /**
   * Names who can make a call succeed: the model (with other arguments), waiting, the user (by consent, signing in, a
   * permission), or an operator (of a configuration, a quota, a bug).
   *
   * @category models
   * @since 0.1.0
   */
  ResolvedBy
} from "./wording.ts"

const { advice } = wording

const validName = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/

/**
 * Makes a custom type.
 *
 * **Details**
 *
 * `advice` defaults to "Do not retry with the same arguments.", `resolvedBy` to the model, `harmless` to `false`. Throws a
 * `RangeError` if the name is not lower-case words joined by underscores: it is a programmer's mistake, found when the module
 * loads.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <const Name extends string>(name: Name, options: {
  /** A title for people, in a few words. */
  readonly title: string
  /** One sentence that tells a caller about a permanent error of this type. Default: "Do not retry with the same arguments." */
  readonly advice?: string | undefined
  /** Names who can make the call succeed after a permanent error of this type. Default: the model. */
  readonly resolvedBy?: ResolvedBy | undefined
  /** Is true if an error of this type says that nothing happened at the other end. Default: no. */
  readonly harmless?: boolean | undefined
}): ErrorType<Name> => {
  if (!validName.test(name)) {
    throw new RangeError(`ErrorType: "${name}" is not lower-case words joined by underscores`)
  }
  return {
    name,
    title: options.title,
    advice: options.advice ?? advice.changeArguments,
    resolvedBy: options.resolvedBy ?? "model",
    harmless: options.harmless ?? false
  }
}

const harmless = true
const user = { advice: advice.resolveFirst, resolvedBy: "user" } as const
const operator = { advice: advice.resolveFirst, resolvedBy: "operator" } as const
const wait = { advice: advice.resolveFirst, resolvedBy: "wait" } as const

/**
 * Lists the types of the wire contract, by name.
 *
 * @category constants
 * @since 0.1.0
 */
export const stock = {
  not_found: make("not_found", { title: "Not found" }),
  already_exists: make("already_exists", { title: "Already exists" }),
  conflict: make("conflict", { title: "Conflict", advice: advice.resolveFirst }),
  permission_denied: make("permission_denied", { title: "Permission denied", ...user }),
  unauthenticated: make("unauthenticated", { title: "Not authenticated", ...user }),
  rate_limited: make("rate_limited", { title: "Rate limited", ...wait, harmless }),
  timeout: make("timeout", { title: "Timed out" }),
  unavailable: make("unavailable", { title: "Unavailable", ...wait }),
  connection_failed: make("connection_failed", { title: "Connection failed", ...wait, harmless }),
  upstream_error: make("upstream_error", { title: "Upstream error" }),
  malformed_response: make("malformed_response", { title: "Malformed response" }),
  circuit_open: make("circuit_open", { title: "Circuit open", ...wait, harmless }),
  overloaded: make("overloaded", { title: "Overloaded", ...wait, harmless }),
  in_progress: make("in_progress", { title: "Already in progress", ...wait, harmless }),
  outcome_unknown: make("outcome_unknown", { title: "Outcome unknown", advice: advice.checkState }),
  idempotency_conflict: make("idempotency_conflict", { title: "Key used with other arguments", advice: advice.newKey }),
  quota_exhausted: make("quota_exhausted", { title: "Quota used up", ...operator }),
  handle_expired: make("handle_expired", { title: "Handle expired" }),
  too_large: make("too_large", { title: "Too large" }),
  unsupported: make("unsupported", { title: "Unsupported" }),
  invalid_arguments: make("invalid_arguments", { title: "Invalid arguments", advice: advice.correctArguments }),
  invalid_state: make("invalid_state", { title: "Invalid state", advice: advice.resolveFirst }),
  corrupted: make("corrupted", { title: "Corrupted" }),
  processing_error: make("processing_error", { title: "Processing failed" }),
  batch_failed: make("batch_failed", { title: "Every item failed" }),
  internal_error: make("internal_error", {
    title: "Internal error",
    advice: advice.reportReference,
    resolvedBy: "operator"
  })
} as const

/**
 * Types the name of a stock type.
 *
 * @category models
 * @since 0.1.0
 */
export type StockName = keyof typeof stock

/**
 * Returns the type of that name among the stock types, or else one of that name with the default advice.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromName = (name: string): ErrorType =>
  Object.hasOwn(stock, name)
    ? stock[name as StockName]
    : { name, title: name.replaceAll("_", " "), advice: advice.changeArguments, resolvedBy: "model", harmless: false }

/**
 * Describes a failure that no class was found for and whose words are passed on: `processing_error`, without advice.
 *
 * @category constants
 * @since 0.1.0
 */
export const unclassified: ErrorType<"processing_error"> = {
  ...stock.processing_error,
  advice: "",
  resolvedBy: undefined
}
