/**
 * Folds the outcome of a tool into the MCP result that a model, a program and an operator need.
 *
 * {@link outcome} decides what an `Exit` means, {@link success} and {@link failure} write the result. All three are total:
 * whatever is thrown at them, a valid result comes out and nothing is thrown.
 *
 * **Details**
 *
 * A cause may hold several reasons. What is told to the caller is the first of these that applies; everything goes to the
 * log, and what a retry policy did is told whatever applies:
 *
 * | | what the exit holds | what is told |
 * |---|---|---|
 * | 1 | the client aborted the call, whatever else | cancelled: nothing is sent |
 * | 2 | the deadline aborted the call, whatever else | `timeout` |
 * | 3 | several defects, the first a {@link ToolError}: a failure whose finalizer died arrives like this | the first one |
 * | 4 | what is undeclared: a foreign defect, or a failure that is no `ToolError` | `internal_error`, masked |
 * | 5 | a failure that is a `ToolError` | the first one |
 * | 6 | anything else, an interruption of its own included | `internal_error`, masked |
 *
 * @since 0.1.0
 */
import { internalProblem } from "@errata/core/internal/problem"
import * as Limits from "@errata/core/Limits"
import * as Problem from "@errata/core/Problem"
import * as Redaction from "@errata/core/Redaction"
import type { ReferenceId } from "@errata/core/ReferenceId"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as ToolError from "@errata/core/ToolError"
import type * as Cause from "effect/Cause"
import type * as Exit from "effect/Exit"
import type { CallToolResult, ContentBlock } from "./CallToolResult.ts"
import { type Challenge, metaOfChallenge } from "./internal/challenge.ts"
import { defaultPrefix } from "./internal/prefix.ts"
import { textBlock } from "./internal/textBlock.ts"
import * as Meta from "./Meta.ts"
import * as Render from "./Render.ts"

export type {
  /**
   * Says where and for what a client signs in, where an error about its credentials does not say it.
   *
   * @category models
   * @since 0.1.0
   */
  Challenge
} from "./internal/challenge.ts"

/**
 * Configures how results are written.
 *
 * @category models
 * @since 0.1.0
 */
export interface Format {
  /** Writes the text of an error as lines for a model, or as the problem in JSON. */
  readonly render: "text" | "json"
  /** Adds problem and advice to an error as `structuredContent`. Only for tools whose listed output schema allows it. */
  readonly structuredErrors: boolean
  /** Writes the problem into `_meta` whole, or what a program needs to tell failures apart and to wait. */
  readonly meta: "full" | "minimal"
  /** The prefix of the keys in `_meta`. */
  readonly metaPrefix: string
  /** Bounds the reply. Default: `Limits.defaults`. */
  readonly limits: Limits.Limits
  /** Masks what may not leave. Default: `Redaction.standard`. */
  readonly redactor: Redaction.Redactor
  /** Completes what a reply says to a client that has to sign in. Default: what the error says. */
  readonly challenge?: Challenge | undefined
}

/**
 * Holds the format of the wire contract.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaultFormat: Format = {
  render: "text",
  structuredErrors: false,
  meta: "full",
  metaPrefix: defaultPrefix,
  limits: Limits.defaults,
  redactor: Redaction.standard
}

/**
 * Says what an exit means.
 *
 * @category models
 * @since 0.1.0
 */
export type Outcome =
  | {
    readonly _tag: "Success"
    /** The value of the handler, not yet encoded. */
    readonly value: unknown
  }
  | {
    readonly _tag: "Failure"
    /** The error of the handler. */
    readonly error: ToolError.Any
    /** The attempts of a policy that gave up; `undefined` where none did. */
    readonly retried: RetryPolicy.Outcome | undefined
  }
  | { readonly _tag: "Cancelled" }
  | {
    readonly _tag: "TimedOut"
    /** The attempts of a policy that gave up; `undefined` where none did. */
    readonly retried: RetryPolicy.Outcome | undefined
  }
  | {
    readonly _tag: "Defect"
    /** The attempts of a policy that gave up; `undefined` where none did. */
    readonly retried: RetryPolicy.Outcome | undefined
  }

/**
 * Decides what an exit means. Total.
 *
 * @category folding
 * @since 0.1.0
 */
export const outcome = (
  exit: Exit.Exit<unknown, unknown>,
  interruption: "client" | "deadline" | undefined
): Outcome => exit._tag === "Success" ? { _tag: "Success", value: exit.value } : fromCause(exit.cause, interruption)

const fromCause = ({ reasons }: Cause.Cause<unknown>, interruption: "client" | "deadline" | undefined): Outcome => {
  if (interruption === "client") return { _tag: "Cancelled" }
  const [only] = reasons
  if (only !== undefined && reasons.length === 1 && interruption === undefined) return fromReason(only)
  const done = reasons.map(RetryPolicy.outcome).find((outcome) => outcome !== undefined)
  if (interruption === "deadline") return { _tag: "TimedOut", retried: done }
  const told = failureWithFinalizer(reasons) ?? (reasons.some(isForeign) ? undefined : reasons.find(isFailure))
  if (told === undefined) return { _tag: "Defect", retried: done }
  return {
    _tag: "Failure",
    error: errorOf(told) as ToolError.Any,
    retried: RetryPolicy.outcome(told) ?? done
  }
}

