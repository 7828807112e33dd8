import * as Advice from "@errata/core/Advice"
import { isRepeatable } from "@errata/core/internal/advice"
import { saysOpen } from "@errata/core/internal/problem"
import type * as Problem from "@errata/core/Problem"
import * as ToolError from "@errata/core/ToolError"
import { isFoldedFor } from "../../call/internal/foldsItself.ts"
import { isPending, jsonIn, problemIn, reasonIn, textBlocks } from "../../fold/internal/lifted.ts"
import { read } from "../../fold/internal/readProperty.ts"
import { isRecord } from "../../fold/internal/resultLike.ts"
import { attempt } from "./attempt.ts"
import type { Known } from "./known.ts"
import type { Options } from "./options.ts"
import { withoutAdvice } from "./relayed.ts"
import { relayedOf } from "./relayedError.ts"
import { HandlerFailed, toToolError } from "./thrown.ts"
import { clean } from "./words.ts"

/** Describes what a handler returned, as it was meant. */
export type Heard =
  | { readonly _tag: "Value" }
  /** A result that says that it failed: it goes out with its content. */
  | { readonly _tag: "Failed"; readonly error: ToolError.Any; readonly content: unknown }
  /** Holds what goes the way of what is thrown. */
  | { readonly _tag: "Thrown"; readonly failure: unknown }

const aValue: Heard = { _tag: "Value" }

/** Describes what decides on how a value is heard, besides the options. */
export interface Hearing {
  /** Is true if a Result said already that it did not fail. */
  readonly isResult: boolean
  /** Says how often the call may take effect. */
  readonly safety: Advice.CallSafety
}

/** Hears whether a handler that returned said that it failed. */
export const hear = (value: unknown, options: Options, known: Known, hearing: Hearing): Heard =>
  attempt(() => heard(value, options, known, hearing)) ?? unreadable

/** Stands for what cannot be read: it did not succeed. */
const unreadable: Heard = { _tag: "Thrown", failure: new TypeError("What the handler returned cannot be read") }

const heard = (value: unknown, options: Options, known: Known, { isResult, safety }: Hearing): Heard => {
  if (isFailure(value)) return { _tag: "Thrown", failure: value }
  if (isFoldedFor(value, safety) || (isRecord(value) && isPending(value))) return aValue
  if (isRecord(value) && value["isError"] === true) {
    const isRelayed = !isRepeatable(safety) && attempt(() => problemIn(value)) !== undefined
    const content = isRelayed ? withoutAdvice(value) : value
    return { _tag: "Failed", error: errorOf(value, options, known), content }
  }
  const failure = attempt(() => options.returned?.(value))
  if (failure !== undefined) return { _tag: "Failed", error: classified(failure, options, known), content: value }
  if (isResult || options.heedsSuccessFalse !== true || !isRecord(value) || value["isError"] === false) return aValue
  const found = successFalse(value)
  if (found === undefined) return aValue
  return isFailure(found["error"])
    ? { _tag: "Thrown", failure: found["error"] }
    : { _tag: "Failed", error: errorOf(value, options, known), content: value }
}

/** Tests for an error that is returned whole, or a response of `fetch` that is not ok. */
const isFailure = (value: unknown): boolean =>
  value instanceof Error || attempt(() => Object.prototype.toString.call(value)) === "[object Error]" ||
  (isResponse(value) && read(value, "ok") === false)

/** Tests whether a value is a response of `fetch`, which no client can read. */
export const isResponse = (value: unknown): boolean =>
  typeof read(value, "status") === "number" && typeof read(value, "ok") === "boolean" &&
  typeof read(value, "arrayBuffer") === "function"

/** Most texts succeed, and may be megabytes: they are not parsed for this. */
const mayFail = /"success"\s*:\s*false/

const successFalse = (value: { readonly [key: string]: unknown }): { readonly [key: string]: unknown } | undefined => {
  const text = textBlocks(value["content"]).join("\n")
  for (const candidate of [value, value["structuredContent"], mayFail.test(text) ? jsonIn(text) : undefined]) {
    if (isRecord(candidate) && candidate["success"] === false) return candidate
  }
  return undefined
}

/** Returns the class of a result that failed: what `classify` says, else what another server of ours said, else none. */
const errorOf = (value: { readonly [key: string]: unknown }, options: Options, known: Known): ToolError.Any => {
  const own = attempt(() => options.classify?.(value, { now: known.now }))
  if (ToolError.is(own)) return own
  const problem = attempt(() => problemIn(value))
  return problem === undefined
    ? ToolError.withGuidance(new HandlerFailed(), { message: safe(reasonOf(value), known) })
    : relayed(problem, safe(problem.message, known))
}

const safe = (words: string, known: Known): string => attempt(() => clean(words, known)) ?? "The tool failed"

/** Classifies what was returned, which goes out with its lines: the message has no need of them. */
const classified = (failure: unknown, options: Options, known: Known): ToolError.Any =>
  ToolError.withGuidance(toToolError(failure, options, known) ?? new HandlerFailed({ cause: failure }), {
    keepsLines: false
  })

/** Returns the first line of what a result says. */
export const reasonOf = (value: unknown): string => {
  if (!isRecord(value)) return "The tool failed"
  const text = textBlocks(value["content"]).join("\n").trim()
  const reason = reasonIn(jsonIn(text)) ??
    (text === "" ? reasonIn(value) ?? reasonIn(value["structuredContent"]) : text)
  return reason?.split("\n", 1)[0]?.trim() || "The tool failed"
}

/**
 * Makes the error of another server one of ours: its advice is given anew, under this tool's own safety. It may say less than the
 * other server did, never more.
 */
const relayed = (problem: Problem.Problem, message: string): ToolError.Any => {
  const error = relayedOf(problem)
  if (saysOpen(problem)) Advice.markOpen(error, problem.type)
  return ToolError.withGuidance(error, {
    message,
    suggestion: problem.suggestion,
    similarMatches: problem.similar_matches,
    ...problem.retry.retry_after_seconds === undefined
      ? {}
      : { retryAfter: `${problem.retry.retry_after_seconds} seconds` }
  })
}
