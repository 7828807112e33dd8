/**
 * Runs many items and aggregates their outcomes, so that one bad item costs one item.
 *
 * A `Batch` tells of every item whether it succeeded, failed, or was not attempted, and counts what went wrong by type and
 * family. It is plain data: batches combine ({@link combine}, {@link reducer}), and {@link report} makes of one what goes
 * over the wire. {@link forEach} runs the items; a tool that returns a batch declares {@link Report} as its output.
 *
 * **Details**
 *
 * - Items keep their index and key. A key may repeat, the index may not.
 * - `total = succeeded + failed + notAttempted`, always. The counts hold everything, the arrays what was kept.
 * - Combining is associative, has {@link empty} as its identity and keeps order.
 * - `status` is `success` if all items succeeded (none of none included), `failed` if none did, else `partial`.
 *
 * **Example** (Aggregating results)
 *
 * ```ts import.meta.vitest
 * import * as Batch from "@errata/core/Batch"
 * import * as Errors from "@errata/core/Errors"
 * import * as Result from "effect/Result"
 *
 * const batch = Batch.fromIterable([
 *   ["a.md", Result.succeed(12)],
 *   ["b.md", Result.fail(new Errors.NotFound({ resource: "File", id: "b.md" }))]
 * ])
 * Batch.status(batch) // => "partial"
 * Batch.report(batch).note // => "1 of 2 succeeded, 1 failed."
 * Batch.report(batch).error_summary.by_type // => { not_found: 1 }
 * ```
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Reducer from "effect/Reducer"
import type * as Advice from "../errors/Advice.ts"
import * as Errors from "../errors/Errors.ts"
import type * as ToolError from "../errors/ToolError.ts"
import type { RunError } from "./batch/collector.ts"
import * as Model from "./batch/model.ts"
import type { Batch, Failed, Finished, Item, NotAttempted, Outcome, Succeeded } from "./batch/model.ts"
import type { ItemCall } from "./batch/place.ts"
import * as Run from "./batch/run.ts"
import type { Options } from "./batch/run.ts"
import type { Items } from "./batch/source.ts"
import type { Returned } from "./batch/worker.ts"

export type { RunError } from "./batch/collector.ts"
export type { Batch, Failed, Finished, Item, NotAttempted, Outcome, Succeeded, Tally } from "./batch/model.ts"
export type { ItemCall, Signal } from "./batch/place.ts"
export { errorSummary, report, summary } from "./batch/report.ts"
export type { ItemError, ReportOf, ReportOptions } from "./batch/report.ts"
export type { Options } from "./batch/run.ts"
export { Report } from "./batch/schema.ts"
export type { Fitting, ReportAnnotation, ReportFields } from "./batch/schema.ts"
export type { Items } from "./batch/source.ts"
export type { Returned } from "./batch/worker.ts"

/**
 * Holds no items.
 *
 * @category constructors
 * @since 0.1.0
 */
export const empty: Batch<never, never> = Model.empty

/**
 * Makes the outcome of an item that succeeded.
 *
 * @category constructors
 * @since 0.1.0
 */
export const succeeded: <A>(item: Item, value: A) => Succeeded<A> = Model.succeeded

/**
 * Makes the outcome of an item that failed. The circumstances rule the advice; by default the item was begun and may not be
 * repeated (`safety: "once"`).
 *
 * @category constructors
 * @since 0.1.0
 */
export const failed: <E extends ToolError.Any>(
  item: Item,
  error: E,
  circumstances?: Advice.Circumstances
) => Failed<E> = Model.failed

/**
 * Makes the outcome of an item that was never begun.
 *
 * @category constructors
 * @since 0.1.0
 */
export const notAttempted: (item: Item) => NotAttempted = Model.notAttempted

/**
 * Makes a batch of one item.
 *
 * @category constructors
 * @since 0.1.0
 */
export const of = <A, E>(outcome: Outcome<A, E>): Batch<A, E> => fromOutcomes([outcome])

/**
 * Makes one batch of many outcomes, in their order.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromOutcomes: <A, E>(outcomes: Iterable<Outcome<A, E>>) => Batch<A, E> = Model.fromOutcomes

/**
 * Makes a batch of `Result`s or `Exit`s, with or without keys: an item without a key is known by its index.
 *
 * **Details**
 *
 * A defect becomes an `InternalError`, an item that was interrupted counts as a timeout.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromIterable = <A, E extends ToolError.Any>(
  items: Iterable<Finished<A, E> | readonly [key: string, Finished<A, E>]>,
  options?: {
    /** The safety of an item: how often it may take effect. Default: `"once"`. */
    readonly safety?: (Advice.Safety & {}) | undefined // so the compiler lists the values
    /** The index of the first item. Default: 0. */
    readonly startIndex?: number | undefined
  }
): Batch<A, E | RunError> => {
  const { safety = "once", startIndex = 0 } = options ?? {}
  return fromOutcomes(
    Array.from(items, (entry, i) => {
      const index = startIndex + i
      const [key, finished] = isPair(entry) ? entry : [String(index), entry] as const
      return Model.fromFinished({ index, key }, finished, { safety, started: true })
    })
  )
}

