/**
 * Runs many items and aggregates their outcomes, so that one bad item costs one item.
 *
 * A `Batch` says of every item whether it succeeded, failed, or was not attempted, and counts what went wrong by type and
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
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Reducer from "effect/Reducer"
import type * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type * as Advice from "../errors/Advice.ts"
import * as Errors from "../errors/Errors.ts"
import type * as ToolError from "../errors/ToolError.ts"
import type { Limits } from "../redaction/Limits.ts"
import type { Redactor } from "../redaction/Redaction.ts"
import type { RetryPolicy } from "../resilience/RetryPolicy.ts"
import * as Model from "./batch/model.ts"
import * as internalReport from "./batch/report.ts"
import * as Run from "./batch/run.ts"
import * as ReportSchema from "./batch/schema.ts"

/**
 * The key by which a batch is recognised.
 *
 * @category type IDs
 * @since 0.1.0
 */
export const TypeId: typeof Model.TypeId = Model.TypeId

/**
 * The type of {@link TypeId}.
 *
 * @category type IDs
 * @since 0.1.0
 */
export type TypeId = typeof TypeId

/**
 * Which item.
 *
 * @category models
 * @since 0.1.0
 */
export interface Item {
  /** Its place in the input, from 0. */
  readonly index: number
  /** What the caller knows it by. */
  readonly key: string
}

/**
 * An item that succeeded.
 *
 * @category models
 * @since 0.1.0
 */
export interface Succeeded<out A> extends Item {
  readonly _tag: "Succeeded"
  readonly value: A
}

/**
 * An item that failed, with what to do about it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Failed<out E> extends Item {
  readonly _tag: "Failed"
  readonly error: E
  readonly advice: Advice.Advice
  /** What the advice was given on. */
  readonly circumstances: Advice.Circumstances
}

/**
 * An item that was never begun.
 *
 * @category models
 * @since 0.1.0
 */
export interface NotAttempted extends Item {
  readonly _tag: "NotAttempted"
}

/**
 * What became of one item.
 *
 * @category models
 * @since 0.1.0
 */
export type Outcome<A, E> = Succeeded<A> | Failed<E> | NotAttempted

/**
 * What became of all items. The arrays hold what was kept, in input order; the counts hold everything.
 *
 * @category models
 * @since 0.1.0
 */
export interface Batch<out A, out E> {
  readonly [TypeId]: TypeId
  readonly succeeded: number
  readonly failed: number
  readonly notAttempted: number
  readonly results: ReadonlyArray<Succeeded<A>>
  readonly failures: ReadonlyArray<Failed<E>>
  readonly skipped: ReadonlyArray<NotAttempted>
  readonly tally: Tally
  /** Whether the items may have been more, how many nobody knows: a stream or a generator that was not read to its end. */
  readonly isTruncated: boolean
}

/**
 * What went wrong, counted.
 *
 * @category models
 * @since 0.1.0
 */
export interface Tally {
  readonly byType: { readonly [type: string]: number }
  /** By family, as the advice has it: what may have taken effect and must not be repeated is permanent. */
  readonly byCategory: { readonly [family: string]: number }
  /** How many failed items the caller can make succeed: by waiting, by correcting the arguments, by changing a state. */
  readonly recoverable: number
  /** The longest wait that an error asked for, in seconds. */
  readonly retryAfterSeconds: number | undefined
}

/**
 * Whether a value is a batch.
 *
 * @category guards
 * @since 0.1.0
 */
export const isBatch: (u: unknown) => u is Batch<unknown, ToolError.Any> = ReportSchema.isBatch

/**
 * The batch without items.
 *
 * @category constructors
 * @since 0.1.0
 */
export const empty: Batch<never, never> = Model.empty

/**
 * Says that an item succeeded.
 *
 * @category constructors
 * @since 0.1.0
 */
export const succeeded: <A>(item: Item, value: A) => Succeeded<A> = Model.succeeded

/**
 * Says that an item failed. The circumstances rule the advice; by default the item was begun and may not be repeated
 * (`safety: "once"`).
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
 * Says that an item was never begun.
 *
 * @category constructors
 * @since 0.1.0
 */
export const notAttempted: (item: Item) => NotAttempted = Model.notAttempted

/**
 * The batch of one item.
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
 * How one item may have finished.
 *
 * @category models
 * @since 0.1.0
 */
export type Finished<A, E> = Model.Finished<A, E>

