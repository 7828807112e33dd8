import type * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as References from "effect/References"
import { nowUnsafe } from "../../call/internal/clock.ts"
import type { ToolCall } from "../../call/ToolCall.ts"
import type { Item } from "./model.ts"

/** Limits how many lines the items of one batch may write into the log; the rest is counted. */
const maxLines = 100

/** Tells the log of what a reply does not say. */
export interface Log {
  readonly defect: (item: Item | undefined, cause: Cause.Cause<unknown>) => void
  /** A declared error has a cause that is for the log only. */
  readonly cause: (item: Item, cause: Cause.Cause<unknown>) => void
  readonly end: () => void
}

export const makeLog = (context: Context.Context<never>): Log => {
  const annotations = Context.get(context, References.CurrentLogAnnotations)
  let lines = 0
  const write = (item: Item | undefined, line: Effect.Effect<void>): void => {
    if (++lines > maxLines) return
    const named = item === undefined ? annotations : { ...annotations, item: item.key }
    Effect.runForkWith(Context.add(context, References.CurrentLogAnnotations, named))(line)
  }
  return {
    defect: (item, cause) =>
      write(
        item,
        item === undefined
          ? Effect.logError("the items of a batch could not be read", cause)
          : Effect.logError("an item failed unexpectedly", cause)
      ),
    cause: (item, cause) => write(item, Effect.logWarning("an item failed", cause)),
    end: () => {
      if (lines <= maxLines) return
      Effect.runForkWith(context)(Effect.logError("more items failed than the log says", { items: lines - maxLines }))
    }
  }
}

/** A client is told at most this often how far a batch has come, in milliseconds. */
const interval = 100

/** Tells a client that listens how far a batch has come: after some items, and after the last. */
export interface Progress {
  readonly item: () => void
  readonly end: () => void
}

export const makeProgress = (options: {
  readonly call: ToolCall["Service"]
  readonly context: Context.Context<never>
  readonly clock: Clock.Clock
  readonly total: number | undefined
  readonly done: () => number
}): Progress => {
  const { call, clock, context, done, total } = options
  const fork = Effect.runForkWith(context)
  let toldAt = Number.NEGATIVE_INFINITY
  let told = 0
  const tell = (now: number): void => {
    toldAt = now
    told = done()
    const count = told
    const progress = total === undefined
      ? { progress: count, message: count === 1 ? "1 item done" : `${count} items done` }
      : { progress: count, total, message: `${count} of ${total} items done` }
    fork(Effect.suspend(() => call.progress(progress)))
  }
  return {
    item: () => {
      const now = nowUnsafe(clock)
      if (now - toldAt >= interval) tell(now)
    },
    end: () => {
      if (done() > told) tell(nowUnsafe(clock))
    }
  }
}
