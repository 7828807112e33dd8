import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as Logger from "effect/Logger"
import type * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as References from "effect/References"
import type { CallSafety } from "../../errors/Advice.ts"
import type { ReferenceId } from "../../errors/ReferenceId.ts"
import type * as ToolError from "../../errors/ToolError.ts"
import * as Deadline from "../Deadline.ts"
import * as ToolCall from "../ToolCall.ts"
import { CurrentPart } from "../toolCall/state.ts"
import { nowUnsafe } from "./clock.ts"
import { makeLogger } from "./logger.ts"

/**
 * Describes a call as it crosses a border: to code with promises, and to another copy of this package or of effect. There are
 * only plain values and functions in it.
 */
export interface Border {
  /** The call of a tool, if it is one. */
  readonly call: BorderCall | undefined
  /** Says whether something may have happened in the part that crosses. */
  readonly state: ToolCall.State | undefined
  /** Aborts when no caller waits any more for what is behind the border. */
  readonly signal: AbortSignal
  readonly describe: Describe | undefined
  /** Returns the time that is left, in milliseconds. */
  readonly remaining: () => number
  readonly log: (line: Line) => void
}

/** Describes what is known behind the border of the call of a tool, and may be done in it. */
export interface BorderCall {
  readonly tool: string
  readonly safety: CallSafety
  readonly marksEffects: boolean
  readonly referenceId: ReferenceId
  readonly attempt: () => number
  readonly progress: (progress: ToolCall.Progress) => void
  readonly onRetry: (retry: Omit<ToolCall.Retry, "delay"> & { readonly delayMillis: number }) => void
}

/** Describes a line for the log. */
export interface Line {
  readonly level: LogLevel.Severity
  readonly message: ReadonlyArray<unknown>
  readonly annotations: { readonly [name: string]: unknown }
  readonly reasons: ReadonlyArray<{ readonly _tag: "Fail" | "Die" | "Interrupt"; readonly failure: unknown }>
}

/**
 * Gives a failure the words that its author meant for callers, where whoever serves the call knows them: other words to one
 * that is classified, words and a class to one that is not.
 */
export type Describe = (failure: unknown, classified: ToolError.Any | undefined) => ToolError.Any | undefined

export const Describe: Context.Reference<Describe | undefined> = Context.Reference<Describe | undefined>(
  "errata/call/Describe",
  { defaultValue: () => undefined }
)

/** The key under which the context that a handler is given carries the border of its call. */
export const BorderKey: unique symbol = Symbol.for("errata/call") as never

/** A border that this copy of the package made: behind it everything that a fiber has goes on. */
class FiberBorder implements Border {
  readonly context: Context.Context<never>
  readonly #signal: () => AbortSignal

  constructor(context: Context.Context<never>, signal: () => AbortSignal) {
    this.context = context
    this.#signal = signal
  }
  get signal(): AbortSignal {
    return this.#signal()
  }
  get call(): BorderCall | undefined {
    const call = callIn(this.context)
    return call === undefined ? undefined : plainCall(call, this.context)
  }
  get state(): ToolCall.State | undefined {
    return Context.get(this.context, CurrentPart) ?? callIn(this.context)?.state
  }
  get describe(): Describe | undefined {
    return Context.get(this.context, Describe)
  }
  remaining = (): number =>
    Context.get(this.context, Deadline.Deadline) - nowUnsafe(Context.get(this.context, Clock.Clock))
  log = ({ annotations, level, message, reasons }: Line): void => {
    const named = { ...Context.get(this.context, References.CurrentLogAnnotations), ...annotations }
    const write = Effect.runForkWith(Context.add(this.context, References.CurrentLogAnnotations, named))
    const cause = reasons.length === 0 ? [] : [Cause.fromReasons(reasons.map(toReason))]
    write(Effect.logWithLevel(level)(...message, ...cause))
  }
}

const toReason = ({ _tag, failure }: Line["reasons"][number]): Cause.Reason<unknown> =>
  _tag === "Interrupt"
    ? Cause.makeInterruptReason()
    : _tag === "Fail"
    ? Cause.makeFailReason(failure)
    : Cause.makeDieReason(failure)

type Call = ToolCall.ToolCall["Service"]

const callIn = (context: Context.Context<never>): Call | undefined =>
  context.mapUnsafe.get(ToolCall.ToolCall.key) as Call | undefined

const plainCall = (call: Call, context: Context.Context<never>): BorderCall => {
  const fork = Effect.runForkWith(context)
  return {
    tool: call.tool,
    safety: call.safety,
    marksEffects: call.marksEffects,
    referenceId: call.referenceId,
    attempt: () => call.attempt,
    progress: (progress) => void fork(call.progress(progress)),
    onRetry: ({ delayMillis, ...retry }) => void fork(call.onRetry({ ...retry, delay: Duration.millis(delayMillis) }))
  }
}

/** Makes the border of what a fiber does now. The signal is asked for by those only who look at it. */
export const ofFiber = (fiber: Fiber.Fiber<unknown, unknown>, signal: () => AbortSignal): Border =>
  ofContext(fiber.context as Context.Context<never>, signal)

/** Makes the border of what runs with a context. */
export const ofContext = (context: Context.Context<never>, signal: () => AbortSignal): Border =>
  new FiberBorder(context, signal)

/** Returns what a program behind a border runs with, where `base` is what it has without. */
export const contextOf = (border: Border, base: Context.Context<never>): Context.Context<never> =>
  border instanceof FiberBorder ? border.context : rebuilt(border, base)

const rebuilt = (border: Border, base: Context.Context<never>): Context.Context<never> => {
  const { call, state } = border
  const left = border.remaining()
  const at = left === Number.POSITIVE_INFINITY ? left : nowUnsafe(Context.get(base, Clock.Clock)) + left
  const context = base.pipe(
    Context.add(Deadline.Deadline, at),
    Context.add(CurrentPart, state),
    Context.add(Describe, border.describe),
    Context.add(References.CurrentLoggers, new Set([loggerOf(border)]))
  )
  return call === undefined || state === undefined
    ? context
    : Context.add(context, ToolCall.ToolCall, effectCall(call, state)) as Context.Context<never>
}

const loggerOf = (border: Border): Logger.Logger<unknown, void> =>
  makeLogger(({ cause, fiber, logLevel, message }) => {
    if (logLevel === "All" || logLevel === "None") return
    border.log({
      level: logLevel,
      message: Array.isArray(message) ? message : [message],
      annotations: fiber.getRef(References.CurrentLogAnnotations),
      reasons: cause.reasons.map((reason) => ({ _tag: reason._tag, failure: failureOf(reason) }))
    })
  })

const failureOf = (reason: Cause.Reason<unknown>): unknown =>
  reason._tag === "Fail" ? reason.error : reason._tag === "Die" ? reason.defect : undefined

/** Makes a call of what stands behind a border. What only handlers of tools may ask for is not there. */
const effectCall = (call: BorderCall, state: ToolCall.State): Call => ({
  tool: call.tool,
  safety: call.safety,
  marksEffects: call.marksEffects,
  referenceId: call.referenceId,
  state,
  get attempt() {
    return call.attempt()
  },
  principal: Option.none(),
  meta: {},
  traceId: Option.none(),
  progress: (progress) => Effect.sync(() => call.progress(progress)),
  onRetry: ({ delay, ...retry }) =>
    Effect.sync(() => call.onRetry({ ...retry, delayMillis: Duration.toMillis(delay) })),
  attach: () => Effect.void
})