/**
 * Makes a batch of `Result`s or `Exit`s, with or without keys: an item without a key is known by its index.
 *
 * **Details**
 *
 * A defect becomes an `InternalError`, an item that was interrupted counts as a timeout. `safety` says whether the items may
 * be repeated; default `"once"`. `startIndex` is the index of the first; default 0.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromIterable = <A, E extends ToolError.Any>(
  items: Iterable<Finished<A, E> | readonly [key: string, Finished<A, E>]>,
  options?: { readonly safety?: Advice.Safety | undefined; readonly startIndex?: number | undefined }
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
  <A2, E2>(that: Batch<A2, E2>): <A, E>(self: Batch<A, E>) => Batch<A | A2, E | E2>
  <A, E, A2, E2>(self: Batch<A, E>, that: Batch<A2, E2>): Batch<A | A2, E | E2>
} = /*#__PURE__*/ dual(2, Model.combine)

/**
 * Moves all indices, so that a part of a whole, or a batch behind another, has its place there.
 *
 * @category combinators
 * @since 0.1.0
 */
export const shift: {
  (by: number): <A, E>(batch: Batch<A, E>) => Batch<A, E>
  <A, E>(batch: Batch<A, E>, by: number): Batch<A, E>
} = /*#__PURE__*/ dual(2, Model.shift)

/**
 * Combining as an effect `Reducer`.
 *
 * @category reducers
 * @since 0.1.0
 */
export const reducer = <A, E>(): Reducer.Reducer<Batch<A, E>> => Reducer.make<Batch<A, E>>(Model.combine, empty)

/**
 * How many items there were.
 *
 * @category accessors
 * @since 0.1.0
 */
export const total: (batch: Batch<unknown, unknown>) => number = Model.total

/**
 * How the batch as a whole ended.
 *
 * @category accessors
 * @since 0.1.0
 */
export const status: (batch: Batch<unknown, unknown>) => "success" | "partial" | "failed" = Model.status

/**
 * The values of the items that succeeded, and the errors of those that failed, as far as they were kept.
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
  <A, B>(f: (value: A, item: Item) => B): <E>(batch: Batch<A, E>) => Batch<B, E>
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
  <E, E2 extends ToolError.Any>(f: (error: E, item: Item) => E2): <A>(batch: Batch<A, E>) => Batch<A, E2>
  <A, E, E2 extends ToolError.Any>(batch: Batch<A, E>, f: (error: E, item: Item) => E2): Batch<A, E2>
} = /*#__PURE__*/ dual(2, Model.mapError)

/**
 * Fails with `BatchFailed` if nothing succeeded of at least one item.
 *
 * **Gotchas**
 *
 * What is known of the items is lost to the caller then. A tool that returns the batch itself needs no threshold: the
 * adapter marks a failed one as an error and tells of each item.
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
  (rate: number): <A, E>(batch: Batch<A, E>) => Effect.Effect<Batch<A, E>, Errors.BatchFailed>
  <A, E>(batch: Batch<A, E>, rate: number): Effect.Effect<Batch<A, E>, Errors.BatchFailed>
} = /*#__PURE__*/ dual(2, <A, E>(batch: Batch<A, E>, rate: number): Effect.Effect<Batch<A, E>, Errors.BatchFailed> => {
  const all = total(batch)
  return all > 0 && batch.succeeded < rate * all
    ? Effect.fail(new Errors.BatchFailed({ total: all, succeeded: batch.succeeded }))
    : Effect.succeed(batch)
})

/**
 * What a report shows. Every option has a default.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReportOptions {
  /** `all`, only what failed, or only the counts. Default `all`. */
  readonly view?: "all" | "failures_only" | "summary" | undefined
  /** How many results are listed at most. Default 1,000. */
  readonly maxResults?: number | undefined
  /** How many errors are listed at most. Default 100. */
  readonly maxErrors?: number | undefined
  /** How many keys to call again with are listed at most. Default 1,000. */
  readonly maxRetryKeys?: number | undefined
  readonly redactor?: Redactor | undefined
  readonly limits?: Limits | undefined
}

/**
 * What goes over the wire about a batch whose values are of type `A`.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReportOf<out A> {
  readonly status: "success" | "partial" | "failed"
  readonly summary: {
    readonly total: number
    readonly succeeded: number
    readonly failed: number
    readonly not_attempted: number
    /** Rounded to two decimals; 1 only if all succeeded, 0 only if none did. */
    readonly success_rate: number
  }
  readonly results: ReadonlyArray<{ readonly index: number; readonly key: string; readonly value: A }>
  readonly errors: ReadonlyArray<{
    readonly index: number
    readonly key: string
    readonly error: string
    readonly type: string
    readonly category: ToolError.Family
    readonly message: string
    readonly recoverable: boolean
    readonly suggestion?: string
  }>
  readonly error_summary: {
    readonly by_type: { readonly [type: string]: number }
    readonly by_category: { readonly [family: string]: number }
    readonly recoverable_count: number
    readonly retry_keys: ReadonlyArray<string>
    readonly retry_after_seconds?: number
    readonly suggestion?: string
  }
  readonly note: string
}

/**
 * The fields of a {@link Report}.
 *
 * @category utility types
 * @since 0.1.0
 */
