import type { IdempotencyStore } from "@errata/core/IdempotencyStore"
import type * as RecoveryStep from "@errata/core/RecoveryStep"
import type * as Tool from "@errata/core/Tool"
import type * as Verified from "@errata/core/Verified"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"

/** Describes how the calls of a job are protected by keys. */
export interface KeyedJob<in Input> extends Tool.KeyRules {
  /** Names the argument that holds the key, if one does. */
  readonly field: string | undefined
  /** The time within which equal calls count as one, where nobody gives a key. */
  readonly auto: Duration.Duration | undefined
  /** Returns what the input holds as key. */
  readonly keyIn: (input: Input) => unknown
  /** Returns the arguments without the key, as JSON: other ones under the same key are a conflict. */
  readonly argumentsOf: (input: Input) => unknown
  /** Says how to find out whether a call took effect, by the value that it would have returned. Default: nobody can. */
  readonly verify?: KeyedVerify<Input> | undefined
  /** Says which calls are protected. Default: all. */
  readonly protects?: ((input: Input) => boolean) | undefined
  /** Brings the store to existing code. Default: that of the runtime. */
  readonly store?: Effect.Effect<typeof IdempotencyStore["Service"], unknown> | undefined
}

/** Says how to find out whether a call took effect. */
export interface KeyedVerify<in Input> {
  /** Finds out; `undefined`: only the caller can. */
  readonly check: ((input: Input) => Effect.Effect<Verified.Verified<unknown>, unknown, Tool.PerCall>) | undefined
  /** Is true if the check cancels the attempt or takes its key. */
  readonly fences: boolean
  /** Names the call by which the caller finds out. */
  readonly step: ((input: Input) => RecoveryStep.RecoveryStep) | undefined
}

/** Describes the key of one call, and what came of it. */
export interface CallKey {
  /** Is true if a call that may have taken effect may simply run again. */
  readonly runsAgain: boolean
  /** Begins the hash of the key: logs hold no more of it. */
  readonly id: string
  /** Is true once it is known how the call ended. Until then it may have taken effect, and a repeat may not be advised. */
  isSettled: boolean
  /** Names the call whose outcome this one tells, where it is another. */
  replayOf: string | undefined
  /** Is true if the outcome was found out by asking. */
  isVerified: boolean
}
