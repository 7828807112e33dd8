import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import type { StoreError } from "../../store/model.ts"

type Sweep = Effect.Effect<number, StoreError>

/** Removes what is past its retention, now and every ten minutes. Nothing rests on it: what it leaves is as good as removed. */
export const keepSwept = (keys: Sweep, effects: Sweep): Effect.Effect<void, never, Scope.Scope> =>
  Effect.andThen(keys, effects).pipe(
    Effect.catch((error) => Effect.logDebug("A sweep of the store failed", error)),
    Effect.repeat(Schedule.spaced("10 minutes").pipe(Schedule.jittered)),
    Effect.forkScoped,
    Effect.asVoid
  )
