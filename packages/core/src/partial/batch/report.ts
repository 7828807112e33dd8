import type * as Advice from "../../errors/Advice.ts"
import { isRepeatable } from "../../errors/internal/advice.ts"
import * as Problem from "../../errors/Problem.ts"
import type { ReferenceId } from "../../errors/ReferenceId.ts"
import type * as ToolError from "../../errors/ToolError.ts"
import * as Limits from "../../redaction/Limits.ts"
import * as Redaction from "../../redaction/Redaction.ts"
import { type Batch, countOf, type Failed, isRecoverable, status, total } from "./model.ts"
import { sample } from "./sample.ts"
import * as Sentences from "./sentences.ts"

/**
 * Describes what a report shows. Every option has a default.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReportOptions {
  /** Everything, only what failed, or only the counts. Default: `all`. */
  readonly view?: "all" | "failures_only" | "summary" | undefined
  /** The number of results that are listed at most. Default: 1,000. */
  readonly maxResults?: number | undefined
  /**
   * The number of errors that are listed at most. Default: 100; where nothing succeeded 20, of more than that 4, or one of each
   * type.
   */
  readonly maxErrors?: number | undefined
  /** The number of keys to retry that are listed at most. Default: 1,000. */
  readonly maxRetryKeys?: number | undefined
  /** Declares how often an item may take effect, which rules the advice. Default: the safety under which the items failed. */
  readonly safety?: Advice.CallSafety | undefined
  /**
   * Tells that the call did something besides its items that may not be done again, so that no keys are named to call again with.
   * Default: `false`.
   */
  readonly didMore?: boolean | undefined
  /** The id under which the log has more. Default: none. */
  readonly referenceId?: ReferenceId | undefined
  /** Masks secrets in messages and keys. Default: `Redaction.standard`. */
  readonly redactor?: Redaction.Redactor | undefined
  /** Bounds messages, alternatives and steps. Default: `Limits.defaults`. */
  readonly limits?: Limits.Limits | undefined
  /** Decides which steps of an item are told. Default: those of its error, all of them. */
  readonly steps?: Problem.StepRules | undefined
}

/**
 * Types what goes over the wire about a batch whose values are of type `A`.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReportOf<out A> {
  /** `success` if all items succeeded, `failed` if none did, else `partial`. */
  readonly status: "success" | "partial" | "failed"
  /** The counts. */
  readonly summary: {
    /** The number of items. */
    readonly total: number
    /** The number of items that succeeded. */
    readonly succeeded: number
    /** The number of items that failed. */
    readonly failed: number
    /** The number of items that were never started. */
    readonly not_attempted: number
    /** Rounded to two decimals; 1 only if all succeeded, 0 only if none did. */
    readonly success_rate: number
  }
  /** The items that succeeded, in input order. */
  readonly results: ReadonlyArray<{
    /** The item's place in the input, from 0 on. */
    readonly index: number
    /** The item's key; another item may have the same. */
    readonly key: string
    /** The value of the item. */
    readonly value: A
  }>
  /** The items that failed, in input order. */
  readonly errors: ReadonlyArray<ItemError>
  /** The errors as a whole. */
  readonly error_summary: {
    /** The number of errors of each type. */
    readonly by_type: { readonly [type: string]: number }
    /** The number of errors of each family. */
    readonly by_category: { readonly [family: string]: number }
    /** The number of items that the caller can make succeed. */
    readonly recoverable_count: number
    /** The keys of the items to call again with, byte for byte. */
    readonly retry_keys: ReadonlyArray<string>
    /** The seconds to wait before the next call. Absent: none are known. */
    readonly retry_after_seconds?: number
    /** One sentence about the next call. */
    readonly suggestion?: string
  }
  /** Advice on the call as a whole; absent if all succeeded. */
  readonly advice?: string
  /** The counts in words, and how much is not listed. */
  readonly note: string
  /** The id under which the log has more; absent if all succeeded. */
  readonly reference_id?: string
}

