/**
 * Removes the runs of durable tools that ended long ago from the database of their engine, while the fleet runs.
 *
 * An engine keeps what has run, so that each call of a key gets the answer of its run. {@link prune} removes keys whose runs have all ended
 * so long ago that nobody asks for them any more; {@link layer} does so every hour.
 *
 * **Details**
 *
 * - A key is removed as a whole, with all its runs, in one transaction; so many keys at once as `atOnce` says.
 * - Nothing that is unfinished is removed: no run that goes on, sleeps or undoes, no key one of whose messages waits for a process, no key
 *   that was claimed and whose run nobody began.
 * - It works on the tables of effect's SQL storage, of SQLite and of Postgres, on the client of the engine. Any process may do it, and
 *   several at once do no harm.
 *
 * **Gotchas**
 *
 * A key that was removed is a new one: a call with it **runs again**, takes effect again, and may have other arguments. Keep runs for longer than
 * anybody repeats a call: longer than the retention of idempotency keys that the same callers use (24 hours by default), and than a task is polled.
 *
 * **Example** (Keeping runs for ninety days)
 *
 * ```ts import.meta.vitest
 * import * as Retention from "@errata/core/durable/retention"
 * import * as Sqlite from "@errata/core/durable/sqlite"
 * import * as Layer from "effect/Layer"
 *
 * const engine = Layer.provideMerge(
 *   Retention.layer({ keepFor: "90 days" }),
 *   Sqlite.layer({ filename: "runs.sqlite" })
 * )
 * Layer.isLayer(engine) // => true
 * ```
 *
 * @stability unstable
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Digest from "effect/crypto/Digest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { pruneBefore, type Pruned } from "./retention/prune.ts"
import { withLoggersIn } from "./run/loggers.ts"

export type { Pruned } from "./retention/prune.ts"

/**
 * Says what is kept.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The time for which a run is kept from its end on: so long its key gets its answer. Default: 30 days. */
  readonly keepFor?: Duration.Input | undefined
  /** Bounds the keys that are looked at, and removed, at once. Default: 100. */
  readonly atOnce?: number | undefined
}

/**
 * Removes the keys whose runs ended before the time that they are kept for. Returns how many.
 *
 * @stability unstable
 * @category combinators
 * @since 0.1.0
 */
export const prune = (
  { atOnce = 100, keepFor = "30 days" }: Options = {}
): Effect.Effect<Pruned, SqlError, SqlClient> => {
  const kept = Duration.toMillis(Duration.fromInputUnsafe(keepFor))
  if (!Number.isFinite(kept)) throw new RangeError("`keepFor` is a time such as \"30 days\"")
  if (!Number.isSafeInteger(atOnce) || atOnce < 1) throw new RangeError("`atOnce` is a whole number above 0")
  return Effect.flatMap(Clock.currentTimeMillis, (now) => pruneBefore(now - kept, { atOnce, now })).pipe(
    Effect.provide(Digest.layerWebCrypto)
  )
}

/**
 * Removes such keys every so often, as long as the layer lives. What the database refuses is tried again the next time, and told to the log.
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options & {
  /** The time between two looks. Default: 1 hour. */
  readonly every?: Duration.Input | undefined
} = {}): Layer.Layer<never, never, SqlClient> =>
  withLoggersIn(Layer.effectDiscard(
    prune(options).pipe(
      Effect.catchCause((cause) => Effect.logWarning("Old runs of durable tools could not be removed", cause)),
      Effect.repeat(Schedule.spaced(options.every ?? "1 hour")),
      Effect.forkScoped
    )
  ))
