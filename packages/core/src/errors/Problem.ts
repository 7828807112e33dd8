/**
 * Describes what leaves the server about an error: the machine-readable half of the wire contract.
 *
 * A `Problem` is safe by construction: {@link describe} takes only what the error's class made public, masks what looks
 * like a secret, and cuts what is too long. The {@link Problem} schema reads it back on the other side.
 *
 * **Example** (Describing an error)
 *
 * ```ts import.meta.vitest
 * import * as Errors from "@errata/core/Errors"
 * import * as Problem from "@errata/core/Problem"
 * import type * as ReferenceId from "@errata/core/ReferenceId"
 *
 * const { advice, problem } = Problem.describe(new Errors.NotFound({ resource: "Document", id: "DOC-1" }), {
 *   safety: "read",
 *   started: true,
 *   referenceId: "5f3c9a1e" as ReferenceId.ReferenceId
 * })
 * problem.type // => "not_found"
 * problem.details // => { resource: "Document", id: "DOC-1" }
 * advice // => "Do not retry with the same arguments."
 * ```
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import * as Limits from "../redaction/Limits.ts"
import * as Redaction from "../redaction/Redaction.ts"
import * as Advice from "./Advice.ts"
import * as ErrorType from "./ErrorType.ts"
import { safeStep as sendableStep } from "./internal/safeStep.ts"
import * as wording from "./internal/wording.ts"
import { type Issue, omitted } from "./Issue.ts"
import type { RecoveryStep as Step } from "./RecoveryStep.ts"
import type { ReferenceId } from "./ReferenceId.ts"
import * as ToolError from "./ToolError.ts"

const optional = Schema.optionalKey

const RetrySchema = /*#__PURE__*/ Schema.Struct({
  should_retry: Schema.Boolean,
  retry_after_seconds: optional(Schema.Finite),
  attempts_made: optional(Schema.Finite),
  max_attempts: optional(Schema.Finite),
  reason: optional(Schema.String)
})

const IssueSchema = Schema.Struct({
  path: Schema.Array(Schema.Union([Schema.String, Schema.Finite])),
  message: Schema.String,
  expected: optional(Schema.String),
  received: optional(Schema.String),
  examples: optional(Schema.Array(Schema.Json))
})

const action = {
  action: Schema.String,
  tool: optional(Schema.String),
  parameters: optional(Schema.Record(Schema.String, Schema.Json)),
  fill: optional(Schema.Array(Schema.String)),
  description: optional(Schema.String)
}

const StepSchema = Schema.Struct({
  step: Schema.Finite,
  ...action,
  options: optional(Schema.Array(Schema.Struct(action)))
})

/**
 * The wire form of a problem. Fields that are absent are absent, never null; unknown fields are ignored.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Problem = /*#__PURE__*/ Schema.Struct({
  error: Schema.String,
  type: Schema.String,
  category: /*#__PURE__*/ Schema.Literals(["transient", "permanent", "validation"]),
  is_transient: optional(Schema.Boolean),
  message: Schema.String,
  resolved_by: optional(/*#__PURE__*/ Schema.Literals(["model", "wait", "user", "operator"])),
  retry: RetrySchema,
  issues: optional(Schema.Array(IssueSchema)),
  details: optional(Schema.Record(Schema.String, Schema.Json)),
  suggestion: optional(Schema.String),
  similar_matches: optional(Schema.Array(Schema.String)),
  recovery_steps: optional(Schema.Array(StepSchema)),
  reference_id: Schema.String
})

/**
 * Holds everything that leaves the server about an error.
 *
 * @category models
 * @since 0.1.0
 */
export type Problem = typeof Problem.Type

/**
 * A recovery step with its number, as it goes over the wire.
 *
 * @category models
 * @since 0.1.0
 */
export type RecoveryStep = typeof StepSchema.Type

/**
 * A problem, and the sentence that tells a model what to do about trying again.
 *
 * @category models
 * @since 0.1.0
 */
export interface Described {
  /** The problem that goes into `_meta`. */
  readonly problem: Problem
  /** The advice that a model reads; empty if there is nothing to say. */
  readonly advice: string
  /** The number of issues besides those of the problem. */
  readonly omittedIssues?: number | undefined
}

