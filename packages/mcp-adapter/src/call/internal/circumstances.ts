import { refusalOf, type Surroundings } from "@errata/core/internal/follow"
import type * as Problem from "@errata/core/Problem"
import type { Action, RecoveryStep } from "@errata/core/RecoveryStep"
import type * as RetryPolicy from "@errata/core/RetryPolicy"
import type * as ToolError from "@errata/core/ToolError"
import type { Call } from "./model.ts"
import { redactedText } from "./redacted.ts"

/** Returns what the advice on a call depends on. What was refused by its handler before it began did not start. */
export const circumstancesOf = (call: Call, retried?: RetryPolicy.Outcome): Problem.Circumstances => {
  const { attempt, job, referenceId, state } = call
  const started = call.hasStarted && retried?.attempts !== 0
  return {
    tool: job.name,
    safety: call.safety(),
    started,
    isOpen: started && state.isOpen,
    hasBegun: state.hasBegun,
    attempts: started ? retried?.attempts ?? attempt : 0,
    maxAttempts: retried?.maxAttempts ?? job.retry?.maxAttempts,
    stopped: retried?.stopped,
    identicalFailures: call.identical,
    referenceId,
    steps: new StepsOfCall(call)
  }
}

/** Decides which steps are told of the errors of a call: what the tool's guides say, and what the server lists now. */
class StepsOfCall implements Problem.StepRules, Surroundings {
  private readonly call: Call
  constructor(call: Call) {
    this.call = call
  }
  stepsOf(error: ToolError.Any): ReadonlyArray<RecoveryStep> | undefined {
    try {
      return this.call.job.guidance?.stepsOf(error)
    } catch {
      this.onLeftOut(`the guide for ${error._tag} throws, or returns no list of steps`)
      return undefined
    }
  }
  refusalOf(told: Action, made: Action): string | undefined {
    return refusalOf(told, made, this)
  }
  onLeftOut(why: string): void {
    const { call } = this
    call.leftOut ??= []
    if (call.leftOut.length < mostLeftOut) call.leftOut.push(redactedText(why, call.settings.format))
  }
  get tool(): string {
    return this.call.job.name
  }
  lists(name: string): boolean | undefined {
    return this.call.lists?.(name)
  }
  definitionOf(name: string) {
    return this.call.job.guidance?.definitionOf(name)
  }
}

/** The log says of so many steps why they were left out. */
const mostLeftOut = 10
