import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import * as Deadline from "../../call/Deadline.ts"
import { nowUnsafe } from "../../call/internal/clock.ts"
import { tracedAttempt, TracesParts, tracesParts } from "../../call/internal/tracing.ts"
import { notePart, ToolCall, withPart } from "../../call/ToolCall.ts"
import { marksEffects, mayRepeatOpen } from "../../call/toolCall/claim.ts"
import * as ToolError from "../../errors/ToolError.ts"
import type { RetryBudget } from "../RetryBudget.ts"
import { Outcome, outcome } from "./outcome.ts"

/** Describes the part of a policy that running it needs. */
export interface Rules {
  /** The whole schedule: with hints and bounds. */
  readonly schedule: Schedule.Schedule<unknown, ToolError.Any>
  /** The greatest number of attempts, the first one included. */
  readonly maxAttempts: number
  /** Chooses among the transient errors. */
  readonly isRetryable: (error: ToolError.Any) => boolean
  /** The budget that the retries are taken from, if any. */
  readonly budget: RetryBudget | undefined
  /** The bound in time that the schedule keeps to, from the first failure to the start of the last retry. */
  readonly within: Duration.Duration | undefined
  /** The longest wait that an error may ask for; the schedule ends where one asks for more. */
  readonly maxRetryAfter: Duration.Duration
}

type IsWorthRetrying<E> = (cause: Cause.Cause<E>) => Result.Result<E, Cause.Cause<E>>

export const runRetry = <A, E extends ToolError.Any, R>(
  self: Effect.Effect<A, E, R>,
  rules: Rules
): Effect.Effect<A, E, R> => {
  const isWorthRetrying: IsWorthRetrying<E> = (cause) => {
    if (Cause.hasDies(cause)) return Result.fail(cause)
    const reason = cause.reasons.find(Cause.isFailReason)
    return reason !== undefined && ToolError.isTransient(reason.error) && rules.isRetryable(reason.error) &&
        outcome(reason)?.stopped === undefined && !isLast(reason)
      ? Result.succeed(reason.error)
      : Result.fail(cause)
  }
  const { budget } = rules
  const attempt = budget === undefined ? self : deposited(self, budget)
  const run = (attempt: Effect.Effect<A, E, R>, self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.catchCauseFilter(
      attempt,
      isWorthRetrying,
      (error, cause) => retryAfterFirst(self, { error, cause }, rules, isWorthRetrying)
    )
  const plain = run(attempt, self) // made once: what succeeds at once pays for the look at the call only
  let guarded: typeof plain | undefined
  return Effect.withFiber((fiber) => {
    if (tracesParts(fiber)) {
      return marksEffects(fiber) && !mayRepeatOpen(fiber)
        ? run(tracedAttempt(unlessOpen(attempt), 1), unlessOpen(self))
        : run(tracedAttempt(attempt, 1), self)
    }
    return marksEffects(fiber) && !mayRepeatOpen(fiber)
      ? guarded ??= run(unlessOpen(attempt), unlessOpen(self))
      : plain
  })
}

/** Stops a policy after an attempt that began what cannot be taken back: its failure says so. */
const unlessOpen = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  withPart((part) =>
    Effect.catchCause(self, (cause) => {
      if (part.begun > 0 || part.isOpen) {
        return Effect.failCause(Cause.annotate(cause, Context.make(IsLast, true), { overwrite: true }))
      }
      part.seal() // what it left behind begins nothing while it is tried again
      return Effect.failCause(cause)
    })
  )

const IsLast = Context.Reference<boolean>("errata/RetryPolicy/IsLast", { defaultValue: () => false })

const isLast = (reason: Cause.Reason<unknown>): boolean =>
  Context.get(Cause.reasonAnnotations(reason) as Context.Context<never>, IsLast)

const deposited = <A, E, R>(
  self: Effect.Effect<A, E, R>,
  budget: RetryBudget
): Effect.Effect<A, E, R> =>
  Effect.withFiber((fiber) => {
    budget.deposit(nowUnsafe(fiber.getRef(Clock.Clock)))
    return self
  })

type Next = { readonly meta: Schedule.Metadata<unknown, ToolError.Any> } | Outcome

const retryAfterFirst = <A, E extends ToolError.Any, R>(
  self: Effect.Effect<A, E, R>,
  first: { readonly error: E; readonly cause: Cause.Cause<E> },
  rules: Rules,
  isWorthRetrying: IsWorthRetrying<E>
): Effect.Effect<A, E, R> =>
  Effect.gen(function*() {
    const raise = (cause: Cause.Cause<E>, told: Outcome) =>
      Effect.failCause(Cause.annotate(cause, Context.make(Outcome, told), { overwrite: true }))
    const next = yield* stepper(rules)
    const isTraced = yield* TracesParts
    let last = first
    for (let attempts = 1;; attempts++) {
      yield* notePart(last.cause) // what is tried again may have happened already
      const step = yield* next(last.error, attempts)
      if ("stopped" in step) return yield* raise(last.cause, step)
      const attempt = isTraced ? tracedAttempt(self, attempts + 1) : self
      const exit = yield* Effect.exit(Effect.provideService(attempt, Schedule.CurrentMetadata, step.meta))
      if (exit._tag === "Success") return exit.value
      const worth = isWorthRetrying(exit.cause)
      if (Result.isFailure(worth)) {
        // what an inner policy has given up on stays given up on
        const inner = exit.cause.reasons.map(outcome).find((told) => told?.stopped !== undefined)
        const { maxAttempts } = rules
        return yield* raise(worth.failure, { attempts: attempts + 1, maxAttempts, stopped: inner?.stopped })
      }
      last = { error: worth.success, cause: exit.cause }
    }
  })

const asksForTooMuch = (error: ToolError.Any, { maxRetryAfter }: Rules): boolean => {
  const hint = ToolError.retryAfter(error)
  return hint !== undefined && Duration.isGreaterThan(hint, maxRetryAfter)
}

/** Decides on the next retry, and waits for it. */
const stepper = Effect.fnUntraced(function*(rules: Rules) {
  const step = yield* Schedule.toStep(rules.schedule)
  const fiberContext = yield* Effect.context<never>()
  const deadline = Context.get(fiberContext, Deadline.Deadline)
  const call = Context.getOption(fiberContext, ToolCall as unknown as Context.Key<never, ToolCall["Service"]>)
  let start: number | undefined
  let previous: number | undefined

  return Effect.fnUntraced(function*(input: ToolError.Any, attempts: number): Effect.fn.Return<Next> {
    const now = yield* Deadline.now
    start ??= now
    const stepped = yield* Pull.catchDone(Effect.map(step(now, input), (pair) => ({ pair })), () => Effect.undefined)
    const { maxAttempts } = rules
    if (stepped === undefined) {
      return attempts < maxAttempts && (rules.within !== undefined || asksForTooMuch(input, rules))
        ? { attempts, maxAttempts, stopped: "deadline" }
        : { attempts, maxAttempts: attempts, stopped: "exhausted" } // a schedule may end before the policy's bound
    }
    const [output, duration] = stepped.pair
    if (now + Duration.toMillis(duration) >= deadline) return { attempts, maxAttempts, stopped: "deadline" }
    if (rules.budget?.withdraw(now) === false) return { attempts, maxAttempts, stopped: "budget" }
    if (call._tag === "Some") {
      yield* call.value.onRetry({
        attempt: attempts + 1,
        maxAttempts: rules.maxAttempts,
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
