import * as Limits from "@errata/core/Limits"
import * as Redaction from "@errata/core/Redaction"
import type * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { type CallToolResult, cancelled } from "../../fold/CallToolResult.ts"
import type * as Fold from "../../fold/Fold.ts"
import * as Meta from "../../fold/Meta.ts"
import type { Given, Handler, Request } from "../Handler.ts"
import * as RuntimeSource from "../Runtime.ts"
import { timeoutError } from "./answer.ts"
import { start, timeoutOf } from "./call.ts"
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
    structuredErrors: options.structuredErrors ?? false,
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
    heartbeat: Duration.fromInputUnsafe(options.heartbeat ?? "15 seconds"),
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
    return waitFor(source, settings, args, request)
  }
}

/** Waits for the services no longer than the call may take; what is left of that time is for the handler. */
const waitFor = async (
  source: RuntimeSource.Source<Base>,
  settings: Settings,
  args: unknown,
  request: Request
): Promise<CallToolResult> => {
  const without = prepare(Context.empty(), settings)
  const bound = timeoutOf(settings, request)
  const since = without.clock.currentTimeMillisUnsafe()
  const loading = Effect.tryPromise({ try: () => source.load(), catch: (failure) => failed(settings, failure) })
  const isBounded = Number.isFinite(Duration.toMillis(bound))
  const orElse = () => Effect.fail(late(settings, bound))
  const inTime = isBounded ? Effect.timeoutOrElse(loading, { duration: bound, orElse }) : loading
  const loaded = await Effect.runPromise(Effect.result(inTime))
  const waited = without.clock.currentTimeMillisUnsafe() - since
  return Result.isFailure(loaded)
    ? start(loaded.failure, without, args, request, waited)
    : start(settings, loaded.success, args, request, waited)
}

/** A runtime that takes too long lets no call begin. */
const late = (settings: Settings, bound: Duration.Duration): Settings => ({
  ...settings,
  codec: { ...settings.codec, decode: () => Result.fail(timeoutError(settings.tool, bound)) }
})

/** A runtime that cannot start makes every call a defect. */
const failed = (settings: Settings, failure: unknown): Settings => ({ ...settings, handler: () => Effect.die(failure) })

const prepare = (context: Context.Context<never>, settings: Settings): Base => {
  const logging = Report.withLoggers(context, settings.format)
  return baseOf(settings.isDebugging ? Context.add(logging, ToolError.CaptureStacks, true) : logging)
}
