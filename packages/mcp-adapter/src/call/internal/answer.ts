import * as Errors from "@errata/core/Errors"
import type * as RetryPolicy from "@errata/core/RetryPolicy"
import type * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import type * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import { type CallToolResult, cancelled } from "../../fold/CallToolResult.ts"
import * as Fold from "../../fold/Fold.ts"
import { passingThrough, resultOf } from "../../fold/internal/passThrough.ts"
import * as Meta from "../../fold/Meta.ts"
import { failedBatch, type Report } from "./batch.ts"
import type { Call } from "./callState.ts"
import * as CallReport from "./report.ts"

/** Folds what came out, and writes the log line. Nothing may be thrown from here. */
export const finish = (
  call: Call,
  exit: Exit.Exit<unknown, ToolError.Any>,
  note?: string,
  finalizers?: Cause.Cause<unknown>
): CallToolResult => {
  call.isAnswered = true
  const answer = toAnswer(call, exit)
  const cause = combined(call.finalizers, finalizers)
  if (call.settings.logsCalls || answer.defect !== undefined || cause !== undefined) {
    CallReport.call({
      base: call.base,
      tool: call.settings.tool.name,
      referenceId: call.referenceId,
      traceId: call.traceId,
      attempt: call.attempt,
      durationMillis: call.base.clock.currentTimeMillisUnsafe() - call.startedAt,
      arguments: () => call.settings.codec.preview(call.args),
      outcome: answer.outcome,
      category: answer.category,
      note,
      cause: exit._tag === "Failure" ? exit.cause : undefined,
      defect: answer.defect,
      finalizers: cause,
      invalidFields: answer.invalidFields
    })
  }
  return answer.result
}

export const combined = (
  a: Cause.Cause<unknown> | undefined,
  b: Cause.Cause<unknown> | undefined
): Cause.Cause<unknown> | undefined => a === undefined ? b : b === undefined ? a : Cause.combine(a, b)

interface Answer {
  readonly result: CallToolResult
  readonly outcome: string
  readonly category?: string | undefined
  readonly defect?: Cause.Cause<unknown> | undefined
  readonly invalidFields?: ReadonlyArray<string> | undefined
}

const toAnswer = (call: Call, exit: Exit.Exit<unknown, ToolError.Any>): Answer => {
  const outcome = Fold.outcome(exit, call.interruption)
  switch (outcome._tag) {
    case "Success":
      return succeeded(call, outcome.value)
    case "Failure":
      return errored(call, outcome.error, outcome.retried)
    case "Cancelled":
      return { result: cancelled(), outcome: "cancelled" }
    case "TimedOut":
      return errored(call, timeoutError(call.settings.tool, call.timeout))
    case "Defect": {
      const passing = exit._tag === "Failure" ? passingThrough(exit.cause) : undefined
      if (passing !== undefined) return { result: resultOf(passing), outcome: "url_elicitation_required" }
      return defected(call, exit._tag === "Failure" ? withReason(exit.cause) : Cause.empty)
    }
  }
}

/** A cause of nothing but interrupts would leave the log without a word. */
const withReason = (cause: Cause.Cause<unknown>): Cause.Cause<unknown> =>
  Cause.hasInterruptsOnly(cause) ? Cause.die("The handler interrupted itself") : cause

const succeeded = (call: Call, value: unknown): Answer => {
  const { codec, format } = call.settings
  try {
    const encoded = codec.isVoid ? Result.succeed(undefined) : codec.encode(value)
    if (Result.isFailure(encoded)) {
      return defected(
        call,
        Cause.die(
          new TypeError(`The output of ${call.settings.tool.name} does not fit its schema`, { cause: encoded.failure })
        )
      )
    }
    if (codec.isBatch) return batch(call, encoded.success as Report)
    const { attached } = call
    const result = codec.toResult?.(encoded.success, attached ?? []) ??
      Fold.success(encoded.success, { isVoid: codec.isVoid, isObject: codec.isObject, attached })
    if (call.attempt === 1) return { result, outcome: "success" }
    const told = Meta.ofCall({ reference_id: call.referenceId, attempts: call.attempt }, format.metaPrefix)
    return { result: { ...result, _meta: { ...result._meta, ...told } }, outcome: "success" } // it may be the handler's own
  } catch (failure) {
    return defected(call, Cause.die(failure))
  }
}

/** A batch of which nothing succeeded is an error, and still told in full. */
const batch = (call: Call, report: Report): Answer => {
  const { attached, attempt, referenceId, settings: { codec, format } } = call
  const isFailed = report.status === "failed"
  const failed = isFailed ? failedBatch(report, { referenceId, attempt, attached }, format) : undefined
  const result = failed?.result ?? Fold.success(report, { isVoid: false, isObject: codec.isObject, attached })
  if (attempt > 1 || report.status === "partial") { // the log says more of items that failed, under this reference
    result._meta = {
      ...result._meta,
      ...Meta.ofCall({ reference_id: referenceId, attempts: attempt }, format.metaPrefix)
    }
  }
  return { result, outcome: failed?.problem.type ?? report.status, category: failed?.problem.category }
}

const errored = (call: Call, error: ToolError.Any, retried?: RetryPolicy.Outcome): Answer => {
  const { format, tool } = call.settings
  const maxAttempts = retried?.maxAttempts ?? tool.retry?.maxAttempts
  const failure = Fold.failure(error, {
    safety: tool.safety,
    started: call.hasStarted,
    referenceId: call.referenceId,
    ...call.hasStarted ? { attempts: retried?.attempts ?? call.attempt } : {},
    ...maxAttempts === undefined ? {} : { maxAttempts },
    ...retried?.stopped === undefined ? {} : { stopped: retried.stopped },
    hadOpenOutcome: call.state.isOpen
  }, format)
  if (failure.isMasked) return defected(call, Cause.die(error))
  const invalid = call.settings.logsCalls ? ToolError.invalidFields(error) : []
  return {
    result: failure.result,
    outcome: failure.problem.type,
    category: failure.problem.category,
    ...invalid.length === 0 ? {} : { invalidFields: invalid }
  }
}

const defected = (call: Call, cause: Cause.Cause<unknown>): Answer => {
  const { format, isDebugging } = call.settings
  const detail = isDebugging ? CallReport.causeText(cause, format) : undefined
  return {
    result: Fold.masked(call.referenceId, detail, format).result,
    outcome: "internal_error",
    category: "permanent",
    defect: cause
  }
}

export const timeoutError = (tool: Tool.Any, timeout: Duration.Duration): ToolError.Any =>
  new Errors.Timeout({ operation: tool.name, timeout_seconds: Duration.toSeconds(timeout) })
