import { expect, it } from "@effect/vitest"
import * as Errors from "@errata/core/Errors"
import * as RetryPolicy from "@errata/core/RetryPolicy"
import * as Fold from "@errata/mcp-adapter/Fold"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"

const down = new Errors.Unavailable({ service: "Billing" })
const crash = Cause.die(new Error("crash"))

/** The cause of an error on which a policy has given up. */
const givenUp = (program: Effect.Effect<never, Errors.Unavailable>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.forkChild(Effect.exit(RetryPolicy.retry(program, RetryPolicy.quick)))
    yield* TestClock.adjust("1 second")
    const exit = yield* Fiber.join(fiber)
    return Exit.isFailure(exit) ? exit.cause : Cause.empty
  })

const retried = (...causes: ReadonlyArray<Cause.Cause<unknown>>) => {
  const outcome = Fold.outcome(Exit.failCause(Cause.fromReasons(causes.flatMap(({ reasons }) => reasons))), undefined)
  return outcome._tag === "Failure" ? outcome.retried : outcome._tag
}

it.effect("what a policy did is told of a failure, a dying finalizer beside it or not", () =>
  Effect.gen(function*() {
    const cause = yield* givenUp(Effect.fail(down))
    expect(retried(cause)).toMatchObject({ attempts: 3, stopped: "exhausted" })
    expect(retried(cause, crash)).toMatchObject({ attempts: 3, stopped: "exhausted" })
  }))

it("what a policy did is told of an error that arrives among defects", () => {
  const outcome: RetryPolicy.Outcome = { attempts: 3, maxAttempts: 3, stopped: "exhausted" } as never
  const died = Cause.annotate(Cause.die(down), Context.make(RetryPolicy.Outcome, outcome))
  expect(retried(died, crash)).toBe(outcome)
  expect(retried(crash, died)).toBe(outcome)
})
