import * as Limits from "../../redaction/Limits.ts"
import * as Redaction from "../../redaction/Redaction.ts"
import * as ErrorType from "../ErrorType.ts"
import { isRepeatable, ofOpen, ofType } from "../internal/advice.ts"
import { fromName } from "../internal/errorType.ts"
import * as wording from "../internal/wording.ts"
import type { Circumstances, Described } from "./describe.ts"
import type { Problem } from "./schema.ts"

/**
 * Holds what a description of a failed batch is made of: the parts of its report.
 *
 * @category models
 * @since 0.1.0
 */
export interface BatchReport {
  /** The counts of the items. */
  readonly summary: {
    /** The number of items. */
    readonly total: number
    /** The number of items that failed. */
    readonly failed: number
    /** The number of items that were never started. */
    readonly not_attempted: number
  }
  /** The errors as a whole. */
  readonly error_summary: {
    /** The number of errors of each type. */
    readonly by_type: { readonly [type: string]: number }
    /** The number of errors of each family. */
    readonly by_category: { readonly [category: string]: number }
    /** The keys of the items to call again with, byte for byte. */
    readonly retry_keys: ReadonlyArray<string>
    /** The seconds to wait before that call. Absent: none are known. */
    readonly retry_after_seconds?: number | undefined
    /** One sentence about the next call. */
    readonly suggestion?: string | undefined
  }
  /** The advice of the report, where the call may be repeated. */
  readonly advice?: string | undefined
}

/**
 * Describes a batch of which nothing succeeded.
 *
 * **Details**
 *
 * It is transient only if every item is: the same call helps only if it helps all of them. An open call that may not be
 * repeated is never advised to be: only what stands in `retry_keys` may be given again.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ofBatch = (report: BatchReport, circumstances: Circumstances): Described => {
  const described = ofBatchOnce(report, circumstances)
  return { ...described, advice: wording.afterIdentical(described.advice, circumstances.identicalFailures) }
}

const ofBatchOnce = (report: BatchReport, circumstances: Circumstances): Described => {
  const { attempts = 1, isOpen, limits = Limits.defaults, redactor = Redaction.standard, safety, started } =
    circumstances
  const { error_summary: { by_category, by_type, retry_after_seconds, retry_keys, suggestion }, summary } = report
  const mayNotBeRepeated = !isRepeatable(safety) && (isOpen ?? started)
  const isTransient = !mayNotBeRepeated && Object.keys(by_category).every((category) => category === "transient")
  const seconds = retry_after_seconds === undefined
    ? undefined
    : Math.min(retry_after_seconds, limits.retryAfterSeconds)
  const problem: Problem = {
    error: "BatchFailed",
    type: ErrorType.stock.batch_failed.name,
    category: isTransient ? "transient" : "permanent",
    ...isTransient ? { is_transient: true } : {},
    message: batchMessage(summary),
    resolved_by: isTransient ? "wait" : "model",
    retry: {
      should_retry: isTransient,
      ...isTransient && seconds !== undefined ? { retry_after_seconds: seconds } : {},
      ...attempts === 1 ? {} : { attempts_made: attempts },
      ...mayNotBeRepeated
        ? { reason: safety === "undeclared" ? wording.reasons.undeclared : wording.reasons.notSafe }
        : {}
    },
    details: { total: summary.total },
    ...suggestion === undefined ? {} : { suggestion: redactor.json(suggestion, limits) as string },
    reference_id: circumstances.referenceId
  }
  if (isTransient) return { problem, advice: wording.retryLater(seconds) }
  const said = report.advice ?? adviceOn(Object.keys(by_type))
  if (!mayNotBeRepeated || said === wording.advice.checkEffect) return { problem, advice: said }
  if (retry_keys.length > 0) return { problem, advice: wording.advice.retryKeysOnly }
  if (said === wording.advice.mayHaveTakenEffect || Object.hasOwn(by_type, "outcome_unknown")) {
    return { problem, advice: wording.advice.mayHaveTakenEffect }
  }
  return { problem, advice: ofOpen(said) }
}

/** Returns what is said of every type that failed, if the same is said of all. */
const adviceOn = (types: ReadonlyArray<string>): string => {
  const [first, ...others] = new Set(types.map((type) => ofType(fromName(type))))
  return first === undefined || others.length > 0 ? wording.advice.changeArguments : first
}

const batchMessage = ({ failed, not_attempted, total }: BatchReport["summary"]): string => {
  if (failed === 0) return total === 0 ? "No item was started" : `None of ${total} items was started`
  if (not_attempted === 0) return failed === 1 ? "The only item failed" : `All ${total} items failed`
  return `None of ${total} items succeeded: ${failed} failed, ${not_attempted} were not attempted`
}