const isPair = <A>(entry: A | readonly [string, A]): entry is readonly [string, A] => Array.isArray(entry)

/**
 * Puts one batch behind another.
 *
 * **Gotchas**
 *
 * Items keep their indices. Batches that were counted from 0 each have to be put one behind the other with {@link shift}
 * first: `Batch.combine(a, Batch.shift(b, Batch.total(a)))`.
 *
 * @category combinators
 * @since 0.1.0
 */
export const combine: {
  /** Returns a function that puts `that` behind a batch. */
  <A2, E2>(that: Batch<A2, E2>): <A, E>(self: Batch<A, E>) => Batch<A | A2, E | E2>
  /** Puts `that` behind `self`. */
  <A, E, A2, E2>(self: Batch<A, E>, that: Batch<A2, E2>): Batch<A | A2, E | E2>
} = /*#__PURE__*/ dual(2, Model.combine)

/**
 * Moves all indices, so that a part of a whole, or a batch behind another, has its place there.
 *
 * @category combinators
 * @since 0.1.0
 */
export const shift: {
  /** Returns a function that moves all indices by a number. */
  (by: number): <A, E>(batch: Batch<A, E>) => Batch<A, E>
  /** Moves all indices by a number. */
  <A, E>(batch: Batch<A, E>, by: number): Batch<A, E>
} = /*#__PURE__*/ dual(2, Model.shift)

/**
 * Combines batches as an effect `Reducer`.
 *
 * @category reducers
 * @since 0.1.0
 */
export const reducer = <A, E>(): Reducer.Reducer<Batch<A, E>> => Reducer.make<Batch<A, E>>(Model.combine, empty)

/**
 * Counts the items.
 *
 * @category accessors
 * @since 0.1.0
 */
export const total: (batch: Batch<unknown, unknown>) => number = Model.total

/**
 * Returns how the batch as a whole ended.
 *
 * @category accessors
 * @since 0.1.0
 */
export const status: (batch: Batch<unknown, unknown>) => "success" | "partial" | "failed" = Model.status

/**
 * Returns the values of the items that succeeded, and the errors of those that failed, as far as they were kept.
 *
 * @category destructors
 * @since 0.1.0
 */
export const partition = <A, E>(batch: Batch<A, E>): readonly [values: ReadonlyArray<A>, errors: ReadonlyArray<E>] => [
  batch.results.map((result) => result.value),
  batch.failures.map((failure) => failure.error)
]

/**
 * Changes the values that were kept.
 *
 * @category combinators
 * @since 0.1.0
 */
export const map: {
  /** Returns a function that changes the values of a batch. */
  <A, B>(f: (value: A, item: Item) => B): <E>(batch: Batch<A, E>) => Batch<B, E>
  /** Changes the values of the batch. */
  <A, E, B>(batch: Batch<A, E>, f: (value: A, item: Item) => B): Batch<B, E>
} = /*#__PURE__*/ dual(2, Model.map)

/**
 * Changes the errors that were kept. The advice, and what is counted, follow the new ones; those that were not kept stay
 * counted as they were.
 *
 * @category combinators
 * @since 0.1.0
 */
export const mapError: {
  /** Returns a function that changes the errors of a batch. */
  <E, E2 extends ToolError.Any>(f: (error: E, item: Item) => E2): <A>(batch: Batch<A, E>) => Batch<A, E2>
  /** Changes the errors of the batch. */
  <A, E, E2 extends ToolError.Any>(batch: Batch<A, E>, f: (error: E, item: Item) => E2): Batch<A, E2>
} = /*#__PURE__*/ dual(2, Model.mapError)

/**
 * Fails with `BatchFailed` if nothing succeeded of at least one item.
 *
 * **Gotchas**
 *
 * The caller then receives nothing about the items. A tool that returns the batch itself needs no threshold: the adapter
 * marks a failed one as an error and lists the items.
 *
 * @category thresholds
 * @since 0.1.0
 */
export const failIfNone = <A, E>(batch: Batch<A, E>): Effect.Effect<Batch<A, E>, Errors.BatchFailed> =>
  status(batch) === "failed" ? Effect.fail(new Errors.BatchFailed({ total: total(batch) })) : Effect.succeed(batch)

/**
 * Fails with `BatchFailed` if less than `rate` (0 to 1) of the items succeeded. An empty batch never fails.
 *
 * @category thresholds
 * @since 0.1.0
 */
