import * as Duration from "effect/Duration"
import { dual } from "effect/Function"
import { attempt } from "../internal/attempt.ts"
import { makeMark, type Mark } from "../internal/mark.ts"
import type { RecoveryStep } from "../RecoveryStep.ts"
import type { ToolError } from "./model.ts"
import { definitionOf } from "./read.ts"

/**
 * Holds guidance that is known only where an error is raised.
 *
 * @category models
 * @since 0.1.0
 */
export interface Guidance {
  /** Says what happened, in the words of whoever raised it; wins over the class's message in what leaves. */
  readonly message?: string | undefined
  /**
   * Keeps the lines of the message: a model reads the first where every message stands, the others below the advice, each after
   * `| `. Else a message is one line, in which line ends are escaped. Default: false.
   */
  readonly keepsLines?: boolean | undefined
  /** The way to fix it; wins over the class's suggestion. */
  readonly suggestion?: string | undefined
  /** Names that may have been meant, the nearest first. */
  readonly similarMatches?: ReadonlyArray<string> | undefined
  /** The next steps, in order. */
  readonly steps?: ReadonlyArray<RecoveryStep> | undefined
  /** The least wait; wins over the class's. */
  readonly retryAfter?: Duration.Input | undefined
}

const added: Mark<Guidance> = /*#__PURE__*/ makeMark("guidance")

const none: Guidance = {}

/**
 * Adds what is known only here: similar names, steps with real ids, a hint when to retry.
 *
 * **Details**
 *
 * Guidance stands beside the error, not in its fields, and survives `Effect.fail` and `Effect.mapError`. What is given
 * later wins; what is not given stays. Returns the same error.
 *
 * **Example** (Saying what may have been meant)
 *
 * ```ts import.meta.vitest
 * import * as Errors from "@errata/core/Errors"
 * import * as Suggestion from "@errata/core/Suggestion"
 * import * as ToolError from "@errata/core/ToolError"
 *
 * const error = ToolError.withGuidance(new Errors.NotFound({ resource: "City", id: "Pariis" }), {
 *   similarMatches: Suggestion.similar("Pariis", ["London", "Paris"])
 * })
 * ToolError.guidance(error).similarMatches // => ["Paris"]
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const withGuidance: {
  /** Adds what is known only here; for `pipe`. */
  (guidance: Guidance): <E extends ToolError>(error: E) => E
  /** Adds what is known only here. */
  <E extends ToolError>(error: E, guidance: Guidance): E
} = /*#__PURE__*/ dual(2, <E extends ToolError>(error: E, guidance: Guidance): E => {
  added.put(error, { ...added.of(error), ...guidance })
  return error
})

/** Returns the steps that were added to an error where it was raised; `undefined` if none were, whatever its class says. */
export const stepsGiven = (error: ToolError): Guidance["steps"] => added.of(error)?.steps

/**
 * Returns the guidance of an error: what was added to it, completed by what its class says. Never throws.
 *
 * @category accessors
 * @since 0.1.0
 */
export const guidance = (error: ToolError): Guidance => {
  const given = added.of(error) ?? none
  return attempt(() => {
    const { plan, spec: { retryAfter, steps, suggestion } } = definitionOf(error)
    if (suggestion === undefined && retryAfter === undefined && steps === undefined) return given
    const view = plan().publicView(error)
    const next = given.steps ?? saidOf(steps, view)
    return {
      ...given,
      ...next === undefined ? {} : { steps: next },
      suggestion: given.suggestion ?? saidOf(suggestion, view),
      retryAfter: given.retryAfter ?? ownRetryAfter(error)
    }
  }) ?? given
}

/** Returns what a class says: to all errors alike, or to each; `undefined` if it throws. */
const saidOf = <A>(said: A | ((view: object) => A | undefined) | undefined, view: object): A | undefined =>
  typeof said === "function" ? attempt(() => (said as (view: object) => A | undefined)(view)) : said

/**
 * Returns the least wait before the next attempt, if the error says so; an absurd hint counts as none.
 *
 * @category accessors
 * @since 0.1.0
 */
export const retryAfter = (error: ToolError): Duration.Duration | undefined => {
  const hint = added.of(error)?.retryAfter ?? ownRetryAfter(error)
  if (hint === undefined || Number.isNaN(hint)) return undefined
  const duration = attempt(() => Duration.fromInputUnsafe(hint))
  const millis = duration === undefined ? -1 : Duration.toMillis(duration)
  return millis >= 0 && Number.isFinite(millis) ? duration : undefined
}

const ownRetryAfter = (error: ToolError): Duration.Input | undefined =>
  attempt(() => {
    const { plan, spec: { retryAfter } } = definitionOf(error)
    return retryAfter?.(plan().publicView(error))
  })
