import { EntityNotAssignedToRunner, type PersistenceError } from "effect/cluster/ClusterError"
import { IncomingRequest } from "effect/cluster/Message"
import type { Incoming } from "effect/cluster/Message"
import { MessageStorage } from "effect/cluster/MessageStorage"
import { RunnerStorage } from "effect/cluster/RunnerStorage"
import * as SqlMessageStorage from "effect/cluster/SqlMessageStorage"
import * as SqlRunnerStorage from "effect/cluster/SqlRunnerStorage"
import * as Digest from "effect/crypto/Digest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { isSqlError, type SqlError } from "effect/sql/SqlError"
import { defaultTakeOver, type Timing } from "./timing.ts"

const reasonOf = (error: unknown): SqlError["reason"] | undefined => {
  const cause = (error as Partial<PersistenceError>).cause
  return isSqlError(cause) ? cause.reason : undefined
}

/** A database that is locked, or away, takes later what it refuses now. */
const isPassing = (error: unknown): boolean => reasonOf(error)?.isRetryable === true

const backoff = Schedule.min([Schedule.exponential("50 millis", 1.5), Schedule.spaced("2 seconds")])

const untilTaken = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.retry(self, { schedule: backoff, while: isPassing })

/**
 * Keeps how a request ended, for as long as its process is sure to hold the run: it had its lock renewed a moment ago. After that the
 * request is given back, to be done again by whoever holds the run then. Given back too is what another process has ended already.
 *
 * effect tries five times, and leaves a request lying that it could not keep: these are five of these attempts.
 */
const steadyRequest = (request: IncomingRequest<never>, attempt: Duration.Duration): IncomingRequest<never> => {
  const abandon = new EntityNotAssignedToRunner({ address: request.envelope.address })
  return new IncomingRequest({
    envelope: request.envelope,
    lastSentReply: request.lastSentReply,
    codecFor: request.codecFor,
    callerScope: request.callerScope,
    respond: (reply) =>
      request.respond(reply).pipe(
        Effect.retry({ schedule: Schedule.upTo(backoff, { duration: attempt }), while: isPassing }),
        Effect.catchIf(
          (error) => isPassing(error) || reasonOf(error)?._tag === "UniqueViolation",
          // the one failure for which effect gives a request back
          () => Effect.fail(abandon as unknown as PersistenceError)
        )
      )
  })
}

const steadyMessages = (attempt: Duration.Duration) =>
  Effect.map((messages: ReadonlyArray<Incoming<never>>) =>
    messages.map((message): Incoming<never> =>
      message._tag === "IncomingRequest" ? steadyRequest(message, attempt) : message
    )
  )

/**
 * Keeps messages in a database, and waits where effect's storage gives up: a claim that is not given back because the database was
 * locked would hold its run for ten minutes, and an end that is not kept would hold it until its process ends.
 */
export const layerMessages = ({ takeOver = defaultTakeOver }: Timing) => {
  const steady = steadyMessages(Duration.millis(Duration.toMillis(Duration.fromInputUnsafe(takeOver)) / 10))
  return Layer.effect(
    MessageStorage,
    Effect.map(MessageStorage, (storage) =>
      MessageStorage.of({
        ...storage,
        resetAddresses: (addresses) => untilTaken(storage.resetAddresses(addresses)),
        resetRequests: (ids) => untilTaken(storage.resetRequests(ids)),
        unprocessedMessages: (shards, options) => steady(storage.unprocessedMessages(shards, options)) as never,
        unprocessedMessagesById: (ids) => steady(storage.unprocessedMessagesById(ids)) as never
      }))
  ).pipe(Layer.provide(SqlMessageStorage.layer), Layer.provide(Digest.layerWebCrypto))
}

/** Keeps who holds which runs. Whoever renews its locks bounds the time for which it tries. */
export const layerRunners = Layer.effect(
  RunnerStorage,
  Effect.map(
    RunnerStorage,
    (storage) =>
      RunnerStorage.of({ ...storage, refresh: (address, shards) => untilTaken(storage.refresh(address, shards)) })
  )
).pipe(Layer.provide(Layer.orDie(SqlRunnerStorage.layer)))
