import * as Cause from "effect/Cause"
import type * as Exit from "effect/Exit"
import type * as Result from "effect/Result"
import * as Advice from "../../errors/Advice.ts"
import * as Errors from "../../errors/Errors.ts"
import { advice } from "../../errors/internal/wording.ts"
import * as ToolError from "../../errors/ToolError.ts"

/** The pure part of `Batch`: what a batch is, and how batches are made and combined. */

/** The key by which a batch is recognised. */
export const TypeId = "~errata/Batch" as const

/**
 * Identifies an item.
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
 * Describes an item that succeeded.
 *
 * @category models
 * @since 0.1.0
 */
export interface Succeeded<out A> extends Item {
  readonly _tag: "Succeeded"
  /** The value that the item gave. */
  readonly value: A
}

/**
 * Describes an item that failed, with what to do about it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Failed<out E> extends Item {
  readonly _tag: "Failed"
  /** The reason why it failed. */
  readonly error: E
  /** The advice on it. */
  readonly advice: Advice.Advice
  /** The circumstances that the advice was given on. */
  readonly circumstances: Advice.Circumstances
}

/**
 * Describes an item that was never begun.
 *
 * @category models
 * @since 0.1.0
 */
export interface NotAttempted extends Item {
  readonly _tag: "NotAttempted"
}

/**
 * Describes what became of one item.
 *
 * @category models
 * @since 0.1.0
 */
export type Outcome<A, E> = Succeeded<A> | Failed<E> | NotAttempted

/**
 * Holds what became of all items. The arrays hold what was kept, in input order; the counts hold everything.
 *
 * @category models
 * @since 0.1.0
 */
export interface Batch<out A, out E> {
  readonly [TypeId]: typeof TypeId
  /** The number of items that succeeded. */
  readonly succeeded: number
  /** The number of items that failed. */
  readonly failed: number
  /** The number of items that were never begun. */
  readonly notAttempted: number
  /** The items that succeeded, as far as they were kept. */
  readonly results: ReadonlyArray<Succeeded<A>>
  /** The items that failed, as far as they were kept. */
  readonly failures: ReadonlyArray<Failed<E>>
  /** The items that were never begun, as far as they were kept. */
  readonly skipped: ReadonlyArray<NotAttempted>
  /** The failures, counted. */
  readonly tally: Tally
  /** True if there may have been more items, an unknown number: a stream or a generator that was not read to its end. */
  readonly isTruncated: boolean
}

/**
 * Counts what went wrong.
 *
 * @category models
 * @since 0.1.0
 */
export interface Tally {
  /** The number of items that failed, by type. */
  readonly byType: { readonly [type: string]: number }
  /** By family, as the advice has it: what may have taken effect and must not be repeated is permanent. */
  readonly byCategory: { readonly [family: string]: number }
  /**
   * The number of failed items that the caller can make succeed: by waiting, by correcting the arguments, by changing a state.
   */
  readonly recoverable: number
  /** The longest wait that an error asked for, in seconds. */
  readonly retryAfterSeconds: number | undefined
}

export const empty: Batch<never, never> = {
  [TypeId]: TypeId,
  succeeded: 0,
  failed: 0,
  notAttempted: 0,
  results: [],
  failures: [],
  skipped: [],
  tally: { byType: {}, byCategory: {}, recoverable: 0, retryAfterSeconds: undefined },
  isTruncated: false
}

/** Assumes the worst: the call may have taken effect, and must not be repeated. */
export const careful: Advice.Circumstances = { safety: "once", started: true }

export const succeeded = <A>({ index, key }: Item, value: A): Succeeded<A> => ({ _tag: "Succeeded", index, key, value })

export const failed = <E extends ToolError.Any>(
  { index, key }: Item,
  error: E,
  circumstances: Advice.Circumstances = careful
): Failed<E> => ({ _tag: "Failed", index, key, error, advice: Advice.of(error, circumstances), circumstances })

export const notAttempted = ({ index, key }: Item): NotAttempted => ({ _tag: "NotAttempted", index, key })

export const total = (batch: Batch<unknown, unknown>): number => batch.succeeded + batch.failed + batch.notAttempted

