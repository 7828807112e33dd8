import type * as Duration from "effect/Duration"
import * as Limits from "../../redaction/Limits.ts"
import * as ToolError from "../ToolError.ts"
import { resolvedBy as saidBy } from "../toolError/read.ts"
import * as ErrorType from "./errorType.ts"
import { secondsUp } from "./secondsUp.ts"
import * as wording from "./wording.ts"

/**
 * Says how often a call may take effect: `read` changes nothing, `idempotent` may be repeated, `keyed` may be repeated with the
 * same idempotency key, `once` may not be repeated.
 *
 * @category models
 * @since 0.1.0
 */
export type Safety = "read" | "idempotent" | "keyed" | "once"

/**
 * Types the safety of a call: that of its tool, or `undeclared` where existing code was wrapped and no option or hint says.
 *
 * @category models
 * @since 0.1.0
 */
export type CallSafety = Safety | "undeclared"

/**
 * Returns whether a call may be repeated whatever happened: `once` may not, and undeclared safety counts like it.
 *
 * @category guards
 * @since 0.1.0
 */
export const isRepeatable = (safety: CallSafety): boolean => safety !== "once" && safety !== "undeclared"

const OpenMark = Symbol.for("errata/open")

/** The depth to which a failure's causes are looked into. */
const depth = 5

/**
 * Marks a failure that crosses a border (a promise, a process, another copy of this package) as one of a call that may have
 * had an effect. Returns the same value; what cannot be marked stays as it is.
 *
 * **Details**
 *
 * The mark stands under `Symbol.for("errata/open")`, is not enumerable and never leaves the server.
 *
 * @category combinators
 * @since 0.1.0
 */
export const markOpen = <E>(failure: E, reason: string): E => {
  if (typeof failure !== "object" || failure === null) return failure
  try {
    Object.defineProperty(failure, OpenMark, { value: reason, configurable: true, writable: true })
  } catch {
    return failure // frozen, or a hostile proxy
  }
  return failure
}

/**
 * Returns why a failure, or one of its causes, carries the mark of a call that may have had an effect. Never throws.
 *
 * @category accessors
 * @since 0.1.0
 */
export const openReason = (failure: unknown): string | undefined => {
  let here = failure
  try {
    for (let i = 0; i < depth && typeof here === "object" && here !== null; i++) {
      const reason = (here as { readonly [OpenMark]?: unknown })[OpenMark]
      if (typeof reason === "string") return reason
      here = (here as { readonly cause?: unknown }).cause
    }
  } catch {
    return undefined
  }
  return undefined
}

/**
 * Holds the facts that decide on the advice, besides the error.
 *
 * @category models
 * @since 0.1.0
 */
export interface Circumstances {
  /** The name of the tool: what may not be repeated is not among the next steps either. Default: none. */
  readonly tool?: string | undefined
  /** The safety of the call: how often it may take effect. */
  readonly safety: CallSafety
  /** Is true if the tool's handler had started. */
  readonly started: boolean
  /**
   * Says whether something may have happened: the state of the call. Default: yes, if the handler had started and the call may
   * not be repeated. An error that carries the mark of an open call ({@link markOpen}) opens it too.
   */
  readonly isOpen?: boolean | undefined
  /** Is true if it is known of an effect that it began: more than that the handler had started. Default: it is not known. */
  readonly hasBegun?: boolean | undefined
  /** The number of attempts, the first included. Default: 1 if it started, else 0. */
  readonly attempts?: number | undefined
  /** The number of attempts that were allowed. */
  readonly maxAttempts?: number | undefined
  /** Says why the policy stopped, if one did. */
  readonly stopped?: "exhausted" | "budget" | "deadline" | undefined
  /** Says which identical failure of this call it is; from the third on the advice says so. Default: not known. */
  readonly identicalFailures?: number | undefined
  /** The limits, of which `retryAfterSeconds` bounds what a caller is told to wait. Default: those of the wire contract. */
  readonly limits?: Limits.Limits | undefined
}

