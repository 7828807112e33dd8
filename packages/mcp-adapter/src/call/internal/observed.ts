import { nowUnsafe } from "@errata/core/internal/clock"
import type * as RetryPolicy from "@errata/core/RetryPolicy"
import type { Retry } from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import type * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import type { CallToolResult } from "../../fold/CallToolResult.ts"
import * as Log from "../Log.ts"
import { classOf, type FailureName } from "./fingerprint.ts"
import type { Call, CallOf, Observed } from "./model.ts"
import type { BatchCounts, CallEnd, CallStart, Observer } from "./observer.ts"
import { redactedText } from "./redacted.ts"
import type { Request } from "./request.ts"
import { endSpan } from "./span.ts"
import { wireOf } from "./wire.ts"

/** Tells who observes that a call begins; `undefined` if nobody wants to hear how it ends. */
export const observed = (call: Call, request: Request, observer: Observer): Observed | undefined => {
  const start = startOf(call, request)
  const onEnd = observer.onStart(start)
  return onEnd === undefined ? undefined : { start, onEnd }
}

const startOf = (call: Call, request: Request): CallStart => ({
  ...wireOf(request),
  tool: call.job.name,
  referenceId: call.referenceId,
  traceId: call.traceId,
  startedAt: call.base.clock.currentTimeMillisUnsafe()
})

/** Bounds how many retries a call is remembered by. */
const mostRetries = 100

/** Remembers what is about to be tried again. */
export const noteRetry = (call: Call, { attempt, delay, error }: Retry): void => {
  const retries = call.retries ??= []
  if (retries.length >= mostRetries) return
  retries.push({
    attempt,
    delayMillis: Math.round(Duration.toMillis(delay)),
    error: classOf({ told: error, cause: undefined, outcome: "" }),
    type: ToolError.type(error).name
  })
}

/** Describes how a call ended, as the kernel knows it. */
export interface Ending {
  readonly outcome: string
  readonly category?: string | undefined
  readonly result?: CallToolResult | undefined
  readonly batch?: BatchCounts | undefined
  readonly defect?: Cause.Cause<unknown> | undefined
  readonly cause: Cause.Cause<unknown> | undefined
  /** Names what failed; `undefined` of what did not. */
  readonly failed: FailureName | undefined
  readonly retried?: RetryPolicy.Outcome | undefined
  readonly isError: boolean
}

/** Tells who observes a call how it ended, and ends its span. What nobody asks for is not made. Never throws. */
export const tellEnd = <Input>(call: CallOf<Input>, ending: Ending): void => {
  try {
    const end = endOf(call, ending)
    if (call.span !== undefined) endSpan(call, call.span, end, ending.defect ?? ending.cause)
    call.observed?.onEnd(end)
  } catch {
    // a tracer that throws costs no reply
  }
}

const endOf = <Input>(call: CallOf<Input>, ending: Ending): CallEnd => {
  const { batch, category, defect, failed, isError, outcome, result } = ending
  const { budget } = call.job.retry ?? {}
  const cause = defect ?? ending.cause
  const { limits, redactor } = call.settings.format
  return {
    ...call.observed?.start ?? startOf(call, {}),
    outcome,
    category,
    isError: failed !== undefined,
    isDefect: defect !== undefined,
    durationMillis: Math.max(0, nowUnsafe(call.base.clock) - call.startedAt),
    attempts: call.attempt,
    retries: call.retries ?? [],
    stopped: ending.retried?.stopped,
    retryBudget: () => budget?.available(nowUnsafe(call.base.clock)),
    isKeyed: call.key !== undefined,
    replayOf: call.key?.replayOf ?? call.state.replayOf,
    isVerified: call.key?.isVerified === true,
    identicalFailures: call.identical,
    isAnsweredByGuard: call.isAnsweredByGuard,
    batch,
    isDegraded: !isError && isDegraded(result),
    error: () => failed === undefined ? undefined : redactedText(failed.error, call.settings.format),
    fingerprint: () => failed?.fingerprint,
    arguments: () => call.job.preview(call.input),
    cause: () => cause === undefined ? undefined : Log.causeText(cause, redactor, limits)
  }
}

/** Tests for an answer that lacks optional parts, as `Degrade` tells it. */
const isDegraded = (result: CallToolResult | undefined): boolean => {
  const content = result?.structuredContent
  return content !== undefined && content["degraded"] === true && Array.isArray(content["warnings"])
}