export type ReportFields<Value extends Schema.Top> = {
  readonly status: Schema.Literals<readonly ["success", "partial", "failed"]>
  readonly summary: Schema.Struct<
    Counts<"total" | "succeeded" | "failed" | "not_attempted"> & { readonly success_rate: Schema.Finite }
  >
  readonly results: Schema.$Array<
    Schema.Struct<{ readonly index: Schema.Int; readonly key: Schema.String; readonly value: Value }>
  >
  readonly errors: Schema.$Array<
    Schema.Struct<{
      readonly index: Schema.Int
      readonly key: Schema.String
      readonly error: Schema.String
      readonly type: Schema.String
      readonly category: Schema.Literals<readonly ["transient", "permanent", "validation"]>
      readonly message: Schema.String
      readonly recoverable: Schema.Boolean
      readonly suggestion: Schema.optionalKey<Schema.String>
    }>
  >
  readonly error_summary: Schema.Struct<{
    readonly by_type: Schema.$Record<Schema.String, Schema.Int>
    readonly by_category: Schema.$Record<Schema.String, Schema.Int>
    readonly recoverable_count: Schema.Int
    readonly retry_keys: Schema.$Array<Schema.String>
    readonly retry_after_seconds: Schema.optionalKey<Schema.Int>
    readonly suggestion: Schema.optionalKey<Schema.String>
  }>
  readonly note: Schema.String
}

type Counts<Names extends string> = { readonly [K in Names]: Schema.Int }

/**
 * The schema of a report: what a tool that returns a batch declares as its output.
 *
 * **Details**
 *
 * The handler of such a tool returns the `Batch`, and the adapter makes the report, with the server's redactor and limits and
 * the options that are given here. A batch of which nothing succeeded is an error then (`isError`), and still told in full.
 * A handler may return a report of its own making instead.
 *
 * **Example** (Declaring a tool that returns a batch)
 *
 * ```ts import.meta.vitest
 * import * as Batch from "@errata/core/Batch"
 * import * as Errors from "@errata/core/Errors"
 * import * as Tool from "@errata/core/Tool"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 *
 * const countLines = Tool.make("count_lines", {
 *   description: "Counts the lines of files.",
 *   input: Schema.Struct({ paths: Schema.Array(Schema.String) }),
 *   output: Batch.Report(Schema.Struct({ lines: Schema.Int })),
 *   safety: "read"
 * })
 *
 * const handler = Tool.handle(countLines, ({ paths }) =>
 *   Batch.forEach(paths, (path) =>
 *     path.endsWith(".md") ? Effect.succeed({ lines: 12 }) : Effect.fail(new Errors.NotFound({ resource: "File", id: path }))))
 * handler.tool.name // => "count_lines"
 * ```
 *
 * @category schemas
 * @since 0.1.0
 */
export interface Report<Value extends Schema.Top> extends Schema.Struct<ReportFields<Value>> {}

/**
 * Makes the schema of a report on values of a schema.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Report: <Value extends Schema.Top>(value: Value, options?: ReportOptions) => Report<Value> =
  ReportSchema.makeReport

/**
 * What the schema of a {@link Report} says to an adapter, as its annotation `errata/batch`.
 *
 * @category schemas
 * @since 0.1.0
 */
export interface ReportAnnotation {
  /** Makes the report of what a handler returned, if that is a batch; a report stays as it is. */
  readonly toReport: (returned: unknown, settings: Pick<ReportOptions, "redactor" | "limits">) => unknown
}

/**
 * Makes of a batch what goes over the wire: without secrets, bounded, with advice for the whole. Never throws.
 *
 * @category destructors
 * @since 0.1.0
 */
export const report: <A, E extends ToolError.Any>(batch: Batch<A, E>, options?: ReportOptions) => ReportOf<A> =
  internalReport.report

/**
 * The counts of a batch.
 *
 * @category destructors
 * @since 0.1.0
 */
export const summary: (batch: Batch<unknown, unknown>) => ReportOf<unknown>["summary"] = internalReport.summary

/**
 * What went wrong as a whole: by type, by family, which keys to call again with, and what to do.
 *
 * @category destructors
 * @since 0.1.0
 */
export const errorSummary: (
  batch: Batch<unknown, unknown>,
  options?: Pick<ReportOptions, "maxRetryKeys">
) => ReportOf<unknown>["error_summary"] = internalReport.errorSummary

/**
 * What items may come from.
 *
 * @category models
 * @since 0.1.0
 */
export type Items<I, R = never> = Iterable<I> | AsyncIterable<I> | Stream.Stream<I, never, R>

/**
 * What an item's function is told besides the item.
 *
 * @category models
 * @since 0.1.0
 */
