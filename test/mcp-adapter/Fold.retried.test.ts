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

/** The cause of a program that a policy has given up on. */
const givenUp = (program: Effect.Effect<never, Errors.Unavailable>, around = (self: typeof program) => self) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.forkChild(Effect.exit(around(RetryPolicy.retry(program, RetryPolicy.quick))))
    yield* TestClock.adjust("1 second")
    const exit = yield* Fiber.join(fiber)
    return Exit.isFailure(exit) ? exit.cause : Cause.empty
  })

const told = (...causes: ReadonlyArray<Cause.Cause<unknown>>) =>
  Fold.outcome(Exit.failCause(Cause.fromReasons(causes.flatMap(({ reasons }) => reasons))), undefined)

it.effect("what a policy did is told of a failure, a dying finalizer or a bug beside it or not", () =>
  Effect.gen(function*() {
    const retried = { attempts: 3, stopped: "exhausted" }
    const cause = yield* givenUp(Effect.fail(down))
    expect(told(cause)).toMatchObject({ _tag: "Failure", error: down, retried })
    const dying = yield* givenUp(Effect.fail(down), Effect.ensuring(Effect.die("crash")))
    expect(told(dying)).toMatchObject({ _tag: "Failure", error: down, retried })
    expect(told(cause, crash)).toMatchObject({ _tag: "Defect", retried })
  }))

it("what a policy did is told of an error that arrives among defects", () => {
  const retried: RetryPolicy.Outcome = { attempts: 3, maxAttempts: 3, stopped: "exhausted" } as never
  const died = Cause.annotate(Cause.die(down), Context.make(RetryPolicy.Outcome, retried))
  expect(told(died, crash)).toEqual({ _tag: "Failure", error: down, retried })
  expect(told(crash, died)).toEqual({ _tag: "Defect", retried })
})
