import * as Classifier from "@errata/core/Classifier"
import * as ToolError from "@errata/core/ToolError"
import * as Schema from "effect/Schema"
import { read } from "../../fold/internal/readProperty.ts"
import type { Options } from "./options.ts"

/** Carries what existing code threw, or a Result held, to where it is classified. No error itself: it needs no stack. */
export class Thrown {
  readonly failure: unknown
  constructor(failure: unknown) {
    this.failure = failure
  }
}

/** A failure whose message is meant for users. */
export class HandlerFailed extends ToolError.Permanent<HandlerFailed>()("HandlerFailed", {
  reason: Schema.String
}, { type: "processing_error", message: (e) => e.reason }) {}

/** Arguments that a handler refused in its own words. */
class ArgumentsRefused extends ToolError.Validation<ArgumentsRefused>()("ArgumentsRefused", {
  reason: Schema.String
}, { type: "invalid_arguments", message: (e) => e.reason }) {}

const invalidParams = -32602

const prefix = /^(?:MCP error -?\d+: )+/

/** What was thrown says, without the prefixes that SDK 1.x adds. */
export const messageOf = (failure: unknown): string => {
  const message = read(failure, "message")
  return (typeof message === "string" ? message : attempt(() => String(failure)) ?? typeof failure).replace(prefix, "")
}

/** The error that goes out for what was thrown; `undefined` if it is to be masked. `now` is what a date is read against. Total. */
export const toToolError = (failure: unknown, options: Options, now?: number): ToolError.Any | undefined => {
  if (ToolError.is(failure)) return failure
  const own = attempt(() => options.classify?.(failure))
  if (ToolError.is(own)) return own
  if (isInvalidParams(failure)) return new ArgumentsRefused({ reason: messageOf(failure), cause: failure })
  if (isExposed(failure, options.expose)) return new HandlerFailed({ reason: messageOf(failure), cause: failure })
  return Classifier.unknown({ service: options.service ?? "The service" })(failure, { now })
}

/** Whether a failure is an error of an SDK; other libraries use the codes of JSON-RPC too. */
export const isSdkError = (failure: unknown): boolean => sdkNames.has(read(failure, "name"))

const sdkNames: ReadonlySet<unknown> = new Set(["McpError", "ProtocolError", "InvalidParamsError"])

const isInvalidParams = (failure: unknown): boolean =>
  read(failure, "code") === invalidParams && isSdkError(failure) &&
  !/^Invalid (?:tools\/call|task creation) result: /.test(messageOf(failure)) // the SDK's word for what a handler returned

const isExposed = (failure: unknown, expose: Options["expose"]): boolean =>
  attempt(() => typeof expose === "function" ? expose(failure) : expose?.some((Class) => failure instanceof Class)) ===
    true

/** What a function of the user's says; that it failed, at once or later, is nobody's problem. */
const attempt = <A>(f: () => A): A | undefined => {
  try {
    const said = f()
    if (said instanceof Promise) said.catch(() => undefined)
    return said
  } catch {
    return undefined
  }
}
