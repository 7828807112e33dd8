import * as Duration from "effect/Duration"
import * as Schedule from "effect/Schedule"
import type * as ToolError from "../../errors/ToolError.ts"
import * as Backoff from "../../resilience/Backoff.ts"
import * as Engine from "../../resilience/RetryPolicy.ts"
import type * as Plain from "./model.ts"

/**
 * Describes when a failed call is tried again. `String(policy)`, `console.log(policy)` and `JSON.stringify(policy)` say what it
 * does. A policy of `@errata/core/RetryPolicy` is one, too.
 *
 * @category models
 * @since 0.1.0
 */
export interface RetryPolicy {
  /** Tells policies from other values. */
  readonly "~errata/RetryPolicy": true
  /** The greatest number of attempts, the first one included. */
  readonly maxAttempts: number
  /** Says what the policy does. */
  readonly toString: () => string
}

/**
 * Configures a policy. Every option has a default.
 *
 * @category models
 * @since 0.1.0
 */
export interface RetryPolicyOptions {
  /** The number of attempts after the first. Default: 3. */
  readonly maxRetries?: number | undefined
  /** The wait before the second attempt. Default: 500 ms. */
  readonly delay?: Plain.Duration | undefined
  /** The number of times that each wait is longer than the one before; 1 for equal ones. Default: 2. */
  readonly factor?: number | undefined
  /** The longest wait, but for what an error asks for. Default: no bound. */
  readonly maxDelay?: Plain.Duration | undefined
  /** Makes each wait a random part of itself, so that callers do not come back all at once. Default: `true`. */
  readonly jitters?: boolean | undefined
  /** The time from the first failure to the start of the last retry. Default: no bound. */
  readonly within?: Plain.Duration | undefined
  /** The longest wait that an error may ask for (`Retry-After`): for a longer one the policy gives up. Default: 5 minutes. */
  readonly maxRetryAfter?: Plain.Duration | undefined
  /** Chooses among the transient errors. Default: all but an open circuit. */
  readonly isRetryable?: ((error: ToolError.Any) => boolean) | undefined
}

/**
 * Makes policies. Throws a `RangeError` for numbers that make no sense.
 *
 * | policy | waits (each anything up to) | attempts | for |
 * |---|---|---|---|
 * | `quick` | 50, 100 ms | 3 | something near: a database, a cache |
 * | `patient` | 0.5, 1, 2, 4 s | 5 | another party's service |
 * | `none` | | 1 | what must not be repeated |
 * | `make()` | 0.5, 1, 2 s | 4 | what `forDependency` has by default |
 *
 * @category policies
 * @since 0.1.0
 */
export const RetryPolicy: {
  /** Makes a policy with waits that grow. */
  readonly make: (options?: RetryPolicyOptions) => RetryPolicy
  /** Retries what is near. */
  readonly quick: RetryPolicy
  /** Retries another party's service. */
  readonly patient: RetryPolicy
  /** Makes one attempt only. */
  readonly none: RetryPolicy
} = {
  make: (options = {}) => {
    const { delay = 500, factor = 2, isRetryable, jitters = true, maxDelay, maxRetries, maxRetryAfter, within } =
      options
    if (!(factor >= 1 && Number.isFinite(factor))) throw new RangeError("RetryPolicy: factor must be a number >= 1")
    const growing = Schedule.exponential(lasting("delay", delay), factor)
    const capped = maxDelay === undefined ? growing : Backoff.cap(growing, lasting("maxDelay", maxDelay))
    const schedule = jitters ? Backoff.fullJitter(capped) : capped
    return Engine.make(schedule, { maxRetries, isRetryable, within, maxRetryAfter })
  },
  quick: Engine.quick,
  patient: Engine.patient,
  none: Engine.none
}

const lasting = (name: string, input: Plain.Duration): Duration.Duration => {
  const duration = Duration.fromInputUnsafe(input)
  if (Number.isNaN(input) || !(Duration.toMillis(duration) >= 0)) {
    throw new RangeError(`RetryPolicy: ${name} must be a duration >= 0`)
  }
  return duration
}

/** Returns the engine's policy, or throws what says that it is none. */
export const engineOf = (policy: RetryPolicy): Engine.RetryPolicy => {
  if ((policy as Partial<RetryPolicy> | undefined)?.["~errata/RetryPolicy"] !== true) {
    throw new TypeError("No policy was given: use RetryPolicy.make, or one of those that are there")
  }
  return policy as Engine.RetryPolicy
}
