/**
 * Provides a ledger of effects: what calls did outside of this process, written before they did it.
 *
 * A handler records an effect by {@link record}; a person who holds the reference id of a reply reads by {@link of} what the call did. The
 * ledger stands beside the store of keys, in the same backends, and nothing rests on it: what cannot be written stops no effect.
 *
 * **Details**
 *
 * | outcome | meaning |
 * |---|---|
 * | `begun` | no end was written: the effect is under way, or its process died, and it may have happened |
 * | `done` | it ended with a success |
 * | `failed` | it ended without one: refused, or interrupted, and in the latter case it may have happened |
 *
 * **Example** (Telling what a call did)
 *
 * ```ts import.meta.vitest
 * import * as Effects from "@errata/core/Effects"
 * import * as IdempotencyStore from "@errata/core/IdempotencyStore"
 * import * as Effect from "effect/Effect"
 *
 * const charge = Effect.succeed("ch_1").pipe(
 *   Effects.record({ name: "charge the card", target: "user 7", reference: "5f3c9a1e" })
 * )
 * const program = Effect.andThen(charge, Effects.of("5f3c9a1e"))
 * const [effect] = await Effect.runPromise(Effect.provide(program, IdempotencyStore.layerMemory()))
 * effect?.outcome // => "done"
 * ```
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import { type EffectRecord, EffectsStore, type RecordOptions } from "./effects/model.ts"
import { recorded } from "./effects/record.ts"
import type { StoreError } from "./store/model.ts"

export { EffectsStore } from "./effects/model.ts"
export type { EffectRecord, Entry, RecordOptions } from "./effects/model.ts"

/**
 * Writes an effect down before it begins, and how it ended after. Without a ledger in the context it is the effect itself.
 *
 * **Details**
 *
 * A line that cannot be written within 2 s is logged, and the effect goes on. Inside of `ToolCall.irreversible`, or around it, as you like.
 *
 * @category combinators
 * @since 0.1.0
 */
export const record: {
  /** Writes an effect down; for `pipe`. */
  (options: RecordOptions): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Writes an effect down. */
  <A, E, R>(self: Effect.Effect<A, E, R>, options: RecordOptions): Effect.Effect<A, E, R>
} = /*#__PURE__*/ dual(
  2,
  <A, E, R>(self: Effect.Effect<A, E, R>, options: RecordOptions): Effect.Effect<A, E, R> => recorded(self, options)
)

/**
 * Returns what a call did, in the order in which it began.
 *
 * @category accessors
 * @since 0.1.0
 */
export const of = (reference: string): Effect.Effect<ReadonlyArray<EffectRecord>, StoreError, EffectsStore> =>
  Effect.flatMap(EffectsStore, (ledger) => ledger.byReference(reference))
