/**
 * Random programs with effects, as data that a seed makes.
 *
 * Time is short and real clocks are not asked for: what waits yields, and what never ends is ended by a deadline of the
 * test's clock. `interpret.ts` makes an effect of a program.
 */
import type { Source, StockName } from "../../core/support/arbitraries.ts"
import { stockNames } from "../../core/support/arbitraries.ts"

const actWays = ["at once", "yields", "then fails", "hangs", "waits", "then dies"] as const
const endWays = [
  "succeeds",
  "dies",
  "dies of an error",
  "dies of a refusal",
  "throws",
  "interrupts itself",
  "hangs",
  "waits"
] as const
const twoWays = ["all", "race", "catch", "catch all", "providers", "timeout or else", "beside", "detached"] as const
const oneWays = [
  "policy",
  "effect's retry",
  "timeout",
  "batch",
  "stopping batch",
  "source of a batch",
  "degrade",
  "swallow",
  "mapped",
  "lastGood",
  "breaker",
  "bulkhead",
  "limiter",
  "dependency",
  "uninterruptible",
  "release",
  "marked whole",
  "opened by hand"
] as const

export type Program =
  | { readonly _tag: "act"; readonly id: number; readonly way: (typeof actWays)[number] }
  | { readonly _tag: "fail"; readonly error: StockName; readonly seed: number }
  | { readonly _tag: "end"; readonly way: (typeof endWays)[number] }
  | {
    readonly _tag: "two"
    readonly way: "seq" | (typeof twoWays)[number]
    readonly a: Program
    readonly b: Program
  }
  | { readonly _tag: "ensuring"; readonly a: Program; readonly finalizer: Program }
  | { readonly _tag: "one"; readonly way: (typeof oneWays)[number]; readonly a: Program }

const passing = ["RateLimited", "ConnectionFailed", "Timeout", "Unavailable", "CircuitOpen", "Overloaded"] as const

const leaf = (from: Source, nextId: () => number): Program =>
  from.pick<() => Program>([
    () => ({ _tag: "act", id: nextId(), way: from.pick(actWays) }),
    () => ({ _tag: "act", id: nextId(), way: "at once" }),
    () => ({ _tag: "fail", error: from.pick(stockNames), seed: from.int(1e6) }),
    () => ({ _tag: "fail", error: from.pick(passing), seed: from.int(1e6) }),
    () => ({ _tag: "end", way: from.chance(30) ? "succeeds" : from.pick(endWays) })
  ])()

/** A program of some depth. */
export const program = (from: Source, depth = 4, ids = { next: 0 }): Program => {
  const nextId = () => ids.next++
  const inner = () => program(from, depth - 1, ids)
  if (depth === 0 || from.chance(15)) return leaf(from, nextId)
  return from.pick<() => Program>([
    () => ({ _tag: "two", way: "seq", a: inner(), b: inner() }),
    () => ({ _tag: "two", way: from.pick(twoWays), a: inner(), b: inner() }),
    () => ({ _tag: "ensuring", a: inner(), finalizer: leaf(from, nextId) }),
    () => ({ _tag: "one", way: from.chance(15) ? "policy" : from.pick(oneWays), a: inner() })
  ])()
}

/** Whether a program holds something of that kind. */
export const holds = (self: Program, is: (part: Program) => boolean): boolean => {
  if (is(self)) return true
  switch (self._tag) {
    case "two":
      return holds(self.a, is) || holds(self.b, is)
    case "ensuring":
      return holds(self.a, is) || holds(self.finalizer, is)
    case "one":
      return holds(self.a, is)
    default:
      return false
  }
}

/** Whether something repeats a part that knows nothing of us. */
export const hasForeignRepeats = (self: Program): boolean =>
  holds(self, (part) => part._tag === "one" && part.way === "effect's retry")
