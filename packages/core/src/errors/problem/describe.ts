import * as SchemaParser from "effect/SchemaParser"
import { isPlainAgain, isPlainText } from "../../redaction/internal/plainText.ts"
import { shorten } from "../../redaction/internal/shorten.ts"
import * as Limits from "../../redaction/Limits.ts"
import * as Redaction from "../../redaction/Redaction.ts"
import * as Advice from "../Advice.ts"
import { forbidsRepeats } from "../internal/advice.ts"
import { intact } from "../internal/intact.ts"
import { IssueSchema } from "../internal/issueSchema.ts"
import { toldSteps } from "../internal/toldSteps.ts"
import { reasons } from "../internal/wording.ts"
import { type Issue, omitted } from "../Issue.ts"
import type { ReferenceId } from "../ReferenceId.ts"
import * as ToolError from "../ToolError.ts"
import { stepsGiven } from "../toolError/guidance.ts"
import { definitionOf } from "../toolError/read.ts"
import type { Problem } from "./schema.ts"
import type { StepRules } from "./steps.ts"

/**
 * Holds a problem, and the sentence that tells a model what to do about trying again.
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
  /** The whole message, where its lines are kept. */
  readonly words?: string | undefined
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
  /** Decides which steps are told. Default: those of the error, all of them. */
  readonly steps?: StepRules | undefined
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
  const issues = ToolError.issues(error)
  const details = ToolError.details(
    error,
    issues.length > 0 && "issues" in error && error.issues === issues ? "issues" : undefined
  )
  const said = guidance.message ?? error.message
  const isPlain = isPlainMessage(said, redactor, limits)
  const problem: { -readonly [K in keyof Problem]: Problem[K] } = {
    error: error._tag,
    type: advice.type.name,
    category: advice.family,
    ...advice.family === "transient" ? { is_transient: true } : {},
    message: isPlain ? said : redactor.json(said, limits) as string,
    ...advice.resolvedBy === undefined ? {} : { resolved_by: advice.resolvedBy },
    retry: advice.retry as Problem["retry"],
    reference_id: circumstances.referenceId
  }
  // what circumvented the compiler is left out: a client could not read the whole problem because of it
  const shown = issues.length > limits.problemIssues ? issues.slice(0, limits.problemIssues) : issues // the rest is never shown
  const told = shown.length > 0 ? shown.flatMap((issue) => safeIssue(issue, redactor, limits)) : none
  if (told.length > 0) problem.issues = told
  const whole = details === undefined ? undefined : intact(details, redactor.json(details, limits) as typeof details)
  if (whole !== undefined) problem.details = whole
  if (!isPlain) problem.message = shorten(withoutTokens(problem.message, problem.details, redactor), limits.message)
  Object.assign(
    problem,
    help(error, guidance, advice, {
      tool: circumstances.tool ?? circumstances.steps?.tool,
      hasBegun: forbidsRepeats(error, circumstances),
      rules: circumstances.steps,
      redactor,
      limits
    })
  )
  const words = wordsOf(error, guidance, problem.details, redactor, limits)
  const omittedIssues = issues.length - shown.length + omitted(issues)
  return { problem, advice: advice.sentence, omittedIssues, ...words === undefined ? {} : { words } }
}

interface Helping {
  readonly tool: string | undefined
  /** Is true if an effect began that may not be repeated. */
  readonly hasBegun: boolean
  readonly rules: StepRules | undefined
  readonly redactor: Redaction.Redactor
  readonly limits: Limits.Limits
}

/** Returns what may help besides the advice. How to try again is no help where nothing may be tried again. */
const help = (
  error: ToolError.Any,
  { similarMatches, steps: own, suggestion }: ToolError.Guidance,
  { retry: { reason } }: Advice.Advice,
  { hasBegun, limits, redactor, rules, tool }: Helping
): Pick<Problem, "suggestion" | "similar_matches" | "recovery_steps"> => {
  const steps = stepsGiven(error) ?? rules?.stepsOf(error) ?? own
  const isForbidden = reason === reasons.notSafe || reason === reasons.undeclared
  const text = (value: string, limit: number) => shorten(redactor.json(value, limits) as string, limit)
  const matches = items(similarMatches)
    .filter((match) => typeof match === "string" && isUnmasked(match.slice(0, limits.message), redactor)) // a mask is no name
    .slice(0, limits.similarMatches)
  const avoids = isForbidden || hasBegun ? tool : undefined
  const next = toldSteps(items(steps), { redactor, limits, rules, avoids })
    .map((step, i) => ({ step: i + 1, ...step }))
  return {
    ...typeof suggestion !== "string" || isForbidden && ToolError.isTransient(error)
      ? {}
      : {
        suggestion: isPlainConstant(error, suggestion, redactor, limits) ? suggestion : text(suggestion, limits.segment)
      },
    ...matches.length === 0 ? {} : { similar_matches: matches.map((match) => text(match, limits.message)) },
    ...next.length === 0 ? {} : { recovery_steps: next }
  }
}

/** Tests whether a suggestion is what its class always says, and short, and known to hold nothing that would be masked. */
const isPlainConstant = (
  error: ToolError.Any,
  suggestion: string,
  redactor: Redaction.Redactor,
  limits: Limits.Limits
): boolean =>
  definitionOf(error).spec.suggestion === suggestion &&
  suggestion.length <= Math.min(limits.segment, limits.string, limits.total - 2) &&
  isPlainAgain(redactor, suggestion)

/** Returns the whole message, where its lines are kept. */
const wordsOf = (
  error: ToolError.Any,
  { keepsLines, message }: ToolError.Guidance,
  details: Problem["details"],
  redactor: Redaction.Redactor,
  limits: Limits.Limits
): string | undefined =>
  keepsLines === true
    ? withoutTokens(String(message ?? error.message).slice(0, limits.returned), details, redactor)
    : undefined

const isIssue = SchemaParser.is(IssueSchema)

/** Tests whether a message is short and holds nothing that either look through it would mask. */
const isPlainMessage = (message: unknown, redactor: Redaction.Redactor, limits: Limits.Limits): boolean =>
  typeof message === "string" && message.length <= Math.min(limits.message, limits.string, limits.total - 2) &&
  isPlainText(redactor, message)

const isUnmasked = (text: string, redactor: Redaction.Redactor): boolean => redactor.text(text) === text

/** Masks tokens in a message, which may quote anything; ids that stand in the details anyway stay in it. */
const withoutTokens = (message: string, details: Problem["details"], redactor: Redaction.Redactor): string => {
  const strict = Redaction.strict(redactor)
  const masked = strict.text(message)
  return masked === message || details === undefined ? masked : strict.text(message, JSON.stringify(details))
}

const none: ReadonlyArray<never> = []

const items = <A>(list: ReadonlyArray<A> | undefined): ReadonlyArray<A> =>
  Array.isArray(list) ? list as ReadonlyArray<A> : none

const safeIssue = (
  issue: Issue,
  redactor: Redaction.Redactor,
  limits: Limits.Limits
): NonNullable<Problem["issues"]> => {
  // an example is there to be sent
  const examples = issue.examples?.filter((example) => Redaction.isClean(redactor, example, limits))
  const given = examples === undefined ? issue : { ...issue, examples: examples.length === 0 ? undefined : examples }
  const safe: unknown = redactor.json(given, limits)
  return isIssue(safe) ? [{ ...safe, message: shorten(safe.message, limits.message) }] : []
}
