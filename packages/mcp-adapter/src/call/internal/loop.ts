import { nowUnsafe } from "@errata/core/internal/clock"
import * as wording from "@errata/core/internal/wording"
import * as LoopGuard from "@errata/core/LoopGuard"
import * as ToolError from "@errata/core/ToolError"
import * as Duration from "effect/Duration"
import type { CallToolResult } from "../../fold/CallToolResult.ts"
import { callerOf } from "./caller.ts"
import type { FailureName } from "./fingerprint.ts"
import type { Call } from "./model.ts"

/** Describes a failure to the guard. */
interface Failing {
  /** Names it: class and type, or the place of a defect. */
  readonly failure: string
  /** Holds the error, if it is one of ours: the same call may be answered with it. */
  readonly error?: ToolError.Any | undefined
  /** Says how many seconds the caller is told to wait, where no error says it. */
  readonly retryAfterSeconds?: number | undefined
}

/**
 * Counts how a call failed, once, when it is answered. What says that the work is under way is no failure of the call: whoever waits
 * for an end asks again.
 */
export const noteFailure = (call: Call, failing: () => Failing): void => {
  const { loops } = call.settings
  if (loops === undefined || !call.isAnswered || call.identical !== undefined) return
  quietly(() => count(call, loops, failing()))
}

/** A guard of the server's own, or a hostile context, may throw: that costs a count, and no reply. */
const quietly = <A>(f: () => A): A | undefined => {
  try {
    return f()
  } catch {
    return undefined
  }
}

const count = (
  call: Call,
  loops: LoopGuard.LoopGuard,
  { error, failure, retryAfterSeconds }: Failing
): void => {
  const { base, job, request, settings: { format: { limits } } } = call
  const caller = callerOf(request)
  const args = caller === undefined ? undefined : argumentsOf(call)
  if (caller === undefined || args === undefined) return
  if (error !== undefined && ToolError.type(error).name === "in_progress") return
  const hint = error === undefined ? undefined : ToolError.retryAfter(error)
  const seconds = hint === undefined ? retryAfterSeconds : Duration.toSeconds(hint)
  call.identical = loops.failed({ caller, tool: job.name, arguments: args }, {
    failure,
    startedAt: call.startedAt,
    now: nowUnsafe(base.clock),
    retryAfter: seconds === undefined ? undefined : 1000 * Math.min(seconds, limits.retryAfterSeconds),
    answer: error !== undefined && mayAnswer(call, error) ? error : undefined,
    isAnswered: call.isAnsweredByGuard
  })
}

/** Counts an error by its class and type. */
export const noteError = (call: Call, error: ToolError.Any): void =>
  noteFailure(call, () => ({ failure: `${error._tag} ${ToolError.type(error).name}`, error }))

/** Counts a defect by its class and place. */
export const noteDefect = (call: Call, name: FailureName): void =>
  noteFailure(call, () => ({ failure: `defect ${name.fingerprint}` }))

/** Ends what a success ends. */
export const noteSuccess = (call: Call): void => {
  const { loops } = call.settings
  if (loops !== undefined && !knowsNone(loops)) quietly(() => countSuccess(call, loops))
}

/** Most servers remember no failure at most times: then nothing is asked, and nothing made to ask it with. */
const knowsNone = (loops: LoopGuard.LoopGuard): boolean => {
  try {
    return loops.isEmpty()
  } catch {
    return true // whatever else it is asked, it would throw
  }
}

const countSuccess = (call: Call, loops: LoopGuard.LoopGuard): void => {
  const { base, job, request } = call
  const caller = callerOf(request)
  if (caller === undefined) return
  const changes = call.safety() !== "read"
  loops.succeeded({ caller, tool: job.name, arguments: () => argumentsOf(call), changes, now: nowUnsafe(base.clock) })
}

/** Returns the error by which a call is answered without running; `undefined` if it is to run. */
export const answerOf = (call: Call): ToolError.Any | undefined => {
  const { job, request, settings: { loops }, startedAt } = call
  if (loops === undefined) return undefined
  const known = quietly(() => {
    const caller = loops.isEmpty() ? undefined : callerOf(request)
    if (caller === undefined) return undefined
    return loops.begin({ caller, tool: job.name, arguments: () => argumentsOf(call), now: startedAt })
  })
  if (known === undefined || !ToolError.is(known.answer)) return undefined
  call.isAnsweredByGuard = true
  call.attempt = 0
  return known.answer
}

/** A transient failure may end by itself, and an effect that failed once may be wanted all the same. */
const mayAnswer = (call: Call, error: ToolError.Any): boolean =>
  !ToolError.isTransient(error) && (call.decoded === undefined || call.safety() === "read")

/** Returns the fingerprint of the arguments as they came: without the key, and without what hosts add. */
const argumentsOf = ({ decoded, input, job }: Call): string | undefined => {
  const { argumentsIn, keyField } = job
  const given = argumentsIn === undefined ? input : argumentsIn(input as never)
  const dropped = decoded?.dropped
  const isPlain = keyField === undefined && (dropped === undefined || dropped.length === 0)
  return LoopGuard.fingerprint(
    given,
    isPlain ? withoutOfHosts : {
      without: [...ofHosts, ...dropped ?? [], ...keyField === undefined ? [] : [keyField]]
    }
  )
}

/** Lists what hosts add to every call: nobody means another call by it. */
const ofHosts = ["_meta", "toolCallId", "wait_for_previous"]
const withoutOfHosts = { without: ofHosts }

/** Adds to a result that was written before that its failure is one of many. */
export const toldAgain = (result: CallToolResult, count: number | undefined): CallToolResult => {
  if (count === undefined || count < LoopGuard.firstTold) return result
  const { structuredContent: structured } = result
  const advice = structured?.["advice"]
  return {
    ...result,
    content: result.content.map((block, i) =>
      i === 0 && block.type === "text"
        ? { ...block, text: block.text.replace(errorLine, (line) => wording.afterIdentical(line, count)) }
        : block
    ),
    ...typeof advice === "string"
      ? { structuredContent: { ...structured, advice: wording.afterIdentical(advice, count) } }
      : {}
  }
}

const errorLine = /^Error: [a-z0-9_]+ \((?:transient|permanent|validation)\)\..*$/m
