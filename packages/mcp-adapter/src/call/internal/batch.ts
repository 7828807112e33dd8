import type * as Batch from "@errata/core/Batch"
import { isRepeatable } from "@errata/core/internal/advice"
import { ofBatch } from "@errata/core/internal/problem"
import * as Cause from "effect/Cause"
import type * as Schema from "effect/Schema"
import * as Fold from "../../fold/Fold.ts"
import { didYouMean } from "../../fold/internal/didYouMean.ts"
import { sentence } from "../../fold/internal/line.ts"
import { read } from "../../fold/internal/readProperty.ts"
import { textBlock } from "../../fold/internal/textBlock.ts"
import * as Meta from "../../fold/Meta.ts"
import * as Render from "../../fold/Render.ts"
import { circumstancesOf } from "./circumstances.ts"
import { noteFailure } from "./loop.ts"
import type { Call, JobFacts, Written } from "./model.ts"
import { safeBlock } from "./safeBlock.ts"

/** Describes a batch as it goes over the wire. */
export type Report = Batch.ReportOf<unknown>

/**
 * Returns how the schema of an output makes reports of batches; `undefined` if it is none of `Batch.Report`. Only types come from
 * `Batch` here: servers without batches do not load it.
 */
export const annotationOf = (output: Schema.Top): Batch.ReportAnnotation | undefined => {
  const { annotations, checks = [] } = output.ast
  return [annotations, ...checks.map((check) => check.annotations)]
    .map((found) => found?.["errata/batch"] as Batch.ReportAnnotation | undefined)
    .find((found) => found !== undefined)
}

/** Writes what a handler returned as the report of a batch. A value that does not encode costs its item only. */
export const batchWriter = (
  { fitting, toReport }: Batch.ReportAnnotation,
  encode: (output: unknown) => unknown,
  settings: Pick<Batch.ReportOptions, "redactor" | "limits">
): JobFacts["write"] =>
(value, call) => {
  const { referenceId } = call
  const { safety, steps } = circumstancesOf(call)
  const toldOf = (value: unknown): unknown =>
    encode(toReport(value, { ...settings, safety, referenceId, didMore: didMore(call), steps }))
  let report: unknown
  let cause: Cause.Cause<unknown> | undefined
  try {
    report = toldOf(value)
  } catch (misfit) {
    const { causes, returned } = fitting(value)
    if (causes.length === 0) throw misfit
    report = toldOf(returned)
    cause = causes.reduce<Cause.Cause<unknown>>((all, one) => Cause.combine(all, one), Cause.empty)
  }
  return { ...writeReport(report as Report, call), ...cause === undefined ? {} : { cause } }
}

/** Returns the report of a batch that code with promises returned, told with what the call knows; `undefined` if it is none. */
export const reportOf = (value: unknown, call: Call): Report | undefined => {
  const toReport = read(value, ReportKey)
  if (typeof toReport !== "function") return undefined
  const { limits, redactor } = call.settings.format
  const { safety, steps } = circumstancesOf(call)
  return toReport({ limits, redactor, safety, referenceId: call.referenceId, didMore: didMore(call), steps }) as Report
}

/** Tests whether effects were marked that belong to no item. */
const didMore = ({ safety, state }: Call): boolean => !isRepeatable(safety()) && state.begunOutside > 0

const ReportKey = Symbol.for("errata/report")

/** Writes a report. A batch of which nothing succeeded is an error, and still told in full. */
export const writeReport = (report: Report, call: Call): Written => {
  const { attached } = call
  if (report.status === "failed") return writeFailed(report, call)
  return {
    result: Fold.success(report, { attached }),
    outcome: report.status,
    batch: report.summary,
    isWorthLookingUp: report.status === "partial" // the log says more of items that failed
  }
}

