import * as Limits from "@errata/core/Limits"
import * as Redaction from "@errata/core/Redaction"
import type * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { cancelled } from "../CallToolResult.ts"
import type * as Fold from "../Fold.ts"
import type { Given, Handler } from "../Handler.ts"
import * as Meta from "../Meta.ts"
import * as RuntimeSource from "../Runtime.ts"
import { start } from "./call.ts"
import { type Base, baseOf, type Settings } from "./callState.ts"
import type { Codec } from "./codec.ts"
import * as Report from "./report.ts"

/** Makes a function of a handler, with the defaults of the options. */
export const bind = <R>(
  tool: Tool.Any,
  handler: Tool.Handled<R>["handler"],
  given: Given<R> | undefined,
  codecOf: (format: Fold.Format) => Codec
): Handler => {
  const options = given?.options ?? {}
  const format: Fold.Format = {
    render: options.render ?? "text",
    metaPrefix: options.metaPrefix ?? Meta.defaultPrefix,
    limits: Limits.make(options.limits ?? {}),
    redactor: options.redactor ?? Redaction.standard
  }
  const own = tool.timeout === undefined ? undefined : Duration.fromInputUnsafe(tool.timeout)
  const settings: Settings = {
    tool,
    handler: handler as Settings["handler"],
    codec: codecOf(format),
    format,
    timeout: own ?? Duration.fromInputUnsafe(options.timeout ?? "50 seconds"),
    progressTimeout: own ?? Duration.fromInputUnsafe(options.progressTimeout ?? "10 minutes"),
    grace: Duration.fromInputUnsafe(options.grace ?? "2 seconds"),
    isDebugging: options.isDebugging ?? false,
    logsCalls: options.logsCalls ?? true,
    opensSpans: options.opensSpans ?? false
  }
  const source = RuntimeSource.source(given?.runtime, (context) => prepare(context, settings))
  return (args, request = {}) => {
    if (request.signal?.aborted === true) return cancelled()
    const base = source.current()
    if (base !== undefined) return start(settings, base, args, request)
    return source.load().then(
      (base) => start(settings, base, args, request),
      (failure: unknown) => start(failed(settings, failure), prepare(Context.empty(), settings), args, request)
    )
  }
}

/** A runtime that cannot start makes every call a defect. */
const failed = (settings: Settings, failure: unknown): Settings => ({ ...settings, handler: () => Effect.die(failure) })

const prepare = (context: Context.Context<never>, settings: Settings): Base => {
  const logging = Report.withLoggers(context, settings.format)
  return baseOf(settings.isDebugging ? Context.add(logging, ToolError.CaptureStacks, true) : logging)
}
