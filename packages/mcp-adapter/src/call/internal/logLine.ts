import * as ToolError from "@errata/core/ToolError"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as ErrorReporter from "effect/ErrorReporter"
import type * as Fiber from "effect/Fiber"
import * as LogLevel from "effect/LogLevel"
import * as References from "effect/References"
import * as Log from "../Log.ts"
import type { Base } from "./model.ts"
import type { Retried } from "./observer.ts"
import type { PlainLine } from "./ourLoggers.ts"
import type { Settings } from "./redacted.ts"
import { withoutStack } from "./withoutStack.ts"

/** Only this file and `guard.ts` reach effect's `ErrorReporter`, which is unstable. */

export const causeText = (cause: Cause.Cause<unknown>, { limits, redactor }: Settings): string =>
  Log.causeText(cause, redactor, limits)

export interface Entry {
  readonly base: Base
  readonly tool: string
  readonly referenceId: string
  readonly traceId: string | undefined
  readonly attempt: number
  readonly durationMillis: number
  readonly arguments: () => string
  /** Holds what was made of the arguments. */
  readonly changes: { readonly [change: string]: unknown } | undefined
  readonly outcome: string
  readonly category: string | undefined
  /** Names the class of what failed and groups what is the same bug; `undefined` of what did not fail. */
  readonly failed: { readonly error: string; readonly fingerprint: string } | undefined
  /** Holds what was tried again, if anything was. */
  readonly retries: ReadonlyArray<Retried> | undefined
  /** The share of successes that are logged, where it is not all. */
  readonly sampleRate: number | undefined
  readonly note: string | undefined
  /** The marked effects that had begun. */
  readonly effects: ReadonlyArray<{ readonly name: string; readonly outcome: string }> | undefined
  /** The error that the line itself tells. */
  readonly told: ToolError.Any | undefined
  /** All that went wrong, for the log only. */
  readonly cause: Cause.Cause<unknown> | undefined
  /** Holds the defect: a failure that the tool does not declare. */
  readonly defect: Cause.Cause<unknown> | undefined
  /** Holds what went wrong while the call's scope was closed. */
  readonly finalizers: Cause.Cause<unknown> | undefined
  readonly invalidFields: ReadonlyArray<string> | undefined
  /** Says why steps were left out of the reply. */
  readonly leftOut: ReadonlyArray<string> | undefined
}

/** Writes the line of a call, and tells effect's error reporters of defects. Never throws. */
export const call = (entry: Entry): void => {
  const writer = entry.base.writesPlainly
  if (writer !== undefined && isPlain(entry)) return writer(levelOf(entry), () => plainly(entry))
  const defects = entry.defect ?? entry.finalizers
  const write = Effect.withFiber((fiber) => {
    const level = levelOf(entry)
    if (!LogLevel.isLessThan(level, fiber.cache.minimumLogLevel)) log(fiber, level, entry)
    return defects === undefined ? Effect.void : ErrorReporter.report(defects)
  })
  Effect.runForkWith(entry.base.context)(write) // a logger that throws makes this fiber die, and costs no reply
}

/** Tests whether nothing is out of the ordinary but what went wrong, and nobody is to be told of it. */
const isPlain = (entry: Entry): boolean =>
  entry.traceId === undefined && entry.retries === undefined && entry.changes === undefined &&
  entry.effects === undefined &&
  entry.note === undefined && entry.invalidFields === undefined && entry.leftOut === undefined &&
  entry.finalizers === undefined &&
  (entry.defect === undefined || Context.get(entry.base.context, ErrorReporter.CurrentErrorReporters).size === 0)

const plainly = (entry: Entry): PlainLine => ({
  date: new Date(entry.base.clock.currentTimeMillisUnsafe()),
  level: levelOf(entry),
  message,
  tool: entry.tool,
  referenceId: entry.referenceId,
  outcome: entry.outcome,
  category: entry.category,
  failed: entry.failed,
  sampleRate: entry.sampleRate,
  attempt: entry.attempt,
  durationMillis: entry.durationMillis,
  arguments: entry.arguments(),
  cause: causeOf(entry)
})

