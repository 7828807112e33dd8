import type { IdempotencyStore } from "@errata/core/IdempotencyStore"
import type * as Duration from "effect/Duration"

/** See `stores`' `Store`. */
export interface Store {
  /** Opens the store once, and again after a failure. */
  readonly [StoreId]: () => Promise<typeof IdempotencyStore["Service"]>
}

export const StoreId: unique symbol = Symbol.for("errata/Store") as never

/** See `wrap`'s `KeyOptions`. */
export interface KeyOptions {
  /**
   * Says where the key of a call comes from: the name of an argument, a function of the arguments, or `"auto"`, which makes it of the
   * arguments. The request's `_meta` may bring it, too. A call without a key is not protected.
   */
  readonly key: string | ((args: never) => string | undefined)
  /** The time within which equal calls count as one, for `"auto"`. Default 10 min. */
  readonly window?: Duration.Input | undefined
  /** The time for which an outcome is kept and replayed, from its end on. Default 24 h. */
  readonly retention?: Duration.Input | undefined
  /** The time after which a call is taken for lost whose owner does not renew its claim. Default 30 s. */
  readonly lease?: Duration.Input | undefined
  /** Lets a call whose key is in progress wait and share the result, or answers `in_progress` at once. Default `"wait"`. */
  readonly duplicates?: "wait" | "reject" | undefined
  /** Says what happens to a call that may have taken effect and whose end nobody knows: unknown, or it runs again. Default `"unknown"`. */
  readonly whenLost?: "unknown" | "run again" | undefined
  /** Refuses calls while the store cannot be reached, or runs them unprotected. Default `"fail"`. */
  readonly whenStoreFails?: "fail" | "allow" | undefined
  /** Names the version of the arguments' meaning: a key that was used under another one is a conflict. Default none. */
  readonly version?: string | undefined
  /**
   * Finds out whether a call took effect whose outcome nobody knows: returns what its handler would have returned, or `undefined` if
   * that cannot be told. Default: nobody can.
   */
  readonly verify?: ((args: never) => unknown) | undefined
}

/** See `wrap`'s `Idempotency`. */
export interface Idempotency extends KeyOptions {
  /** The store of the keys. */
  readonly store: Store
}