const writeFailed = (report: Report, call: Call): Written => {
  const { attached, settings: { format } } = call
  const { limits, redactor } = format
  noteFailure(call, () => ({
    failure: `batch ${Object.keys(report.error_summary.by_type).sort().join(" ")}`,
    retryAfterSeconds: report.error_summary.retry_after_seconds
  }))
  const described = ofBatch(report, { ...circumstancesOf(call), redactor, limits })
  const { problem } = described
  const text = format.render === "json"
    ? Render.json(described, errorsIn(report, format))
    : Render.text(described, limits, errorLines(report, format))
  return {
    outcome: problem.type,
    category: problem.category,
    isWhole: true,
    batch: report.summary,
    result: {
      isError: true,
      content: [textBlock(text), ...(attached ?? []).map((block) => safeBlock(block, format))],
      structuredContent: { ...report, advice: described.advice },
      _meta: Meta.ofProblem(problem, format.metaPrefix, format.meta)
    }
  }
}

/** Limits how much of the text the lines of the items may take. */
const share = 0.6

/** Limits how many items are told with their suggestions: of many the advice on the batch says more. */
const few = 3

/** Limits how much of it the keys to retry may take. */
const keysShare = 0.15

/** Describes what is said of an item. */
interface Said {
  readonly key: string
  readonly type: string
  readonly message: string
  /** Says how to fix it; told where only a few items failed. */
  readonly suggestion?: string | undefined
  /** The names that may have been meant. */
  readonly similar_matches?: ReadonlyArray<string> | undefined
}

/** Returns as many of the items as there is room for, and how many more there are. */
const listed = <A>(
  { errors, summary }: Report,
  { limits, redactor }: Fold.Format,
  write: (said: Said) => A,
  lengthOf: (written: A) => number
): { readonly written: ReadonlyArray<A>; readonly rest: number } => {
  const written: Array<A> = []
  let room = limits.text * share
  const areFew = errors.length <= few
  for (const { key, message, similar_matches, suggestion, type } of errors.slice(0, limits.issues)) {
    const one = write({
      key: redactor.json(key, limits) as string,
      type,
      message: redactor.json(message, limits) as string,
      ...suggestion === undefined || !areFew ? {} : { suggestion: redactor.json(suggestion, limits) as string },
      ...similar_matches === undefined ? {} : { similar_matches: similar_matches.slice(0, limits.similarMatches) }
    })
    room -= lengthOf(one) + 1
    if (room < 0 && written.length > 0) break
    written.push(one)
  }
  return { written, rest: written.length === 0 ? 0 : summary.failed - written.length }
}

const errorLines = (report: Report, format: Fold.Format): ReadonlyArray<string> => {
  const { rest, written } = listed(
    report,
    format,
    ({ key, message, similar_matches, suggestion, type }) =>
      [
        `- ${Render.line(key, 100)}: ${Render.line(type, 64)}. ${sentence(message, format.limits.message)}`,
        ...suggestion === undefined ? [] : [sentence(suggestion, format.limits.message)],
        ...didYouMean(similar_matches, format.limits)
      ].join(" "),
    (line) => line.length
  )
  const { left, shown } = keysToRetry(report, format)
  return [
    ...rest === 0 ? written : [...written, `- and ${rest} more`],
    ...shown.length === 0
      ? []
      : [`- retry_keys: [${shown.map(jsonLine).join(", ")}]${left === 0 ? "" : ` and ${left} more`}`]
  ]
}

/** Returns the first keys to retry, whole, as far as one line holds them as JSON: some hosts show a model the text only. */
const keysToRetry = (
  { error_summary: { retry_keys } }: Report,
  { limits }: Fold.Format
): { readonly shown: ReadonlyArray<string>; readonly left: number } => {
  let room = Math.min(limits.segment, limits.text * keysShare)
  const end = retry_keys.findIndex((key) => (room -= jsonLine(key).length + 2) < 0)
  const shown = end === -1 ? retry_keys : retry_keys.slice(0, end)
  return { shown, left: retry_keys.length - shown.length }
}

const jsonLine = (key: string): string => Render.line(JSON.stringify(key), Number.POSITIVE_INFINITY)

const errorsIn = (report: Report, format: Fold.Format): { readonly [name: string]: unknown } => {
  const { rest, written } = listed(report, format, (said) => said, (said) => JSON.stringify(said).length)
  const { left, shown } = keysToRetry(report, format)
  return {
    errors: written,
    ...rest === 0 ? {} : { more_errors: rest },
    ...shown.length === 0 ? {} : { retry_keys: shown },
    ...shown.length === 0 || left === 0 ? {} : { more_retry_keys: left }
  }
}
