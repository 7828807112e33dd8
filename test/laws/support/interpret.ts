/** Makes effects of programs, and keeps the ledger of what they did. */
import * as Batch from "@errata/core/Batch"
import * as Bulkhead from "@errata/core/Bulkhead"
import * as CircuitBreaker from "@errata/core/CircuitBreaker"
import * as Deadline from "@errata/core/Deadline"
import * as Degrade from "@errata/core/Degrade"
import * as Errors from "@errata/core/Errors"
import * as Fallback from "@errata/core/Fallback"
import * as Policy from "@errata/core/Policy"
import * as RateLimiter from "@errata/core/RateLimiter"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as ToolCall from "@errata/core/ToolCall"
import * as ToolError from "@errata/core/ToolError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as ExecutionPlan from "effect/ExecutionPlan"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { type Source, stockMakers } from "../../core/support/arbitraries.ts"
import type { Program } from "./programs.ts"

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
      const effect = Effect.andThen(begun, afterwards[self.way])
      return isMarked ? ToolCall.irreversible(effect, { name: `effect ${self.id}` }) : effect
    }
    case "fail":
      return Effect.suspend(() => Effect.fail(stockMakers[self.error](seeded(self.seed)) as ToolError.Any))
    case "end":
      return ends[self.way]
    case "two":
      return two[self.way](go(self.a, "a"), go(self.b, "b"))
    case "ensuring":
      return Effect.ensuring(go(self.a, "a"), finalizer(go(self.finalizer, "f")))
    case "one":
      return one[self.way]((item = "") => go(self.a, `o${item}`))
  }
}

/** Nobody waits for a finalizer for ever. */
const finalizer = (self: Work): Effect.Effect<void> =>
  Effect.asVoid(Effect.orDie(Effect.timeoutOption(self, "1 millis")))

const seeded = (seed: number): Source => ({
  int: (below) => seed % below,
  pick: (list) => list[seed % list.length]!,
  chance: (percent) => seed % 100 < percent
})

type WayOf<Tag extends Program["_tag"]> = Extract<Program, { readonly _tag: Tag; readonly way: string }>["way"]

const refused = () => new Errors.ConnectionFailed({ service: "x" })

/** What comes after an effect has begun. */
const afterwards: { readonly [Way in WayOf<"act">]: Work } = {
  "at once": Effect.void,
  yields: Effect.yieldNow,
  waits: Effect.sleep("1 millis"),
  hangs: Effect.never,
  "then fails": Effect.suspend(() => Effect.fail(refused())),
  "then dies": Effect.die(new TypeError("a bug"))
}

const ends: { readonly [Way in WayOf<"end">]: Work } = {
  succeeds: Effect.void,
  dies: Effect.die(new TypeError("a bug")),
  "dies of an error": Effect.suspend(() => Effect.die(refused())),
  "dies of a refusal": Effect.suspend(() => Effect.die(Object.assign(new Error("slow down"), { status: 429 }))),
  throws: Effect.suspend(() => {
    throw Object.assign(new Error("refused"), { code: "ECONNREFUSED" })
  }),
  "interrupts itself": Effect.interrupt,
  hangs: Effect.never,
  waits: Effect.sleep("3 millis")
}

const two: { readonly [Way in WayOf<"two">]: (a: Work, b: Work) => Work } = {
  seq: (a, b) => Effect.andThen(a, b),
  all: (a, b) => Effect.all([a, b], { concurrency: 2, discard: true }),
  race: (a, b) => Effect.raceFirst(a, b),
  catch: (a, b) => ToolError.catchTransient(a, () => b),
  "catch all": (a, b) => Effect.catchCause(a, () => b),
  "timeout or else": (a, b) => Effect.timeoutOrElse(a, { duration: "1 millis", orElse: () => b }),
  beside: (a, b) => Effect.andThen(Effect.forkChild(a), b),
  detached: (a, b) => Effect.andThen(Effect.forkDetach(a), b),
  providers: (a, b) =>
    Fallback.withProviders(
      Effect.flatten(Side as unknown as Effect.Effect<Work, never, Side>),
      ExecutionPlan.make({ provide: Layer.succeed(Side, a) }, { provide: Layer.succeed(Side, b) })
    ) as unknown as Work
}

