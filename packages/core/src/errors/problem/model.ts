import type { Json } from "../../redaction/internal/walk.ts"

/**
 * Holds everything that leaves the server about an error.
 *
 * @category models
 * @since 0.1.0
 */
export type Problem = {
  /** The tag of the error's class. */
  readonly error: string
  /** The type: what happened. */
  readonly type: string
  /** The family: what the caller should do. */
  readonly category: "transient" | "permanent" | "validation"
  /** Is true beside a transient error, else absent. */
  readonly is_transient?: boolean
  /** One safe sentence. */
  readonly message: string
  /** Names who can make the call succeed. */
  readonly resolved_by?: "model" | "wait" | "user" | "operator"
  /** Says whether and when to call again. */
  readonly retry: Retry
  /** Every issue of the arguments at once. */
  readonly issues?: ReadonlyArray<Issue>
  /** The error's public fields, encoded. */
  readonly details?: { readonly [name: string]: Json }
  /** The way to fix it. */
  readonly suggestion?: string
  /** Names that may have been meant, the nearest first. */
  readonly similar_matches?: ReadonlyArray<string>
  /** The next steps, in order. */
  readonly recovery_steps?: ReadonlyArray<RecoveryStep>
  /** The reference under which the log tells of the call. */
  readonly reference_id: string
}

type Retry = {
  /** Is true if the same call may be repeated. */
  readonly should_retry: boolean
  /** The seconds to wait before it. */
  readonly retry_after_seconds?: number
  /** The attempts that were made. */
  readonly attempts_made?: number
  /** The attempts that the policy allows. */
  readonly max_attempts?: number
  /** The reason, such as `exhausted` or `not_safe_to_repeat`. */
  readonly reason?: string
}

type Issue = {
  /** Leads to the argument, by keys and indices. */
  readonly path: ReadonlyArray<string | number>
  /** Says what is wrong. */
  readonly message: string
  /** Says what was expected. */
  readonly expected?: string
  /** Shows what arrived, shortened. */
  readonly received?: string
  /** Values that would do. */
  readonly examples?: ReadonlyArray<Json>
}

type Action = {
  /** The action, as an imperative. */
  readonly action: string
  /** The name of the tool to call. */
  readonly tool?: string
  /** The parameters of the call. */
  readonly parameters?: { readonly [name: string]: Json }
  /** The names of parameters that the caller has to fill in. */
  readonly fill?: ReadonlyArray<string>
  /** One sentence more. */
  readonly description?: string
}

/**
 * Describes a recovery step with its number, as it goes over the wire.
 *
 * @category models
 * @since 0.1.0
 */
export type RecoveryStep = Action & {
  /** Counts the steps, from 1. */
  readonly step: number
  /** The alternatives to choose from. */
  readonly options?: ReadonlyArray<Action>
}
