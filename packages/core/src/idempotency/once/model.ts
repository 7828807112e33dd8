import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Errors from "../../errors/Errors.ts"
import type { RecoveryStep } from "../../errors/RecoveryStep.ts"
import type * as ToolError from "../../errors/ToolError.ts"
import type { IdempotencyKey } from "../IdempotencyKey.ts"
import type { CannotTell, TookEffect, Verified } from "../Verified.ts"

/**
 * Writes results and errors as JSON, and reads them again. What throws is not kept, or cannot be replayed.
 *
 * @category models
 * @since 0.1.0
 */
export interface Codec<A, E> {
  /** Writes a result. Leaves out what no reply may hold. */
  readonly encodeSuccess: (value: A) => unknown
  /** Reads a result. */
  readonly decodeSuccess: (json: unknown) => A
  /** Writes an error. Leaves out what no reply may hold. */
  readonly encodeFailure: (error: E) => unknown
  /** Reads an error. */
  readonly decodeFailure: (json: unknown) => E
}

/**
 * Says how to find out whether a call took effect. Only a check that fences the attempt may answer that it did not.
 *
 * @category models
 * @since 0.1.0
 */
export type Verify<A, R> =
  & {
    /** The step that a caller can take where the check cannot tell: a call of a tool that reads. Default: none. */
    readonly step?: RecoveryStep | undefined
  }
  & (
    | {
      /** Finds out. A check that fails cannot tell. */
      readonly check: Effect.Effect<TookEffect<A> | CannotTell, unknown, R>
      /** Says that the check does not fence the attempt. */
      readonly fences?: false | undefined
    }
    | {
      /** Finds out, and cancels the attempt or takes its key, so that what did not happen never will. */
      readonly check: Effect.Effect<Verified<A>, unknown, R>
      /** Says that the check fences the attempt. */
      readonly fences: true
    }
  )

/**
 * Tells that an answer was not worked out by this call.
 *
 * @category models
 * @since 0.1.0
 */
export interface Note {
  /** Is true if the outcome of an earlier call was given again. */
  readonly replayed?: true | undefined
  /** Is true if a check found that the call took effect. */
  readonly verified?: true | undefined
  /** The reference id of the call that did the work, if it was another. */
  readonly originalReferenceId?: string | undefined
}

/**
 * Configures work that takes effect once.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<A, E, R = never> {
  /** The caller's key. */
  readonly key: IdempotencyKey
  /** The name of the tool, which the key counts for. */
  readonly tool: string
  /** The caller, as the host's authentication says. Default: empty, for a caller that is not known. */
  readonly principal?: string | undefined
  /** The arguments as they go over the wire, without the key: with others the key is refused. */
  readonly arguments: unknown
  /** Names the version of the arguments' meaning. Default: none. */
  readonly version?: string | undefined
  /** Writes outcomes for the store, and reads them. */
  readonly codec: Codec<A, E>
  /** Bounds how long an owner is believed to be at work that does not renew. Default 30 s; renewed every third of it. */
  readonly lease?: Duration.Input | undefined
  /** Bounds how long the outcome is remembered. Default 24 h. */
  readonly retention?: Duration.Input | undefined
  /** Lets a call whose key is in progress wait for the outcome and share it, or fails with `InProgress` at once. Default `"wait"`. */
  readonly duplicates?: "wait" | "reject" | undefined
  /** Says what to do where the work may have taken effect and nobody knows: fail with `OutcomeUnknown`, or run again. Default `"unknown"`. */
  readonly whenLost?: "unknown" | "run again" | undefined
  /** Fails while the store cannot be reached, or runs the work unprotected. Default `"fail"`. */
  readonly whenStoreFails?: "fail" | "allow" | undefined
  /** `"marked"`: only what runs in `ToolCall.irreversible` is an effect. Default: as the call's tool says, else all of the work. */
  readonly effects?: "marked" | undefined
  /** Finds out what happened where nobody knows. Default: nobody can. */
  readonly verify?: Verify<A, R> | undefined
  /**
   * Tests for work that asks its caller for something, who answers by calling again with the same key: the key is free then. Not asked
   * once a marked effect has begun. Default: no work asks.
   */
  readonly isQuestion?: ((exit: Exit.Exit<unknown, unknown>) => boolean) | undefined
  /** Limits the characters of an outcome that are kept. Default 262,144. */
  readonly maxSize?: number | undefined
  /** Bounds each step of the store. Default 2 s. */
  readonly storeTimeout?: Duration.Input | undefined
  /** Runs before an answer that was not worked out now. Default: nothing. */
  readonly onNote?: ((note: Note) => Effect.Effect<void>) | undefined
}

/**
 * Types the errors that work under a key fails with besides its own.
 *
 * @category models
 * @since 0.1.0
 */
export type Failure =
  | Errors.IdempotencyConflict
  | Errors.InProgress
  | Errors.OutcomeUnknown
  | Errors.ProcessingError
  | Errors.Timeout
  | Errors.TooLarge
  | Errors.Unavailable

/**
 * Describes the key that code works under.
 *
 * @category models
 * @since 0.1.0
 */
export interface Current {
  /** The caller's key. */
  readonly key: IdempotencyKey
  /** Derives the key of a step: for an item, or a call to another service. */
  readonly child: (step: string) => IdempotencyKey
}

/** Describes what the work may do with its claim. */
export interface Work extends Current {
  /** Runs a part of the work in one transaction with the keeping of its result. */
  readonly transaction: <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

/** Holds the work that a fiber does under a key; `undefined` where it has none. */
export const CurrentWork: Context.Reference<Work | undefined> = Context.Reference<Work | undefined>(
  "errata/Idempotency/CurrentWork",
  { defaultValue: () => undefined }
)

/** Types the classes of errors that a codec knows. */
export type Classes = ReadonlyArray<ToolError.AnyClass>
