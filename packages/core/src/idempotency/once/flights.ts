import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type { IdempotencyStore } from "../store/model.ts"

/** Work that this process does under a key. */
export interface Flight {
  readonly referenceId: string
  /** Holds how it ended; `undefined` where others cannot share that. */
  readonly ended: Deferred.Deferred<Exit.Exit<unknown, unknown> | undefined>
}

const all = new WeakMap<IdempotencyStore["Service"], Map<string, Flight>>()

/** Returns what this process does under a key. */
export const of = (store: IdempotencyStore["Service"], id: string): Flight | undefined => all.get(store)?.get(id)

/** Runs work that others can wait for. */
export const shared = <A, E, R>(
  { id, referenceId, store }: {
    readonly store: IdempotencyStore["Service"]
    readonly id: string
    readonly referenceId: string
  },
  work: Effect.Effect<A, E, R>,
  share: (exit: Exit.Exit<A, E>) => Exit.Exit<unknown, unknown> | undefined
): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    const flights = all.get(store) ?? new Map<string, Flight>()
    all.set(store, flights)
    const flight: Flight = { referenceId, ended: Deferred.makeUnsafe() }
    flights.set(id, flight)
    return Effect.onExit(work, (exit) => {
      if (flights.get(id) === flight) flights.delete(id)
      return Deferred.succeed(flight.ended, share(exit))
    })
  })
