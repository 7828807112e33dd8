import * as Effect from "effect/Effect"
import { Thrown } from "./thrown.ts"
import { type Over, watched } from "./watched.ts"

/**
 * Runs existing code with the context that its SDK gave: at the deadline its signal aborts, and what it tells of progress after
 * it ended is not heard.
 */
export const attempted = (
  run: (context: unknown) => unknown,
  context: unknown
): Effect.Effect<unknown, Thrown> =>
  Effect.suspend(() => {
    const over: Over = { isOver: false }
    return Effect.onExit(
      Effect.tryPromise({
        try: async (signal) => await run(watched(context, signal as AbortSignal, over)),
        catch: (failure) => new Thrown(failure)
      }),
      () =>
        Effect.sync(() => {
          over.isOver = true
        })
    )
  })