const message = "tool call ended"

const levelOf = (entry: Entry): LogLevel.LogLevel => {
  if (entry.defect !== undefined || entry.finalizers !== undefined) return "Error"
  if (entry.note !== undefined || entry.invalidFields !== undefined || entry.leftOut !== undefined) return "Warn"
  return entry.category === "transient" || entry.category === "permanent" ? "Warn" : "Info"
}

const log = (fiber: Fiber.Fiber<unknown, unknown>, logLevel: LogLevel.LogLevel, entry: Entry): void => {
  const date = new Date(entry.base.clock.currentTimeMillisUnsafe())
  const cause = causeOf(entry) ?? Cause.empty
  const parts = [message, {
    tool: entry.tool,
    reference_id: entry.referenceId,
    ...entry.traceId === undefined ? {} : { trace_id: entry.traceId },
    outcome: entry.outcome,
    ...entry.category === undefined ? {} : { category: entry.category },
    ...entry.failed === undefined ? {} : { error: entry.failed.error, fingerprint: entry.failed.fingerprint },
    ...entry.sampleRate === undefined ? {} : { sample_rate: entry.sampleRate },
    attempt: entry.attempt,
    duration_ms: entry.durationMillis,
    arguments: entry.arguments(),
    ...entry.retries === undefined ? {} : { retries: entry.retries.map(retryField) },
    ...entry.changes,
    ...entry.effects === undefined ? {} : { effects: entry.effects },
    ...entry.note === undefined ? {} : { note: entry.note },
    ...entry.invalidFields === undefined ? {} : { invalid_fields: entry.invalidFields },
    ...entry.leftOut === undefined ? {} : { left_out: entry.leftOut }
  }]
  for (const logger of fiber.getRef(References.CurrentLoggers)) {
    try {
      logger.log({ cause, date, fiber, logLevel, message: parts })
    } catch {
      continue // the other loggers want their line
    }
  }
}

/** Returns what the line tells of what went wrong. */
const causeOf = (entry: Entry): Cause.Cause<unknown> | undefined => {
  if (entry.cause === undefined && entry.defect === undefined && entry.finalizers === undefined) return undefined
  const worth = worthTelling(entry.defect ?? entry.cause, entry.told)
  const reasons = [
    ...worth.length === 0 || keepsStacks(entry) ? worth : worth.map(meant),
    ...entry.finalizers?.reasons ?? []
  ]
  return reasons.length === 0 ? undefined : Cause.fromReasons(reasons)
}

const retryField = ({ attempt, delayMillis, error, type }: Retried) => ({ attempt, delay_ms: delayMillis, error, type })

/**
 * Returns what the line does not tell itself: the cause of the reply's error, and everything else that went wrong.
 */
const worthTelling = (
  cause: Cause.Cause<unknown> | undefined,
  told: ToolError.Any | undefined
): ReadonlyArray<Cause.Reason<unknown>> =>
  cause?.reasons.filter((reason) =>
    reason._tag === "Die" || (reason._tag === "Fail" && (reason.error !== told || hasCause(reason.error)))
  ) ?? []

/** Whoever debugs wants every stack. */
const keepsStacks = ({ base }: Entry): boolean => Context.get(base.context, ToolError.CaptureStacks)

/** Tells a failure in its author's words, which were meant for callers, without a stack: that leads to where they were written. */
const meant = (reason: Cause.Reason<unknown>): Cause.Reason<unknown> => {
  if (reason._tag !== "Fail" || !ToolError.is(reason.error)) return reason
  if (ToolError.guidance(reason.error).keepsLines !== true) return reason
  const bare = withoutStack((reason.error as { readonly cause?: unknown }).cause)
  return bare === undefined ? reason : Cause.makeFailReason(bare)
}

const hasCause = (error: unknown): boolean => ToolError.is(error) && "cause" in error
