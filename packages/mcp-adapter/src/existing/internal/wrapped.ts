import type * as Errors from "@errata/core/Errors"
import * as Tool from "@errata/core/Tool"
import type * as ToolError from "@errata/core/ToolError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Handler from "../../call/Handler.ts"
import { bind } from "../../call/internal/bind.ts"
import type { Codec } from "../../call/internal/codec.ts"
import { withDebugging } from "../../call/internal/debugging.ts"
import { markFolding } from "../../call/internal/foldsItself.ts"
import { requestFrom } from "../../call/internal/requestFrom.ts"
import type { Runtime } from "../../call/Runtime.ts"
import { type CallToolResult, type ContentBlock, text } from "../../fold/CallToolResult.ts"
import type * as Fold from "../../fold/Fold.ts"
import { malformed } from "../../fold/internal/contentBlock.ts"
import {
  isResult,
  otherBlocks,
  returnedFailure,
  saysItFailed,
  saysItSucceeded,
  withoutStack
} from "../../fold/internal/lifted.ts"
import { orThrow, passesThrough } from "../../fold/internal/passThrough.ts"
import { isRecord } from "../../fold/internal/resultLike.ts"
import type { Options } from "../wrap.ts"
import { HandlerFailed, Thrown, toToolError } from "./thrown.ts"

/** Existing code as an effect on what the SDK called it with. */
export type Existing = (args: ReadonlyArray<unknown>) => Effect.Effect<unknown, Thrown | ToolError.Any>

/** One call of existing code. */
export interface Work {
  /** What the client sent, for the log. */
  readonly args: unknown
  readonly run: () => Effect.Effect<unknown, Thrown | ToolError.Any>
  /** What is wrong with the arguments, if they were refused already. */
  readonly refusal?: Errors.InvalidArguments | undefined
  /** Whether a Result says if it succeeded: then nobody looks for `success: false` in what it holds. */
  readonly isResult?: boolean | undefined
}

export const wrap = (
  options: Options,
  existing: Existing,
  { isResult, runtime }: { readonly runtime?: Runtime<never> | undefined; readonly isResult?: boolean } = {}
): (...args: ReadonlyArray<unknown>) => Promise<CallToolResult> => {
  const answer = bindWork(options, runtime)
  return markFolding((...args) => answer({ args: argumentsIn(args), run: () => existing(args), isResult }, args.at(-1)))
}

/** Makes a function that does one call of existing code, in the context that either SDK gives. */
export const bindWork = (
  options: Options,
  runtime?: Runtime<never>
): (work: Work, context: unknown) => Promise<CallToolResult> => {
  const handler = bind(
    toolOf(options),
    program(options) as never,
    { runtime, options: withDebugging(ofExisting(options)) },
    codec
  )
  return async (work, context) => {
    const result = orThrow(await handler(work, requestFrom(context)))
    const kept = keptOf.get(work)
    return kept === undefined ? result : { ...result, content: [...result.content, ...kept] }
  }
}

export const toolOf = ({ name = "tool", safety = "once" }: Options): Tool.Any =>
  Tool.make(name, { description: "", input: Schema.Record(Schema.String, Schema.Unknown), safety: safety as "once" })

/**
 * Existing code has its own idea of time, and of progress; what nobody asked for would change what it does. Its output schema
 * is its own too: a client would throw away an error that does not fit it.
 */
export const ofExisting = (options: Options): Handler.Options => ({
  ...options,
  structuredErrors: false,
  heartbeat: options.heartbeat ?? Number.POSITIVE_INFINITY,
  timeout: options.timeout ?? Number.POSITIVE_INFINITY,
  progressTimeout: options.progressTimeout ?? options.timeout ?? Number.POSITIVE_INFINITY
})

/** What a failure that was returned holds besides text: images and the like, which go out as they are. */
const keptOf = new WeakMap<Work, ReadonlyArray<ContentBlock>>()

const program = (options: Options) => (work: Work): Effect.Effect<unknown, ToolError.Any> =>
  work.run().pipe(
    Effect.catch((error) => failed(error instanceof Thrown ? error.failure : error, options)),
    Effect.flatMap((value) => {
      const returned = saysItSucceeded(value) || (work.isResult === true && !saysItFailed(value))
        ? undefined
        : returnedFailure(value)
      if (returned === undefined) return Effect.succeed(value)
      const kept = otherBlocks(value)
      if (kept.length > 0) keptOf.set(work, kept)
      return returned.error === undefined ? Effect.fail(told(returned.reason)) : failed(returned.error, options)
    })
  )

const failed = (failure: unknown, options: Options): Effect.Effect<never, ToolError.Any> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const classified = passesThrough(failure) ? undefined : toToolError(failure, options, now)
    return classified === undefined ? Effect.die(failure) : Effect.fail(classified)
  })

/** What a handler said of its failure. */
const told = (said: string): ToolError.Any => {
  const reason = withoutStack(said)
  return new HandlerFailed(reason === said ? { reason } : { reason, cause: said })
}

const codec = ({ limits, redactor }: Fold.Format): Codec => ({
  decode: (work) => {
    const { refusal } = work as Work
    return refusal === undefined ? Result.succeed(work) : Result.fail(refusal)
  },
  encode: (output) => Result.succeed(output),
  preview: (work) => {
    const shown = JSON.stringify(redactor.json((work as Work).args, limits)) ?? ""
    return shown.length <= limits.logArguments ? shown : `${shown.slice(0, limits.logArguments - 1)}…`
  },
  isVoid: false,
  isObject: false,
  toResult
})

/** What comes alone may be the context, which nobody wants in a log. */
const argumentsIn = (args: ReadonlyArray<unknown>): unknown => {
  const [first] = args
  return args.length === 1 && isRecord(first) && ("signal" in first || "mcpReq" in first) ? {} : first ?? {}
}

const toResult = (output: unknown, attached: ReadonlyArray<ContentBlock>): CallToolResult => {
  if (isResult(output)) return withBlocks(sendable(output as unknown as CallToolResult), attached)
  if (output === undefined || output === null) return { content: attached.length > 0 ? [...attached] : [text("Done.")] }
  if (typeof output === "string") return { content: [text(output), ...attached] }
  const written = isRecord(output) && typeof output["toJSON"] === "function" ? output["toJSON"]() as unknown : output
  const structured = isRecord(written) ? { ...written } : { result: written }
  return { content: [text(JSON.stringify(structured)), ...attached], structuredContent: structured }
}

const withBlocks = (result: CallToolResult, attached: ReadonlyArray<ContentBlock>): CallToolResult =>
  attached.length > 0 && Array.isArray(result.content)
    ? { ...result, content: [...result.content, ...attached] }
    : result

/** Throws what an SDK would throw at the client. */
const sendable = (result: CallToolResult): CallToolResult => {
  for (const block of result.content ?? []) {
    const wrong = malformed(block)
    if (wrong !== undefined) throw new TypeError(wrong)
  }
  return result
}
