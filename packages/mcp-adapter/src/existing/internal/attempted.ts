import * as Ambient from "@errata/core/internal/ambient"
import * as Border from "@errata/core/internal/border"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { read } from "../../fold/internal/readProperty.ts"
import type { Code } from "./code.ts"
import { settingsOf } from "./notification.ts"
import { beginTurn } from "./turn.ts"
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
export const attempted = <E>({ context: sdks, given, run }: Code, ends: Ends<E>): Effect.Effect<unknown, E> =>
  Effect.withFiber((fiber) => {
    const turn = beginTurn()
    const deadline = new LazySignal()
    const context = Context.add(fiber.context as Context.Context<never>, Border.Describe, ends.describe)
    const border = Border.ofContext(context, deadline.signal)
    const watch = new Watch(border, deadline.signal, () => settingsOf(given))
    return Effect.callback<unknown, E>((resume) => {
      void Ambient.within(border, () => inTurn(run, watched(sdks, watch))).then((value) => {
        watch.isOver = true
        resume(Effect.suspend(() => ends.returned(value)))
      }, (failure: unknown) => {
        watch.isOver = true
        resume(Effect.suspend(() => ends.threw(failure, turn.isOn)))
      })
      return Effect.sync(() => {
        deadline.abort()
        watch.isOver = true
      })
    })
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
