import * as Advice from "@errata/core/Advice"
import * as Deadline from "@errata/core/Deadline"
import * as Errors from "@errata/core/Errors"
import { isRepeatable } from "@errata/core/internal/advice"
import { reasons } from "@errata/core/internal/wording"
import * as Issue from "@errata/core/Issue"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import type * as Tool from "@errata/core/Tool"
import type { Progress } from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"
import { isRecord } from "../../fold/internal/resultLike.ts"
import * as Meta from "../../fold/Meta.ts"
import { decodeResult } from "./decode.ts"
import { callEffect, isEffectClient } from "./effect.ts"
import { fromFailure } from "./failure.ts"
import { withKey } from "./key.ts"
import type { AnyClient, CallError, CallOptions, Options, ResultLike } from "./model.ts"
import { callOfficial, type OutgoingCall, type Raised } from "./official.ts"
import { problemOf } from "./problem.ts"

/** Describes a tool as a function. */
export type Method<T extends Tool.Any> = (
  input: T["input"]["Type"],
  options?: CallOptions
) => Effect.Effect<T["output"]["Type"], CallError<T>>

const defaults = { timeout: "60 seconds", maxTimeout: "10 minutes" } as const

export const methodOf = <T extends Tool.Any>(client: AnyClient, tool: T, options: Options): Method<T> => {
  const policy = options.retry ?? RetryPolicy.none
  const encode = encoder(tool, policy.maxAttempts > 1)
  const attempt = attemptOf(client, tool, options)
  const timeout = Duration.fromInputUnsafe(options.timeout ?? defaults.timeout)
  const maxTimeout = Duration.fromInputUnsafe(options.maxTimeout ?? defaults.maxTimeout)
  return (input, own) =>
    Effect.flatMap(Random.Random, (random) => {
      const keyed = withKey(tool, input, own, { ...options, random })
      const encoded = encode(keyed.input)
      if (Result.isFailure(encoded)) return Effect.fail(encoded.failure)
      const tries: Tries = { made: 0, failure: undefined }
      const once = Effect.suspend(() => {
        tries.made++
        return attempt(
          { args: encoded.success, meta: keyed.meta, onNote: own?.onNote ?? options.onNote },
          own?.timeout === undefined ? timeout : Duration.fromInputUnsafe(own.timeout),
          own?.onProgress ?? options.onProgress
        )
      }).pipe(Effect.tapError((failure) =>
        Effect.sync(() => {
          tries.failure = failure
        })
      ))
      return marked(once, tool, tries).pipe(
        RetryPolicy.retry(policy),
        Deadline.within(own?.maxTimeout ?? maxTimeout, { operation: tool.name }),
        (call) => marked(call, tool, tries, policy)
      )
    })
}

/** Describes the attempts of a call: how many there were, and what the last of them failed with. */
interface Tries {
  made: number
  failure: unknown
}

type Args = OutgoingCall["args"]

const encoder = (
  tool: Tool.Any,
  isRepeated: boolean
): (input: unknown) => Result.Result<Args, Errors.InvalidArguments> => {
  const encode = SchemaParser.encodeUnknownResult(
    Schema.toCodecJson(tool.input as Schema.Codec<unknown, unknown>)
  )
  return (input) =>
    Result.match(encode(input, { errors: "all" }), {
      onSuccess: (args) => Result.succeed(isRepeated ? copied(args as Args) : args as Args),
      onFailure: (issue) =>
        Result.fail(
          new Errors.InvalidArguments({ issues: Issue.fromSchemaIssue(issue, { input: tool.input, value: input }) })
        )
    })
}

/** Copies the arguments: where a schema takes anything, the input itself is in them, and may change between attempts. */
const copied = (args: Args): Args => {
  try {
    return JSON.parse(JSON.stringify(args)) as Args
  } catch {
    return args // it cannot be sent either, and whoever sends it says why
  }
}

/** Holds what all attempts of a call send, and who hears of their way. */
interface Outgoing {
  readonly args: Args
  readonly meta: OutgoingCall["meta"]
  readonly onNote: CallOptions["onNote"]
}

const tellNote = (
  result: unknown,
  onNote: NonNullable<CallOptions["onNote"]>,
  prefixes?: ReadonlyArray<string>
): void => {
  const meta = isRecord(result) && isRecord(result["_meta"]) ? result["_meta"] : undefined
  const note = Meta.call(meta, prefixes)
  if (note !== undefined) onNote(note)
}

