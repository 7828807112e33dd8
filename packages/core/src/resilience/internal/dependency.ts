import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Deadline from "../../call/Deadline.ts"
import type * as Errors from "../../errors/Errors.ts"
import type * as ToolError from "../../errors/ToolError.ts"
import type { Policy } from "../Policy.ts"
import * as RetryPolicy from "../RetryPolicy.ts"

interface Options {
  readonly service: string
  readonly timeout: Duration.Duration
  readonly attemptTimeout: Duration.Duration
  readonly retry: RetryPolicy.RetryPolicy
  readonly breaker: Policy<ToolError.Any, unknown>
}

/** Total timeout, retries, breaker and attempt timeout around an effect, in this order. */
export const dependency =
  ({ attemptTimeout, breaker, retry, service, timeout }: Options) =>
  <A, E extends ToolError.Any, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, ToolError.Any, unknown> =>
    Effect.suspend(() => {
      let attempts = 0
      const attempt = breaker(withAttemptTimeout(self, attemptTimeout, service))
      const counted = Effect.suspend(() => {
        attempts++
        return attempt
      })
      // as an exit, what fails inside is told from the timeout around it
      const whole = Effect.exit(RetryPolicy.retry(counted, retry))
      const giveUp = (error: Errors.Timeout) => {
        const told = { attempts, maxAttempts: retry.maxAttempts, stopped: "deadline" } as const
        const cause = Cause.fail(error)
        return Effect.failCause(attempts === 0 ? cause : Cause.annotate(cause, Context.make(RetryPolicy.Outcome, told)))
      }
      return Effect.flatten(Effect.catch(Deadline.within(whole, timeout, { operation: service }), giveUp))
    })

/** Where the time of the whole ends first, it is left to interrupt: an attempt cut short says nothing of the dependency. */
const withAttemptTimeout = <A, E, R>(
  self: Effect.Effect<A, E, R>,
  duration: Duration.Duration,
  service: string
): Effect.Effect<A, E | Errors.Timeout, R> =>
  Effect.withFiber<A, E | Errors.Timeout, R>((fiber) => {
    const at = fiber.getRef(Clock.Clock).currentTimeMillisUnsafe() + Duration.toMillis(duration)
    return at > fiber.getRef(Deadline.Deadline) ? self : Deadline.within(self, duration, { operation: service })
  })
