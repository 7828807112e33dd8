import type * as Errors from "@errata/core/Errors"
import type * as ToolError from "@errata/core/ToolError"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { errored, settle } from "../../call/internal/answer.ts"
import { bind } from "../../call/internal/bind.ts"
import { withDebugging } from "../../call/internal/debugging.ts"
import { markFolding } from "../../call/internal/foldsItself.ts"
import type { Call, Job, Written } from "../../call/internal/model.ts"
import { requestFrom } from "../../call/internal/request.ts"
import { assertGiven, type Runtime } from "../../call/internal/runtime.ts"
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
import { passesThrough } from "../../fold/internal/passThrough.ts"
import { isRecord } from "../../fold/internal/resultLike.ts"
import type { Options } from "./options.ts"
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

interface Given extends Options {
  readonly runtime?: Runtime<never> | undefined
}

export const wrap = (
  options: Given,
  existing: Existing,
  { isResult }: { readonly isResult?: boolean } = {}
): (...args: ReadonlyArray<unknown>) => Promise<CallToolResult> => {
  const answer = bindWork(assertGiven(options))
  return markFolding((...args) => answer({ args: argumentsIn(args), run: () => existing(args), isResult }, args.at(-1)))
}

/** Makes a function that does one call of existing code, in the context that either SDK gives. */
export const bindWork = (options: Given): (work: Work, context: unknown) => Promise<CallToolResult> => {
  const run = bind((format) => existingJob(options, format), {
    ...withDebugging(ofExisting(options)),
    runtime: options.runtime,
    raises: true
  })
  return async (work, context) => settle(await run(work, requestFrom(context)))
}

/**
 * Existing code has its own idea of time, and of progress; what nobody asked for would change what it does. Its output schema
 * is its own too: a client would throw away an error that does not fit it.
 */
export const ofExisting = <O extends Options>(options: O): O => ({
  ...options,
  structuredErrors: false,
  heartbeat: options.heartbeat ?? Number.POSITIVE_INFINITY,
  timeout: options.timeout ?? Number.POSITIVE_INFINITY,
  progressTimeout: options.progressTimeout ?? options.timeout ?? Number.POSITIVE_INFINITY
})

/** Makes a job of existing code: its input is the work itself. */
const existingJob = (options: Options, { limits, redactor }: Fold.Format): Job => ({
  name: options.name ?? "tool",
  safety: options.safety ?? "undeclared",
  effects: undefined,
  retry: undefined,
  timeout: undefined,
  decode: (work) => {
    const { refusal } = work as Work
    return refusal === undefined ? Result.succeed({ input: work }) : Result.fail(refusal)
  },
  run: (work: Work) => Effect.flatMap(outcomeOf(work, options), (value) => heard(work, value, options)),
  preview: (work) => {
    const shown = JSON.stringify(redactor.json((work as Work).args, limits)) ?? ""
    return shown.length <= limits.logArguments ? shown : `${shown.slice(0, limits.logArguments - 1)}…`
  },
  write: (value, call) =>
    value instanceof Failed
      ? writeFailed(value, call)
      : { result: toResult(value, call.attached ?? []), outcome: "success" }
})

const outcomeOf = (work: Work, options: Options): Effect.Effect<unknown, ToolError.Any> =>
  Effect.catch(work.run(), (error) => failed(error instanceof Thrown ? error.failure : error, options))

/** A failure that a handler returned, with what it holds besides text: images and the like, which go out as they are. */
class Failed {
  readonly error: ToolError.Any
  readonly kept: ReadonlyArray<ContentBlock>
  constructor(error: ToolError.Any, kept: ReadonlyArray<ContentBlock>) {
    this.error = error
    this.kept = kept
  }
}

/** Hears whether a handler that returned said that it failed. */
const heard = (work: Work, value: unknown, options: Options): Effect.Effect<unknown, ToolError.Any> => {
  const returned = saysItSucceeded(value) || (work.isResult === true && !saysItFailed(value))
    ? undefined
    : returnedFailure(value)
  if (returned === undefined) return Effect.succeed(value)
  return returned.error === undefined
    ? Effect.succeed(new Failed(told(returned.reason), otherBlocks(value)))
    : failed(returned.error, options)
}

const writeFailed = ({ error, kept }: Failed, call: Call): Written => {
  const { result, ...rest } = errored(call, error)
  const content = [...result.content, ...kept]
  return { ...rest, result: { ...result, content }, ..."cause" in error ? { cause: Cause.fail(error) } : {} }
}

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