export const status = (batch: Batch<unknown, unknown>): "success" | "partial" | "failed" => {
  if (batch.succeeded === total(batch) && !batch.isTruncated) return "success"
  return batch.succeeded === 0 ? "failed" : "partial"
}

export const combine = <A, E, A2, E2>(self: Batch<A, E>, that: Batch<A2, E2>): Batch<A | A2, E | E2> => ({
  [TypeId]: TypeId,
  succeeded: self.succeeded + that.succeeded,
  failed: self.failed + that.failed,
  notAttempted: self.notAttempted + that.notAttempted,
  results: concat<Succeeded<A | A2>>(self.results, that.results),
  failures: concat<Failed<E | E2>>(self.failures, that.failures),
  skipped: concat(self.skipped, that.skipped),
  tally: combineTallies(self.tally, that.tally),
  isTruncated: self.isTruncated || that.isTruncated
})

const concat = <A>(self: ReadonlyArray<A>, that: ReadonlyArray<A>): ReadonlyArray<A> =>
  self.length === 0 ? that : that.length === 0 ? self : [...self, ...that]

export const shift = <A, E>(batch: Batch<A, E>, by: number): Batch<A, E> => ({
  ...batch,
  results: batch.results.map((result) => ({ ...result, index: result.index + by })),
  failures: batch.failures.map((failure) => ({ ...failure, index: failure.index + by })),
  skipped: batch.skipped.map((item) => ({ ...item, index: item.index + by }))
})

/** Takes one outcome after the other; the first are kept, all are counted. */
export interface Accumulator<A, E> {
  readonly add: (outcome: Outcome<A, E>) => void
  readonly build: () => Batch<A, E>
}

export const accumulator = <A, E>(options: {
  readonly discard?: boolean | undefined
  readonly maxKept?: number | undefined
} = {}): Accumulator<A, E> => {
  const { discard = false, maxKept = Number.POSITIVE_INFINITY } = options
  const results: Array<Succeeded<A>> = []
  const failures: Array<Failed<E>> = []
  const skipped: Array<NotAttempted> = []
  const tally = tallyBuilder()
  let [succeeded, failed, notAttempted] = [0, 0, 0]
  return {
    add: (outcome) => {
      switch (outcome._tag) {
        case "Succeeded":
          succeeded++
          if (!discard) results.push(outcome)
          return
        case "Failed":
          failed++
          tally.add(outcome.advice)
          if (failures.length < maxKept) failures.push(outcome)
          return
        case "NotAttempted":
          notAttempted++
          if (skipped.length < maxKept) skipped.push(outcome)
      }
    },
    build: () => ({
      [TypeId]: TypeId,
      succeeded,
      failed,
      notAttempted,
      results,
      failures,
      skipped,
      tally: tally.build(),
      isTruncated: false
    })
  }
}

export const fromOutcomes = <A, E>(outcomes: Iterable<Outcome<A, E>>): Batch<A, E> => {
  const { add, build } = accumulator<A, E>()
  for (const outcome of outcomes) add(outcome)
  return build()
}

/**
 * Describes how one item may have finished.
 *
 * @category models
 * @since 0.1.0
 */
export type Finished<A, E> = Result.Result<A, E> | Exit.Exit<A, E>

export const fromFinished = <A, E extends ToolError.Any>(
  item: Item,
  finished: Finished<A, E>,
  circumstances?: Advice.Circumstances
): Outcome<A, E | Errors.InternalError | Errors.Timeout> => {
  if (finished._tag === "Success") return succeeded(item, "success" in finished ? finished.success : finished.value)
  const error = "failure" in finished ? finished.failure : errorOf(finished.cause, item)
  return ToolError.is(error)
    ? failed<E | Errors.InternalError | Errors.Timeout>(item, error, circumstances)
    : failed(item, new Errors.InternalError({ cause: error }), circumstances)
}

const errorOf = <E extends ToolError.Any>(
  cause: Cause.Cause<E>,
  item: Item
): E | Errors.InternalError | Errors.Timeout => {
  const reason = cause.reasons.find(Cause.isFailReason)
  if (reason !== undefined) return reason.error
  return Cause.hasInterruptsOnly(cause)
    ? new Errors.Timeout({ operation: item.key })
    : new Errors.InternalError({ cause })
}