/**
 * Holds the facts that decide on a description, besides the error.
 *
 * @category models
 * @since 0.1.0
 */
export interface Circumstances extends Advice.Circumstances {
  /** The reference of the call. */
  readonly referenceId: ReferenceId
  /** Masks what looks like a secret. Default: the standard one. */
  readonly redactor?: Redaction.Redactor | undefined
}

/**
 * Describes an error: what happened, what to do, and nothing that must not leave.
 *
 * **Details**
 *
 * May throw on an error whose fields are hostile (a getter that throws); the fold guards it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const describe = (error: ToolError.Any, circumstances: Circumstances): Described => {
  const redactor = circumstances.redactor ?? Redaction.standard
  const limits = circumstances.limits ?? Limits.defaults
  const advice = Advice.of(error, circumstances)
  const guidance = ToolError.guidance(error)
  const text = (value: string, limit: number) => shorten(redactor.json(value, limits) as string, limit)

  const issues = ToolError.issues(error)
  const details = ToolError.details(
    error,
    issues.length > 0 && "issues" in error && error.issues === issues ? "issues" : undefined
  )
  const problem: { -readonly [K in keyof Problem]: Problem[K] } = {
    error: error._tag,
    type: advice.type.name,
    category: advice.family,
    ...advice.family === "transient" ? { is_transient: true } : {},
    message: redactor.json(guidance.message ?? error.message, limits) as string,
    ...advice.resolvedBy === undefined ? {} : { resolved_by: advice.resolvedBy },
    retry: advice.retry as Problem["retry"],
    reference_id: circumstances.referenceId
  }
  // what circumvented the compiler is left out: a client could not read the whole problem because of it
  const shown = issues.length > limits.problemIssues ? issues.slice(0, limits.problemIssues) : issues // nobody sees the rest
  const told = shown.length > 0 ? shown.flatMap((issue) => safeIssue(issue, redactor, limits)) : none
  if (told.length > 0) problem.issues = told
  if (details !== undefined) problem.details = redactor.json(details, limits) as Record<string, Redaction.Json>
  problem.message = shorten(withoutTokens(problem.message, problem.details, redactor), limits.message)
  if (typeof guidance.suggestion === "string") problem.suggestion = text(guidance.suggestion, limits.segment)
  const matches = items(guidance.similarMatches)
    .filter((match) => typeof match === "string" && isUnmasked(match.slice(0, limits.message), redactor)) // a mask is no name
    .slice(0, limits.similarMatches)
  if (matches.length > 0) problem.similar_matches = matches.map((match) => text(match, limits.message))
  const steps = items(guidance.steps).slice(0, limits.steps).flatMap((step, i) =>
    safeStep(step, i + 1, redactor, limits)
  )
  if (steps.length > 0) problem.recovery_steps = steps
  return { problem, advice: advice.sentence, omittedIssues: issues.length - shown.length + omitted(issues) }
}

/**
 * Describes a failure that nobody declared: nothing of it leaves but the reference.
 *
 * **Example** (Masking)
 *
 * ```ts import.meta.vitest
 * import * as Problem from "@errata/core/Problem"
 * import type * as ReferenceId from "@errata/core/ReferenceId"
 *
 * const { advice, problem } = Problem.internal("5f3c9a1e" as ReferenceId.ReferenceId)
 * problem.message // => "The tool failed unexpectedly"
 * advice // => "Do not retry. Report the reference."
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const internal = (referenceId: ReferenceId, options: InternalOptions = {}): Described => {
  const { attempts, detail, limits = Limits.defaults, maxAttempts, redactor = Redaction.standard, stopped } = options
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
    advice: ErrorType.advice.report
  }
}

/**
 * Holds what may be said of a failure that nobody declared.
 *
 * @category models
 * @since 0.1.0
 */
export interface InternalOptions
  extends Pick<Circumstances, "attempts" | "maxAttempts" | "stopped" | "redactor" | "limits">
{
  /** The cause as text, for development only: shown under `details.debug`. */
  readonly detail?: string | undefined
}

