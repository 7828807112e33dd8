import * as Cause from "effect/Cause"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import { StoreError } from "../store/model.ts"

/**
 * Asks a store for a step, and takes no answer for a failure. What is asked runs in a fiber of its own, so that neither an
 * interruption nor a driver that hangs holds up whoever asks.
 */
export const ask = <A>(
  operation: string,
  step: Effect.Effect<A, StoreError>,
  timeout: Duration.Duration
): Effect.Effect<A, StoreError> =>
  Effect.withFiber((fiber) => {
    const fork = Effect.runForkWith(fiber.context)
    const running = fork(step)
    const exit = running.pollUnsafe()
    if (exit !== undefined) return answered(operation, exit)
    return Effect.callback<A, StoreError>((resume) => {
      const timer = fork(Effect.sleep(timeout))
      running.addObserver((exit) => {
        timer.interruptUnsafe()
        resume(answered(operation, exit))
      })
      timer.addObserver((exit) => {
        if (exit._tag === "Failure") return
        running.interruptUnsafe()
        resume(Effect.fail(new StoreError({ operation, reason: "it did not answer in time" })))
      })
      return Effect.sync(() => {
        timer.interruptUnsafe()
        running.interruptUnsafe()
      })
    })
  })

/** A store that dies has failed: what it says is for the log. */
const answered = <A>(operation: string, exit: Exit.Exit<A, StoreError>): Effect.Effect<A, StoreError> => {
  if (exit._tag === "Success") return Effect.succeed(exit.value)
  const failed = exit.cause.reasons.find(Cause.isFailReason)
  return failed !== undefined && failed.error instanceof StoreError
    ? Effect.fail(failed.error)
    : Effect.fail(new StoreError({ operation, reason: "it failed", cause: Cause.squash(exit.cause) }))
}

/** Asks once more where the answer was lost: every step of a store can be asked again. */
export const askTwice = <A>(
  operation: string,
  step: Effect.Effect<A, StoreError>,
  timeout: Duration.Duration
): Effect.Effect<A, StoreError> => {
  const asked = ask(operation, step, timeout)
  return Effect.catch(asked, () => asked)
}
