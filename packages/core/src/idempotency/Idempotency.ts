/**
 * Runs work that takes effect once, however often it is called: across concurrent calls, processes, crashes and retries.
 *
 * {@link once} claims the caller's key in an `IdempotencyStore`, runs the work, and keeps its outcome. A repeat with the same key gets
 * that outcome again; with other arguments it is refused. A tool declares it by `safety: "keyed"`, and the adapter does the rest: call
 * `once` yourself where there is no tool.
 *
 * **Details**
 *
 * | the work ended | before an effect | after one may have begun |
 * |---|---|---|
 * | with a result | kept | kept |
 * | with a permanent error, or one about the arguments | the key is free again | kept |
 * | with a transient error, a defect, an interruption, or too late | the key is free again | nobody knows: `verify`, else `OutcomeUnknown` |
 * | not: its process died | the key is free when the lease ends | the same, at the next call |
 * | with a question to the caller (`isQuestion`) | the key is free again | the same, unless a marked effect began |
 *
 * An effect may have begun from the start of the work on. With `effects: "marked"` only what runs in `ToolCall.irreversible` is one, which is
 * what lets a caller try again with the same key after "insufficient funds".
 *
 * | a call whose key | gets |
 * |---|---|
 * | is in progress | the outcome, once it is there; with `duplicates: "reject"`, or when its time is up, `InProgress` |
 * | is completed | the same result or error; where it was too large to keep, an error that says that it took effect |
 * | came with other arguments | `IdempotencyConflict` |
 * | has an unknown outcome | what `verify` finds, else `OutcomeUnknown` with the step that finds out |
 * | cannot be looked up | `Unavailable`; with `whenStoreFails: "allow"` the work runs unprotected |
 *
 * The {@link Codec} writes the outcome that is kept: the public fields of an error, and a result without what its schema marks as sensitive.
 *
 * **Gotchas**
 *
 * Retries belong inside: `once(RetryPolicy.retry(work, policy), options)`. With marked effects an attempt that began one is the last; without,
 * nobody can tell, and only work that may run again (`whenLost: "run again"`) should be retried as a whole.
 *
 * **Example** (Charging once)
 *
 * ```ts import.meta.vitest
 * import * as Idempotency from "@errata/core/Idempotency"
 * import * as IdempotencyKey from "@errata/core/IdempotencyKey"
 * import * as IdempotencyStore from "@errata/core/IdempotencyStore"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 *
 * let charges = 0
 * const charge = Effect.sync(() => ({ charge_id: `ch_${++charges}` }))
 *
 * const once = Idempotency.once(charge, {
 *   key: IdempotencyKey.make("order-7"),
 *   tool: "charge_user",
 *   arguments: { user_id: "ada", amount: 5 },
 *   codec: Idempotency.codec({ output: Schema.Struct({ charge_id: Schema.String }), errors: [] })
 * })
 * const program = Effect.all([once, once, once], { concurrency: "unbounded" })
 *
 * await Effect.runPromise(Effect.provide(program, IdempotencyStore.layerMemory()))
 * charges // => 1
 * ```
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import type * as ToolError from "../errors/ToolError.ts"
import type * as Redaction from "../redaction/Redaction.ts"
import type { IdempotencyKey } from "./IdempotencyKey.ts"
import * as Codecs from "./once/codec.ts"
import { type Classes, type Codec, type Current, CurrentWork, type Failure, type Options } from "./once/model.ts"
import { runOnce } from "./once/once.ts"
import type { IdempotencyStore } from "./store/model.ts"

export type { Codec, Current, Failure, Note, Options, Verify } from "./once/model.ts"

/**
 * Runs an effect once for its key, and gives every repeat the same outcome.
 *
 * @category combinators
 * @since 0.1.0
 */
export const once: {
  /** Runs an effect once for its key; for `pipe`. */
  <A, E extends ToolError.Any, R2 = never>(
    options: Options<A, E, R2>
  ): <R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E | Failure, R | R2 | IdempotencyStore>
  /** Runs an effect once for its key. */
  <A, E extends ToolError.Any, R, R2 = never>(
    self: Effect.Effect<A, NoInfer<E>, R>,
    options: Options<A, E, R2>
  ): Effect.Effect<A, E | Failure, R | R2 | IdempotencyStore>
} = /*#__PURE__*/ dual(2, <A, E extends ToolError.Any, R, R2>(
  self: Effect.Effect<A, E, R>,
  options: Options<A, E, R2>
): Effect.Effect<A, E | Failure, R | R2 | IdempotencyStore> => runOnce(self as never, options as never) as never)

/**
 * Makes a codec of the schema of a result and the classes of errors, as a tool declares them.
 *
 * @category constructors
 * @since 0.1.0
 */
export const codec = <A, const Es extends Classes>(options: {
  /** The schema of the result. */
  readonly output: Schema.Codec<A, unknown>
  /** The classes of errors that the work may fail with. */
  readonly errors: Es
  /** Masks what looks like a secret in errors. Default: the standard one. */
  readonly redactor?: Redaction.Redactor | undefined
}): Codec<A, InstanceType<Es[number]>> => Codecs.make(options) as never

/**
 * Returns the key that the running code works under; none outside of keyed calls.
 *
 * **Details**
 *
 * For the keys of what the work calls in turn: `current.child("charge")`, sent on by `IdempotencyKey.header`.
 *
 * @category accessors
 * @since 0.1.0
 */
export const current: Effect.Effect<Option.Option<Current>> = /*#__PURE__*/ Effect.withFiber((fiber) => {
  const work = fiber.getRef(CurrentWork)
  return Effect.succeed(work === undefined ? Option.none() : Option.some({ key: work.key, child: work.child }))
})

/**
 * Returns the key of a step of the running work; none outside of keyed calls.
 *
 * @category accessors
 * @since 0.1.0
 */
export const childKey = (step: string): Effect.Effect<Option.Option<IdempotencyKey>> =>
  Effect.map(current, Option.map(({ child }) => child(step)))

/**
 * Runs the writes of a keyed call and the keeping of its result in one transaction: exactly once.
 *
 * **Details**
 *
 * For the store of `@errata/core/stores/sql`, with writes through the same `SqlClient`. The call does not begin outside of the database: an owner
 * that is lost before its commit is followed, and what it wrote is undone. The tool's effects are `"marked"`. The result of the transaction
 * is the call's, whatever comes after it.
 *
 * **Gotchas**
 *
 * Dies with a sentence where it promises too much: outside of a keyed call, on a store without transactions, for effects that are not
 * marked, and a second time in one call.
 *
 * **Example** (Booking a charge)
 *
 * ```ts
 * const handled = Tool.handle(chargeUser, Effect.fnUntraced(function*({ amount, user_id }) {
 *   const sql = yield* SqlClient.SqlClient
 *   return yield* Idempotency.transaction(Effect.gen(function*() {
 *     yield* sql`UPDATE accounts SET balance = balance - ${amount} WHERE user_id = ${user_id}`
 *     return { charged: amount }
 *   }))
 * }))
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const transaction = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.withFiber((fiber) => {
    const work = fiber.getRef(CurrentWork)
    return work === undefined ? Effect.die(new TypeError(noKey)) : work.transaction(self)
  })

const noKey = "Idempotency.transaction: the call has no idempotency key; use the client's own withTransaction"
