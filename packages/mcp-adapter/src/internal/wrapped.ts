import * as Tool from "@errata/core/Tool"
import type * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type CallToolResult, type ContentBlock, text } from "../CallToolResult.ts"
import type * as Fold from "../Fold.ts"
import type * as Handler from "../Handler.ts"
import type { Runtime } from "../Runtime.ts"
import type { Options } from "../wrap.ts"
import { bind } from "./bind.ts"
import type { Codec } from "./codec.ts"
import { isResult, returnedFailure } from "./lifted.ts"
import { orThrow, passesThrough } from "./passThrough.ts"
import { requestFrom } from "./requestFrom.ts"
import { isRecord } from "./resultLike.ts"
import { HandlerFailed, Thrown, toToolError } from "./thrown.ts"

/** Existing code as an effect on what the SDK called it with. */
export type Existing = (args: ReadonlyArray<unknown>) => Effect.Effect<unknown, Thrown | ToolError.Any>

/** What the SDK called with. */
type Passage = ReadonlyArray<unknown>

export const wrap = (
  options: Options,
  existing: Existing,
  runtime?: Runtime<never>
): (...args: ReadonlyArray<unknown>) => Promise<CallToolResult> => {
  const handler = bind(
    toolOf(options),
    program(options, existing) as never,
    { runtime, options: withOwnTime(options) },
    codec
  )
  return async (...args) => orThrow(await handler(args, requestFrom(args.at(-1))))
}

const toolOf = ({ name = "tool", safety = "once" }: Options): Tool.Any =>
  Tool.define(name, { description: "", input: Schema.Record(Schema.String, Schema.Unknown), safety: safety as "once" })

/** Existing code has its own idea of time; a bound that nobody asked for would change what it does. */
const withOwnTime = (options: Options): Handler.Options => ({
  ...options,
  timeout: options.timeout ?? Number.POSITIVE_INFINITY,
  progressTimeout: options.progressTimeout ?? options.timeout ?? Number.POSITIVE_INFINITY
})

const program = (options: Options, existing: Existing) => (args: Passage): Effect.Effect<unknown, ToolError.Any> =>
  existing(args).pipe(
    Effect.catch((error) => {
      const failure = error instanceof Thrown ? error.failure : error
      if (passesThrough(failure)) return Effect.die(failure)
      const classified = toToolError(failure, options)
      return classified === undefined ? Effect.die(failure) : Effect.fail(classified)
    }),
    Effect.flatMap((value) => {
      const returned = returnedFailure(value)
      return returned === undefined ? Effect.succeed(value) : Effect.fail(new HandlerFailed(returned))
    })
  )

const codec = (format: Fold.Format): Codec => ({
  decode: (args) => Result.succeed(args),
  encode: (output) => Result.succeed(output),
  preview: (args) => {
    const shown = JSON.stringify(format.redactor.json(argumentsIn(args as Passage), format.limits)) ?? ""
    return shown.length <= format.limits.logArguments ? shown : `${shown.slice(0, format.limits.logArguments - 1)}…`
  },
  isVoid: false,
  isObject: false,
  toResult
})

/** What comes alone may be the context, which nobody wants in a log. */
const argumentsIn = (args: Passage): unknown => {
  const [first] = args
  return args.length === 1 && isRecord(first) && ("signal" in first || "mcpReq" in first) ? {} : first ?? {}
}

const toResult = (output: unknown, attached: ReadonlyArray<ContentBlock>): CallToolResult => {
  if (isResult(output)) return output as unknown as CallToolResult
  if (output === undefined || output === null) return { content: attached.length > 0 ? [...attached] : [text("Done.")] }
  if (typeof output === "string") return { content: [text(output), ...attached] }
  const structured = isRecord(output) ? output : { result: output }
  return { content: [text(JSON.stringify(structured)), ...attached], structuredContent: { ...structured } }
}
