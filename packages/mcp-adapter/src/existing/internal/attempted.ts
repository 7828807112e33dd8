import * as Ambient from "@errata/core/internal/ambient"
import * as Border from "@errata/core/internal/border"
import { currentUnsafe } from "@errata/core/internal/call"
import type * as Limits from "@errata/core/Limits"
import type * as Redaction from "@errata/core/Redaction"
import * as Effect from "effect/Effect"
import { settingsOf } from "./notification.ts"
import { Thrown } from "./thrown.ts"
import { type Over, watched } from "./watched.ts"

/** Describes what redacts the notifications of existing code. */
export interface Given {
  readonly redactor?: Redaction.Redactor | undefined
  readonly limits?: Partial<Limits.Limits> | undefined
}

/**
 * Runs existing code with the context that its SDK gave: at the deadline its signal aborts, what it tells of progress after
 * it ended is not heard, and what it tells at all is redacted where options are given. What it calls of ours finds the call,
 * in the context or by itself.
 */
export const attempted = (
  run: (context: unknown) => unknown,
  context: unknown,
  given: Given | undefined
): Effect.Effect<unknown, Thrown> =>
  Effect.withFiber((fiber) => {
    const over: Over = { isOver: false }
    const settings = given && settingsOf(given)
    const turn = firstTurn()
    return Effect.onExit(
      Effect.tryPromise({
        try: async (signal) => {
          const border = currentUnsafe(fiber) === undefined ? undefined : Border.ofFiber(fiber, signal)
          const start = () => run(watched(context, signal as AbortSignal, { border, over, settings }))
          return await (border === undefined ? start() : Ambient.within(border, start))
        },
        catch: (failure) => new Thrown(failure, turn.isOn)
      }),
      () =>
        Effect.sync(() => {
          over.isOver = true
          turn.stop()
        })
    )
  })

const { clearTimeout, setTimeout } = globalThis as unknown as {
  readonly setTimeout: (f: () => void, ms: number) => unknown
  readonly clearTimeout: (timer: unknown) => void
}

/** Knows whether the event loop went on since: what others send cannot arrive before it does. */
const firstTurn = (): { readonly isOn: boolean; readonly stop: () => void } => {
  const turn = { isOn: true, stop: () => clearTimeout(timer) }
  const timer = setTimeout(() => {
    turn.isOn = false
  }, 0)
  return turn
}
