/**
 * Keeps retries from making an outage worse: all calls to one dependency share a budget of them.
 *
 * A `RetryBudget` is a bucket of tokens. Every call deposits a fraction of a token, every retry withdraws a whole one; when
 * the bucket is empty, calls fail at their first error instead of multiplying the load. A dependency that works fills the
 * bucket, one that is down empties it.
 *
 * **Details**
 *
 * | option | default | why |
 * |---|---|---|
 * | `ratio` | 0.2 | retries add at most a fifth to the load in the long run: the other side survives that, and a call in five may fail once |
 * | `capacity` | 100 | tokens saved up in good times: a short hiccup under load is retried in full |
 * | `initial` | 10 | tokens at the start, so that the first calls of a server may be retried |
 * | `perSecond` | 0.5 | tokens that come by themselves: a server with a call a minute deposits too little to ever retry |
 *
 * Retries in any time `t` are at most `initial + ratio * calls + perSecond * t`, and never more than `capacity` at once.
 *
 * **Example** (Spending a budget)
 *
 * ```ts import.meta.vitest
 * import * as RetryBudget from "@errata/core/RetryBudget"
 *
 * const budget = RetryBudget.make({ initial: 1, perSecond: 0 })
 * budget.withdraw(0) // => true
 * budget.withdraw(0) // => false
 * for (let call = 0; call < 5; call++) budget.deposit(0)
 * budget.withdraw(0) // => true
 * ```
 *
 * @since 0.1.0
 */

/**
 * Describes a shared bucket of retries. Times are milliseconds and must not go backwards; if they do, nothing is added.
 *
 * @category models
 * @since 0.1.0
 */
export interface RetryBudget {
  /** Notes a call (its first attempt). */
  readonly deposit: (now: number) => void
  /** Takes a token for a retry; `false` if there is none. */
  readonly withdraw: (now: number) => boolean
  /** The number of retries that are left now. */
  readonly available: (now: number) => number
}

/**
 * Makes a budget. Keep it as long as the dependency it guards: one for each, made when the server starts.
 *
 * **Details**
 *
 * Throws a `RangeError` for a negative or infinite number, or an `initial` above the `capacity`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options?: {
  /** The tokens that each call adds: the share of retries in the load. Default: 0.2. */
  readonly ratio?: number | undefined
  /** The greatest number of tokens. Default: 100. */
  readonly capacity?: number | undefined
  /** The tokens at the start. Default: 10, at most `capacity`. */
  readonly initial?: number | undefined
  /** The tokens that each second adds. Default: 0.5. */
  readonly perSecond?: number | undefined
}): RetryBudget => {
  const { capacity = 100, perSecond = 0.5, ratio = 0.2 } = options ?? {}
  const initial = options?.initial ?? Math.min(10, capacity)
  for (const [name, value] of Object.entries({ capacity, initial, perSecond, ratio })) {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`RetryBudget: ${name} must be a number >= 0`)
    }
  }
  if (initial > capacity) throw new RangeError("RetryBudget: initial must not exceed capacity")
  return bucket({ capacity, initial, perSecond, ratio })
}

// whole numbers of millionths keep the sum exact, however many fractions are added
const unit = 1_000_000

const bucket = ({ capacity, initial, perSecond, ratio }: {
  readonly ratio: number
  readonly capacity: number
  readonly initial: number
  readonly perSecond: number
}): RetryBudget => {
  const full = Math.round(capacity * unit)
  const perCall = Math.round(ratio * unit)
  let tokens = Math.round(initial * unit)
  let start: number | undefined
  let earned = 0 // since the start: counted as a whole, so that many short times earn as much as a long one
  const add = (units: number): void => {
    tokens = Math.min(full, tokens + units)
  }
  const refill = (now: number): void => {
    start ??= now
    const due = Math.floor((now - start) * perSecond * (unit / 1000))
    if (due <= earned) return
    add(due - earned)
    earned = due
  }
  return {
    deposit: (now) => {
      refill(now)
      add(perCall)
    },
    withdraw: (now) => {
      refill(now)
      if (tokens < unit) return false
      tokens -= unit
      return true
    },
    available: (now) => {
      refill(now)
      return Math.floor(tokens / unit)
    }
  }
}
