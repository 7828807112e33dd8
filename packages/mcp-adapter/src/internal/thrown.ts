import * as Classifier from "@errata/core/Classifier"
import * as ToolError from "@errata/core/ToolError"
import * as Data from "effect/Data"
import * as Schema from "effect/Schema"
import type { Options } from "../wrap.ts"

/** Carries what existing code threw, or a Result held, to where it is classified. */
export class Thrown extends Data.TaggedError("Thrown")<{ readonly failure: unknown }> {
  constructor(failure: unknown) {
    super({ failure })
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

const codeOf = (failure: unknown): unknown => read(failure, "code")

const read = (from: unknown, name: string): unknown => {
  try {
    return typeof from === "object" && from !== null ? (from as { readonly [key: string]: unknown })[name] : undefined
  } catch {
    return undefined
  }
}

const prefix = /^(?:MCP error -?\d+: )+/

const messageOf = (failure: unknown): string => {
  const message = read(failure, "message")
  return (typeof message === "string" ? message : String(failure)).replace(prefix, "")
}

/** The error that goes out for what was thrown; `undefined` if it is to be masked. Total. */
export const toToolError = (failure: unknown, options: Options): ToolError.Any | undefined => {
  if (ToolError.is(failure)) return failure
  const own = attempt(() => options.classify?.(failure))
  if (own !== undefined) return own
  if (isInvalidParams(failure)) return new ArgumentsRefused({ reason: messageOf(failure), cause: failure })
  if (isExposed(failure, options.expose)) return new HandlerFailed({ reason: messageOf(failure), cause: failure })
  return Classifier.unknown({ service: options.service ?? "The service" })(failure)
}

const isInvalidParams = (failure: unknown): boolean =>
  codeOf(failure) === invalidParams &&
  /^(?:McpError|ProtocolError|InvalidParamsError)$/.test(String(read(failure, "name")))

const isExposed = (failure: unknown, expose: Options["expose"]): boolean =>
  attempt(() => typeof expose === "function" ? expose(failure) : expose?.some((Class) => failure instanceof Class)) ===
    true

const attempt = <A>(f: () => A): A | undefined => {
  try {
    return f()
  } catch {
    return undefined
  }
}
