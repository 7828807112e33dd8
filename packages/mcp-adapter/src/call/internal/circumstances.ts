import type * as Problem from "@errata/core/Problem"
import type * as RetryPolicy from "@errata/core/RetryPolicy"
import type { Call } from "./model.ts"

/** Returns what the advice on a call depends on. What was refused by its handler before it began did not start. */
export const circumstancesOf = (call: Call, retried?: RetryPolicy.Outcome): Problem.Circumstances => {
  const { attempt, job, referenceId, state } = call
  const started = call.hasStarted && retried?.attempts !== 0
  const maxAttempts = retried?.maxAttempts ?? job.retry?.maxAttempts
  return {
    tool: job.name,
    safety: call.safety(),
    started,
    isOpen: started && state.isOpen,
    attempts: started ? retried?.attempts ?? attempt : 0,
    ...maxAttempts === undefined ? {} : { maxAttempts },
    ...retried?.stopped === undefined ? {} : { stopped: retried.stopped },
    referenceId
  }
}
