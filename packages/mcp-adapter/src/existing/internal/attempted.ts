import * as Ambient from "@errata/core/internal/ambient"
import * as Border from "@errata/core/internal/border"
import { currentUnsafe } from "@errata/core/internal/call"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import { read } from "../../fold/internal/readProperty.ts"
import type { Code } from "./code.ts"
import { settingsOf } from "./notification.ts"
import { Watch, watched } from "./watched.ts"

/** Says what becomes of how existing code ends. Both run in the fiber of the call. */
export interface Ends<E> {
  readonly returned: (value: unknown) => Effect.Effect<unknown, E>
  /** `isFirst` is true if it was thrown in the turn in which the call began. */
  readonly threw: (failure: unknown, isFirst: boolean) => Effect.Effect<unknown, E>
  /** Finds the words of what fails inside, for what the code calls of ours. */
  readonly describe: Border.Describe
}

/**
 * Runs existing code with the context that its SDK gave: at the deadline its signal aborts, what it tells of progress after
 * it ended is not heard, and what it tells at all is redacted. What it calls of ours finds the call, in the context or by
 * itself.
 */
export const attempted = <E>({ context, given, run }: Code, ends: Ends<E>): Effect.Effect<unknown, E> =>
  Effect.withFiber((fiber) => {
    const turn = firstTurn()
    const deadline = new LazySignal()
    const border = borderOf(fiber, deadline, ends.describe)
    const watch = new Watch(border, deadline.signal, () => settingsOf(given))
    const end = () => {
      watch.isOver = true
      turn.stop()
    }
    return Effect.callback<unknown, E>((resume) => {
      const begin = () => inTurn(run, watched(context, watch))
      void (border === undefined ? begin() : Ambient.within(border, begin)).then((value) => {
        end()
        resume(Effect.suspend(() => ends.returned(value)))
      }, (failure: unknown) => {
        end()
        resume(Effect.suspend(() => ends.threw(failure, turn.isOn)))
      })
      return Effect.sync(() => {
        deadline.abort()
        end()
      })
    })
  })

const borderOf = (
  fiber: Fiber.Fiber<unknown, unknown>,
  deadline: LazySignal,
  describe: Border.Describe
): Border.Border | undefined =>
  currentUnsafe(fiber) === undefined
    ? undefined
    : Border.ofContext(Context.add(fiber.context as Context.Context<never>, Border.Describe, describe), deadline.signal)

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