export const failBelow: {
  /** Returns a function that fails below a rate. */
  (rate: number): <A, E>(batch: Batch<A, E>) => Effect.Effect<Batch<A, E>, Errors.BatchFailed>
  /** Fails below a rate. */
  <A, E>(batch: Batch<A, E>, rate: number): Effect.Effect<Batch<A, E>, Errors.BatchFailed>
} = /*#__PURE__*/ dual(2, <A, E>(batch: Batch<A, E>, rate: number): Effect.Effect<Batch<A, E>, Errors.BatchFailed> => {
  const all = total(batch)
  return all > 0 && batch.succeeded < rate * all
    ? Effect.fail(new Errors.BatchFailed({ total: all, succeeded: batch.succeeded }))
    : Effect.succeed(batch)
})

type IsAny<T> = 0 extends 1 & T ? true : false

/**
 * Describes the same services, but never inferred from where the effect goes: a toolkit's handler would take all of them away.
 */
type Own<R> = [R] extends [infer Same] ? Same : never

type CheckError<E> = IsAny<E> extends true ? ["The error channel of the items is `any`: classify their errors"] : []

/**
 * Runs an effect for each item, and reports what became of each. Never fails because of an item.
 *
 * **Details**
 *
 * - Items come from an array or another iterable, an async iterable, or a `Stream`, and are taken one by one when a place is
 *   free; they begin in order. Of what has no known size the rest is not counted: the batch is `isTruncated` instead.
 * - A defect in one item is logged in full (with the item's key, as `item`), masked, and costs that item. So does one in its
 *   key, and with `output` a value that does not encode. If the items themselves cannot be read on, the one that should have come
 *   failed, and it is the last.
 * - When the time is nearly up, what is there is the answer: items that were begun are interrupted and count as `timeout`, or
 *   as `outcome_unknown` if their `safety` is `"once"`; items that were not begun are `not_attempted`. What cannot be
 *   interrupted is left behind after half of the reserve. Of a very short time half is kept.
 * - Interrupting the batch (a client's cancel) interrupts all items; no other begins, finalizers run.
 * - `stopAfter` lets the items that were begun end. Several may fail at once, so that there can be more failures.
 * - With `retry` each attempt receives its number, and so do its log lines (`attempt`). What may happen `"once"` only is tried
 *   again only after errors that say that nothing happened, as `rate_limited` does.
 * - An async iterator whose `return()` does not settle within a second is left behind.
 * - Every 10 ms everything else has its turn: items that never wait do not keep timers and other calls waiting.
 * - A number that makes no sense (`concurrency: 0`) is a defect of the whole.
 *
 * **Gotchas**
 *
 * - What an item forks as a child lives until its worker ends, not until the item does; give it a scope of the item's own.
 * - A `timeout` interrupts. What cannot be interrupted goes on, and keeps its place.
 *
 * **Example** (Converting what can be converted)
 *
 * ```ts import.meta.vitest
 * import * as Batch from "@errata/core/Batch"
 * import * as Errors from "@errata/core/Errors"
 * import * as Effect from "effect/Effect"
 *
 * const convert = (file: string) =>
 *   file === "b.md"
 *     ? Effect.fail(new Errors.Unavailable({ service: "The converter", retry_after_seconds: 5 }))
 *     : Effect.succeed(file.length)
 *
 * const program = Batch.forEach(["a.md", "b.md", "c.md"], convert, { concurrency: 2, safety: "idempotent" })
 *
 * const batch = await Effect.runPromise(program)
 * batch.results.map((result) => result.key) // => ["a.md", "c.md"]
 * Batch.errorSummary(batch).retry_keys // => ["b.md"]
 * Batch.errorSummary(batch).suggestion // => "1 of 3 failed temporarily. Call again with retry_keys after 5 s."
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const forEach: {
  /** Returns a function that runs `f` for each of the items it is given. */
  <I, A, E extends ToolError.Any, R = never>(
    f: (item: I, call: ItemCall) => Returned<A, E, R>,
    options?: Options<I>,
    ..._check: CheckError<E>
  ): <R2 = never>(items: Items<I, R2>) => Effect.Effect<Batch<A, E | RunError>, never, Own<R> | R2>
  /** Runs `f` for each item. */
  <I, A, E extends ToolError.Any, R = never, R2 = never>(
    items: Items<I, R2>,
    f: (item: I, call: ItemCall) => Returned<A, E, R>,
    options?: Options<I>,
    ..._check: CheckError<E>
  ): Effect.Effect<Batch<A, E | RunError>, never, Own<R> | Own<R2>>
} = /*#__PURE__*/ dual(
  (args) => typeof args[1] === "function",
  <I, A, E extends ToolError.Any, R>(
    items: Items<I, R>,
    f: (item: I, call: ItemCall) => Returned<A, E, R>,
    options: Options<I> = {}
  ): Effect.Effect<Batch<A, E | RunError>, never, Own<R>> => Run.forEach(items, f, options) as never
)
