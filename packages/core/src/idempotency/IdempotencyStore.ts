/**
 * Provides keys that are claimed by one caller at a time, and remembers how their calls ended.
 *
 * An `IdempotencyStore` is the service on which `Idempotency` rests. Tools do not call it. It is a service and not a class, so
 * that the same tool runs on memory, a file or a database; what every store must do is told by the contract suite
 * (`@errata/core/testing`), which all of ours pass.
 *
 * **Details**
 *
 * Every operation is one atomic step. A key has four states:
 *
 * | state | when | a claim with the same arguments |
 * |---|---|---|
 * | absent | never used, released, past its retention, or lost by an owner that had not begun | `Claimed` |
 * | in progress | an owner holds it, and its lease runs | `InProgress` |
 * | completed | its call ended, and the outcome is kept | `Completed` |
 * | unknown | its owner had begun and its lease ended, or it gave up | `Unknown`; `Taken` for one caller that asks to take it |
 *
 * With other arguments each but the first answers `Conflict`. Rules that every store keeps:
 *
 * - The **fence** is owner and generation. An owner that lost the key changes nothing: each of its steps answers false.
 * - A step can be asked again when its answer was lost: a claim with the same owner answers the same, and `begin`, `complete`
 *   and `abandon` of what is done already answer true.
 * - An owner whose lease has ended, and that nobody has followed yet, still holds the key.
 * - The lease bounds the work, the retention what is remembered after it. The retention counts from the end: from `complete`,
 *   `abandon` or the end of the lease.
 * - `Taken` leaves the reference id as it is: it names the call that may have had the effect.
 * - Times are those of the store's own clock where processes share it, else of effect's `Clock`.
 *
 * **Example** (Claiming a key)
 *
 * ```ts import.meta.vitest
 * import * as IdempotencyStore from "@errata/core/IdempotencyStore"
 * import * as Duration from "effect/Duration"
 * import * as Effect from "effect/Effect"
 *
 * const request = {
 *   id: "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b",
 *   fingerprint: "d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35",
 *   referenceId: "5f3c9a1e",
 *   lease: Duration.seconds(30),
 *   retention: Duration.hours(24),
 *   begun: true,
 *   takesUnknown: false
 * }
 * const program = Effect.gen(function*() {
 *   const store = yield* IdempotencyStore.IdempotencyStore
 *   const first = yield* store.claim({ ...request, owner: "first" })
 *   const second = yield* store.claim({ ...request, owner: "second" })
 *   return [first._tag, second._tag]
 * })
 * await Effect.runPromise(Effect.provide(program, IdempotencyStore.layerMemory())) // => ["Claimed", "InProgress"]
 * ```
 *
 * @since 0.1.0
 */
import * as Layer from "effect/Layer"
import * as Effects from "./effects/memory.ts"
import { EffectsStore } from "./effects/model.ts"
import * as Memory from "./store/memory.ts"
import { IdempotencyStore } from "./store/model.ts"

export { IdempotencyStore, StoreError } from "./store/model.ts"
export type { Claim, Concluded, Held, Outcome, Request, State } from "./store/model.ts"

/**
 * Configures a store in memory.
 *
 * @category models
 * @since 0.1.0
 */
export interface MemoryOptions {
  /** Limits the keys. When it is full of keys that are within their retention, claims fail. Default 100,000. */
  readonly maxKeys?: number | undefined
  /** Limits the characters of all values. The oldest values go first; their keys stay. Default 33,554,432. */
  readonly maxCharacters?: number | undefined
  /** Limits the entries of the ledger of effects. The oldest go first. Default 100,000. */
  readonly maxEffects?: number | undefined
}

/**
 * Provides a store, and a ledger of effects, in the memory of this process.
 *
 * **Gotchas**
 *
 * Keys are gone when the process ends: a host that starts a new process for a repeated call runs it twice. Use it for tests,
 * and for servers of one long-lived process whose tools do no harm when they run again after a crash.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerMemory = (options: MemoryOptions = {}): Layer.Layer<IdempotencyStore | EffectsStore> => {
  const { maxCharacters = 33_554_432, maxEffects = 100_000, maxKeys = 100_000 } = options
  return Layer.merge(
    Layer.sync(IdempotencyStore, () => Memory.make({ maxKeys, maxCharacters })),
    Layer.sync(EffectsStore, () => Effects.make(maxEffects))
  )
}
