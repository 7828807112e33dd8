import * as Problem from "../../errors/Problem.ts"
import type { ReferenceId } from "../../errors/ReferenceId.ts"
import type * as ToolError from "../../errors/ToolError.ts"
import type { Batch, Failed, ReportOf, ReportOptions } from "../Batch.ts"
import { advise } from "./advice.ts"
import { status, total } from "./model.ts"
import { countOf, isRecoverable } from "./tally.ts"

/** Makes of a batch what goes over the wire: redacted, bounded, with advice for the whole. */
export const report = <A, E extends ToolError.Any>(batch: Batch<A, E>, options: ReportOptions = {}): ReportOf<A> => {
  const { maxErrors = 100, maxResults = 1000, view = "all" } = options
  const results = view === "all" ? batch.results.slice(0, maxResults) : []
  const failures = view === "summary" ? [] : batch.failures.slice(0, maxErrors)
  const error_summary = errorSummary(batch, options)
  const again = countOf(batch.tally.byCategory, "transient") + batch.notAttempted
  return {
    status: status(batch),
    summary: summary(batch),
    results: results.map(({ index, key, value }) => ({ index, key, value })),
    errors: failures.map((failure) => itemError(failure, options)),
    error_summary,
    note: note(batch, [
      ...view === "all" ? [unlisted(batch.succeeded - results.length, "result")] : [],
      ...view === "summary" ? [] : [unlisted(batch.failed - failures.length, "error")],
      unlisted(again - error_summary.retry_keys.length, "key to call again with", "keys to call again with")
    ])
  }
}

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

export const errorSummary = (
  batch: Batch<unknown, unknown>,
  { maxRetryKeys = 1000 }: ReportOptions = {}
): ReportOf<unknown>["error_summary"] => {
  const { tally } = batch
  const suggestion = advise(batch)
  return {
    by_type: mostFirst(tally.byType),
    by_category: mostFirst(tally.byCategory),
    recoverable_count: tally.recoverable,
    retry_keys: retryKeys(batch, maxRetryKeys),
    ...tally.retryAfterSeconds === undefined ? {} : { retry_after_seconds: tally.retryAfterSeconds },
    ...suggestion === undefined ? {} : { suggestion }
  }
}

const mostFirst = (counts: { readonly [name: string]: number }): { readonly [name: string]: number } =>
  Object.fromEntries(Object.entries(counts).toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)))

/**
 * What may be called again just so: what failed for now and is safe to repeat, and what was never begun; in input order. Not
 * a key that is also that of an item which may have taken effect.
 */
const retryKeys = (batch: Batch<unknown, unknown>, max: number): ReadonlyArray<string> => {
  const unsafe = new Set<string>()
  let seen = 0
  for (const { advice, key } of batch.failures) {
    if (advice.type.name !== "outcome_unknown") continue
    unsafe.add(key)
    seen++
  }
  if (seen < countOf(batch.tally.byType, "outcome_unknown")) return [] // some were not kept: nobody knows their keys
  const again = batch.failures.filter((failure) => failure.advice.retry.should_retry)
  const items = again.length === 0 || batch.skipped.length === 0
    ? [...again, ...batch.skipped]
    : [...again, ...batch.skipped].sort((a, b) => a.index - b.index)
  return items.filter(({ key }) => !unsafe.has(key)).slice(0, max).map(({ key }) => key)
}

type ItemError = ReportOf<unknown>["errors"][number]

const unexpected = "The item failed unexpectedly"
const noReference = "00000000" as ReferenceId

/** An error that cannot be read is masked. */
const itemError = ({ advice, error, index, key }: Failed<ToolError.Any>, options: ReportOptions): ItemError => {
  try {
    const { problem } = Problem.describe(error, {
      safety: "read",
      started: true,
      referenceId: noReference,
      redactor: options.redactor,
      limits: options.limits
    })
    return {
      index,
      key,
      error: problem.error,
      type: advice.type.name,
      category: advice.family,
      message: problem.type === "internal_error" ? unexpected : problem.message,
      recoverable: isRecoverable(advice),
      ...problem.suggestion === undefined ? {} : { suggestion: problem.suggestion }
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

const unlisted = (count: number, one: string, many = `${one}s`): string =>
  count <= 0 ? "" : count === 1 ? `1 more ${one} is not listed.` : `${count} more ${many} are not listed.`

const note = (batch: Batch<unknown, unknown>, unlisted: ReadonlyArray<string>): string => {
  const all = total(batch)
  const { failed, isTruncated, notAttempted, succeeded } = batch
  const counts = [
    `${succeeded} of ${all} succeeded`,
    ...failed > 0 ? [`${failed} failed`] : [],
    ...notAttempted > 0 ? [notAttempted === 1 ? "1 was not attempted" : `${notAttempted} were not attempted`] : []
  ]
  return [
    all > 0 ? `${counts.join(", ")}.` : isTruncated ? "No item was begun." : "There were no items.",
    isTruncated ? "The items were not read to their end." : "",
    ...unlisted
  ].filter((part) => part !== "").join(" ")
}
