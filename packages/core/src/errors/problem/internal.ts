import * as Limits from "../../redaction/Limits.ts"
import * as Redaction from "../../redaction/Redaction.ts"
import * as ErrorType from "../ErrorType.ts"
import { advice, afterIdentical } from "../internal/wording.ts"
import type { ReferenceId } from "../ReferenceId.ts"
import type { Circumstances, Described } from "./describe.ts"

/**
 * Describes a failure that the tool does not declare: nothing of it leaves but the reference.
 *
 * **Example** (Masking)
 *
 * ```ts import.meta.vitest
 * import { internalProblem } from "@errata/core/internal/problem"
 * import type * as ReferenceId from "@errata/core/ReferenceId"
 *
 * const { advice, problem } = internalProblem("5f3c9a1e" as ReferenceId.ReferenceId)
 * problem.message // => "The tool failed unexpectedly"
 * advice // => "Do not retry. Report the reference."
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const internal = (referenceId: ReferenceId, options: InternalOptions = {}): Described => {
  const {
    attempts,
    detail,
    identicalFailures,
    limits = Limits.defaults,
    maxAttempts,
    redactor = Redaction.standard,
    stopped
  } = options
  return {
    problem: {
      error: "InternalError",
      type: ErrorType.stock.internal_error.name,
      category: "permanent",
      message: "The tool failed unexpectedly",
      resolved_by: "operator",
      retry: {
        should_retry: false,
        ...attempts === undefined || attempts === 1 ? {} : { attempts_made: attempts },
        ...maxAttempts === undefined ? {} : { max_attempts: maxAttempts },
        ...stopped === undefined ? {} : { reason: stopped }
      },
      ...detail === undefined ? {} : { details: { debug: Redaction.strict(redactor).json(detail, limits) as string } },
      reference_id: referenceId
    },
    advice: afterIdentical(advice.reportReference, identicalFailures)
  }
}

/**
 * Holds what may be said of a failure that the tool does not declare.
 *
 * @category models
 * @since 0.1.0
 */
export interface InternalOptions
  extends Pick<Circumstances, "attempts" | "maxAttempts" | "stopped" | "identicalFailures" | "redactor" | "limits">
{
  /** The cause as text, for development only: shown under `details.debug`. */
  readonly detail?: string | undefined
}
