import * as Classifier from "@errata/core/Classifier"
import * as Errors from "@errata/core/Errors"
import { unclassified } from "@errata/core/internal/errorType"
import * as ToolError from "@errata/core/ToolError"
import { read } from "../../fold/internal/readProperty.ts"
import { attempt } from "./attempt.ts"
import { argumentIssues, isParserError } from "./issues.ts"
import type { Known } from "./known.ts"
import { carriesDriversMark, carriesMark, isMistake, repeatsDriver } from "./marks.ts"
import type { Options } from "./options.ts"
import { ownershipOf } from "./own.ts"
import { isCallersSql } from "./sql.ts"
import { clean } from "./words.ts"

/** Carries what existing code threw, or a Result held, to where it is classified. No error itself: it needs no stack. */
export class Thrown {
  readonly failure: unknown
  constructor(failure: unknown) {
    this.failure = failure
  }
}

/** Reports a failure without a class, in its author's words. */
export class HandlerFailed extends ToolError.Permanent<HandlerFailed>()("HandlerFailed", {}, {
  type: unclassified,
  message: () => "The tool failed"
}) {}

/** Arguments that a handler refused in its own words. */
class ArgumentsRefused extends ToolError.Validation<ArgumentsRefused>()("ArgumentsRefused", {}, {
  type: "invalid_arguments",
  message: () => "The arguments were refused"
}) {}

const codes = { invalidRequest: -32600, invalidParams: -32602 }

const prefix = /^(?:MCP error -?\d+: )+/

/** Returns what a thrown value says, without the prefixes that SDK 1.x adds. */
export const messageOf = (failure: unknown): string => {
  const message = read(failure, "message")
  return (typeof message === "string" ? message : attempt(() => String(failure)) ?? typeof failure).replace(prefix, "")
}

/**
 * Returns the error that goes out for what was thrown; `undefined` if it is to be masked. Class and words are apart: the class
 * comes from `classify`, else from what is known of failures; the words are the author's where they are meant for callers. Total.
 */
export const toToolError = (failure: unknown, options: Options, known: Known): ToolError.Any | undefined => {
  if (ToolError.is(failure)) return failure
  const own = attempt(() => options.classify?.(failure, { now: known.now }))
  if (ToolError.is(own)) return own
  const issues = argumentIssues(failure, known)
  if (issues !== undefined) return new Errors.InvalidArguments({ issues, cause: failure })
  const words = wordsOf(failure, options, known)
  const classified = classOf(failure, options, known)
  if (classified === undefined) {
    return words === undefined
      ? undefined
      : told(new HandlerFailed({ cause: failure }), words)
  }
  return inWords(classified, words)
}

/** Returns the error of a part of the work, classified there or not, in its author's words where they are meant for callers. */
export const described = (
  failure: unknown,
  classified: ToolError.Any | undefined,
  options: Options,
  known: Known
): ToolError.Any | undefined =>
  classified === undefined
    ? toToolError(failure, options, known)
    : inWords(classified, wordsOf(failure, options, known))

const inWords = <E extends ToolError.Any>(error: E, words: string | undefined): E =>
  words === undefined ? error : told(error, words)

/** Gives an error its author's words, line by line: nothing else shows them. */
const told = <E extends ToolError.Any>(error: E, words: string): E =>
  ToolError.withGuidance(error, { message: words, keepsLines: true })

const classOf = (failure: unknown, options: Options, known: Known): ToolError.Any | undefined => {
  if (isRefusal(failure)) return new ArgumentsRefused({ cause: failure })
  const service = options.service ?? "The service"
  const context = { now: known.now, handler: { arguments: known.args } }
  return attempt(() => Classifier.unknown({ service })(failure, context))
}

/** Returns the words of a failure that are meant for a caller, without what must not leave. */
const wordsOf = (failure: unknown, options: Options, known: Known): string | undefined => {
  if (!isMeant(failure, options, known)) return undefined
  const message = messageOf(failure).trim()
  return message === "" || repeatsDriver(message, failure) ? undefined : attempt(() => clean(message, known))
}

const isMeant = (failure: unknown, { expose = "own" }: Options, known: Known): boolean => {
  if (isRefusal(failure)) return true
  if (typeof expose === "function") return attempt(() => expose(failure)) === true
  if (Array.isArray(expose)) {
    return attempt(() =>
      (expose as ReadonlyArray<abstract new() => unknown>).some((Class) => failure instanceof Class)
    ) ===
      true
  }
  if (expose === "declared") return false
  if (typeof failure === "string" || isSdkError(failure)) return !isSdksOwn(failure)
  if (isCallersSql(failure, known.args)) return true
  if (!isError(failure) || isMistake(failure) || isParserError(failure)) return false
  switch (ownershipOf(failure, known.origin)) {
    case "own":
      return !carriesDriversMark(failure)
    case "bundle":
      return !carriesMark(failure)
    case "foreign":
      return false
  }
}

/** Tests for an error, of this realm or another. */
const isError = (failure: unknown): boolean =>
  failure instanceof Error || attempt(() => Object.prototype.toString.call(failure)) === "[object Error]"

/** Tests whether a failure is an error of an SDK; other libraries use the codes of JSON-RPC too. */
export const isSdkError = (failure: unknown): boolean => sdkNames.has(read(failure, "name"))

const sdkNames: ReadonlySet<unknown> = new Set(["McpError", "ProtocolError", "InvalidParamsError"])

/** Tests for what an SDK says of a result that a handler returned: it was written for programmers. */
const isSdksOwn = (failure: unknown): boolean =>
  /^(?:Invalid (?:tools\/call|task creation) result: |Output validation error: )/.test(messageOf(failure))

/** Tests whether a handler says by an SDK's error that the arguments are wrong. */
const isRefusal = (failure: unknown): boolean => {
  const code = read(failure, "code")
  return (code === codes.invalidParams || code === codes.invalidRequest) && isSdkError(failure) && !isSdksOwn(failure)
}
