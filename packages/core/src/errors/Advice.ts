/**
 * Decides what to tell a caller about trying again.
 *
 * Advice is a pure function of the error's family and type, the tool's {@link Safety}, whether the handler had started,
 * and what a retry policy did already. Its law: nobody is told to repeat a call that may have taken effect and is not safe
 * to repeat.
 *
 * **Example** (The same timeout in two tools)
 *
 * ```ts import.meta.vitest
 * import * as Advice from "@errata/core/Advice"
 * import * as Errors from "@errata/core/Errors"
 *
 * const timeout = new Errors.Timeout({ operation: "deploy" })
 * Advice.of(timeout, { safety: "idempotent", started: true }).sentence // => "Retry later."
 * Advice.of(timeout, { safety: "once", started: true }).sentence // => "Do not retry: the call may have taken effect. Check first."
 * Advice.of(timeout, { safety: "once", started: false }).sentence // => "Retry later."
 * ```
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as ErrorType from "./ErrorType.ts"
import * as ToolError from "./ToolError.ts"

/**
 * How often a call may take effect: `read` changes nothing, `idempotent` may be repeated, `keyed` may be repeated with the
 * same idempotency key, `once` may not be repeated.
 *
 * @category models
 * @since 0.1.0
 */
export type Safety = "read" | "idempotent" | "keyed" | "once"

/**
 * The safety of a call: that of its tool, or `undeclared` where existing code was wrapped and nobody said.
 *
 * @category models
 * @since 0.1.0
 */
export type CallSafety = Safety | "undeclared"

/**
 * Returns whether a call may be repeated whatever happened: `once` may not, and what nobody declared counts like it.
 *
 * @category guards
 * @since 0.1.0
 */
export const isRepeatable = (safety: CallSafety): boolean => safety !== "once" && safety !== "undeclared"

const OpenMark = Symbol.for("errata/open")

/** How deep a failure's causes are looked into. */
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
 * What the advice depends on besides the error.
 *
 * @category models
 * @since 0.1.0
 */
export interface Circumstances {
  readonly safety: CallSafety
  /** Whether the tool's handler had started. */
  readonly started: boolean
  /** How often the call was tried, the first time included. Default: 1 if it started, else 0. */
  readonly attempts?: number | undefined
  /** How often it might have been tried. */
  readonly maxAttempts?: number | undefined
  /** Why the policy stopped, if one did. */
  readonly stopped?: "exhausted" | "budget" | "deadline" | undefined
  /** Whether an attempt before the last one failed with an error that does not say that nothing happened. */
  readonly hadOpenOutcome?: boolean | undefined
}

/**
 * What a program is told: whether to try again, when, and why not.
 *
 * @category models
 * @since 0.1.0
 */
export interface Retry {
  readonly should_retry: boolean
  readonly retry_after_seconds?: number | undefined
  readonly attempts_made: number
  readonly max_attempts?: number | undefined
  readonly reason?: string | undefined
}

/**
 * The advice: for a program, for a model, and the type and family it was given under.
 *
 * @category models
 * @since 0.1.0
 */
export interface Advice {
  readonly retry: Retry
  readonly sentence: string
  readonly type: ErrorType.ErrorType
  readonly family: ToolError.Family
}

/**
 * Decides on the advice.
 *
 * @category constructors
 * @since 0.1.0
 */
export const of = (error: ToolError.Any, circumstances: Circumstances): Advice => {
  const attempts_made = circumstances.attempts ?? (circumstances.started ? 1 : 0)
  const counted = circumstances.maxAttempts === undefined
    ? { attempts_made }
    : { attempts_made, max_attempts: circumstances.maxAttempts }
  const type = ToolError.type(error)
  const family = ToolError.family(error)
  const unsafe = { should_retry: false, ...counted, reason: "not_safe_to_repeat" }
  if (family !== "transient" && isOpen(circumstances)) {
    return { retry: unsafe, sentence: ErrorType.advice.mayHaveTakenEffect, type, family }
  }
  switch (family) {
    case "validation":
      return { retry: { should_retry: false, ...counted }, sentence: ErrorType.advice.correctArguments, type, family }
    case "permanent":
      return { retry: { should_retry: false, ...counted }, sentence: type.advice, type, family }
    case "transient":
      return mayHaveTakenEffect(type, circumstances)
        ? {
          retry: unsafe,
          sentence: ErrorType.advice.mayHaveTakenEffect,
          type: ErrorType.stock.outcome_unknown,
          family: "permanent"
        }
        : transient(error, type, circumstances, counted)
  }
}

/** Whether an earlier attempt may have taken effect, whatever the last one says. */
const isOpen = ({ hadOpenOutcome, safety, started }: Circumstances): boolean =>
  !isRepeatable(safety) && started && hadOpenOutcome === true

const mayHaveTakenEffect = (type: ErrorType.ErrorType, circumstances: Circumstances): boolean =>
  isOpen(circumstances) || !isRepeatable(circumstances.safety) && circumstances.started && !type.harmless

const transient = (
  error: ToolError.Any,
  type: ErrorType.ErrorType,
  { attempts = 1, stopped }: Circumstances,
  counted: { readonly attempts_made: number; readonly max_attempts?: number }
): Advice => {
  const hint = ToolError.retryAfter(error)
  const seconds = hint === undefined ? undefined : Math.max(0, Math.ceil(Duration.toSeconds(hint)))
  const later = seconds === undefined ? "Retry later." : `Retry after ${seconds} s.`
  return {
    retry: {
      should_retry: true,
      ...seconds === undefined ? {} : { retry_after_seconds: seconds },
      ...counted,
      ...stopped === undefined ? {} : { reason: stopped }
    },
    sentence: stopped === undefined
      ? later
      : `Already tried ${attempts} ${attempts === 1 ? "time" : "times"}. ${later}`,
    type,
    family: "transient"
  }
}
