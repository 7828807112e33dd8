import { nowUnsafe } from "@errata/core/internal/clock"
import type { Retry } from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import type * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import type { CallToolResult } from "../../fold/CallToolResult.ts"
import * as Log from "../Log.ts"
import { classOf, fingerprintOf } from "./fingerprint.ts"
import type { Call, CallOf, Observed } from "./model.ts"
import type { BatchCounts, CallStart, Observer } from "./observer.ts"

/** Tells who observes that a call begins; `undefined` if nobody wants to hear how it ends. */
export const observed = (call: Call, observer: Observer): Observed | undefined => {
  const start: CallStart = {
    tool: call.job.name,
    referenceId: call.referenceId,
    traceId: call.traceId,
    startedAt: call.base.clock.currentTimeMillisUnsafe()
  }
  const onEnd = observer.onStart(start)
  return onEnd === undefined ? undefined : { start, onEnd }
}

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
  readonly told?: ToolError.Any | undefined
  readonly defect?: Cause.Cause<unknown> | undefined
  readonly cause: Cause.Cause<unknown> | undefined
  readonly isError: boolean
}

/** Tells who observes a call how it ended. What nobody asks for is not made. */
export const tellEnd = <Input>(call: CallOf<Input>, { onEnd, start }: Observed, ending: Ending): void => {
  const { batch, category, defect, isError, outcome, result, told } = ending
  const cause = defect ?? ending.cause
  const failed = { told: defect === undefined ? told : undefined, cause, outcome }
  const hasFailed = isError && outcome !== "cancelled" && outcome !== "url_elicitation_required"
  const { limits, redactor } = call.settings.format
  onEnd({
    ...start,
    outcome,
    category,
    isError: hasFailed,
    isDefect: defect !== undefined,
    durationMillis: Math.max(0, nowUnsafe(call.base.clock) - call.startedAt),
    attempts: call.attempt,
    retries: call.retries ?? [],
    isKeyed: call.key !== undefined,
    replayOf: call.key?.replayOf,
    isVerified: call.key?.isVerified === true,
    batch,
    isDegraded: !isError && isDegraded(result),
    error: () => hasFailed ? classOf(failed) : undefined,
    fingerprint: () => hasFailed ? fingerprintOf(start.tool, failed) : undefined,
    arguments: () => call.job.preview(call.input),
    cause: () => cause === undefined ? undefined : Log.causeText(cause, redactor, limits)
  })
}

/** Tests for an answer that lacks optional parts, as `Degrade` tells it. */
const isDegraded = (result: CallToolResult | undefined): boolean => {
  const content = result?.structuredContent
  return content !== undefined && content["degraded"] === true && Array.isArray(content["warnings"])
}
