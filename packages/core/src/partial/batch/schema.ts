import type * as Cause from "effect/Cause"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Errors from "../../errors/Errors.ts"
import type * as ToolError from "../../errors/ToolError.ts"
import { encoder, misfit } from "./fit.ts"
import { type Batch, combineTallies, empty, failed, fromOutcomes, type Outcome, TypeId } from "./model.ts"
import { report as writeReport, type ReportOf, type ReportOptions } from "./report.ts"
import { note } from "./sentences.ts"

/**
 * Types the fields of a {@link Report}.
 *
 * @category utility types
 * @since 0.1.0
 */
export type ReportFields<Value extends Schema.Top> = {
  /** `success` if all items succeeded, `failed` if none did, else `partial`. */
  readonly status: Schema.Literals<readonly ["success", "partial", "failed"]>
  /** The counts of the items. */
  readonly summary: Schema.Struct<
    Counts<"total" | "succeeded" | "failed" | "not_attempted"> & {
      /** The share of the items that succeeded, rounded to two decimals. */
      readonly success_rate: Schema.Finite
    }
  >
  /** The items that succeeded, in input order. */
  readonly results: Schema.$Array<
    Schema.Struct<{
      /** The item's place in the input, from 0 on. */
      readonly index: Schema.Int
      /** The item's key; another item may have the same. */
      readonly key: Schema.String
      /** The value of the item. */
      readonly value: Value
    }>
  >
  /** The items that failed, in input order. */
  readonly errors: Schema.$Array<Schema.Struct<typeof errorFields>>
  /** The errors as a whole. */
  readonly error_summary: Schema.Struct<{
    /** The number of errors of each type. */
    readonly by_type: Schema.$Record<Schema.String, Schema.Int>
    /** The number of errors of each family. */
    readonly by_category: Schema.$Record<Schema.String, Schema.Int>
    /** The number of items that the caller can make succeed. */
    readonly recoverable_count: Schema.Int
    /** The keys of the items to call again with, byte for byte. */
    readonly retry_keys: Schema.$Array<Schema.String>
    /** The seconds to wait before the next call. Absent: none are known. */
    readonly retry_after_seconds: Schema.optionalKey<Schema.Int>
    /** One sentence about the next call. */
    readonly suggestion: Schema.optionalKey<Schema.String>
  }>
  /** The advice on the call as a whole; absent if all succeeded. */
  readonly advice: Schema.optionalKey<Schema.String>
  /** The counts in words, and how much is not listed. */
  readonly note: Schema.String
  /** The id under which the log has more; absent if all succeeded. */
  readonly reference_id: Schema.optionalKey<Schema.String>
}

type Counts<Names extends string> = { readonly [K in Names]: Schema.Int }

/**
 * Types the schema of a report: what a tool that returns a batch declares as its output.
 *
 * **Details**
 *
 * The handler of such a tool returns the `Batch`, and the adapter makes the report, with the server's redactor and limits and
 * the options that are given here. A batch of which nothing succeeded is an error then (`isError`), with the whole report beside
 * it. A value that does not encode costs its item only. A handler may return a report of its own making instead.
 *
 * **Example** (Declaring a tool that returns a batch)
 *
 * ```ts import.meta.vitest
 * import * as Batch from "@errata/core/Batch"
 * import * as Errors from "@errata/core/Errors"
 * import * as Tool from "@errata/core/Tool"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 *
 * const countLines = Tool.make("count_lines", {
 *   description: "Counts the lines of files.",
 *   input: { paths: Schema.Array(Schema.String) },
 *   output: Batch.Report(Schema.Struct({ lines: Schema.Int })),
 *   safety: "read"
 * })
 *
 * const handled = Tool.handle(countLines, ({ paths }) =>
 *   Batch.forEach(paths, (path) =>
 *     path.endsWith(".md") ? Effect.succeed({ lines: 12 }) : Effect.fail(new Errors.NotFound({ resource: "File", id: path }))))
 * handled.tool.name // => "count_lines"
 * ```
 *
 * @category schemas
 * @since 0.1.0
 */
export interface Report<Value extends Schema.Top> extends Schema.Struct<ReportFields<Value>> {}

/**
 * Tells an adapter how to write reports, as the annotation `errata/batch` of the schema of a {@link Report}.
 *
 * @category schemas
 * @since 0.1.0
 */
export interface ReportAnnotation {
  /** Makes the report of what a handler returned, if that is a batch; a report stays as it is. */
  readonly toReport: (
    returned: unknown,
    settings: Pick<ReportOptions, "didMore" | "limits" | "redactor" | "referenceId" | "safety" | "steps">
  ) => unknown
  /** Takes the values that do not encode out of what a handler returned: their items failed. */
  readonly fitting: (returned: unknown) => Fitting
}

/**
 * Holds what a handler returned without the values that do not encode.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fitting {
  /** A batch or a report in which the items of such values failed as `internal_error`. */
  readonly returned: unknown
  /** Says why each of them does not encode, for the log. */
  readonly causes: ReadonlyArray<Cause.Cause<never>>
}

