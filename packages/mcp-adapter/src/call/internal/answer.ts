import * as Errors from "@errata/core/Errors"
import { isRepeatable } from "@errata/core/internal/advice"
import { isAnsweredAsSuccess } from "@errata/core/internal/answers"
import { nowUnsafe } from "@errata/core/internal/clock"
import { firstTold } from "@errata/core/LoopGuard"
import type * as RetryPolicy from "@errata/core/RetryPolicy"
import * as ToolError from "@errata/core/ToolError"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import type * as Exit from "effect/Exit"
import type { CallToolResult } from "../../fold/CallToolResult.ts"
import * as Encoder from "../../fold/Encoder.ts"
import * as Fold from "../../fold/Fold.ts"
import { passingThrough } from "../../fold/internal/passThrough.ts"
import * as Meta from "../../fold/Meta.ts"
import { circumstancesOf } from "./circumstances.ts"
import { FailureName } from "./fingerprint.ts"
import { markFolded } from "./foldsItself.ts"
import { isKept, type Kept, keptIn, toldBy } from "./keyed/kept.ts"
import * as LogLine from "./logLine.ts"
import { noteDefect, noteError, noteFailure, noteSuccess, toldAgain } from "./loop.ts"
import type { Call, CallOf, Written } from "./model.ts"
import { tellEnd } from "./observed.ts"

/** Describes what a host does with a call: sends a reply, or throws at its SDK what asks the client for something. */
export type Answer = { readonly reply: CallToolResult } | { readonly raise: unknown }

/** Answers a call that the client cancelled, and does not read the answer. */
export const cancelled: Answer = { reply: { isError: true, content: [] } }

/** Makes of an answer what either SDK takes: a result, or a throw. */
export const settle = (answer: Answer): CallToolResult => {
  if ("raise" in answer) throw answer.raise
  return answer.reply
}

/** Settles an answer that may have to be waited for. */
export const settleLater = (answer: Answer | Promise<Answer>): CallToolResult | Promise<CallToolResult> =>
  answer instanceof Promise ? answer.then(settle) : settle(answer)

/** Folds what came out, and writes the log line. Nothing may be thrown from here. */
export const finish = <Input>(
  call: CallOf<Input>,
  exit: Exit.Exit<unknown, ToolError.Any>,
  note?: string,
  finalizers?: Cause.Cause<unknown>
): Answer => {
  const isWatched = !call.isAnswered && (call.observed !== undefined || call.span !== undefined)
  call.isAnswered = true
  if (exit._tag === "Failure" && wasInterruptedBeside(exit.cause)) call.state.markOpen("interrupted")
  const ended = exit._tag === "Success" ? succeeded(call, exit.value) : toEnd(call, exit)
  const hasFailed = ended.result === undefined || ended.result.isError === true
  if (hasFailed && call.job.effects === "marked") call.state.seal()
  if (!hasFailed && call.identical === undefined) noteSuccess(call)
  const cause = combined(call.finalizers, finalizers)
  const failed = hasFailed ? nameOfFailure(call, ended, exit) : undefined
  if (isWatched) tellEnd(call, { ...ended, isError: hasFailed, cause: causeOf(exit, ended), failed })
  if (isLogged(call, ended, note) || ended.defect !== undefined || cause !== undefined || call.leftOut !== undefined) {
    logEnd(call, { ended, exit, failed, finalizers: cause, hasFailed, note })
  }
  if ("raise" in ended) return { raise: ended.raise }
  if (ended.result === undefined) return cancelled
  const reply = ended.isMiss === true ? withoutError(ended.result) : inOtherForms(call, ended.result, hasFailed)
  if (hasFailed) markFolded(reply, call.safety())
  return { reply }
}

/** Takes the mark of an error off what is told of an expected miss. */
const withoutError = (result: CallToolResult): CallToolResult => {
  const { isError: _, ...rest } = result
  return rest
}

/** Adds the other forms of the problem that the options ask for. */
const inOtherForms = (
  { base, settings: { encoders, format } }: Call,
  result: CallToolResult,
  hasFailed: boolean
): CallToolResult =>
  !hasFailed || encoders.length === 0 ? result : Encoder.add(result, encoders, {
    prefix: format.metaPrefix,
    detail: format.meta,
    now: base.clock.currentTimeMillisUnsafe()
  })

/** Names what failed; `undefined` where nothing did. */
const nameOfFailure = (call: Call, ended: End, exit: Exit.Exit<unknown, unknown>): FailureName | undefined => {
  const { outcome, told } = ended
  if (ended.failed !== undefined || outcome === "cancelled" || outcome === "url_elicitation_required") {
    return ended.failed
  }
  return new FailureName(call.job.name, { told, cause: causeOf(exit, ended), outcome })
}

interface Logged {
  readonly ended: End
  readonly exit: Exit.Exit<unknown, ToolError.Any>
  readonly failed: FailureName | undefined
  readonly finalizers: Cause.Cause<unknown> | undefined
  readonly hasFailed: boolean
  readonly note: string | undefined
}

