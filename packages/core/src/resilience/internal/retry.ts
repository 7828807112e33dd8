import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import { Deadline } from "../../call/Deadline.ts"
import { ToolCall } from "../../call/ToolCall.ts"
import * as ToolError from "../../errors/ToolError.ts"
import type { Outcome, RetryPolicy } from "../RetryPolicy.ts"

interface Annotation {
  readonly Outcome: Context.Reference<Outcome | undefined>
  readonly outcome: (reason: Cause.Reason<unknown>) => Outcome | undefined
}

export const runRetry = <A, E extends ToolError.Any, R>(
  self: Effect.Effect<A, E, R>,
  policy: RetryPolicy,
  annotation: Annotation
): Effect.Effect<A, E, R> => {
  const isWorthRetrying = (cause: Cause.Cause<E>): Result.Result<E, Cause.Cause<E>> => {
    if (Cause.hasDies(cause)) return Result.fail(cause)
    const reason = cause.reasons.find(Cause.isFailReason)
    return reason !== undefined && ToolError.isTransient(reason.error) && policy.isRetryable(reason.error) &&
        annotation.outcome(reason)?.stopped === undefined
      ? Result.succeed(reason.error)
      : Result.fail(cause)
  }
  const again = (error: E, cause: Cause.Cause<E>): Effect.Effect<A, E, R> =>
    retryAfterFirst(self, { error, cause }, policy, isWorthRetrying, annotation)
  const { budget } = policy
  const attempt = budget === undefined ? self : deposited(self, budget)
  return Effect.catchCauseFilter(attempt, isWorthRetrying, again)
}

const deposited = <A, E, R>(
  self: Effect.Effect<A, E, R>,
  budget: NonNullable<RetryPolicy["budget"]>
): Effect.Effect<A, E, R> =>
  Effect.withFiber((fiber) => {
    budget.deposit(fiber.getRef(Clock.Clock).currentTimeMillisUnsafe())
    return self
  })

type Next = { readonly meta: Schedule.Metadata<unknown, ToolError.Any> } | Outcome

const retryAfterFirst = <A, E extends ToolError.Any, R>(
  self: Effect.Effect<A, E, R>,
  first: { readonly error: E; readonly cause: Cause.Cause<E> },
  policy: RetryPolicy,
  isWorthRetrying: (cause: Cause.Cause<E>) => Result.Result<E, Cause.Cause<E>>,
  { Outcome: Key, outcome }: Annotation
): Effect.Effect<A, E, R> =>
  Effect.gen(function*() {
    const raise = (cause: Cause.Cause<E>, told: Outcome) =>
      Effect.failCause(Cause.annotate(cause, Context.make(Key, told), { overwrite: true }))
    const next = yield* stepper(policy)
    let last = first
    for (let attempts = 1;; attempts++) {
      const step = yield* next(last.error, attempts)
      if ("stopped" in step) return yield* raise(last.cause, step)
      const exit = yield* Effect.exit(Effect.provideService(self, Schedule.CurrentMetadata, step.meta))
      if (exit._tag === "Success") return exit.value
      const worth = isWorthRetrying(exit.cause)
      if (Result.isFailure(worth)) {
        // what an inner policy has given up on stays given up on
        const inner = exit.cause.reasons.map(outcome).find((told) => told?.stopped !== undefined)
        const { maxAttempts } = policy
        return yield* raise(worth.failure, { attempts: attempts + 1, maxAttempts, stopped: inner?.stopped })
      }
      last = { error: worth.success, cause: exit.cause }
    }
  })

/** Decides on the next retry, and waits for it. */
const stepper = Effect.fnUntraced(function*(policy: RetryPolicy) {
  const step = yield* Schedule.toStep(policy.schedule)
  const fiberContext = yield* Effect.context<never>()
  const deadline = Context.get(fiberContext, Deadline)
  const call = Context.getOption(fiberContext, ToolCall as unknown as Context.Key<never, ToolCall["Service"]>)
  let start: number | undefined
  let previous: number | undefined

  return Effect.fnUntraced(function*(input: ToolError.Any, attempts: number): Effect.fn.Return<Next> {
    const now = yield* Clock.currentTimeMillis
    start ??= now
    const stepped = yield* Pull.catchDone(Effect.map(step(now, input), (pair) => ({ pair })), () => Effect.undefined)
    const { maxAttempts } = policy
    if (stepped === undefined) {
      return attempts < maxAttempts && policy.within !== undefined
        ? { attempts, maxAttempts, stopped: "deadline" }
        : { attempts, maxAttempts: attempts, stopped: "exhausted" } // a schedule may end before the policy's bound
    }
    const [output, duration] = stepped.pair
    if (now + Duration.toMillis(duration) >= deadline) return { attempts, maxAttempts, stopped: "deadline" }
    if (policy.budget?.withdraw(now) === false) return { attempts, maxAttempts, stopped: "budget" }
    if (call._tag === "Some") {
      yield* call.value.onRetry({
        attempt: attempts + 1,
        maxAttempts: policy.maxAttempts,
        delay: duration,
        error: input
      })
    }
    const meta = {
      input,
      output,
      duration,
      attempt: attempts,
      start,
      now,
      elapsed: now - start,
      elapsedSincePrevious: previous === undefined ? 0 : now - previous
    }
    previous = now
    yield* Effect.sleep(duration)
    return { meta }
  })
})