/**
 * Types what goes over the wire about an item that failed.
 *
 * @category models
 * @since 0.1.0
 */
export interface ItemError {
  /** Its place in the input, from 0. */
  readonly index: number
  /** Its key; masked where it looks like a secret. */
  readonly key: string
  /** The class of the error. */
  readonly error: string
  /** The type of the error, as the advice has it. */
  readonly type: string
  /** The family of the error, as the advice has it. */
  readonly category: ToolError.Family
  /** The message, in a safe sentence. */
  readonly message: string
  /** True if the caller can make this item succeed. */
  readonly recoverable: boolean
  /** The way to fix it. */
  readonly suggestion?: string
  /** Names that the caller may have meant. */
  readonly similar_matches?: ReadonlyArray<string>
  /** Steps to take next, as in a `Problem`. */
  readonly recovery_steps?: ReadonlyArray<{ readonly [name: string]: unknown }>
}

/**
 * Makes of a batch what goes over the wire: without secrets, bounded, with advice for the whole. Never throws.
 *
 * @category destructors
 * @since 0.1.0
 */
export const report = <A, E extends ToolError.Any>(batch: Batch<A, E>, options: ReportOptions = {}): ReportOf<A> => {
  const state = status(batch)
  const { maxErrors, maxResults = 1000, view = "all" } = options
  const shown = maskingKeys(options)
  const results = view === "all" ? batch.results.slice(0, maxResults) : []
  const failures = view === "summary"
    ? []
    : maxErrors === undefined && state === "failed"
    ? sample(batch.failures, batch.failed)
    : batch.failures.slice(0, maxErrors ?? 100)
  const error_summary = errorSummary(batch, options)
  const isKnown = batch.failures.length === batch.failed
  const toRetry = batch.notAttempted + (isKnown
    ? batch.failures.filter((failure) => failure.advice.retry.should_retry).length
    : countOf(batch.tally.byCategory, "transient"))
  const advice = Sentences.advise(batch, toldOf(batch, options, error_summary.retry_keys))
  const note = Sentences.note(batch, [
    ...view === "all" ? [Sentences.unlisted(batch.succeeded - results.length, "result")] : [],
    ...view === "summary" ? [] : [Sentences.unlisted(batch.failed - failures.length, "error")],
    Sentences.unlisted(toRetry - error_summary.retry_keys.length, "key to retry", "keys to retry")
  ])
  return {
    status: state,
    summary: summary(batch),
    results: results.map(({ index, key, value }) => ({ index, key: shown(key), value })),
    errors: failures.map((failure) => itemError(failure, shown(failure.key), options)),
    error_summary,
    ...advice === undefined ? {} : { advice },
    note,
    ...options.referenceId === undefined || state === "success" ? {} : { reference_id: options.referenceId }
  }
}

/**
 * Counts a batch.
 *
 * @category destructors
 * @since 0.1.0
 */
export const summary = (batch: Batch<unknown, unknown>): ReportOf<unknown>["summary"] => ({
  total: total(batch),
  succeeded: batch.succeeded,
  failed: batch.failed,
  not_attempted: batch.notAttempted,
  success_rate: rate(batch)
})

/** Rounded to two decimals, but never so that a part looks like all or nothing. */
const rate = (batch: Batch<unknown, unknown>): number => {
  const all = total(batch)
  if (batch.succeeded === all) return 1
  if (batch.succeeded === 0) return 0
  return Math.min(0.99, Math.max(0.01, Math.round((batch.succeeded / all) * 100) / 100))
}

/**
 * Summarizes what went wrong: by type, by family, which keys to call again with, and what to do.
 *
 * @category destructors
 * @since 0.1.0
 */