export interface ItemCall extends Item {
  /** Which attempt this is; the first is 1. */
  readonly attempt: number
  /** Aborted when the item is interrupted, for those who return a promise. */
  readonly signal: Signal
}

/**
 * An `AbortSignal`, as effect has it: this package knows neither the browser's types nor Node's.
 *
 * @category models
 * @since 0.1.0
 */
export type Signal = Parameters<Parameters<typeof Effect.promise>[0]>[0]

/**
 * What an item's function returns: an effect, or a promise of a `Result` where code has promises. A promise that rejects is a
 * defect of the item.
 *
 * @category models
 * @since 0.1.0
 */
export type Returned<A, E, R> = Effect.Effect<A, E, R> | PromiseLike<Result.Result<A, E>>

/**
 * What may go wrong with an item besides its own errors.
 *
 * @category models
 * @since 0.1.0
 */
export type RunError = Errors.InternalError | Errors.Timeout

/**
 * How the items of a batch are run. Every option has a default; see {@link forEach}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<in I> {
  readonly concurrency?: number | undefined
  readonly key?: ((item: I, index: number) => string) | undefined
  readonly timeout?: Duration.Input | undefined
  readonly retry?: RetryPolicy | undefined
  readonly safety?: Advice.Safety | undefined
  readonly stopAfter?: number | undefined
  readonly reserve?: Duration.Input | undefined
  readonly discard?: boolean | undefined
  readonly maxKept?: number | undefined
  readonly tellsProgress?: boolean | undefined
}

type IsAny<T> = 0 extends 1 & T ? true : false

type CheckError<E> = IsAny<E> extends true ? ["The error channel of the items is `any`: classify their errors"] : []

/**
 * Runs an effect for each item, and says what became of each. Never fails because of an item.
 *
 * **Details**
 *
 * | option | default | meaning |
 * |---|---|---|
 * | `concurrency` | 8 | how many items run at once |
 * | `key` | the item, if it is a text, else its index | what the caller knows an item by |
 * | `timeout` | as long as the deadline allows | how long one item may take, all its attempts together |
 * | `retry` | none | a policy for each item's transient errors |
 * | `safety` | that of the tool that is called, else `"once"` | how often an item may take effect |
 * | `stopAfter` | never | after how many failures no more items are begun |
 * | `reserve` | 500 ms | how much of the time before the `Deadline` is kept for answering |
 * | `discard` | `false` | counts values and does not keep them: any number of items needs the memory of a few |
 * | `maxKept` | 1,000 | how many failures, and how many items not attempted, are kept: the first; all are counted |
 * | `tellsProgress` | `true` | tells a client that listens how many items are done, at most ten times a second |
 *
 * - Items come from an array or another iterable, an async iterable, or a `Stream`, and are taken one by one when a place is
 *   free; they begin in order. Of what has no known size the rest is not counted: the batch says `isTruncated` instead.
 * - A defect in one item is logged in full (with the item's key, as `item`), masked, and costs that item. So does one in its
 *   key. If the items themselves cannot be read on, the one that should have come failed, and it is the last.
 * - When the time is nearly up, what is there is the answer: items that were begun are interrupted and count as `timeout`, or
 *   as `outcome_unknown` if their `safety` is `"once"`; items that were not begun are `not_attempted`. What cannot be
 *   interrupted is left behind after half of the reserve. Of a very short time half is kept.
 * - Interrupting the batch (a client's cancel) interrupts all items; no other begins, finalizers run.
 * - `stopAfter` lets the items that were begun end. Several may fail at once, so that there can be more failures.
 * - With `retry` each attempt is told its number, and so are its log lines (`attempt`). What may happen `"once"` only is tried
 *   again only after errors that say that nothing happened, as `rate_limited` does.
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
 * Batch.errorSummary(batch).suggestion // => "1 of 3 failed for now: call again with retry_keys after 5 s."
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const forEach: {
  <I, A, E extends ToolError.Any, R = never>(
    f: (item: I, call: ItemCall) => Returned<A, E, R>,
    options?: Options<I>,
    ..._check: CheckError<E>
  ): <R2 = never>(items: Items<I, R2>) => Effect.Effect<Batch<A, E | RunError>, never, R | R2>
  <I, A, E extends ToolError.Any, R = never, R2 = never>(
    items: Items<I, R2>,
    f: (item: I, call: ItemCall) => Returned<A, E, R>,
    options?: Options<I>,
    ..._check: CheckError<E>
  ): Effect.Effect<Batch<A, E | RunError>, never, R | R2>
} = /*#__PURE__*/ dual(
  (args) => typeof args[1] === "function",
  <I, A, E extends ToolError.Any, R>(
    items: Items<I, R>,
    f: (item: I, call: ItemCall) => Returned<A, E, R>,
    options: Options<I> = {}
  ): Effect.Effect<Batch<A, E | RunError>, never, R> => Run.forEach(items, f, options)
)
