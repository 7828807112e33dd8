import type * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as References from "effect/References"
import { current, prepare } from "../../call/internal/ambient.ts"
import { type Border, BorderKey, contextOf } from "../../call/internal/border.ts"
import { isSignal, onAbort, reasonOf } from "../../call/internal/signal.ts"
import { toStderr } from "../../call/internal/stderrLog.ts"
import type { State } from "../../call/ToolCall.ts"
import { CurrentPart, makeState } from "../../call/toolCall/state.ts"
import * as Advice from "../../errors/Advice.ts"
import type * as ToolError from "../../errors/ToolError.ts"
import { mark, outcome } from "../../resilience/internal/outcome.ts"
import type { Belonging } from "./model.ts"

prepare() // before the first call begins: what is found in a call was put there at its start

/** Runs a program of the engines, and tells how it ended as a promise does. */
export const run = <A>(program: Effect.Effect<A, ToolError.Any, never>, where: Belonging): Promise<A> =>
  new Promise((resolve, reject) => {
    const border = borderOf(where.call)
    const signals = [where.signal, border?.signal ?? signalOf(where.call)].filter(isSignal)
    const aborted: { by?: AbortSignal } = {}
    const alone = border === undefined ? makeState() : undefined
    const abort = { now: (): void => undefined }
    const stops = signals.map((signal) =>
      onAbort(signal, () => {
        aborted.by ??= signal
        abort.now()
      })
    )
    const stop = (): void => stops.forEach((stop) => stop())
    if (aborted.by !== undefined) {
      stop()
      return reject(reasonOf(aborted.by))
    }
    const fiber = Effect.runForkWith(contextFor(border, alone))(program)
    abort.now = () => fiber.interruptUnsafe()
    if (aborted.by !== undefined) abort.now() // the part that ran at once led to it
    fiber.addObserver((exit) => {
      stop()
      if (exit._tag === "Success") return resolve(exit.value)
      if (aborted.by !== undefined && exit.cause.reasons.some((reason) => reason._tag === "Interrupt")) {
        return reject(reasonOf(aborted.by))
      }
      reject(told(exit.cause, alone))
    })
  })

/** Returns the call that was passed, else the one that is running. */
const borderOf = (call: object | undefined): Border | undefined => {
  if (call === undefined) return current()
  try {
    return (call as { readonly [BorderKey]?: Border })[BorderKey] ?? current()
  } catch {
    return current()
  }
}

const signalOf = (call: object | undefined): unknown => {
  try {
    return (call as { readonly signal?: unknown } | undefined)?.signal
  } catch {
    return undefined
  }
}

/** Holds the services of what runs outside of a call. Nothing of it is written to stdout, which may be a protocol's. */
const base: Context.Context<never> = Context.make(References.CurrentLoggers, new Set([toStderr])) as Context.Context<
  never
>

const contextFor = (border: Border | undefined, alone: State | undefined): Context.Context<never> =>
  border === undefined ? Context.add(base, CurrentPart, alone) : contextOf(border, base)

/**
 * Returns what a promise rejects with: the error, with the marks of what was done, since a promise carries nothing else. Where
 * several went wrong, a bug is told first.
 */
const told = (cause: Cause.Cause<ToolError.Any>, alone: State | undefined): unknown => {
  const { reasons } = cause
  for (const reason of reasons) {
    if (reason._tag === "Die") return reason.defect
  }
  const reason = reasons.find((reason) => reason._tag === "Fail")
  if (reason === undefined) return new Error("The work was interrupted")
  const done = outcome(reason)
  if (done !== undefined) mark(reason.error, done)
  if (alone?.isOpen === true) Advice.markOpen(reason.error, alone.reasons[0] ?? "open")
  return reason.error
}