export const errorSummary = (
  batch: Batch<unknown, unknown>,
  options: Pick<ReportOptions, "didMore" | "maxRetryKeys" | "safety" | "redactor" | "limits"> = {}
): ReportOf<unknown>["error_summary"] => {
  const { tally } = batch
  const retry_keys = retryKeys(batch, options)
  const suggestion = Sentences.suggest(batch, toldOf(batch, options, retry_keys))
  return {
    by_type: mostFirst(tally.byType),
    by_category: mostFirst(tally.byCategory),
    recoverable_count: tally.recoverable,
    retry_keys,
    ...tally.retryAfterSeconds === undefined ? {} : { retry_after_seconds: tally.retryAfterSeconds },
    ...suggestion === undefined ? {} : { suggestion }
  }
}

const mostFirst = (counts: { readonly [name: string]: number }): { readonly [name: string]: number } =>
  Object.fromEntries(Object.entries(counts).toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)))

type Masking = Pick<ReportOptions, "redactor" | "limits">

/** Shows a key as it may leave: one that the redactor would change is masked. */
const maskingKeys = ({ limits = Limits.defaults, redactor = Redaction.standard }: Masking) => (key: string): string =>
  redactor.json(key, limits) as string

const toldOf = (
  batch: Batch<unknown, unknown>,
  options: Masking & Pick<ReportOptions, "didMore" | "safety">,
  retryKeys: ReadonlyArray<string>
): Sentences.Told => ({
  isRepeatable: isRepeatable(options.safety ?? "read") &&
    batch.failures.every(({ circumstances }) => isRepeatable(circumstances.safety)),
  hasRetryKeys: retryKeys.length > 0,
  didMore: options.didMore === true,
  shown: maskingKeys(options)
})

/**
 * Returns the keys of the items to call again with: what failed temporarily and is safe to repeat, and what was never begun; in
 * input order, byte for byte. Not a key that would not leave as it is, nor one that is also that of an item which may have taken
 * effect.
 */
const retryKeys = (
  batch: Batch<unknown, unknown>,
  options: Masking & Pick<ReportOptions, "didMore" | "maxRetryKeys">
): ReadonlyArray<string> => {
  if (options.didMore === true) return [] // a call with some of the items does the rest again
  const { maxRetryKeys = 1000 } = options
  const shown = maskingKeys(options)
  const unsafe = new Set<string>()
  let seen = 0
  for (const { advice, key } of batch.failures) {
    if (advice.type.name !== "outcome_unknown") continue
    unsafe.add(key)
    seen++
  }
  if (seen < countOf(batch.tally.byType, "outcome_unknown")) return [] // some were not kept: their keys are unknown
  const again = batch.failures.filter((failure) => failure.advice.retry.should_retry)
  const items = again.length === 0 || batch.skipped.length === 0
    ? [...again, ...batch.skipped]
    : [...again, ...batch.skipped].sort((a, b) => a.index - b.index)
  const keys: Array<string> = []
  for (const { key } of items) {
    if (keys.length >= maxRetryKeys) break
    if (!unsafe.has(key) && shown(key) === key) keys.push(key)
  }
  return keys
}

const unexpected = "The item failed unexpectedly"
const noReference = "00000000" as ReferenceId

/** Describes the error of an item. One that cannot be read is masked. */
const itemError = (
  { advice, circumstances, error, index }: Failed<ToolError.Any>,
  key: string,
  { limits, redactor, steps }: ReportOptions
): ItemError => {
  try {
    const { problem } = Problem.describe(error, { ...circumstances, referenceId: noReference, redactor, limits, steps })
    return {
      index,
      key,
      error: problem.error,
      type: advice.type.name,
      category: advice.family,
      message: problem.type === "internal_error" ? unexpected : problem.message,
      recoverable: isRecoverable(advice),
      ...problem.suggestion === undefined ? {} : { suggestion: problem.suggestion },
      ...problem.similar_matches === undefined ? {} : { similar_matches: problem.similar_matches },
      ...problem.recovery_steps === undefined ? {} : { recovery_steps: problem.recovery_steps }
    }
  } catch {
    return {
      index,
      key,
      error: "InternalError",
      type: "internal_error",
      category: "permanent",
      message: unexpected,
      recoverable: false
    }
  }
}
