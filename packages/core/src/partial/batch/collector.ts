import * as Cause from "effect/Cause"
import type { State } from "../../call/ToolCall.ts"
import * as Advice from "../../errors/Advice.ts"
import * as Errors from "../../errors/Errors.ts"
import type { ErrorType } from "../../errors/ErrorType.ts"
import * as ToolError from "../../errors/ToolError.ts"
import { type Outcome, outcome } from "../../resilience/RetryPolicy.ts"
import { byIndex, keeper } from "./keeper.ts"
import {
  type Batch,
  type Failed,
  type Item,
  type NotAttempted,
  type Succeeded,
  type Tally,
  tallyBuilder,
  TypeId
} from "./model.ts"
import type { Rest } from "./source.ts"

/**
 * Types what may go wrong with an item besides its own errors.
 *
 * @category models
 * @since 0.1.0
 */
export type RunError = Errors.InternalError | Errors.Timeout

/** Takes the outcomes of items in any order and makes a batch of them, in input order and bounded memory. */
export interface Collector<A, E> {
  readonly succeeded: (item: Item, value: A) => void
  /** Notes why an item failed, and says how much of that only a log can tell. */
  readonly failed: (item: Tried, cause: Cause.Cause<E>) => Untold
  /** Notes that an item was begun and did not end. */
  readonly interrupted: (item: Tried) => void
  readonly notAttempted: (item: Item) => void
  readonly failures: () => number
  readonly finished: () => number
  /** Returns the batch, with what no worker took. */
  readonly build: (rest: Rest) => Batch<A, E | RunError>
}

/** Describes an item that was begun. */
export interface Tried extends Item {
  /** Says whether something may have happened, where that rules what may be done about the item. */
  readonly part: State | undefined
}

/** Describes nothing, the cause of a declared error, or something undeclared. */
export type Untold = "nothing" | "cause" | "defect"

/** Describes what every part of a collector goes by. */
interface Settings {
  readonly keepsValues: boolean
  readonly maxKept: number
  readonly safety: Advice.CallSafety
}

export const makeCollector = <A, E extends ToolError.Any>(settings: Settings): Collector<A, E> => {
  const { keepsValues, maxKept } = settings
  const results: Array<Succeeded<A>> = []
  const skipped = keeper<NotAttempted>(maxKept)
  const failures = makeFailures<E>(settings)
  let succeeded = 0
  const notAttempted = ({ index, key }: Item): void => {
    if (skipped.takes(index)) skipped.keep({ _tag: "NotAttempted", index, key })
  }
  return {
    succeeded: (item, value) => {
      succeeded++
      if (keepsValues) results.push({ _tag: "Succeeded", index: item.index, key: item.key, value })
    },
    failed: failures.read,
    interrupted: (item) => failures.add(item, new Errors.Timeout({ operation: item.key })),
    notAttempted,
    failures: failures.count,
    finished: () => succeeded + failures.count(),
    build: (rest) => {
      for (const item of rest.items) notAttempted(item)
      return {
        [TypeId]: TypeId,
        succeeded,
        failed: failures.count(),
        notAttempted: skipped.count() + rest.count - rest.items.length,
        results: results.sort(byIndex),
        failures: failures.kept(),
        skipped: skipped.kept(),
        tally: failures.tally(),
        isTruncated: rest.isTruncated
      }
    }
  }
}

/** Describes the failures of a batch: all of them counted, the first of them kept. */
interface Failures<E> {
  readonly add: (item: Tried, error: E | RunError, tried?: Outcome) => void
  /** Adds what a cause says, and says how much of that only a log can tell. */
  readonly read: (item: Tried, cause: Cause.Cause<E>) => Untold
  readonly count: () => number
  readonly kept: () => ReadonlyArray<Failed<E | RunError>>
  readonly tally: () => Tally
}

const makeFailures = <E extends ToolError.Any>({ maxKept, safety }: Settings): Failures<E> => {
  const failures = keeper<Failed<E | RunError>>(maxKept)
  const tally = tallyBuilder()
  const closed: Advice.Circumstances = { safety, started: true, isOpen: false }
  const open: Advice.Circumstances = { ...closed, isOpen: true }
  const begun: Advice.Circumstances = { ...open, hasBegun: true }
  const known = new Map([closed, open, begun].map((circumstances) => [circumstances, memoized(circumstances)]))

  /** Nothing is made of a failure that is only counted: V8 would make it old at once, since the first ones lived long. */
  const add: Failures<E>["add"] = (item, error, tried) => {
    const { part } = item
    const state = part?.isOpen !== true ? closed : part.hasBegun ? begun : open
    const circumstances = tried === undefined ? state : {
      ...state,
      attempts: tried.attempts,
      maxAttempts: tried.maxAttempts,
      stopped: tried.stopped
    }
    const advice = known.get(circumstances)?.(error) ?? Advice.of(error, circumstances)
    tally.add(advice)
    const { index } = item
    if (failures.takes(index)) failures.keep({ _tag: "Failed", index, key: item.key, error, advice, circumstances })
  }
  return { add, read: readWith(add), count: failures.count, kept: failures.kept, tally: tally.build }
}

const readWith = <E extends ToolError.Any>(add: Failures<E>["add"]): Failures<E>["read"] => {
  /** Reads a declared error. One that cannot be read is a defect. */
  const declared = (item: Tried, reason: Cause.Reason<E>, error: unknown): Untold => {
    try {
      if (!ToolError.is(error)) return "defect"
      const untold = "cause" in error ? "cause" : "nothing"
      add(item, error as E, outcome(reason))
      return untold
    } catch {
      return "defect"
    }
  }
  return (item, cause) => {
    for (const reason of worthReading(cause)) {
      const untold = declared(item, reason, reason._tag === "Fail" ? reason.error : reason.defect)
      if (untold !== "defect") return Cause.hasDies(cause) ? "defect" : untold
    }
    add(item, new Errors.InternalError({ cause }))
    return "defect"
  }
}

/** Failures before defects: a failure whose finalizer died arrives as a defect beside that of the finalizer. */
const worthReading = <E>({ reasons }: Cause.Cause<E>): ReadonlyArray<Cause.Fail<E> | Cause.Die> => {
  const failures = reasons.filter(Cause.isFailReason)
  return reasons.length < 2 ? failures : [...failures, ...reasons.filter(Cause.isDieReason)]
}

/** Advice under the same circumstances is the same for all errors of a family and type, but for their hints. */
const memoized = (circumstances: Advice.Circumstances): (error: ToolError.Any) => Advice.Advice => {
  const known: { [F in ToolError.Family]?: Map<ErrorType, Advice.Advice> } = {}
  return (error) => {
    const family = ToolError.family(error)
    if (family === "transient" && ToolError.retryAfter(error) !== undefined) return Advice.of(error, circumstances)
    const type = ToolError.type(error)
    const ofFamily = known[family] ??= new Map()
    const found = ofFamily.get(type)
    if (found !== undefined) return found
    const advice = Advice.of(error, circumstances)
    ofFamily.set(type, advice)
    return advice
  }
}
