import * as Effect from "effect/Effect"
import type * as Advice from "../../errors/Advice.ts"
import type * as ToolError from "../../errors/ToolError.ts"
import * as Engine from "../../partial/Batch.ts"
import type { ReportOf } from "../../partial/Batch.ts"
import { attempt, readingOf } from "./attempt.ts"
import { callOf } from "./call.ts"
import type { Attempt, Belonging, Duration, Understanding } from "./model.ts"
import { engineOf, type RetryPolicy } from "./policy.ts"
import { mustBeFunction } from "./retry.ts"
import { run } from "./run.ts"

/**
 * Names an item of a batch.
 *
 * @category models
 * @since 0.1.0
 */
export interface Item {
  /** Its place in the input, from 0. */
  readonly index: number
  /** The name that the caller knows it by. */
  readonly key: string
}

/**
 * Describes to an item's function which item it works on, and in which attempt.
 *
 * @category models
 * @since 0.1.0
 */
export interface ItemAttempt extends Item, Attempt {}

/**
 * Configures how the items of a batch are run. Every option has a default.
 *
 * @category models
 * @since 0.1.0
 */
export interface BatchOptions<in I> extends Understanding, Belonging {
  /** The number of items that run at once. Default: 8. */
  readonly concurrency?: number | undefined
  /** The name that the caller knows an item by. Default: the item, if it is a text, else its index. */
  readonly key?: ((item: I, index: number) => string) | undefined
  /** The time that one item may take, all its attempts together. Default: as long as the call has. */
  readonly timeout?: Duration | undefined
  /** Tries each item again after transient errors; not where an item may take effect once. Default: none. */
  readonly retry?: RetryPolicy | undefined
  /** Declares how often an item may take effect. Default: as often as the tool that is called, else `"once"`. */
  readonly safety?: (Advice.Safety & {}) | undefined // so the compiler lists the values
  /** The number of failures after which no more items are begun. Default: never. */
  readonly stopAfter?: number | undefined
  /** The part of the time before the call's deadline that is kept for answering. Default: 500 ms. */
  readonly reserve?: Duration | undefined
  /** Counts values and does not keep them. Default: `false`. */
  readonly discard?: boolean | undefined
  /** The number of failures, and of items not attempted, that are kept: the first ones; all are counted. Default: 1,000. */
  readonly maxKept?: number | undefined
  /** Tells a client that listens how many items are done. Default: `true`. */
  readonly tellsProgress?: boolean | undefined
}

/**
 * Describes what a report shows. Every option has a default.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReportOptions {
  /** Everything, only what failed, or only the counts. Default: `all`. */
  readonly view?: "all" | "failures_only" | "summary" | undefined
  /** The number of results that are listed at most. Default: 1,000. */
  readonly maxResults?: number | undefined
  /** The number of errors that are listed at most. Default: 100; 20 where nothing succeeded, of more than that 4. */
  readonly maxErrors?: number | undefined
  /** The number of keys to retry that are listed at most. Default: 1,000. */
  readonly maxRetryKeys?: number | undefined
}

/**
 * Holds what became of many items. A wrapped handler may return it as it is; `JSON.stringify` gives its report.
 *
 * @category models
 * @since 0.1.0
 */
export interface Batch<out A> {
  /** `success` if all items succeeded, `failed` if none did, else `partial`. */
  readonly status: "success" | "partial" | "failed"
  /** The number of items. */
  readonly total: number
  /** The number of items that succeeded. */
  readonly succeeded: number
  /** The number of items that failed. */
  readonly failed: number
  /** The number of items that were never begun. */
  readonly notAttempted: number
  /** The items that succeeded, in input order. */
  readonly results: ReadonlyArray<
    Item & {
      /** The value of the item. */
      readonly value: A
    }
  >
  /** The items that failed, in input order, as far as they were kept. */
  readonly failures: ReadonlyArray<
    Item & {
      /** The error of the item. */
      readonly error: ToolError.Any
    }
  >
  /** Makes the report that goes over the wire. */
  readonly report: (options?: ReportOptions) => ReportOf<A>
  /** Makes the same for `JSON.stringify`. */
  readonly toJSON: () => ReportOf<A>
}

/** The key under which a value makes the report of a batch with what the call knows. */
const ReportKey = Symbol.for("errata/report")

/** Runs work for each item; see the documentation in `promise`. */
export const forEach = async <I, A>(
  items: Iterable<I> | AsyncIterable<I>,
  work: (item: I, signal: AbortSignal, attempt: ItemAttempt) => A,
  options: BatchOptions<I> = {}
): Promise<Batch<Awaited<A>>> => {
  mustBeFunction(work)
  const { call, classify, retry, service, signal, ...rest } = options
  const reading = readingOf({ classify, service }, true)
  const program = Engine.forEach(
    items,
    (item: I, { attempt: number, index, key }) =>
      attempt((signal, border) => work(item, signal, { index, key, attempt: number, call: callOf(border) }), reading),
    { ...rest, retry: retry === undefined ? undefined : engineOf(retry) }
  )
  return run(Effect.map(program, (batch) => plain<Awaited<A>>(batch)), { call, signal })
}

const plain = <A>(batch: Engine.Batch<A, ToolError.Any>): Batch<A> => {
  const { failed, failures, notAttempted, results, succeeded } = batch
  const report = (options?: ReportOptions): ReportOf<A> => Engine.report(batch, options)
  const value: Batch<A> = {
    status: Engine.status(batch),
    total: Engine.total(batch),
    succeeded,
    failed,
    notAttempted,
    results: results.map(({ index, key, value }) => ({ index, key, value })),
    failures: failures.map(({ error, index, key }) => ({ index, key, error })),
    report,
    toJSON: () => report()
  }
  return Object.defineProperty(value, ReportKey, {
    value: (settings: Engine.ReportOptions) => Engine.report(batch, settings)
  })
}