export const map = <A, E, B>(batch: Batch<A, E>, f: (value: A, item: Item) => B): Batch<B, E> => ({
  ...batch,
  results: batch.results.map((result) => succeeded(result, f(result.value, result)))
})

export const mapError = <A, E, E2 extends ToolError.Any>(
  batch: Batch<A, E>,
  f: (error: E, item: Item) => E2
): Batch<A, E2> => {
  const failures = batch.failures.map((failure) => failed(failure, f(failure.error, failure), failure.circumstances))
  return { ...batch, failures, tally: replaceTally(batch.tally, batch.failures, failures) }
}

/** Tests whether the caller can make the item succeed: by waiting, by correcting the arguments, or by changing a state. */
export const isRecoverable = ({ family, retry, type }: Advice.Advice): boolean =>
  retry.should_retry || family === "validation" ||
  (family === "permanent" && type.advice === advice.resolveFirst)

export const combineTallies = (self: Tally, that: Tally): Tally => ({
  byType: add(self.byType, that.byType),
  byCategory: add(self.byCategory, that.byCategory),
  recoverable: self.recoverable + that.recoverable,
  retryAfterSeconds: longest(self.retryAfterSeconds, that.retryAfterSeconds)
})

type Counts = { readonly [name: string]: number }

/** Returns how often a name was counted. A user's type may be called `constructor`. */
export const countOf = (counts: Counts, name: string): number => Object.hasOwn(counts, name) ? counts[name]! : 0

const add = (self: Counts, that: Counts): Counts => {
  const sum: Record<string, number> = { ...self }
  for (const [name, count] of Object.entries(that)) sum[name] = countOf(sum, name) + count
  return sum
}

const longest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.max(a, b)

/** Counts one failure after the other, without a new object for each. */
interface TallyBuilder {
  readonly add: (advice: Advice.Advice) => void
  readonly build: () => Tally
}

export const tallyBuilder = (): TallyBuilder => {
  let byType: Map<string, number> | undefined
  let byCategory: Map<string, number> | undefined
  let recoverable = 0
  let retryAfterSeconds: number | undefined
  return {
    add: (advice) => {
      byType = counted(byType, advice.type.name)
      byCategory = counted(byCategory, advice.family)
      if (isRecoverable(advice)) recoverable++
      retryAfterSeconds = longest(retryAfterSeconds, advice.retry.retry_after_seconds)
    },
    build: () => ({
      byType: Object.fromEntries(byType ?? []),
      byCategory: Object.fromEntries(byCategory ?? []),
      recoverable,
      retryAfterSeconds
    })
  }
}

const counted = (counts = new Map<string, number>(), name: string): Map<string, number> =>
  counts.set(name, (counts.get(name) ?? 0) + 1)

type Failures = ReadonlyArray<{ readonly advice: Advice.Advice }>

/** Counts some failures. */
const tallyOf = (failures: Failures): Tally => {
  const builder = tallyBuilder()
  for (const { advice } of failures) builder.add(advice)
  return builder.build()
}

/** Counts some failures in the place of others. What was not kept stays counted as it was. */
const replaceTally = (tally: Tally, old: Failures, now: Failures): Tally => {
  const before = tallyOf(old)
  const after = tallyOf(now)
  const isAll = Object.values(tally.byType).reduce((sum, count) => sum + count, 0) === old.length
  return {
    byType: add(subtract(tally.byType, before.byType), after.byType),
    byCategory: add(subtract(tally.byCategory, before.byCategory), after.byCategory),
    recoverable: tally.recoverable - before.recoverable + after.recoverable,
    retryAfterSeconds: isAll ? after.retryAfterSeconds : longest(tally.retryAfterSeconds, after.retryAfterSeconds)
  }
}

const subtract = (self: Counts, that: Counts): Counts =>
  Object.fromEntries(
    Object.entries(self).map(([name, count]) => [name, count - countOf(that, name)] as const).filter(([, count]) =>
      count > 0
    )
  )