type Make = (item?: string) => Work
type Each = { readonly stopAfter?: number; readonly concurrency: number }

const first = (batch: Batch.Batch<void, ToolError.Any>): Work =>
  batch.failures[0] === undefined ? Effect.void : Effect.fail(batch.failures[0].error)

const each = (items: Batch.Items<string>, make: Make, options: Each): Work =>
  Effect.flatMap(
    Batch.forEach(items, (item) => make(item), { key: (item) => item, retry: policy, ...options }),
    (batch) => first(batch as Batch.Batch<void, ToolError.Any>)
  )

/** Twice, as what lets few through is asked by several. */
const twice = <E>(policyOf: Effect.Effect<Policy.Policy<ToolError.Any>, E, never>, make: Make): Work =>
  Effect.flatMap(
    policyOf as Effect.Effect<Policy.Policy<ToolError.Any>>,
    (policy) => Effect.andThen(Effect.ignore(policy(make("1"))), policy(make("2")))
  )

const one: { readonly [Way in WayOf<"one">]: (make: Make) => Work } = {
  policy: (make) => RetryPolicy.retry(make(), policy),
  "effect's retry": (make) => Effect.retry(make(), { times: 1 }),
  timeout: (make) => Deadline.within(make(), "2 millis", { operation: "the part" }) as Work,
  batch: (make) => each(["x", "y"], make, { concurrency: 2 }),
  "stopping batch": (make) => each(["x", "y", "z"], make, { concurrency: 1, stopAfter: 1 }),
  "source of a batch": (make) => each(sourceAfter(make), () => Effect.void, { concurrency: 1 }),
  degrade: (make) =>
    Effect.asVoid(Parts.collect({ it: { effect: Effect.as(make(), "x"), impact: "It is missing" } })) as Work,
  swallow: (make) => Effect.ignore(make()),
  mapped: (make) => Effect.mapError(make(), () => new Errors.RateLimited({ service: "the next one" })),
  lastGood: (make) =>
    Effect.flatMap(
      Fallback.lastGood((key: string) => make(key), { key: (key) => key, maxAge: "1 minute" }) as never,
      (f: (key: string) => Work) => Effect.asVoid(f(""))
    ),
  breaker: (make) =>
    Effect.scoped(
      twice(CircuitBreaker.make({ service: "x", tripPolicy: CircuitBreaker.consecutive(1) }) as never, make)
    ),
  bulkhead: (make) => twice(Bulkhead.make({ service: "x", permits: 1, queue: 0 }) as never, make),
  limiter: (make) =>
    Effect.scoped(twice(RateLimiter.make({ service: "x", limit: 1, window: "1 minute" }) as never, make)),
  dependency: (make) =>
    twice(
      Policy.forDependency({ service: "x", retry: policy, timeout: "8 millis", attemptTimeout: "2 millis" }) as never,
      make
    ),
  uninterruptible: (make) => Effect.uninterruptible(Effect.asVoid(Effect.timeoutOption(make(), "2 millis"))),
  release: (make) => Effect.acquireUseRelease(Effect.void, () => Effect.fail(refused()), () => finalizer(make())),
  "marked whole": (make) => ToolCall.irreversible(make(), { name: "all of it" }),
  "opened by hand": (make) => Effect.andThen(ToolCall.markOpen("by hand"), make())
}

/** Items that come after something was done, and whose source then breaks as that did. */
const sourceAfter = (make: Make): Batch.Items<string> =>
  Stream.concat(Stream.make("x"), Stream.fromEffect(Effect.as(make(), "y"))) as unknown as Batch.Items<string>