/** Makes one attempt: a call over the wire, as long as something is heard of it. */
const attemptOf = <T extends Tool.Any>(client: AnyClient, tool: T, options: Options) => {
  const origin = { tool, service: options.service ?? "The server", prefixes: options.metaPrefixes }
  const call = (call: OutgoingCall): Effect.Effect<unknown, Raised> =>
    isEffectClient(client) ? callEffect(client, call) : callOfficial(client, call)
  return (
    { args, meta, onNote }: Outgoing,
    timeout: Duration.Duration,
    onProgress: Options["onProgress"]
  ): Effect.Effect<T["output"]["Type"], CallError<T>> =>
    Effect.flatMap(Clock.Clock, (clock) => {
      const now = () => clock.monotonicTimeNanosUnsafe() // which is never set back
      let heard = now()
      const listen = (progress: Progress): void => {
        heard = now()
        onProgress?.(progress)
      }
      const answer = Effect.matchEffect(call({ tool: tool.name, args, meta, onProgress: listen }), {
        onSuccess: (result) => {
          if (onNote !== undefined) tellNote(result, onNote, options.metaPrefixes)
          return Effect.fromResult(decodeResult(result as ResultLike, tool, {
            metaPrefixes: options.metaPrefixes,
            now: clock.currentTimeMillisUnsafe()
          }))
        },
        onFailure: ({ failure }) =>
          Effect.fail(fromFailure(failure, { ...origin, now: clock.currentTimeMillisUnsafe() }))
      })
      const silence = silentFor(timeout, () => heard, now)
      const timedOut = Effect.suspend(() =>
        Effect.fail(new Errors.Timeout({ operation: tool.name, timeout_seconds: Duration.toSeconds(timeout) }))
      )
      return Effect.raceFirst(answer, Effect.andThen(silence, timedOut))
    })
}

/** Waits until nothing was heard for so long. */
const silentFor = (timeout: Duration.Duration, heard: () => bigint, now: () => bigint): Effect.Effect<void> =>
  Effect.suspend(() => {
    const left = Duration.toMillis(timeout) - Number(now() - heard()) / 1e6
    return left <= 0 ? Effect.void : Effect.andThen(Effect.sleep(left), silentFor(timeout, heard, now))
  })

/**
 * Marks an error that is not to be tried again as what a policy has given up on: by the server's own word, or because the
 * call may have taken effect. So neither the policy of the client nor one around it repeats the call.
 */
const marked = <T extends Tool.Any, A, E>(
  self: Effect.Effect<A, E>,
  tool: T,
  tries: Tries,
  policy?: RetryPolicy.RetryPolicy
): Effect.Effect<A, E> =>
  Effect.catchCause(self, (cause) => {
    const reason = cause.reasons.find(Cause.isFailReason)
    const error = reason?.error
    if (reason === undefined || !ToolError.isTransient(error) || RetryPolicy.outcome(reason)?.stopped !== undefined) {
      return Effect.failCause(cause)
    }
    const outcome = outcomeOf(error, tool, tries, policy)
    return Effect.failCause(
      outcome === undefined
        ? cause
        : Cause.annotate(cause, Context.make(RetryPolicy.Outcome, outcome), { overwrite: true })
    )
  })

const outcomeOf = (
  error: ToolError.Any,
  { effects, safety }: Tool.Any,
  { failure, made: attempts }: Tries,
  policy: RetryPolicy.RetryPolicy | undefined
): RetryPolicy.Outcome | undefined => {
  const said = problemOf(error)?.retry
  // what the server answered in its own way is no harmless type: this is what arose on the way
  const isOpen = attempts > 0 && !ToolError.type(error).harmless
  const { should_retry, reason } = said ?? Advice.of(error, { safety, started: attempts > 0, isOpen }).retry
  // of a call that may not be repeated a server may err, or know nothing of its safety: only before the start, or where the
  // effects are marked, its word counts
  const mayHaveTakenEffect = !isRepeatable(safety) && effects !== "marked" && said !== undefined &&
    said.attempts_made !== 0
  if (mayHaveTakenEffect || reason === reasons.notSafe || said === undefined && !should_retry) {
    Advice.markOpen(error, ToolError.type(error).name)
  }
  if (!should_retry || reason !== undefined || mayHaveTakenEffect) {
    return {
      attempts: said?.attempts_made ?? attempts,
      maxAttempts: said?.max_attempts ?? said?.attempts_made ?? attempts,
      stopped: reason === "budget" || reason === "deadline" ? reason : "exhausted"
    }
  }
  // no attempt failed with this: it is the time of the whole call that is over
  return policy !== undefined && policy.maxAttempts > 1 && error !== failure
    ? { attempts, maxAttempts: policy.maxAttempts, stopped: "deadline" }
    : undefined
}
