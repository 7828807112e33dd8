import * as ErrorType from "@errata/core/ErrorType"
import { fromName } from "@errata/core/internal/errorType"
import * as ToolError from "@errata/core/ToolError"
import * as Duration from "effect/Duration"
import { jsonIn, reasonIn, textBlocks } from "../../fold/internal/lifted.ts"
import { isRecord } from "../../fold/internal/resultLike.ts"
import { type RemoteError, RemotePermanent, RemoteTransient, RemoteValidation } from "./errors.ts"
import type { ResultLike } from "./model.ts"
import { withoutPrefix } from "./prefix.ts"

/** Describes what is left of a failure that a server told in its own way. */
export interface Told extends Hints {
  readonly reason: string
  /** Holds what it is called, and of what type it is, where the server does not say. */
  readonly otherwise?: { readonly error: string; readonly type: ErrorType.StockName } | undefined
  readonly cause?: unknown
}

/** Describes what a server says beside the sentence. */
export interface Hints {
  readonly code?: string | undefined
  readonly isTransient?: boolean | undefined
  readonly retryAfter?: Duration.Duration | undefined
  readonly referenceId?: string | undefined
}

/** Returns the error in a result of a server that knows nothing of us. */
export const foreignError = (result: ResultLike): RemoteError => {
  const text = textBlocks(result.content).join("\n")
  const sources = [result.structuredContent, jsonIn(withoutPrefix(text))]
  const reason = sources.map((source) => reasonIn(source)).find((found) => found !== undefined) ??
    (text.trim() || "The tool failed")
  const hints = hintsIn(sources)
  // a name is one only beside a sentence
  return ofTold({ reason, ...hints, code: hints.code === reason ? undefined : hints.code })
}

type HintSource = { readonly [key: string]: unknown }

/** Looks for hints, under the names that are in use, in what was told and in its `error`. */
export const hintsIn = (told: ReadonlyArray<unknown>): Hints => {
  const sources = told.filter(isRecord).flatMap((source) =>
    isRecord(source["error"]) ? [source["error"], source] : [source]
  )
  const seconds = first(sources, ["retry_after_seconds", "retryAfterSeconds", "retry_after", "retryAfter"], isAmount)
  const millis = first(sources, ["retry_after_ms", "retryAfterMs"], isAmount)
  return {
    code: first(sources, ["code", "type", "error"], isName),
    isTransient: first(sources, ["retryable", "isRetryable", "is_transient", "should_retry"], isBoolean),
    retryAfter: seconds !== undefined
      ? hintOf(Number(seconds))
      : millis === undefined
      ? undefined
      : hintOf(Number(millis) / 1000),
    referenceId: first(sources, ["reference_id"], isName)
  }
}

const first = <A>(
  sources: ReadonlyArray<HintSource>,
  names: ReadonlyArray<string>,
  accept: (value: unknown) => value is A
): A | undefined => {
  for (const source of sources) {
    for (const name of names) {
      const value = source[name]
      if (accept(value)) return value
    }
  }
  return undefined
}

const isBoolean = (value: unknown): value is boolean => typeof value === "boolean"
const isName = (value: unknown): value is string => typeof value === "string" && /^[\w.-]{1,64}$/.test(value)
const isAmount = (value: unknown): value is number | string =>
  typeof value === "string"
    ? /^\d{1,15}(?:\.\d{1,15})?$/.test(value)
    : typeof value === "number" && value >= 0 && Number.isFinite(value)

const aYear = 365 * 24 * 3600

/** Returns a hint that a clock can count: a longer one would count as none, and the call be repeated at once. */
export const hintOf = (seconds: number): Duration.Duration => Duration.seconds(Math.min(seconds, aYear))

const refusedArguments =
  /^(?:Input validation error|Invalid arguments\b|\d+ validation errors? for (?:call\[|\w*Arguments\b))/
const noSuchTool = /^(?:Unknown tool\b|Tool \S+ (?:not found|disabled)$)/
const unfitOutput = /^(?:Output validation error|Invalid tools\/call result)/

/** Returns the error of what a server told in its own way. */
export const ofTold = (
  { cause, code, isTransient, otherwise, referenceId, retryAfter, ...told }: Told
): RemoteError => {
  const reason = withoutPrefix(told.reason)
  const named = fromName((code ?? "").toLowerCase())
  const isStock = Object.hasOwn(ErrorType.stock, named.name)
  const fields = {
    error: code ?? otherwise?.error ?? "Error",
    type: isStock ? named.name : otherwise?.type ?? "upstream_error",
    reason,
    ...referenceId === undefined ? {} : { reference_id: referenceId },
    ...cause === undefined ? {} : { cause }
  }
  if (noSuchTool.test(reason)) return new RemotePermanent({ ...fields, type: "not_found" })
  if (unfitOutput.test(reason)) return new RemotePermanent({ ...fields, type: "malformed_response" })
  if (fields.type === "invalid_arguments" || refusedArguments.test(reason)) {
    return new RemoteValidation({ ...fields, type: "invalid_arguments" })
  }
  if (!(isTransient ?? (retryAfter !== undefined || isStock && passes(named)))) return new RemotePermanent(fields)
  const error = new RemoteTransient(fields)
  return retryAfter === undefined ? error : ToolError.withGuidance(error, { retryAfter })
}

/** Tests whether what is called so passes by itself. */
const passes = ({ harmless, name }: ErrorType.ErrorType): boolean =>
  harmless || name === "timeout" || name === "unavailable"
