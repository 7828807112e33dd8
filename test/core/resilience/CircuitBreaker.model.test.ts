/** Generated sequences of calls and pauses, against a model of forty lines. */
import { describe, expect, it } from "@effect/vitest"
import * as CircuitBreaker from "@errata/core/CircuitBreaker"
import * as Errors from "@errata/core/Errors"
import type * as ToolError from "@errata/core/ToolError"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as TestClock from "effect/testing/TestClock"
import { runs, seeded, type Source } from "../support/arbitraries.ts"
import { model, type Outcome } from "./support/breakerModel.ts"

type Step =
  | { readonly call: Outcome; readonly hint: number }
  | { readonly pass: number }

interface Scene {
  readonly failures: number
  readonly steps: ReadonlyArray<Step>
}

const outcomes: ReadonlyArray<Outcome> = [
  "success",
  "transient",
  "transient",
  "transient",
  "transient",
  "permanent",
  "validation",
  "defect",
  "interrupt"
]

const scene = (from: Source): Scene => ({
  failures: 1 + from.int(4),
  steps: Array.from({ length: 5 + from.int(60) }, () =>
    from.chance(70)
      ? { call: from.pick(outcomes), hint: from.pick([0, 0, 0, 5, 45, 500, 99_999, -3]) }
      : { pass: from.pick([1, 500, 9_999, 10_000, 30_001, 100_000]) })
})

const act = (outcome: Outcome, hint: number): Effect.Effect<void, ToolError.Any> => {
  switch (outcome) {
    case "success":
      return Effect.void
    case "transient":
      return Effect.fail(new Errors.Unavailable({ service: "It", retry_after_seconds: hint }))
    case "permanent":
      return Effect.fail(new Errors.NotFound({ resource: "City" }))
    case "validation":
      return Effect.fail(new Errors.InvalidArguments({ issues: [] }))
    case "defect":
      return Effect.die(new Error("a bug"))
    case "interrupt":
      return Effect.interrupt
  }
}

const answer = (exit: Exit.Exit<void, ToolError.Any>): Outcome | number => {
  if (exit._tag === "Success") return "success"
  if (Cause.hasDies(exit.cause)) return "defect"
  if (Cause.hasInterrupts(exit.cause)) return "interrupt"
  const error = exit.cause.reasons.find(Cause.isFailReason)!.error
  if (error instanceof Errors.CircuitOpen) return error.retry_after_seconds!
  return error instanceof Errors.Unavailable
    ? "transient"
    : error instanceof Errors.NotFound
    ? "permanent"
    : "validation"
}

describe("CircuitBreaker", () => {
  it.effect.prop("does what its model does", [seeded(scene)], ([{ failures, steps }]) =>
    Effect.gen(function*() {
      const breaker = yield* CircuitBreaker.make({
        service: "It",
        tripPolicy: CircuitBreaker.consecutive(failures),
        openDuration: "10 seconds",
        maxOpenDuration: "100 seconds"
      })
      const expected = model({ failures, openMillis: 10_000, maxOpenMillis: 100_000 })
      for (const step of steps) {
        if ("pass" in step) {
          expected.pass(step.pass)
          yield* TestClock.adjust(step.pass)
          continue
        }
        const exit = yield* Effect.exit(breaker(act(step.call, step.hint)))
        expect(answer(exit)).toBe(expected.call(step.call, step.hint))
        expect((yield* breaker.circuits).map(({ state }) => state)).toEqual([expected.state()])
      }
    }), runs(200))
})