/**
 * Tells a program whether to try again, when, and why not.
 *
 * @category models
 * @since 0.1.0
 */
export interface Retry {
  /** Says whether the same call may be tried again. */
  readonly should_retry: boolean
  /** The seconds to wait at the least. */
  readonly retry_after_seconds?: number | undefined
  /** The number of attempts; absent where it is one. */
  readonly attempts_made?: number | undefined
  /** The number of attempts that were allowed. */
  readonly max_attempts?: number | undefined
  /** Says why it was not tried more often, or is not to be. */
  readonly reason?: string | undefined
}

/**
 * Holds the advice: for a program, for a model, and the type and family it was given under.
 *
 * @category models
 * @since 0.1.0
 */
export interface Advice {
  /** The advice for a program. */
  readonly retry: Retry
  /** The sentence that a model reads; empty if there is nothing to say. */
  readonly sentence: string
  /** The type that the reply tells: that of the error, or `outcome_unknown`. */
  readonly type: ErrorType.ErrorType
  /** The family that the reply tells. */
  readonly family: ToolError.Family
  /** Names who can make the call succeed; `undefined` if that is not known. */
  readonly resolvedBy: ErrorType.ResolvedBy | undefined
}

/**
 * Decides on the advice.
 *
 * @category constructors
 * @since 0.1.0
 */
export const of = (error: ToolError.Any, circumstances: Circumstances): Advice =>
  decide({
    type: ToolError.type(error),
    family: ToolError.family(error),
    resolvedBy: saidBy(error),
    retryAfter: () => ToolError.retryAfter(error),
    isMarked: openReason(error) !== undefined
  }, circumstances)

/**
 * Holds what is known of a failure, whoever raised it: the parts of an error that advice looks at.
 *
 * @category models
 * @since 0.1.0
 */
export interface Parts {
  /** Says what happened. */
  readonly type: ErrorType.ErrorType
  /** Says what the caller should do. */
  readonly family: ToolError.Family
  /** Says who can make the call succeed, if the failure says so itself. */
  readonly resolvedBy: ErrorType.ResolvedBy | undefined
  /** Says how long to wait at least. */
  readonly retryAfter: () => Duration.Duration | undefined
  /** Tells if the failure itself says that the call may have had an effect. */
  readonly isMarked: boolean
}

/**
 * Decides on the advice by the parts of a failure that is no error of ours.
 *
 * @category constructors
 * @since 0.1.0
 */
export const decide = (parts: Parts, circumstances: Circumstances): Advice => {
  const advice = decideOnce(parts, circumstances)
  const sentence = wording.afterIdentical(advice.sentence, circumstances.identicalFailures)
  return sentence === advice.sentence ? advice : { ...advice, sentence }
}

const decideOnce = (parts: Parts, circumstances: Circumstances): Advice => {
  const { family, resolvedBy: said, type } = parts
  const known = { type, family, resolvedBy: said ?? resolvedBy(family, type) }
  const isOpen = mayNotBeRepeated(parts, circumstances)
  if (family === "transient") {
    if (!isOpen) return transient(parts, known, circumstances)
    return circumstances.safety === "undeclared" ? check(known, circumstances) : outcomeUnknown(circumstances)
  }
  const sentence = family === "validation" ? wording.advice.correctArguments : bySentence(type, said)
  if (!isOpen || !asksToRepeat(sentence)) return { ...known, retry: retryOf(circumstances, false), sentence }
  return circumstances.safety === "undeclared"
    ? { ...known, retry: retryOf(circumstances, false, wording.reasons.undeclared), sentence: "" }
    : { ...known, retry: retryOf(circumstances, false, wording.reasons.notSafe), sentence: ofOpen(sentence) }
}

type Known = Pick<Advice, "type" | "family" | "resolvedBy">

/**
 * Returns whether an effect of the call began that may not be repeated: then no step repeats it either, whatever the sentence says
 * of other arguments.
 *
 * @category guards
 * @since 0.1.0
 */
