import type * as Advice from "../../errors/Advice.ts"
import * as ErrorType from "../../errors/ErrorType.ts"
import type { Tally } from "../Batch.ts"

export const empty: Tally = { byType: {}, byCategory: {}, recoverable: 0, retryAfterSeconds: undefined }

/** The caller can make the item succeed: by waiting, by correcting the arguments, or by changing a state. */
export const isRecoverable = ({ family, retry, type }: Advice.Advice): boolean =>
  retry.should_retry || family === "validation" ||
  (family === "permanent" && type.advice === ErrorType.advice.resolveFirst)

export const combine = (self: Tally, that: Tally): Tally => ({
  byType: add(self.byType, that.byType),
  byCategory: add(self.byCategory, that.byCategory),
  recoverable: self.recoverable + that.recoverable,
  retryAfterSeconds: longest(self.retryAfterSeconds, that.retryAfterSeconds)
})

type Counts = { readonly [name: string]: number }

/** How often a name was counted. A user's type may be called `constructor`. */
export const countOf = (counts: Counts, name: string): number => Object.hasOwn(counts, name) ? counts[name]! : 0

const add = (self: Counts, that: Counts): Counts => {
  const sum: Record<string, number> = { ...self }
  for (const [name, count] of Object.entries(that)) sum[name] = countOf(sum, name) + count
  return sum
}

const longest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.max(a, b)

/** Counts one failure after the other, without a new object for each. */
export interface Builder {
  readonly add: (advice: Advice.Advice) => void
  readonly build: () => Tally
}

export const makeBuilder = (): Builder => {
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
export const of = (failures: Failures): Tally => {
  const builder = makeBuilder()
  for (const { advice } of failures) builder.add(advice)
  return builder.build()
}

/** Counts some failures in the place of others. What was not kept stays counted as it was. */
export const replace = (tally: Tally, old: Failures, now: Failures): Tally => {
  const before = of(old)
  const after = of(now)
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
