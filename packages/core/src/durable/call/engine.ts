import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Errors from "../../errors/Errors.ts"
import { refusalOf } from "../engines/refusal.ts"

/** The marks of the errors by which a cluster's engine says that its storage or its runners cannot be reached. */
const clusterError = "~effect/cluster/ClusterError"

const passing: ReadonlySet<unknown> = new Set([
  "PersistenceError",
  "RunnerUnavailable",
  "RunnerNotRegistered",
  "EntityNotAssignedToRunner",
  "MailboxFull",
  "AlreadyProcessingMessage"
])

const isPassing = (defect: unknown): boolean =>
  typeof defect === "object" && defect !== null && clusterError in defect && "_tag" in defect &&
  passing.has(defect._tag) && refusalOf(defect) === "passing"

/**
 * Does again what an engine could not keep, or not read, until it can: a run does not end because its storage was away for a while.
 * What was kept is not executed again.
 */
export const persistently = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.sandbox(self).pipe(
    Effect.retry({
      schedule: Schedule.min([Schedule.exponential("100 millis", 1.5), Schedule.spaced("10 seconds")]),
      while: (cause) => cause.reasons.some((reason) => reason._tag === "Die" && isPassing(reason.defect))
    }),
    Effect.catch((cause) => Effect.failCause(cause))
  )

/** Takes the defects of an engine that cannot be reached for what they are: for the moment only. */
export const orUnavailable = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E | Errors.Unavailable, R> =>
  Effect.catchDefect(self, (defect): Effect.Effect<A, Errors.Unavailable> =>
    isPassing(defect)
      ? Effect.fail(new Errors.Unavailable({ service: "The workflow engine", cause: defect }))
      : Effect.die(defect))
