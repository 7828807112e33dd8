/** What the combinators do to the state of a call when a part of it may have had an effect. */
import { describe, expect, it } from "@effect/vitest"
import * as Deadline from "@errata/core/Deadline"
import * as Degrade from "@errata/core/Degrade"
import * as Errors from "@errata/core/Errors"
import * as Fallback from "@errata/core/Fallback"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import { irreversible, ToolCall } from "@errata/core/ToolCall"
import type * as ToolError from "@errata/core/ToolError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as ExecutionPlan from "effect/ExecutionPlan"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { recorded } from "../batch/support/calls.ts"

const limited = new Errors.RateLimited({ service: "x" })
const gone = new Errors.Unavailable({ service: "x" })
const missing = new Errors.NotFound({ resource: "x" })
const twice = RetryPolicy.make(Schedule.spaced("1 second"), { maxRetries: 2 })

/** A call of a tool that may take effect once and marks its effects. */
const marking = (): ToolCall["Service"] => ({ ...recorded("once").call, marksEffects: true })

const within = <A, E>(call: ToolCall["Service"], self: Effect.Effect<A, E, ToolCall>) =>
  Effect.gen(function*() {
    const bounded = self.pipe(Effect.provideService(ToolCall, call), Effect.provide(Logger.layer([])), Effect.exit)
    const fiber = yield* Effect.forkChild(bounded, { startImmediately: true })
    for (let i = 0; i < 100 && fiber.pollUnsafe() === undefined; i++) yield* TestClock.adjust("1 second")
    return yield* Fiber.join(fiber)
  })

const counted = <E extends ToolError.Any>(attempt: Effect.Effect<void, E>) => {
  const count = { attempts: 0 }
  return { count, work: Effect.andThen(Effect.sync(() => void count.attempts++), attempt) }
}

describe("a policy", () => {
  it.effect("opens the call before it goes on after what may have happened, and only then", () =>
    Effect.gen(function*() {
      for (const [error, isOpen] of [[gone, true], [limited, false]] as const) {
        const call = marking()
        const { count, work } = counted(Effect.fail(error))
        yield* within(call, RetryPolicy.retry(work, twice))
        expect([count.attempts, call.state.isOpen]).toEqual([3, isOpen])
      }
    }))

  it.effect("does not repeat a marked effect that began, in the first attempt or later", () =>
    Effect.gen(function*() {
      for (const at of [1, 2]) {
        const call = marking()
        let attempts = 0
        const work = Effect.suspend(() =>
          ++attempts === at ? Effect.andThen(irreversible(Effect.void), Effect.fail(limited)) : Effect.fail(limited)
        )
        const exit = yield* within(call, RetryPolicy.retry(work, twice))
        expect([attempts, exit._tag, call.state.isOpen]).toEqual([at, "Failure", true])
      }
    }))

  it.effect("nor does an outer one, and a tool that may be repeated is", () =>
    Effect.gen(function*() {
      const charge = counted(Effect.andThen(irreversible(Effect.void), Effect.fail(limited)))
      yield* within(marking(), charge.work.pipe(RetryPolicy.retry(twice), RetryPolicy.retry(twice)))
      expect(charge.count.attempts).toBe(1)
      const upsert = counted(Effect.andThen(irreversible(Effect.void), Effect.fail(limited)))
      yield* within({ ...marking(), safety: "idempotent" }, RetryPolicy.retry(upsert.work, twice))
      expect(upsert.count.attempts).toBe(3)
    }))
})

describe("a fallback", () => {
  class Provider extends Context.Service<Provider, { readonly name: string }>()("Provider") {}
  const plan = ExecutionPlan.make(
    { provide: Layer.succeed(Provider, { name: "a" }) },
    { provide: Layer.succeed(Provider, { name: "b" }) }
  )
  const using = (does: (name: string) => Effect.Effect<string, Errors.RateLimited | Errors.Unavailable>) => {
    const used: Array<string> = []
    const work = Effect.flatMap(Provider, ({ name }) => {
      used.push(name)
      return does(name)
    })
    return { used, work: Fallback.withProviders(work, plan) }
  }

  it.effect("remembers that the first provider may have had an effect", () =>
    Effect.gen(function*() {
      const call = marking()
      const { used, work } = using((name) => Effect.fail(name === "a" ? gone : limited))
      yield* within(call, work)
      expect([used, call.state.isOpen]).toEqual([["a", "b"], true])
      const harmless = marking()
      yield* within(harmless, using(() => Effect.fail(limited)).work)
      expect(harmless.state.isOpen).toBe(false)
    }))

  it.effect("does not ask another provider for what has begun", () =>
    Effect.gen(function*() {
      const { used, work } = using(() => Effect.andThen(irreversible(Effect.void), Effect.fail(limited)))
      const exit = yield* within(marking(), work)
      expect([used, exit._tag]).toEqual([["a"], "Failure"])
    }))

  it.effect("opens the call where a last good value stands in for what may have happened", () =>
    Effect.gen(function*() {
      const call = marking()
      const results = [Effect.succeed(1), Effect.fail(gone)]
      const last = yield* Fallback.lastGood(() => results.shift()!, { key: () => "", maxAge: "1 hour" })
      yield* within(call, last())
      expect(call.state.isOpen).toBe(false)
      expect((yield* within(call, last()))._tag).toBe("Success")
      expect(call.state.isOpen).toBe(true)
    }))
})

describe("a deadline", () => {
  it.effect("opens the call when it interrupts, and not when what it bounds ends in time", () =>
    Effect.gen(function*() {
      const call = marking()
      const bounded = Deadline.within("2 seconds", { operation: "The charge" })
      yield* within(call, bounded(Effect.fail(missing)))
      expect(call.state.isOpen).toBe(false)
      yield* within(call, Effect.ignore(bounded(Effect.never)))
      expect(call.state.isOpen).toBe(true)
    }))
})

describe("a degraded answer", () => {
  const Parts = Degrade.parts({ required: { a: Schema.String }, optional: { b: Schema.String } })
  const impact = "No b"
  const collect = (
    call: ToolCall["Service"],
    b: Effect.Effect<string, ToolError.Any>
  ) =>
    within(
      call,
      Parts.collect({ a: Effect.succeed("a"), b: { effect: b, impact } }).pipe(
        Effect.provideServiceEffect(Deadline.Deadline, Effect.map(Deadline.now, (now) => now + 5_000))
      )
    )

  it.effect("opens the call where a part may have had an effect", () =>
    Effect.gen(function*() {
      const uninterruptible = Effect.uninterruptible(Effect.never)
      for (
        const [part, isOpen] of [
          [Effect.succeed("b"), false],
          [Effect.fail(missing), false],
          [Effect.fail(limited), false],
          [Effect.fail(gone), true],
          [Effect.die("x"), true],
          [Effect.never, true],
          [uninterruptible, true]
        ] as const
      ) {
        const call = marking()
        const exit = yield* collect(call, part)
        expect([exit._tag, call.state.isOpen]).toEqual(["Success", isOpen])
      }
    }))
})
