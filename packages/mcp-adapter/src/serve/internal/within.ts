import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/** Waits for something, but no longer than so long. Tells whether it came to its end. Never rejects. */
export const within = (longest: Duration.Input, work: Promise<unknown>): Promise<boolean> => {
  const ended = Effect.promise(() => work.then(() => true, () => true))
  return Effect.runPromise(Effect.match(Effect.timeout(ended, longest), {
    onFailure: () => false,
    onSuccess: () => true
  }))
}
