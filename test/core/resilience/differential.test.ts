/** `RetryPolicy.retry` against `Effect.retry` with the same schedule, on the same failures, with the same dice. */
import { describe, expect, it } from "@effect/vitest"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as ToolError from "@errata/core/ToolError"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import * as TestClock from "effect/testing/TestClock"
import { runs, seeded, type Source } from "../support/arbitraries.ts"
import { clocked, schedule } from "./support/schedules.ts"
import { type Act, acts, down, play } from "./support/script.ts"
import { observeAlone } from "./support/virtual.ts"

interface Scene {
  readonly policy: RetryPolicy.RetryPolicy
  readonly acts: ReadonlyArray<Act>
  readonly seed: number
  readonly interruptAt: number
}

const scene = (from: Source): Scene => ({
  policy: RetryPolicy.make(from.chance(85) ? schedule(from) : clocked(from), {
    maxRetries: from.int(7),
    ...from.chance(30) ? { within: from.int(6_000) } : {}
  }),
  acts: acts(from),
  seed: from.int(1_000_000),
  interruptAt: from.pick([0, 1, 250, 1_000, 5_000])
})

const ours = (policy: RetryPolicy.RetryPolicy) => RetryPolicy.retry(policy)

const theirs = (policy: RetryPolicy.RetryPolicy) => <A, E extends ToolError.Any>(self: Effect.Effect<A, E>) =>
  Effect.retry(
    self,
    Schedule.while(policy.schedule, ({ input }) => ToolError.isTransient(input) && policy.isRetryable(input))
  )

/** We raise the last attempt's whole cause; effect its first error, or that as a defect where there is a defect beside it. */
const reasons = (exit: Exit.Exit<unknown, unknown>): ReadonlyArray<unknown> => {
  if (Exit.isSuccess(exit)) return ["Success", exit.value]
  const { reasons } = exit.cause
  const fails = reasons.filter(Cause.isFailReason).map(({ error }) => error)
  const dies = reasons.filter(Cause.isDieReason).map(({ defect }) => defect)
  return dies.length > 0
    ? ["Die", ...fails.slice(0, 1), ...dies]
    : fails.length > 0
    ? ["Fail", fails[0]]
    : ["Interrupt"]
}

const performed = (policy: RetryPolicy.RetryPolicy, scene: Scene, how: typeof ours | typeof theirs) =>
  Effect.gen(function*() {
    const { effect, seen } = play(scene.acts)
    const { exit, took } = yield* observeAlone(Random.withSeed(how(policy)(effect), String(scene.seed)))
    return { reasons: reasons(exit), seen, took }
  })

const interrupted = (scene: Scene, how: typeof ours | typeof theirs) =>
  Effect.gen(function*() {
    const { effect, seen } = play(scene.acts)
    const fiber = yield* Effect.forkChild(Random.withSeed(how(scene.policy)(effect), String(scene.seed)))
    yield* TestClock.adjust(scene.interruptAt)
    yield* Fiber.interrupt(fiber)
    return { reasons: reasons(yield* Fiber.await(fiber)), seen }
  }).pipe(Effect.scoped, Effect.provide(TestClock.layer()))

describe("RetryPolicy.retry against Effect.retry", () => {
  it.effect.prop("makes the same attempts at the same times, with the same metadata and the same end", [
    seeded(scene)
  ], ([scene]) =>
    Effect.gen(function*() {
      expect(yield* performed(scene.policy, scene, ours)).toEqual(yield* performed(scene.policy, scene, theirs))
    }), runs(400))

  it.effect.prop("is interrupted alike", [seeded(scene)], ([scene]) =>
    Effect.gen(function*() {
      expect(yield* interrupted(scene, ours)).toEqual(yield* interrupted(scene, theirs))
    }), runs(150))

  it.effect("fails with the defect of a schedule that dies", () =>
    Effect.gen(function*() {
      const broken = RetryPolicy.make(Schedule.modifyDelay(Schedule.forever, () => Effect.die("broken")))
      const scene = { policy: broken, acts: [{ lasts: 0, ends: Effect.fail(down()) }], seed: 1, interruptAt: 0 }
      const mine = yield* performed(broken, scene, ours)
      expect(mine.reasons).toEqual(["Die", "broken"])
      expect(mine).toEqual(yield* performed(broken, scene, theirs))
    }))
})
