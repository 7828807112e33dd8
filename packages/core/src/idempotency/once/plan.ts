import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import { Deadline } from "../../call/Deadline.ts"
import { nowUnsafe } from "../../call/internal/clock.ts"
import { marksEffects } from "../../call/toolCall/claim.ts"
import { currentUnsafe } from "../../call/toolCall/service.ts"
import * as ReferenceId from "../../errors/internal/referenceId.ts"
import type * as ToolError from "../../errors/ToolError.ts"
import * as Reserve from "../../partial/internal/reserve.ts"
import * as IdempotencyKey from "../IdempotencyKey.ts"
import { type Held, IdempotencyStore } from "../store/model.ts"
import type { Codec, Note, Options, Verify } from "./model.ts"

/** Everything that is known of work under a key before it begins. */
export interface Plan {
  readonly self: Effect.Effect<unknown, ToolError.Any>
  readonly store: IdempotencyStore["Service"]
  readonly id: string
  readonly fingerprint: string
  readonly key: IdempotencyKey.IdempotencyKey
  readonly tool: string
  readonly referenceId: string
  readonly lease: Duration.Duration
  readonly retention: Duration.Duration
  readonly rejects: boolean
  readonly mayRunAgain: boolean
  readonly runsUnprotected: boolean
  readonly marksEffects: boolean
  readonly verify: Verify<unknown, never> | undefined
  readonly codec: Codec<unknown, ToolError.Any>
  readonly maxSize: number
  readonly isQuestion: (exit: Exit.Exit<unknown, unknown>) => boolean
  readonly storeTimeout: Duration.Duration
  readonly onNote: (note: Note) => Effect.Effect<void>
  readonly now: () => number
  readonly random: typeof Random.Random["Service"]
  /** The time at which the work is stopped, so that there is some left to find out how it ended, and to say so. */
  readonly stopAt: number
  /** The time at which the answer has to be there. */
  readonly answerAt: number
  /** The seconds that there were; infinity without a deadline. */
  readonly seconds: number
  readonly restore: Restore
}

export type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** A claim that was granted, until when its lease runs, and what the work did with it. */
export interface Hold {
  readonly held: Held
  /** By this process's clock, counted from before the store was asked. */
  leaseUntil: number
  /** A marked effect may have begun: the store was told, and holds the key for it. */
  isBegun: boolean
  /** The key went to somebody else before an effect began. */
  isLost: boolean
  /** The store did not answer before an effect began. */
  isUnsure: boolean
  /** The work had a transaction. */
  isTransaction: boolean
  /** Holds what the transaction gave, once it is committed and that is kept. */
  committed: { readonly value: unknown } | undefined
}

/** Limits how much of the time is kept for finding out. */
const checking: Duration.Input = "5 seconds"

export const planOf = (
  self: Effect.Effect<unknown, ToolError.Any>,
  options: Options<unknown, ToolError.Any, never>,
  fiber: Fiber.Fiber<unknown, unknown>,
  restore: Restore
): Plan => {
  const { key, principal = "", tool } = options
  const clock = fiber.getRef(Clock.Clock)
  const random = fiber.getRef(Random.Random)
  const now = () => nowUnsafe(clock)
  const deadline = fiber.getRef(Deadline)
  const duration = (given: Duration.Input | undefined, otherwise: Duration.Input) =>
    Duration.fromInputUnsafe(given ?? otherwise)
  return {
    self,
    restore,
    now,
    random,
    key,
    tool,
    store: Context.get(fiber.context as Context.Context<IdempotencyStore>, IdempotencyStore),
    id: IdempotencyKey.scopeId(key, { principal, tool }),
    fingerprint: IdempotencyKey.fingerprint(options.arguments, { version: options.version }),
    referenceId: currentUnsafe(fiber)?.referenceId ?? ReferenceId.fromRandomUnsafe(random),
    lease: duration(options.lease, "30 seconds"),
    retention: duration(options.retention, "24 hours"),
    storeTimeout: duration(options.storeTimeout, "2 seconds"),
    rejects: options.duplicates === "reject",
    mayRunAgain: options.whenLost === "run again",
    runsUnprotected: options.whenStoreFails === "allow",
    marksEffects: options.effects === "marked" || marksEffects(fiber),
    verify: options.verify,
    codec: options.codec,
    maxSize: options.maxSize ?? 262_144,
    isQuestion: options.isQuestion ?? (() => false),
    onNote: options.onNote ?? (() => Effect.void),
    stopAt: Reserve.make(deadline, now(), options.verify === undefined ? Reserve.standard : checking).stopAt,
    answerAt: Reserve.make(deadline, now()).stopAt,
    seconds: Math.round((deadline - now()) / 100) / 10
  }
}

/** Makes the text of an owner: 128 random bits. */
export const ownerOf = ({ random }: Plan): string =>
  Array.from({ length: 4 }, () => ReferenceId.fromRandomUnsafe(random)).join("")

/** Names the key in a log, which must not hold it. */
export const annotated = (plan: Plan) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.annotateLogs(effect, { tool: plan.tool, reference_id: plan.referenceId, idempotency: plan.id.slice(0, 16) })
