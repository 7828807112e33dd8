import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type { StoreError } from "../store/model.ts"

/**
 * Describes an effect that is about to begin.
 *
 * @category models
 * @since 0.1.0
 */
export interface Entry {
  /** A fresh text for this entry. To append again after an answer that was lost, send the same. */
  readonly id: string
  /** The reference id of the call that has the effect. */
  readonly referenceId: string
  /** The tool that was called. */
  readonly tool: string
  /** The effect, as an imperative: "charge the card". */
  readonly name: string
  /** The thing that it changes, as a person would find it: "customer 7". */
  readonly target: string
  /** The key that was sent along, by which the other side knows the effect; `undefined`: none. */
  readonly key: string | undefined
  /** Bounds how long the entry is kept. */
  readonly retention: Duration.Duration
}

/**
 * Describes an effect that has begun, and how it ended.
 *
 * @category models
 * @since 0.1.0
 */
export interface EffectRecord extends Omit<Entry, "retention"> {
  /** The time at which it began, in milliseconds since 1970 by the store's clock. */
  readonly startedAt: number
  /** The time at which it ended; `undefined`: no end was written. */
  readonly endedAt: number | undefined
  /** `begun`: no end was written, so that it may have happened. `failed`: it ended without a success, and may have happened too. */
  readonly outcome: "begun" | "done" | "failed"
}

/**
 * Describes an effect that is recorded.
 *
 * @category models
 * @since 0.1.0
 */
export interface RecordOptions {
  /** The effect, as an imperative: "charge the card". */
  readonly name: string
  /** The thing that it changes, as a person would find it: "user 7". */
  readonly target: string
  /** The key that is sent along, by which the other side knows the effect. Default: none. */
  readonly key?: string | undefined
  /** The reference id under which it is found. Default: that of the call; outside of calls a fresh one. */
  readonly reference?: string | undefined
  /** Bounds how long it is kept. Default 30 days. */
  readonly retention?: Duration.Input | undefined
}

/**
 * Provides a ledger of effects: what calls did, written before they did it.
 *
 * @category services
 * @since 0.1.0
 */
export class EffectsStore extends Context.Service<EffectsStore, {
  /** Writes an effect that is about to begin. A second entry with the same id changes nothing. */
  readonly append: (entry: Entry) => Effect.Effect<void, StoreError>
  /** Writes how it ended. The first end stands. False: there is no such entry, or it has ended otherwise. */
  readonly end: (id: string, outcome: "done" | "failed") => Effect.Effect<boolean, StoreError>
  /** Returns the effects of a call, in the order in which they were written. */
  readonly byReference: (referenceId: string) => Effect.Effect<ReadonlyArray<EffectRecord>, StoreError>
  /** Removes the entries that are past their retention. Returns how many. */
  readonly expire: Effect.Effect<number, StoreError>
}>()("errata/EffectsStore") {}
