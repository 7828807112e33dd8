/**
 * Random programs with effects, and the ledger that counts them.
 *
 * A program is data, made from a seed; {@link run} makes an effect of it. Time is short and real clocks are not asked for:
 * what waits yields, and what never ends is ended by a deadline of the test's clock.
 */
import * as Batch from "@errata/core/Batch"
import * as Deadline from "@errata/core/Deadline"
import * as Degrade from "@errata/core/Degrade"
import * as Errors from "@errata/core/Errors"
import * as Fallback from "@errata/core/Fallback"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as ToolCall from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as ExecutionPlan from "effect/ExecutionPlan"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type { Source } from "../../core/support/arbitraries.ts"
import { stockMakers, type StockName, stockNames } from "../../core/support/arbitraries.ts"

export type Program =
  | { readonly _tag: "act"; readonly id: number; readonly way: "at once" | "yields" | "then fails" | "hangs" }
  | { readonly _tag: "fail"; readonly error: StockName; readonly seed: number }
  | {
    readonly _tag: "end"
    readonly way: "succeeds" | "dies" | "dies of an error" | "interrupts itself" | "hangs" | "waits"
  }
  | {
    readonly _tag: "two"
    readonly way: "seq" | "all" | "race" | "catch" | "providers"
    readonly a: Program
    readonly b: Program
  }
  | { readonly _tag: "ensuring"; readonly a: Program; readonly finalizer: Program }
  | {
    readonly _tag: "one"
    readonly way: "policy" | "effect's retry" | "timeout" | "batch" | "degrade" | "swallow" | "mapped" | "lastGood"
    readonly a: Program
  }

const leaf = (from: Source, nextId: () => number): Program =>
  from.pick<() => Program>([
    () => ({ _tag: "act", id: nextId(), way: from.pick(["at once", "yields", "then fails", "hangs", "at once"]) }),
    () => ({ _tag: "act", id: nextId(), way: "at once" }),
    () => ({ _tag: "fail", error: from.pick(stockNames), seed: from.int(1e6) }),
    () => ({
      _tag: "fail",
      error: from.pick(
        ["RateLimited", "ConnectionFailed", "Timeout", "Unavailable", "CircuitOpen", "Overloaded"] as const
      ),
      seed: from.int(1e6)
    }),
    () => ({
      _tag: "end",
      way: from.pick(["succeeds", "succeeds", "dies", "dies of an error", "interrupts itself", "hangs", "waits"])
    })
  ])()

/** A program of some depth. */
export const program = (from: Source, depth = 4, ids = { next: 0 }): Program => {
  const nextId = () => ids.next++
  const inner = () => program(from, depth - 1, ids)
  if (depth === 0 || from.chance(15)) return leaf(from, nextId)
  return from.pick<() => Program>([
    () => ({ _tag: "two", way: "seq", a: inner(), b: inner() }),
    () => ({ _tag: "two", way: from.pick(["all", "race", "catch", "providers"]), a: inner(), b: inner() }),
    () => ({ _tag: "ensuring", a: inner(), finalizer: leaf(from, nextId) }),
    () => ({
      _tag: "one",
      way: from.pick([
        "policy",
        "policy",
        "effect's retry",
        "timeout",
        "batch",
        "degrade",
        "swallow",
        "mapped",
        "lastGood"
      ]),
      a: inner()
    })
  ])()
}

/** Whether something repeats a part that knows nothing of us. */
export const hasForeignRepeats = (self: Program): boolean => {
  switch (self._tag) {
    case "two":
      return hasForeignRepeats(self.a) || hasForeignRepeats(self.b)
    case "ensuring":
      return hasForeignRepeats(self.a) || hasForeignRepeats(self.finalizer)
    case "one":
      return self.way === "effect's retry" || hasForeignRepeats(self.a)
    default:
      return false
  }
}

/** Counts every effect that began, by the place in the program that began it. */
export class Ledger {
  readonly counts = new Map<string, number>()
  total = 0
  begin(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1)
    this.total++
  }
}

class Side extends Context.Service<Side, Effect.Effect<void, ToolError.Any>>()("test/laws/Side") {}

