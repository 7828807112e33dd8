import { isPlainAgain, isPlainText } from "../../redaction/internal/plainText.ts"
import { shorten } from "../../redaction/internal/shorten.ts"
import * as Limits from "../../redaction/Limits.ts"
import * as Redaction from "../../redaction/Redaction.ts"
import * as Advice from "../Advice.ts"
import { forbidsRepeats } from "../internal/advice.ts"
import { intact } from "../internal/intact.ts"
import { isToldIssue } from "../internal/issueSchema.ts"
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
  const { limits = Limits.defaults, redactor = Redaction.standard } = circumstances
  const advice = Advice.of(error, circumstances)
  const guidance = ToolError.guidance(error)
  const problem: Writable = { error: error._tag, type: advice.type.name, category: advice.family } as Writable
  if (advice.family === "transient") problem.is_transient = true
  const said = guidance.message ?? error.message
  const isPlain = isPlainMessage(said, redactor, limits)
  problem.message = isPlain ? said : redactor.json(said, limits) as string
  if (advice.resolvedBy !== undefined) problem.resolved_by = advice.resolvedBy
  problem.retry = advice.retry as Problem["retry"]
  problem.reference_id = circumstances.referenceId
  const omittedIssues = tellFacts(problem, error, redactor, limits)
  if (!isPlain) problem.message = shorten(withoutTokens(problem.message, problem.details, redactor), limits.message)
  tellHelp(problem, error, guidance, {
    tool: circumstances.tool ?? circumstances.steps?.tool,
    hasBegun: forbidsRepeats(error, circumstances),
    rules: circumstances.steps,
    redactor,
    limits
  })
  return guidance.keepsLines === true
    ? {
      problem,
      advice: advice.sentence,
      omittedIssues,
      words: wordsOf(error, guidance, problem.details, redactor, limits)
    }
    : { problem, advice: advice.sentence, omittedIssues }
}

type Writable = { -readonly [K in keyof Problem]: Problem[K] }

/** Tells the issues and the public fields. Returns how many issues are not told. */
const tellFacts = (
  problem: Writable,
  error: ToolError.Any,
  redactor: Redaction.Redactor,
  limits: Limits.Limits
): number => {
  const issues = ToolError.issues(error)
  const isField = issues.length > 0 && "issues" in error && error.issues === issues
  const details = ToolError.details(error, isField ? "issues" : undefined)
  const shown = issues.length > limits.problemIssues ? issues.slice(0, limits.problemIssues) : issues // the rest is never shown
  if (shown.length > 0) {
    // what circumvented the compiler is left out: a client could not read the whole problem because of it
    const told = shown.flatMap((issue) => safeIssue(issue, redactor, limits))
    if (told.length > 0) problem.issues = told
  }
  const whole = details === undefined ? undefined : intact(details, redactor.json(details, limits) as typeof details)
  if (whole !== undefined) problem.details = whole
  return issues.length - shown.length + omitted(issues)
}

interface Helping {
  readonly tool: string | undefined
  /** Is true if an effect began that may not be repeated. */
  readonly hasBegun: boolean
  readonly rules: StepRules | undefined
  readonly redactor: Redaction.Redactor
  readonly limits: Limits.Limits
}

/** Tells what may help besides the advice. How to try again is no help where nothing may be tried again. */
const tellHelp = (
  problem: Writable,
  error: ToolError.Any,
  { similarMatches, steps: own, suggestion }: ToolError.Guidance,
  { hasBegun, limits, redactor, rules, tool }: Helping
): void => {
  const { reason } = problem.retry
  const isForbidden = reason === reasons.notSafe || reason === reasons.undeclared
  const text = (value: string, limit: number) => shorten(redactor.json(value, limits) as string, limit)
  const steps = items(stepsGiven(error) ?? rules?.stepsOf(error) ?? own)
  const matches = items(similarMatches)
  const found = matches.length === 0 ? none : matches
    .filter((match) => typeof match === "string" && isUnmasked(match.slice(0, limits.message), redactor)) // a mask is no name
    .slice(0, limits.similarMatches)
  const avoids = isForbidden || hasBegun ? tool : undefined
  const next = steps.length === 0 ? none : toldSteps(steps, { redactor, limits, rules, avoids })
  if (typeof suggestion === "string" && !(isForbidden && ToolError.isTransient(error))) {
    const isPlain = isPlainConstant(error, suggestion, redactor, limits)
    problem.suggestion = isPlain ? suggestion : text(suggestion, limits.segment)
  }
  if (found.length > 0) problem.similar_matches = found.map((match) => text(match, limits.message))
  if (next.length > 0) problem.recovery_steps = next.map((step, i) => ({ step: i + 1, ...step }))
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

/** Returns the whole message, whose lines are kept. */
const wordsOf = (
  error: ToolError.Any,
  { message }: ToolError.Guidance,
  details: Problem["details"],
  redactor: Redaction.Redactor,
  limits: Limits.Limits
): string => withoutTokens(String(message ?? error.message).slice(0, limits.returned), details, redactor)

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

/** Returns an issue as it may leave; none of what circumvented the compiler. */
const safeIssue = (
  issue: Issue,
  redactor: Redaction.Redactor,
  limits: Limits.Limits
): NonNullable<Problem["issues"]> => {
  // an example is there to be sent
  const examples = issue.examples?.filter((example) => Redaction.isClean(redactor, example, limits))
  const given = examples === undefined ? issue : { ...issue, examples: examples.length === 0 ? undefined : examples }
  const safe: unknown = redactor.json(given, limits)
  return isToldIssue(safe) ? [{ ...safe, message: shorten(safe.message, limits.message) }] : []
}