/**
 * Returns whether a problem says that its call may have had an effect.
 *
 * @category guards
 * @since 0.1.0
 */
export const saysOpen = ({ retry: { reason }, type }: Problem): boolean =>
  type === ErrorType.stock.outcome_unknown.name || reason === wording.reasons.notSafe ||
  reason === wording.reasons.undeclared

/**
 * Holds what a description of a failed batch is made of: the parts of its report.
 *
 * @category models
 * @since 0.1.0
 */
export interface BatchReport {
  readonly summary: {
    readonly total: number
    readonly failed: number
    readonly not_attempted: number
  }
  readonly error_summary: {
    readonly by_type: { readonly [type: string]: number }
    readonly by_category: { readonly [category: string]: number }
    readonly retry_keys: ReadonlyArray<string>
    readonly retry_after_seconds?: number | undefined
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
  const { attempts = 1, isOpen, limits = Limits.defaults, redactor = Redaction.standard, safety, started } =
    circumstances
  const { error_summary: { by_category, by_type, retry_after_seconds, retry_keys, suggestion }, summary } = report
  const mayNotBeRepeated = !Advice.isRepeatable(safety) && (isOpen ?? started)
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
      ...mayNotBeRepeated ? { reason: wording.reasons.notSafe } : {}
    },
    details: { total: summary.total },
    ...suggestion === undefined ? {} : { suggestion: redactor.json(suggestion, limits) as string },
    reference_id: circumstances.referenceId
  }
  if (isTransient) return { problem, advice: wording.retryLater(seconds) }
  const said = report.advice ?? adviceOn(Object.keys(by_type))
  if (!mayNotBeRepeated) return { problem, advice: said }
  if (retry_keys.length > 0) return { problem, advice: wording.advice.retryKeysOnly }
  if (Object.hasOwn(by_type, "outcome_unknown")) return { problem, advice: wording.advice.mayHaveTakenEffect }
  return { problem, advice: Advice.ofOpen(said) }
}

/** Returns what is said of every type that failed, if the same is said of all. */
const adviceOn = (types: ReadonlyArray<string>): string => {
  const [first, ...others] = new Set(types.map((type) => Advice.ofType(ErrorType.fromName(type))))
  return first === undefined || others.length > 0 ? ErrorType.advice.changeArguments : first
}

const batchMessage = ({ failed, not_attempted, total }: BatchReport["summary"]): string => {
  if (failed === 0) return total === 0 ? "No item was begun" : `None of ${total} items was begun`
  if (not_attempted === 0) return failed === 1 ? "The only item failed" : `All ${total} items failed`
  return `None of ${total} items succeeded: ${failed} failed, ${not_attempted} were not attempted`
}

const isUnmasked = (text: string, redactor: Redaction.Redactor): boolean => redactor.text(text) === text

/** A message may quote anything; ids that stand in the details anyway stay in it. */
const withoutTokens = (message: string, details: Problem["details"], redactor: Redaction.Redactor): string => {
  const strict = Redaction.strict(redactor)
  const masked = strict.text(message)
  return masked === message || details === undefined ? masked : strict.text(message, JSON.stringify(details))
}

const shorten = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, Math.max(0, limit - 1)).toWellFormed()}…`

const none: ReadonlyArray<never> = []

const items = <A>(list: ReadonlyArray<A> | undefined): ReadonlyArray<A> =>
  Array.isArray(list) ? list as ReadonlyArray<A> : none

const isIssue = SchemaParser.is(IssueSchema)
const isStep = SchemaParser.is(StepSchema)

const safeIssue = (
  issue: Issue,
  redactor: Redaction.Redactor,
  limits: Limits.Limits
): NonNullable<Problem["issues"]> => {
  const safe: unknown = redactor.json(issue, limits)
  return isIssue(safe) ? [{ ...safe, message: shorten(safe.message, limits.message) }] : []
}

const safeStep = (
  step: Step,
  number: number,
  redactor: Redaction.Redactor,
  limits: Limits.Limits
): ReadonlyArray<RecoveryStep> => {
  const safe: unknown = Object.assign({ step: number }, sendableStep(step, { redactor, limits }), { step: number })
  return isStep(safe) ? [safe] : []
}