const Parts = Degrade.parts({ required: {}, optional: { it: Schema.String } })

const policy = RetryPolicy.make(Schedule.recurs(2), { maxRetries: 2 })

type Work = Effect.Effect<void, ToolError.Any>

/** Makes an effect of a program. In a tool that marks its effects each is marked, and nothing else. */
export const run = (self: Program, ledger: Ledger, isMarked: boolean, path = ""): Work => {
  const go = (inner: Program, at: string): Work => run(inner, ledger, isMarked, `${path}${at}`)
  switch (self._tag) {
    case "act": {
      const begun = Effect.sync(() => ledger.begin(`${path}#${self.id}`))
      const busy = Effect.fail(new Errors.ConnectionFailed({ service: "x" }))
      const effect: Work = self.way === "at once"
        ? begun
        : self.way === "yields"
        ? Effect.andThen(begun, Effect.yieldNow)
        : self.way === "hangs"
        ? Effect.andThen(begun, Effect.never)
        : Effect.andThen(begun, busy)
      return isMarked ? ToolCall.irreversible(effect, { name: `effect ${self.id}` }) : effect
    }
    case "fail":
      return Effect.suspend(() => Effect.fail(stockMakers[self.error](seeded(self.seed)) as ToolError.Any))
    case "end":
      return ends[self.way]
    case "two":
      return two(self.way, go(self.a, "a"), go(self.b, "b"))
    case "ensuring":
      return Effect.ensuring(go(self.a, "a"), Effect.orDie(Effect.timeoutOption(go(self.finalizer, "f"), "1 millis")))
    case "one":
      return one(self.way, (item = "") => go(self.a, `o${item}`))
  }
}

const seeded = (seed: number): Source => ({
  int: (below) => seed % below,
  pick: (list) => list[seed % list.length]!,
  chance: (percent) => seed % 100 < percent
})

const ends: { readonly [Way in Extract<Program, { readonly _tag: "end" }>["way"]]: Work } = {
  succeeds: Effect.void,
  dies: Effect.die(new TypeError("a bug")),
  "dies of an error": Effect.die(new Errors.ConnectionFailed({ service: "x" })),
  "interrupts itself": Effect.interrupt,
  hangs: Effect.never,
  waits: Effect.sleep("3 millis")
}

const two = (way: string, a: Work, b: Work): Work => {
  switch (way) {
    case "seq":
      return Effect.andThen(a, b)
    case "all":
      return Effect.all([a, b], { concurrency: 2, discard: true })
    case "race":
      return Effect.raceFirst(a, b)
    case "catch":
      return ToolError.catchTransient(a, () => b)
    default:
      return Fallback.withProviders(
        Effect.flatten(Side as unknown as Effect.Effect<Work, never, Side>),
        ExecutionPlan.make({ provide: Layer.succeed(Side, a) }, { provide: Layer.succeed(Side, b) })
      ) as unknown as Work
  }
}

const one = (way: string, make: (item?: string) => Work): Work => {
  switch (way) {
    case "policy":
      return RetryPolicy.retry(make(), policy)
    case "effect's retry":
      return Effect.retry(make(), { times: 1 })
    case "timeout":
      return Deadline.within(make(), "2 millis", { operation: "the part" }) as Work
    case "batch":
      return Effect.flatMap(
        Batch.forEach(["x", "y"], (item) => make(item), { key: (item) => item, concurrency: 2, retry: policy }),
        (batch) => batch.failures[0] === undefined ? Effect.void : Effect.fail(batch.failures[0].error as ToolError.Any)
      )
    case "degrade":
      return Effect.asVoid(Parts.collect({ it: { effect: Effect.as(make(), "x"), impact: "It is missing" } })) as Work
    case "swallow":
      return Effect.ignore(make())
    case "mapped":
      return Effect.mapError(make(), () => new Errors.RateLimited({ service: "the next one" }))
    default:
      return Effect.flatMap(
        Fallback.lastGood((key: string) => make(key), { key: (key) => key, maxAge: "1 minute" }) as never,
        (f: (key: string) => Work) => Effect.asVoid(f(""))
      )
  }
}
