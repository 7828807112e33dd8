/**
 * Models the answer to the question whether a call took effect whose outcome nobody knows.
 *
 * A `Verified` is what a tool's `verify` returns after a timeout, a lost connection or a lost owner. It is total: where the
 * check does not know, it says so, and nothing is repeated.
 *
 * **Gotchas**
 *
 * That the check finds nothing is no {@link didNot}: the write may still be under way. Only a check that *fences* the attempt,
 * by cancelling it or by taking its key, may say that it did not take effect, and never will.
 *
 * **Example** (Reading a charge)
 *
 * ```ts import.meta.vitest
 * import * as Verified from "@errata/core/Verified"
 *
 * const found = { status: "charged", transaction_id: "t-1" }
 * const verified = found.status === "charged"
 *   ? Verified.tookEffect({ transaction_id: found.transaction_id })
 *   : Verified.cannotTell
 * verified._tag // => "TookEffect"
 * ```
 *
 * @since 0.1.0
 */

/**
 * Says that the call took effect, with the value that it would have returned.
 *
 * @category models
 * @since 0.1.0
 */
export interface TookEffect<out A> {
  readonly _tag: "TookEffect"
  /** The output of the call. */
  readonly value: A
}

/**
 * Says that the call did not take effect, and never will.
 *
 * @category models
 * @since 0.1.0
 */
export interface DidNot {
  readonly _tag: "DidNot"
}

/**
 * Says that the check does not know.
 *
 * @category models
 * @since 0.1.0
 */
export interface CannotTell {
  readonly _tag: "CannotTell"
}

/**
 * Describes the answer of a check.
 *
 * @category models
 * @since 0.1.0
 */
export type Verified<A> = TookEffect<A> | DidNot | CannotTell

/**
 * Makes the answer that the call took effect; `value` is what it would have returned.
 *
 * @category constructors
 * @since 0.1.0
 */
export const tookEffect = <A>(value: A): TookEffect<A> => ({ _tag: "TookEffect", value })

/**
 * Answers that the call did not take effect, and never will. Only for a check that fences the attempt.
 *
 * @category constructors
 * @since 0.1.0
 */
export const didNot: DidNot = { _tag: "DidNot" }

/**
 * Answers that the check does not know.
 *
 * @category constructors
 * @since 0.1.0
 */
export const cannotTell: CannotTell = { _tag: "CannotTell" }
