import type { RecoveryStep } from "../recoveryStep/model.ts"
import { withGuidance } from "../toolError/guidance.ts"
import type { ToolError } from "../toolError/model.ts"

/**
 * Says what can be said of every error.
 *
 * @category models
 * @since 0.1.0
 */
export interface Details {
  /** The way to fix it. Default: what the function says. */
  readonly suggestion?: string | undefined
  /** The next steps, in order. Default: what the function says, else none. */
  readonly steps?: ReadonlyArray<RecoveryStep> | undefined
  /** The failure behind it, for the log only. Default: none. */
  readonly cause?: unknown
}

/** Holds what a function says of itself. */
interface Own {
  readonly suggestion?: string | undefined
  readonly steps?: ReadonlyArray<RecoveryStep> | undefined
  readonly similarMatches?: ReadonlyArray<string> | undefined
}

/** Adds to an error what is known of it: what was given wins over what its function says. */
export const told = <E extends ToolError>(error: E, details: Details, own: Own): E => {
  const suggestion = details.suggestion ?? own.suggestion
  const steps = details.steps ?? own.steps
  return withGuidance(error, {
    ...suggestion === undefined ? {} : { suggestion },
    ...steps === undefined ? {} : { steps },
    ...own.similarMatches === undefined || own.similarMatches.length === 0 ? {} : { similarMatches: own.similarMatches }
  })
}

export const causeOf = ({ cause }: Details): { readonly cause?: unknown } => cause === undefined ? {} : { cause }

/** "a", "a or b", "a, b or c". */
export const either = (words: ReadonlyArray<string>): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`