const logEnd = <Input>(call: CallOf<Input>, { ended, exit, failed, finalizers, hasFailed, note }: Logged): void =>
  LogLine.call({
    base: call.base,
    tool: call.job.name,
    referenceId: call.referenceId,
    traceId: call.traceId,
    attempt: call.attempt,
    durationMillis: Math.max(0, Math.round(nowUnsafe(call.base.clock) - call.startedAt)),
    arguments: () => call.job.preview(call.input),
    changes: call.key === undefined ? changesOf(call) : { ...changesOf(call), idempotency: call.key.id },
    outcome: ended.outcome,
    category: ended.category,
    failed,
    retries: call.retries,
    sampleRate: isSampled(call, ended, note) ? call.settings.logsSuccesses : undefined,
    note: !hasFailed && isUnmarked(call) && note === undefined ? noEffect : note,
    effects: effectsOf(call),
    cause: causeOf(exit, ended),
    told: ended.told,
    defect: ended.defect,
    finalizers,
    invalidFields: ended.invalidFields,
    leftOut: call.leftOut
  })

/** Successes that needed nothing out of the ordinary are sampled; what failed, or was tried again, is always logged. */
const isSampled = (call: Call, ended: End, note: string | undefined): boolean =>
  call.settings.logsSuccesses < 1 && ended.outcome === "success" && call.retries === undefined && note === undefined

/** The reference decides: every process, and whoever looks a call up, comes to the same end. */
const isLogged = (call: Call, ended: End, note: string | undefined): boolean =>
  call.settings.logsCalls &&
  (!isSampled(call, ended, note) || Number.parseInt(call.referenceId, 16) < call.settings.logsSuccesses * 0x1_0000_0000)

const causeOf = (exit: Exit.Exit<unknown, unknown>, ended: End): Cause.Cause<unknown> | undefined =>
  exit._tag === "Failure" ? exit.cause : ended.cause

export const combined = (
  a: Cause.Cause<unknown> | undefined,
  b: Cause.Cause<unknown> | undefined
): Cause.Cause<unknown> | undefined => a === undefined ? b : b === undefined ? a : Cause.combine(a, b)

/** Holds a reply, and what the log says of it. */
interface Replied extends Written {
  /** Is true for an expected miss, which is answered as a success. */
  readonly isMiss?: true | undefined
  /** Holds what the reply and the line say already. */
  readonly told?: ToolError.Any | undefined
  readonly defect?: Cause.Cause<unknown> | undefined
  /** Names the defect. */
  readonly failed?: FailureName | undefined
  /** Says what a policy did before it gave up. */
  readonly retried?: RetryPolicy.Outcome | undefined
  readonly invalidFields?: ReadonlyArray<string> | undefined
}

/** Describes a call that ends without a reply of ours, and says nothing that a reply would. */
type Unreplied = { readonly [K in keyof Replied]?: undefined }

/** Describes how a call ended: with a reply, cancelled, or with what the host throws to ask the client for something. */
type End =
  | Replied
  | (Omit<Unreplied, "outcome"> & { readonly outcome: "cancelled" })
  | (Omit<Unreplied, "outcome"> & { readonly outcome: "url_elicitation_required"; readonly raise: unknown })

const toEnd = (call: Call, exit: Exit.Exit<unknown, ToolError.Any>): End => {
  const outcome = Fold.outcome(exit, call.interruption)
  switch (outcome._tag) {
    case "Success":
      return succeeded(call, outcome.value)
    case "Failure":
      return errored(call, outcome.error, outcome.retried)
    case "Cancelled":
      return { outcome: "cancelled" }
    case "TimedOut":
      return { ...errored(call, timeoutError(call.job.name, call.timeout), outcome.retried), told: undefined }
    case "Defect": {
      const raised = call.raises && exit._tag === "Failure" ? passingThrough(exit.cause) : undefined
      if (raised !== undefined) return { outcome: "url_elicitation_required", raise: raised.failure }
      return defected(call, exit._tag === "Failure" ? withReason(exit.cause) : Cause.empty, outcome.retried)
    }
  }
}

/** Gives a reason to a cause of nothing but interrupts, which would leave the log without a word. */
const withReason = (cause: Cause.Cause<unknown>): Cause.Cause<unknown> =>
  Cause.hasInterruptsOnly(cause) ? Cause.die("The handler interrupted itself") : cause

const succeeded = (call: Call, value: unknown): Replied => {
  try {
    const written = isKept(value) ? keptBy(call, value) : call.job.write(value, call)
    const changes = changesOf(call)
    if (call.attempt === 1 && changes === undefined && written.isWorthLookingUp !== true) return written
    const told = Meta.ofCall(
      { reference_id: call.referenceId, attempts: call.attempt, ...changes },
      call.settings.format.metaPrefix
    )
    // the result may be the handler's own
    return { ...written, result: { ...written.result, _meta: { ...written.result._meta, ...told } } }
  } catch (failure) {
    return defected(call, Cause.die(failure))
  }
}

