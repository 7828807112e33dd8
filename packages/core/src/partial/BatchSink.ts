/**
 * Aggregates the outcomes of items that come as a stream.
 *
 * A sink of its own module, since effect's streams take as long to load as all the rest of this package: whoever has a stream
 * has loaded them already. To run the items of a stream use `Batch.forEach`, which takes streams.
 *
 * **Example** (Aggregating a stream of outcomes)
 *
 * ```ts import.meta.vitest
 * import * as Batch from "@errata/core/Batch"
 * import * as BatchSink from "@errata/core/BatchSink"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * const outcomes = Stream.make(
 *   Batch.succeeded({ index: 0, key: "a.md" }, 12),
 *   Batch.notAttempted({ index: 1, key: "b.md" })
 * )
 * const batch = await Effect.runPromise(Stream.run(outcomes, BatchSink.make()))
 * Batch.status(batch) // => "partial"
 * ```
 *
 * @since 0.1.0
 */
import * as Sink from "effect/Sink"
import { accumulator, type Batch, type Outcome } from "./batch/model.ts"

/**
 * Makes a sink that gives a batch of the outcomes, in their order.
 *
 * @category sinks
 * @since 0.1.0
 */
export const make = <A, E>(options?: {
  /** Counts values and does not keep them. Default: `false`. */
  readonly discard?: boolean | undefined
  /** The number of failures, and of items not attempted, that are kept: the first ones. Default: all. */
  readonly maxKept?: number | undefined
}): Sink.Sink<Batch<A, E>, Outcome<A, E>> => {
  const reduced = Sink.reduce(() => accumulator<A, E>(options), (all, outcome: Outcome<A, E>) => {
    all.add(outcome)
    return all
  })
  return Sink.map(reduced, (all) => all.build())
}