/** Says the same of one reason, without a list of what may stand beside it. */
const fromReason = (reason: Reason): Outcome => {
  const retried = RetryPolicy.outcome(reason)
  return reason._tag === "Fail" && !isForeign(reason)
    ? { _tag: "Failure", error: reason.error as ToolError.Any, retried }
    : { _tag: "Defect", retried }
}

type Reason = Cause.Reason<unknown>

const errorOf = (reason: Reason): unknown =>
  reason._tag === "Fail" ? reason.error : reason._tag === "Die" ? reason.defect : undefined

const isForeign = (reason: Reason): boolean => reason._tag !== "Interrupt" && !ToolError.is(errorOf(reason))

const isFailure = (reason: Reason): boolean => reason._tag === "Fail"

/**
 * Returns the failure among nothing but defects: effect makes it the first of them, if a finalizer dies. Alone, a tool error that
 * is a defect is one because its author said so.
 */
const failureWithFinalizer = (reasons: ReadonlyArray<Reason>): Reason | undefined => {
  const [first] = reasons
  return first !== undefined && reasons.length > 1 && !isForeign(first) && reasons.every(isDefect) ? first : undefined
}

const isDefect = (reason: Reason): boolean => reason._tag === "Die"

/**
 * Holds a failure as a result, and the problem it tells of.
 *
 * @category models
 * @since 0.1.0
 */
export interface Failed {
  /** The result to send. */
  readonly result: CallToolResult
  /** The problem that it tells. */
  readonly problem: Problem.Problem
  /** Is true if the error could not be read, so that it was masked. */
  readonly isMasked: boolean
}

/**
 * Writes an error as a result. Total: an error that cannot be read is masked.
 *
 * **Example** (Folding an error)
 *
 * ```ts import.meta.vitest
 * import * as Errors from "@errata/core/Errors"
 * import type { ReferenceId } from "@errata/core/ReferenceId"
 * import * as Fold from "@errata/mcp-adapter/Fold"
 *
 * const { result } = Fold.failure(new Errors.NotFound({ resource: "Document", id: "DOC-1" }), {
 *   safety: "read", started: true, referenceId: "5f3c9a1e" as ReferenceId
 * })
 * result.isError // => true
 * result.structuredContent // => undefined
 * ```
 *
 * @category folding
 * @since 0.1.0
 */
export const failure = (
  error: ToolError.Any,
  circumstances: Problem.Circumstances,
  format: Format = defaultFormat
): Failed => {
  try {
    const described = Problem.describe(error, {
      ...circumstances,
      redactor: format.redactor,
      limits: format.limits
    })
    const written = write(described, format)
    const challenge = metaOfChallenge(error, format)
    if (challenge !== undefined) written.result._meta = { ...written.result._meta, ...challenge }
    return { ...written, isMasked: false }
  } catch {
    return masked(circumstances.referenceId, undefined, format)
  }
}

/**
 * Writes a defect as a result: nothing of it leaves but the reference, and what a policy did (`tried`). With `detail`
 * (development only) it does.
 *
 * @category folding
 * @since 0.1.0
 */
export const masked = (
  referenceId: ReferenceId,
  detail: string | undefined,
  format: Format = defaultFormat,
  tried: Pick<Problem.Circumstances, "attempts" | "maxAttempts" | "stopped" | "identicalFailures"> = {}
): Failed => {
  const { limits, redactor } = format
  const described = internalProblem(referenceId, { ...tried, detail, limits, redactor })
  return { ...write(described, format), isMasked: true }
}

const write = (described: Problem.Described, format: Format): Omit<Failed, "isMasked"> => {
  const { problem } = described
  const text = format.render === "json" ? Render.json(described) : Render.text(described, format.limits)
  const result: CallToolResult = {
    isError: true,
    content: [textBlock(text)],
    _meta: Meta.ofProblem(problem, format.metaPrefix, format.meta)
  }
  if (format.structuredErrors) result.structuredContent = { error: problem, advice: described.advice }
  return { problem, result }
}

/**
 * Writes an encoded output as a result: `structuredContent`, the same as text, and what the handler attached.
 *
 * **Details**
 *
 * An output that is no object goes over the wire as `{ result }`: the caller, who knows the schema, wraps it.
 *
 * @category folding
 * @since 0.1.0
 */
export const success = (structured: object, options: {
  /** Blocks of content that follow the text. Default: none. */
  readonly attached?: ReadonlyArray<ContentBlock> | undefined
} = {}): CallToolResult => {
  const text = textBlock(JSON.stringify(structured))
  return {
    content: options.attached === undefined ? [text] : [text, ...options.attached],
    structuredContent: structured as { [key: string]: unknown }
  }
}

/**
 * Writes the result of a tool without an output: what the handler attached, else `Done.`.
 *
 * @category folding
 * @since 0.1.0
 */
export const done = (options: {
  /** Blocks of content. Default: none. */
  readonly attached?: ReadonlyArray<ContentBlock> | undefined
} = {}): CallToolResult => {
  const { attached = [] } = options
  return { content: attached.length > 0 ? [...attached] : [textBlock("Done.")] }
}
