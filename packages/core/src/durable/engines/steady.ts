import * as Cause from "effect/Cause"
import { EntityNotAssignedToRunner, type MalformedMessage, type PersistenceError } from "effect/cluster/ClusterError"
import { IncomingRequest } from "effect/cluster/Message"
import type { Incoming } from "effect/cluster/Message"
import { MessageStorage } from "effect/cluster/MessageStorage"
import { ReplyWithContext } from "effect/cluster/Reply"
import { RunnerStorage } from "effect/cluster/RunnerStorage"
import * as ShardId from "effect/cluster/ShardId"
import * as SqlMessageStorage from "effect/cluster/SqlMessageStorage"
import * as SqlRunnerStorage from "effect/cluster/SqlRunnerStorage"
import * as Digest from "effect/crypto/Digest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import { WorkflowInstance } from "effect/workflow/WorkflowEngine"
import type { Known } from "./known.ts"
import { refusalOf } from "./refusal.ts"
import { defaultTakeOver, type Timing } from "./timing.ts"

/** A database that is locked, or away, takes later what it refuses now. */
const isPassing = (error: unknown): boolean => refusalOf(error) === "passing"

const backoff = Schedule.min([Schedule.exponential("50 millis", 1.5), Schedule.spaced("2 seconds")])

const untilTaken = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.retry(self, { schedule: backoff, while: isPassing })

type Failed = PersistenceError | MalformedMessage

/**
 * Keeps how a request ended, for as long as its process is sure to hold the run: it had its lock renewed a moment ago. After that the
 * request is given back, to be done again by whoever holds the run then. Given back too is what another process has ended already.
 * An end that no database takes is kept as the failure that this is: a run does not lie for ever because of its result.
 *
 * effect tries five times, and leaves a request lying that it could not keep: these are five of these attempts.
 */
const steadyRequest = (request: IncomingRequest<never>, attempt: Duration.Duration): IncomingRequest<never> => {
  const { envelope } = request
  // the one failure for which effect gives a request back
  const abandon = Effect.fail(
    new EntityNotAssignedToRunner({ address: envelope.address }) as unknown as PersistenceError
  )
  const keep = (reply: Parameters<typeof request.respond>[0]): Effect.Effect<void, Failed> =>
    Effect.retry(request.respond(reply), {
      schedule: Schedule.upTo(backoff, { duration: attempt }),
      while: isPassing
    })
  const keepOrGiveBack = (reply: Parameters<typeof request.respond>[0], otherwise: Effect.Effect<void, Failed>) =>
    Effect.catchCause(keep(reply), (cause): Effect.Effect<void, Failed> => {
      if (Cause.hasInterrupts(cause)) return Effect.failCause(cause)
      const failed = cause.reasons.find(Cause.isFailReason)?.error
      if (failed !== undefined && refusalOf(failed) !== "never") return abandon
      return Effect.andThen(
        Effect.logError(`How a run of ${envelope.address.entityType} ended cannot be kept (${envelope.tag})`, cause),
        otherwise
      )
    })
  return new IncomingRequest({
    envelope,
    lastSentReply: request.lastSentReply,
    codecFor: request.codecFor,
    callerScope: request.callerScope,
    respond: (reply) => keepOrGiveBack(reply, Effect.suspend(() => keepOrGiveBack(unkept(reply), abandon)))
  })
}

/** Says, in the place of an end that cannot be kept, that it cannot. */
const unkept = <R extends ReplyWithContext<never>>({ reply }: R): R =>
  ReplyWithContext.fromDefect({
    id: reply.id,
    requestId: reply.requestId,
    defect: new Error("It has ended, and how it ended cannot be kept")
  }) as R

/**
 * Waits within a run for a database that is away, where effect's engine waits for two seconds and ends the run. Calls are told at
 * once.
 */
const patiently = (atMost: Duration.Duration) => <A, E>(self: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.flatMap(Effect.serviceOption(WorkflowInstance), (run) =>
    Option.isNone(run)
      ? self
      : Effect.retry(self, { schedule: Schedule.upTo(backoff, { duration: atMost }), while: isPassing }))

type Storage = MessageStorage["Service"]

/**
 * Frees what the last holder of shards had claimed, before anything is read of them. effect tries it once, for a fraction of
 * `takeOver`, and goes on: on a busy machine what was claimed would lie for ten minutes.
 */
const makeFreed = () => {
  const due = new Set<string>()
  const free = (storage: Storage, shards: ReadonlyArray<ShardId.ShardId>): Effect.Effect<void, PersistenceError> => {
    for (const shard of shards) due.add(ShardId.toString(shard))
    return Effect.tap(storage.resetShards(shards), () =>
      Effect.sync(() => {
        for (const shard of shards) due.delete(ShardId.toString(shard))
      }))
  }
  const freeRest = (storage: Storage, held: Iterable<ShardId.ShardId>): Effect.Effect<void, PersistenceError> =>
    Effect.suspend(() => {
      if (due.size === 0) return Effect.void
      const rest = [...held].filter((shard) => due.has(ShardId.toString(shard)))
      return rest.length === 0 ? Effect.void : free(storage, rest)
    })
  return { free, freeRest }
}

/**
 * Keeps messages in a database, and waits where effect's storage gives up: a claim that is not given back because the database was
 * locked would hold its run for ten minutes, and an end that is not kept would hold it until its process ends.
 */
export const layerMessages = ({ takeOver = defaultTakeOver }: Timing, known: Known) => {
  const time = Duration.fromInputUnsafe(takeOver)
  const inRuns = patiently(time)
  const attempt = Duration.millis(Duration.toMillis(time) / 10)
  const freed = makeFreed()
  const steady = Effect.map((messages: ReadonlyArray<Incoming<never>>) =>
    known.only(messages).map((message): Incoming<never> =>
      message._tag === "IncomingRequest" ? steadyRequest(message, attempt) : message
    )
  )
  return Layer.effect(
    MessageStorage,
    Effect.map(MessageStorage, (storage) =>
      MessageStorage.of({
        ...storage,
        resetAddresses: (addresses) => untilTaken(storage.resetAddresses(addresses)),
        resetRequests: (ids) => untilTaken(storage.resetRequests(ids)),
        resetShards: (shards) => Effect.suspend(() => freed.free(storage, [...shards])),
        requestIdForPrimaryKey: (key) => inRuns(storage.requestIdForPrimaryKey(key)),
        repliesForUnfiltered: (ids) => inRuns(storage.repliesForUnfiltered(ids)),
        unprocessedMessages: (shards, options) =>
          Effect.andThen(
            freed.freeRest(storage, shards),
            Effect.suspend(() => steady(storage.unprocessedMessages(shards, options)))
          ) as never,
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
