import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import type { Claim, Request, State, StoreError } from "../store/model.ts"
import { ask, askTwice } from "./ask.ts"
import * as Flights from "./flights.ts"
import { annotated, type Plan } from "./plan.ts"

/** Asks for the key. */
export const claim = (plan: Plan, owner: string): Effect.Effect<Result.Result<Claim, StoreError>> => {
  const { fingerprint, id, lease, marksEffects, mayRunAgain, referenceId, retention, store, storeTimeout, verify } =
    plan
  const request: Request = {
    id,
    fingerprint,
    owner,
    referenceId,
    lease,
    retention,
    begun: !marksEffects,
    takesUnknown: mayRunAgain || verify !== undefined
  }
  return Effect.matchEffect(askTwice("claim", store.claim(request), storeTimeout), {
    onSuccess: (answer) => Effect.succeed(Result.succeed(answer)),
    onFailure: (error) => Effect.as(giveBack(plan, request), Result.fail(error))
  })
}

/** A claim may have been granted though no answer came. Nobody waits for this. */
const giveBack = (plan: Plan, request: Request): Effect.Effect<unknown> => {
  const { store, storeTimeout } = plan
  const asked = Effect.flatMap(ask("claim", store.claim(request), storeTimeout), (answer) =>
    answer._tag === "Claimed"
      ? ask("release", store.release(answer.held), storeTimeout)
      : answer._tag === "Taken"
      ? ask("abandon", store.abandon(answer.held), storeTimeout)
      : Effect.void)
  const patiently = Effect.retry(asked, { schedule: Schedule.exponential("500 millis"), times: 6 })
  return Effect.forkDetach(annotated(plan)(Effect.ignore(patiently)))
}

/** Waits for whoever holds the key. Returns how that ended, where this process knows; `"late"` where the time is up. */
export const wait = (
  plan: Plan,
  { left }: State.InProgress,
  turn: number
): Effect.Effect<{ readonly exit: Exit.Exit<unknown, unknown>; readonly referenceId: string } | "again" | "late"> => {
  const patience = plan.answerAt - plan.now()
  if (patience <= 0) return Effect.succeed("late")
  const flight = Flights.of(plan.store, plan.id)
  if (flight === undefined) {
    const pause = Math.min(50 * 2 ** turn, 1000, Math.max(1, Duration.toMillis(left)), patience)
    return Effect.as(Effect.sleep(Duration.millis(pause)), "again")
  }
  const ended = Effect.map(
    Deferred.await(flight.ended),
    (exit) => exit === undefined ? "again" as const : { exit, referenceId: flight.referenceId }
  )
  if (patience === Number.POSITIVE_INFINITY) return ended
  return Effect.timeoutOrElse(ended, {
    duration: Duration.millis(patience),
    orElse: () => Effect.succeed("late" as const)
  })
}