const count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

const errorFields = {
  index: count,
  key: Schema.String,
  error: Schema.String,
  type: Schema.String,
  category: Schema.Literals(["transient", "permanent", "validation"]),
  message: Schema.String,
  recoverable: Schema.Boolean.annotate({ description: "True if the caller can make this item succeed" }),
  suggestion: Schema.optionalKey(Schema.String),
  similar_matches: Schema.optionalKey(Schema.Array(Schema.String)),
  recovery_steps: Schema.optionalKey(Schema.Array(Schema.Record(Schema.String, Schema.Unknown)))
}

/**
 * Makes the schema of a report on values of a schema.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Report = <Value extends Schema.Top>(value: Value, options: ReportOptions = {}): Report<Value> =>
  Schema.Struct({
    status: Schema.Literals(["success", "partial", "failed"]),
    summary: Schema.Struct({
      total: count,
      succeeded: count,
      failed: count,
      not_attempted: count,
      success_rate: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))
    }),
    results: Schema.Array(Schema.Struct({ index: count, key: Schema.String, value })),
    errors: Schema.Array(Schema.Struct(errorFields)),
    error_summary: Schema.Struct({
      by_type: Schema.Record(Schema.String, count),
      by_category: Schema.Record(Schema.String, count),
      recoverable_count: count,
      retry_keys: Schema.Array(Schema.String).annotate({ description: "Keys to retry as they are" }),
      retry_after_seconds: Schema.optionalKey(count),
      suggestion: Schema.optionalKey(Schema.String)
    }),
    advice: Schema.optionalKey(Schema.String),
    note: Schema.String,
    reference_id: Schema.optionalKey(Schema.String)
  }).annotate({ "errata/batch": annotation(value, options) })

const annotation = (value: Schema.Top, options: ReportOptions): ReportAnnotation => ({
  toReport: (returned, settings) => isBatch(returned) ? writeReport(returned, { ...settings, ...options }) : returned,
  fitting: (returned) => fitting(returned, value)
})

/**
 * Returns whether a value is a batch.
 *
 * @category guards
 * @since 0.1.0
 */
export const isBatch = (u: unknown): u is Batch<unknown, ToolError.Any> => Predicate.hasProperty(u, TypeId)

const fitting = (returned: unknown, value: Schema.Top): Fitting => {
  const encode = encoder(value)
  const causes: Array<Cause.Cause<never>> = []
  const fits: Fits = ({ key, value }) => {
    const encoded = encode(value)
    if (Result.isFailure(encoded)) causes.push(misfit(key, encoded.failure))
    return Result.isSuccess(encoded)
  }
  if (isBatch(returned)) return { returned: fittingBatch(returned, fits), causes }
  return { returned: isReport(returned) ? fittingReport(returned, fits) : returned, causes }
}

type Fits = (result: { readonly key: string; readonly value: unknown }) => boolean

const fittingBatch = (batch: Batch<unknown, ToolError.Any>, fits: Fits): typeof batch => {
  const { failures, results, tally } = fromOutcomes(
    batch.results.map((result): Outcome<unknown, Errors.InternalError> =>
      fits(result) ? result : failed(result, new Errors.InternalError({}))
    )
  )
  return {
    ...batch,
    succeeded: batch.succeeded - failures.length,
    failed: batch.failed + failures.length,
    results,
    failures: [...batch.failures, ...failures].sort((a, b) => a.index - b.index),
    tally: combineTallies(batch.tally, tally)
  }
}

const isReport = (u: unknown): u is ReportOf<unknown> =>
  Predicate.isObject(u) && Array.isArray(u["results"]) && Array.isArray(u["errors"]) &&
  Predicate.isObject(u["summary"]) && Predicate.isObject(u["error_summary"])

/** Fits a report of the handler's own making: its counts and its note follow, its advice stays. */
const fittingReport = (report: ReportOf<unknown>, fits: Fits): ReportOf<unknown> => {
  const results = report.results.filter(fits)
  const lost = fromOutcomes(
    report.results.filter((result) => !results.includes(result)).map((result) =>
      failed(result, new Errors.InternalError({}))
    )
  )
  const { error_summary: { by_category, by_type, ...rest }, summary } = report
  const succeeded = summary.succeeded - lost.failed
  const { byCategory, byType } = combineTallies(
    { byType: by_type, byCategory: by_category, recoverable: 0, retryAfterSeconds: undefined },
    lost.tally
  )
  return {
    ...report,
    status: succeeded > 0 ? "partial" : "failed",
    summary: {
      ...summary,
      succeeded,
      failed: summary.failed + lost.failed,
      success_rate: Math.floor((succeeded / summary.total) * 100) / 100
    },
    results,
    errors: [...report.errors, ...writeReport(lost).errors].sort((a, b) => a.index - b.index),
    error_summary: { ...rest, by_type: byType, by_category: byCategory },
    note: note({ ...empty, succeeded, failed: summary.failed + lost.failed, notAttempted: summary.not_attempted }, [])
  }
}
