import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { ask } from "./ask.ts"
import { annotated, type Hold, type Plan } from "./plan.ts"

/** Renews a lease for as long as it runs. Ends where the key is lost, or at a point in time. */
export const keep = (plan: Plan, hold: Hold, until: number): Effect.Effect<"lost" | "late"> => {
  const { lease, now, store, storeTimeout } = plan
  const every = Duration.toMillis(lease) / 3
  const renewed = Effect.suspend(() => {
    const at = now()
    return Effect.matchEffect(ask("renew", store.renew(hold.held, lease), storeTimeout), {
      onFailure: (error) => Effect.as(annotated(plan)(Effect.logWarning("a lease could not be renewed", error)), true),
      onSuccess: (isHeld) => {
        if (isHeld) hold.leaseUntil = at + Duration.toMillis(lease)
        return Effect.succeed(isHeld)
      }
    })
  })
  const turn: Effect.Effect<"lost" | "late"> = Effect.suspend(() => {
    const left = until - now()
    if (left <= 0) return Effect.succeed("late")
    return Effect.flatMap(Effect.sleep(Duration.millis(Math.min(every, left))), () =>
      now() >= until
        ? Effect.succeed("late" as const)
        : Effect.flatMap(renewed, (isHeld) => isHeld ? turn : Effect.succeed("lost" as const)))
  })
  return Effect.interruptible(turn)
}