/** Returns what was made of the arguments, and of the key. */
const changesOf = ({ decoded, identical = 0, isAnsweredByGuard, key, state }: Call): Changes | undefined => {
  const repaired = decoded?.repaired?.length ? decoded.repaired : undefined
  const dropped = decoded?.dropped?.length ? decoded.dropped : undefined
  const replayOf = key?.replayOf ?? state.replayOf
  const isVerified = key?.isVerified === true
  if (
    repaired === undefined && dropped === undefined && replayOf === undefined && !isVerified && identical < firstTold
  ) return undefined
  return {
    ...repaired === undefined ? {} : { repaired },
    ...dropped === undefined ? {} : { dropped },
    ...replayOf === undefined ? {} : { replayed: true, original_reference_id: replayOf },
    ...isVerified ? { verified: true } : {},
    ...identical < firstTold ? {} : { identical_failures: identical },
    ...isAnsweredByGuard ? { answered_without_running: true } : {}
  }
}

type Changes = Omit<Meta.CallNote, "reference_id" | "attempts" | "effects">

/** Writes an error as the end of a call. */
export const errored = (call: Call, error: ToolError.Any, retried?: RetryPolicy.Outcome): Replied => {
  const { settings } = call
  const kept = keptIn(error)
  if (kept !== undefined) {
    const written = keptBy(call, kept)
    return { ...written, result: withTold(call, written.result), told: error }
  }
  noteError(call, error)
  const isMiss = mayMiss(call, error)
  const format = isMiss && call.job.misses === "structured"
    ? { ...settings.format, structuredErrors: true }
    : settings.format
  const failure = Fold.failure(error, circumstancesOf(call, retried), format)
  if (failure.isMasked) return defected(call, Cause.die(error))
  const invalid = settings.logsCalls ? ToolError.invalidFields(error) : []
  return {
    result: withTold(call, failure.result),
    outcome: failure.problem.type,
    category: failure.problem.category,
    told: error,
    retried,
    ...isMiss ? { isMiss: true as const } : {},
    ...invalid.length === 0 ? {} : { invalidFields: invalid }
  }
}

/** Tests for an expected miss that is answered as a success: never where something may have happened. */
const mayMiss = ({ job, safety, state }: Call, error: ToolError.Any): boolean =>
  job.misses !== undefined && isAnsweredAsSuccess(error) && (isRepeatable(safety()) || !state.isOpen)

/** Returns what is told of a result that was written before. */
const keptBy = (call: Call, kept: Kept): Written => {
  const written = toldBy(call, kept)
  if (written.result.isError !== true) return written
  noteFailure(call, () => ({ failure: `kept ${written.outcome}` }))
  return { ...written, result: toldAgain(written.result, call.identical) }
}

const defected = (call: Call, cause: Cause.Cause<unknown>, retried?: RetryPolicy.Outcome): Replied => {
  const failed = new FailureName(call.job.name, { told: undefined, cause, outcome: "internal_error" })
  noteDefect(call, failed)
  const { format, isDebugging } = call.settings
  const detail = isDebugging ? LogLine.causeText(cause, format) : undefined
  return {
    result: withTold(
      call,
      Fold.masked(call.referenceId, detail, format, circumstancesOf(call, retried)).result
    ),
    outcome: "internal_error",
    category: "permanent",
    retried,
    defect: cause,
    failed
  }
}

/** Tests for an interrupt beside a failure: the sibling that was interrupted may have had its effect. */
const wasInterruptedBeside = ({ reasons }: Cause.Cause<unknown>): boolean =>
  reasons.length > 1 && reasons.some(Cause.isInterruptReason)

const noEffect = "it marks its effects, and succeeded without one"

/** Tests for success without a marked effect. What was answered for an earlier call marked its effects in that call. */
const isUnmarked = ({ isAnsweredByGuard, job, key, state }: Call): boolean =>
  job.effects === "marked" && state.begun === 0 && key?.replayOf === undefined && key?.isVerified !== true &&
  isAnsweredByGuard !== true

/** Returns what was under way, as it may be told. */
const effectsOf = ({ settings: { format }, state }: Call): Meta.CallNote["effects"] =>
  state.begun === 0
    ? undefined
    : state.effects.map(({ name, outcome }) => ({ name: format.redactor.json(name, format.limits) as string, outcome }))

/** Adds what was under way, and what was changed in the arguments: that may be what is wrong. */
const withTold = (call: Call, result: CallToolResult): CallToolResult => {
  const changes = changesOf(call)
  const effects = effectsOf(call)
  const leftOut = call.settings.isDebugging ? call.leftOut : undefined
  if (changes === undefined && effects === undefined && leftOut === undefined) return result
  const told = {
    reference_id: call.referenceId,
    attempts: call.attempt,
    ...changes,
    ...effects === undefined ? {} : { effects },
    ...leftOut === undefined ? {} : { left_out: leftOut }
  }
  return { ...result, _meta: { ...result._meta, ...Meta.ofCall(told, call.settings.format.metaPrefix) } }
}

export const timeoutError = (operation: string, timeout: Duration.Duration): ToolError.Any =>
  new Errors.Timeout({ operation, timeout_seconds: Duration.toSeconds(timeout) })