export const forbidsRepeats = (error: ToolError.Any, { hasBegun, safety }: Circumstances): boolean =>
  !isRepeatable(safety) && (hasBegun === true || openReason(error) !== undefined)

/** Returns whether the call is open and not safe to repeat. */
const mayNotBeRepeated = ({ isMarked }: Parts, { isOpen, safety, started }: Circumstances): boolean =>
  !isRepeatable(safety) && ((isOpen ?? started) || isMarked)

/** Tells a program the same. What is not known is left out. */
const retryOf = (
  { attempts, maxAttempts, started }: Circumstances,
  shouldRetry: boolean,
  reason?: string,
  seconds?: number
): Retry => {
  const retry: { -readonly [K in keyof Retry]: Retry[K] } = { should_retry: shouldRetry }
  if (seconds !== undefined) retry.retry_after_seconds = seconds
  const made = attempts ?? (started ? 1 : 0)
  if (made !== 1) retry.attempts_made = made
  if (maxAttempts !== undefined) retry.max_attempts = maxAttempts
  if (reason !== undefined) retry.reason = reason
  return retry
}

const resolvedBy = (family: ToolError.Family, type: ErrorType.ErrorType): ErrorType.ResolvedBy | undefined =>
  family === "transient" ? "wait" : family === "validation" ? "model" : type.resolvedBy

/**
 * Returns what is said of permanent errors of a type, whose class does not say more.
 *
 * @category accessors
 * @since 0.1.0
 */
export const ofType = (type: ErrorType.ErrorType): string => bySentence(type, undefined)

/**
 * Returns how a sentence is said of an open call that may not be repeated: with a check before it, unless it says nothing of
 * doing the same again.
 *
 * @category accessors
 * @since 0.1.0
 */
export const ofOpen = (sentence: string): string =>
  asksToRepeat(sentence) ? `${wording.checkFirst} ${sentence}` : sentence

/** Returns the sentence for a permanent error. A class that says who can resolve it knows better than its type. */
const bySentence = (type: ErrorType.ErrorType, said: ErrorType.ResolvedBy | undefined): string => {
  const { changeArguments, resolveFirst } = wording.advice
  if (type.advice === resolveFirst) return wording.resolvedFirst(said ?? type.resolvedBy)
  return type.advice === changeArguments && (said === "user" || said === "operator")
    ? wording.resolvedFirst(said)
    : type.advice
}

/** These say nothing that could be read as a call to do the same again. All others might, custom ones too. */
const harmlessSentences: ReadonlySet<string> = new Set([
  "",
  wording.advice.changeArguments,
  wording.advice.checkState,
  wording.advice.reportReference
])

const asksToRepeat = (sentence: string): boolean => !harmlessSentences.has(sentence)

const outcomeUnknown = (circumstances: Circumstances): Advice => ({
  retry: retryOf(circumstances, false, wording.reasons.notSafe),
  sentence: wording.advice.mayHaveTakenEffect,
  type: ErrorType.stock.outcome_unknown,
  family: "permanent",
  resolvedBy: ErrorType.stock.outcome_unknown.resolvedBy
})

const check = (known: Known, circumstances: Circumstances): Advice => ({
  ...known,
  retry: retryOf(circumstances, false, wording.reasons.undeclared),
  sentence: wording.advice.checkEffect
})

const transient = ({ retryAfter }: Parts, known: Known, circumstances: Circumstances): Advice => {
  const { attempts = 1, limits = Limits.defaults, stopped } = circumstances
  const hint = retryAfter()
  const seconds = hint === undefined ? undefined : Math.min(Math.max(0, secondsUp(hint)), limits.retryAfterSeconds)
  const later = wording.retryLater(seconds)
  return {
    ...known,
    retry: retryOf(circumstances, true, stopped, seconds),
    sentence: stopped === undefined ? later : `${wording.alreadyTried(attempts)} ${later}`
  }
}
