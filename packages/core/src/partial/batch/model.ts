import * as Cause from "effect/Cause"
import type * as Exit from "effect/Exit"
import type * as Result from "effect/Result"
import * as Advice from "../../errors/Advice.ts"
import * as Errors from "../../errors/Errors.ts"
import * as ToolError from "../../errors/ToolError.ts"
import type { Batch, Failed, Item, NotAttempted, Outcome, Succeeded } from "../Batch.ts"
import * as Tally from "./tally.ts"

/** The pure part of `Batch`; see the documentation there. */
export const TypeId = "~errata/Batch" as const

export const empty: Batch<never, never> = {
  [TypeId]: TypeId,
  succeeded: 0,
  failed: 0,
  notAttempted: 0,
  results: [],
  failures: [],
  skipped: [],
  tally: Tally.empty,
  isTruncated: false
}

/** Nobody knows better: it may have taken effect, and must not be repeated. */
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
  tally: Tally.combine(self.tally, that.tally),
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
  const tally = Tally.makeBuilder()
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
  return { ...batch, failures, tally: Tally.replace(batch.tally, batch.failures, failures) }
}
