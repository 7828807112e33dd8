import * as Ambient from "@errata/core/internal/ambient"
import * as Border from "@errata/core/internal/border"
import { currentUnsafe } from "@errata/core/internal/call"
import type * as Limits from "@errata/core/Limits"
import type * as Redaction from "@errata/core/Redaction"
import * as Effect from "effect/Effect"
import { read } from "../../fold/internal/readProperty.ts"
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
    const deadline = new LazySignal()
    const start = (): Promise<unknown> => {
      const border = currentUnsafe(fiber) === undefined ? undefined : Border.ofFiber(fiber, deadline.signal)
      const begin = () => inTurn(run, watched(context, deadline.signal, { border, over, settings }))
      return border === undefined ? begin() : Ambient.within(border, begin)
    }
    const failed = (failure: unknown) => Effect.suspend(() => Effect.fail(new Thrown(failure, turn.isOn)))
    return Effect.onExit(
      Effect.callback<unknown, Thrown>((resume) => {
        start().then((value) => resume(Effect.succeed(value)), (failure: unknown) => resume(failed(failure)))
        return Effect.sync(deadline.abort)
      }),
      () =>
        Effect.sync(() => {
          over.isOver = true
          turn.stop()
        })
    )
  })

/**
 * Calls existing code in a turn of its own: of a stack that goes on with ours an engine looks for each line of it in a large file,
 * and it tells an author nothing. Code that was bound, not wrapped in a function, has no frame of ours at all.
 */
const inTurn = (run: (context: unknown) => unknown, context: unknown): Promise<unknown> =>
  isThenable(context) ? Promise.resolve().then(() => run(context)) : Promise.resolve(context).then(run)

const isThenable = (value: unknown): boolean => typeof read(value, "then") === "function"

/** Makes its signal when it is first looked at: most handlers never do, and signals that follow others are not free. */
class LazySignal {
  #controller: AbortController | undefined
  #isAborted = false

  readonly signal = (): AbortSignal => {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#isAborted) this.#controller.abort()
    }
    return this.#controller.signal
  }

  readonly abort = (): void => {
    this.#isAborted = true
    this.#controller?.abort()
  }
}

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
