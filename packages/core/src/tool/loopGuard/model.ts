import type * as Duration from "effect/Duration"

/**
 * Configures how much is remembered, and what is answered from it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** Answers a call that goes on failing without running it, where that is safe. Default: `false`. */
  readonly answers?: boolean | undefined
  /** The time after a call really ran in which it may be answered without running. Default and at most: 60 s. */
  readonly answersFor?: Duration.Input | undefined
  /** The number of callers that are remembered. Default: 1,000. */
  readonly callers?: number | undefined
  /** The number of failing calls that are remembered of one caller. Default: 20. */
  readonly calls?: number | undefined
  /** The number of callers for which an answer is kept. Default: 100. */
  readonly answered?: number | undefined
  /** The time for which a failure is remembered. Default: 10 minutes. */
  readonly window?: Duration.Input | undefined
}

/**
 * Holds the defaults of the options.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaults: { readonly [K in keyof Options]-?: Exclude<Options[K], undefined> } = {
  answers: false,
  answersFor: "60 seconds",
  callers: 1000,
  calls: 20,
  answered: 100,
  window: "10 minutes"
}

/**
 * Counts the identical failures from which on a reply says so.
 *
 * @category constants
 * @since 0.1.0
 */
export const firstTold = 3

/**
 * Names a call: what it is called with, and by whom.
 *
 * @category models
 * @since 0.1.0
 */
export interface Call {
  /** Names who calls. Whoever is not known is not counted. */
  readonly caller: string
  /** Names the tool. */
  readonly tool: string
  /** The fingerprint of the arguments. */
  readonly arguments: string
}

/**
 * Describes how a call failed.
 *
 * @category models
 * @since 0.1.0
 */
export interface Failure {
  /** Names the failure: its class and type, or the place of a defect. */
  readonly failure: string
  /** The time at which the call began. */
  readonly startedAt: number
  /** The time at which it ended. */
  readonly now: number
  /** The milliseconds that the caller is told to wait before the next call. Default: none. */
  readonly retryAfter?: number | undefined
  /** Answers the same call without running it, where that is allowed. Default: nothing does. */
  readonly answer?: unknown
  /** Is true if the call was itself answered without running. Default: it ran. */
  readonly isAnswered?: boolean | undefined
}

/**
 * Describes how a call succeeded.
 *
 * @category models
 * @since 0.1.0
 */
export interface Success {
  /** Names who called. */
  readonly caller: string
  /** Names the tool. */
  readonly tool: string
  /** Returns the fingerprint of the arguments: it is asked for only where it matters. */
  readonly arguments: () => string | undefined
  /** Is true if the call may have changed something. */
  readonly changes: boolean
  /** The time at which it ended. */
  readonly now: number
}

/**
 * Describes a call that begins.
 *
 * @category models
 * @since 0.1.0
 */
export interface Beginning {
  /** Names who calls. */
  readonly caller: string
  /** Names the tool. */
  readonly tool: string
  /** Returns the fingerprint of the arguments: it is asked for only where it matters. */
  readonly arguments: () => string | undefined
  /** The time at which it begins. */
  readonly now: number
}

/**
 * Counts identical failures. Its memory is bounded in entries and in time.
 *
 * @category models
 * @since 0.1.0
 */
export interface LoopGuard {
  readonly [TypeId]: typeof TypeId
  /** Is true if calls may be answered without running. */
  readonly answers: boolean
  /** Tests whether no failure is remembered: then there is nothing to ask. */
  readonly isEmpty: () => boolean
  /** Notes a failure. Returns which identical one it is; 1 for one that does not count. */
  readonly failed: (call: Call, failure: Failure) => number
  /** Notes a success. */
  readonly succeeded: (success: Success) => void
  /** Notes that a call begins. Returns its answer if it need not run; any other call of its caller forgets what was kept. */
  readonly begin: (call: Beginning) => {
    /** The answer that was kept. */
    readonly answer: unknown
  } | undefined
  /** Returns how much is remembered: never more than the options allow. */
  readonly size: () => {
    /** The callers that are remembered. */
    readonly callers: number
    /** The failed calls that are counted. */
    readonly calls: number
    /** The answers that are kept. */
    readonly answered: number
  }
}

/**
 * Names the key by which a guard is known.
 *
 * @category type IDs
 * @since 0.1.0
 */
export const TypeId = "~errata/LoopGuard" as const

/**
 * Returns whether a value is a guard.
 *
 * @category guards
 * @since 0.1.0
 */
export const is = (u: unknown): u is LoopGuard => typeof u === "object" && u !== null && TypeId in u
