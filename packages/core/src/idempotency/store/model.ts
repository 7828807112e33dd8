import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"

/**
 * Reports a store that could not do what it was asked, for the log: no reply holds any of it.
 *
 * **Details**
 *
 * It says nothing about whether the step took place: a store may have done it and lost the answer. Every operation can be asked
 * again with the same owner.
 *
 * @category errors
 * @since 0.1.0
 */
export class StoreError extends Data.TaggedError("StoreError")<{
  /** The operation that was asked for, such as `claim`. */
  readonly operation: string
  /** The reason, as one sentence. */
  readonly reason: string
  /** The driver's failure. */
  readonly cause?: unknown
}> {
  override get message(): string {
    return `${this.operation}: ${this.reason}`
  }
}

/**
 * Describes a claim that was granted. Owner and generation are the fence: whoever lost the key holds another pair.
 *
 * @category models
 * @since 0.1.0
 */
export interface Held {
  /** The id of the key in its scope: 64 hexadecimal characters. */
  readonly id: string
  /** The text that its owner made for this claim alone. */
  readonly owner: string
  /** Counts the owners that the key had since it was free: 1 for the first. */
  readonly generation: number
}

/**
 * Asks for a key.
 *
 * @category models
 * @since 0.1.0
 */
export interface Request {
  /** The id of the key in its scope: 64 hexadecimal characters. */
  readonly id: string
  /** The hash of the arguments: another one under the same key is a conflict. */
  readonly fingerprint: string
  /** A fresh text for this claim. To ask again after an answer that was lost, send the same. */
  readonly owner: string
  /** The reference id of the call. */
  readonly referenceId: string
  /** Bounds how long the owner is believed to be at work, unless it renews. */
  readonly lease: Duration.Duration
  /** Bounds how long the key is remembered once the call has ended, or its outcome became unknown. */
  readonly retention: Duration.Duration
  /** Is true if the work begins with the claim: an owner that is lost then leaves the outcome unknown. */
  readonly begun: boolean
  /** Is true if a key whose outcome is unknown is to be taken over: to find out, or to run again. */
  readonly takesUnknown: boolean
}

/**
 * Describes how a call ended, as it is kept.
 *
 * @category models
 * @since 0.1.0
 */
export interface Outcome {
  /** Says whether the value is a result or a failure. */
  readonly kind: "success" | "failure"
  /** The result or failure as JSON; `undefined`: it was too large to keep. */
  readonly value: string | undefined
}

/**
 * Answers a {@link Request}.
 *
 * @category models
 * @since 0.1.0
 */
export type Claim =
  /** The key was free: the caller runs the work. */
  | {
    readonly _tag: "Claimed"
    /** The fence of all further steps. */
    readonly held: Held
  }
  /** The key's outcome was unknown and the caller, alone, may find out. */
  | {
    readonly _tag: "Taken"
    /** The fence of all further steps. */
    readonly held: Held
    /** The call that was lost. */
    readonly referenceId: string
  }
  | State.InProgress
  | State.Completed
  | State.Unknown
  /** The key was used with other arguments. */
  | {
    readonly _tag: "Conflict"
    /** The call that used the key. */
    readonly referenceId: string
  }

/**
 * Describes what is known of a key.
 *
 * @category models
 * @since 0.1.0
 */
export type State = State.Absent | State.InProgress | State.Completed | State.Unknown

/**
 * Holds the members of {@link State}.
 *
 * @since 0.1.0
 */
export declare namespace State {
  /**
   * The key is free: never used, released, past its retention, or held by an owner that was lost before it began.
   *
   * @category models
   * @since 0.1.0
   */
  interface Absent {
    readonly _tag: "Absent"
  }

  /**
   * A call is at work.
   *
   * @category models
   * @since 0.1.0
   */
  interface InProgress {
    readonly _tag: "InProgress"
    /** The call that is at work. */
    readonly referenceId: string
    /** The time until its lease ends, unless it renews. */
    readonly left: Duration.Duration
  }

  /**
   * A call has ended, and its outcome is kept.
   *
   * @category models
   * @since 0.1.0
   */
  interface Completed {
    readonly _tag: "Completed"
    /** The outcome of the call. */
    readonly outcome: Outcome
    /** The call that did the work. */
    readonly referenceId: string
    /** The time at which it ended, in milliseconds since 1970 by the store's clock. */
    readonly storedAt: number
  }

  /**
   * A call began and nobody knows how it ended: its owner was lost, or said so.
   *
   * @category models
   * @since 0.1.0
   */
  interface Unknown {
    readonly _tag: "Unknown"
    /** The call that was lost. */
    readonly referenceId: string
    /** The time at which its lease ended, or it gave up, in milliseconds since 1970 by the store's clock. */
    readonly since: number
  }
}

/**
 * Describes what a transaction gave, and how it is kept.
 *
 * @category models
 * @since 0.1.0
 */
export interface Concluded<out A> {
  /** The result of the work. */
  readonly value: A
  /** The same as it is kept. */
  readonly outcome: Outcome
}

/**
 * Provides keys that are claimed by one caller at a time, and remembers how their calls ended.
 *
 * @category services
 * @since 0.1.0
 */
export class IdempotencyStore extends Context.Service<IdempotencyStore, {
  /** Claims a key. */
  readonly claim: (request: Request) => Effect.Effect<Claim, StoreError>
  /** Lengthens the lease, from now on. False: the key is somebody else's. */
  readonly renew: (held: Held, lease: Duration.Duration) => Effect.Effect<boolean, StoreError>
  /** Notes, durably, that an effect is about to begin. False: the key is somebody else's, and the effect must not begin. */
  readonly begin: (held: Held) => Effect.Effect<boolean, StoreError>
  /** Keeps the outcome. False: the key is somebody else's, and nothing was kept. */
  readonly complete: (held: Held, outcome: Outcome) => Effect.Effect<boolean, StoreError>
  /** Frees the key: nothing happened. False: it was not held any more. */
  readonly release: (held: Held) => Effect.Effect<boolean, StoreError>
  /** Notes that the outcome is unknown, without waiting for the lease. False: the key is somebody else's. */
  readonly abandon: (held: Held) => Effect.Effect<boolean, StoreError>
  /** Tells the state of a key, and changes nothing. */
  readonly lookup: (id: string) => Effect.Effect<State, StoreError>
  /** Removes the keys that are past their retention, or were lost before they began. Returns how many. */
  readonly expire: Effect.Effect<number, StoreError>
  /**
   * Runs work, and keeps its outcome, in one transaction of the store's own database: what the work's queries write and the
   * outcome stand together, or not at all. None: the key went to somebody else, and nothing stands. Absent where a store has
   * no transactions.
   *
   * A `StoreError` leaves open whether the transaction stands: `lookup` tells.
   */
  readonly transaction?: <A, E, R>(
    held: Held,
    work: Effect.Effect<Concluded<A>, E, R>
  ) => Effect.Effect<Option.Option<A>, E | StoreError, R>
}>()("errata/IdempotencyStore") {}
