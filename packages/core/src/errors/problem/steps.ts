import type { Action, RecoveryStep } from "../RecoveryStep.ts"
import type * as ToolError from "../ToolError.ts"

/**
 * Decides which steps are told of an error, where more is known than the error: which tool failed, and what the server lists.
 *
 * @category models
 * @since 0.1.0
 */
export interface StepRules {
  /** Names the tool that was called. Default: what the circumstances say. */
  readonly tool?: string | undefined
  /** Returns the steps of an error to which none were added; `undefined`: those of its class. */
  stepsOf(error: ToolError.Any): ReadonlyArray<RecoveryStep> | undefined
  /** Says why an action cannot be taken; `undefined` if it can. It is given as it would leave, and as it was made. */
  refusalOf(told: Action, made: Action): string | undefined
  /** Hears of each step, or option of one, that is left out, and why. */
  onLeftOut(why: string): void
}
