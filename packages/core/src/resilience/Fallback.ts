/**
 * Provides something instead when a dependency cannot answer: its last good answer, or another provider.
 *
 * {@link lastGood} remembers answers and says how old they are, so that a tool can call them stale. {@link withProviders}
 * runs an effect under effect's `ExecutionPlan` (only this file knows it, and it is not in the main barrel).
 *
 * **Details**
 *
 * Both step in for transient errors only. A permanent error is an answer ("not found"), and an old value instead of it
 * would be a lie; a validation error is the caller's; a defect is a bug.
 *
 * **Gotchas**
 *
 * Put a fallback around the timeouts and retries: what is interrupted from outside has no fallback.
 *
 * **Example** (Answering with what was known last)
 *
 * ```ts import.meta.vitest
 * import * as Errors from "@errata/core/Errors"
 * import * as Fallback from "@errata/core/Fallback"
 * import * as Effect from "effect/Effect"
 *
 * let isUp = true
 * const request = (city: string) =>
 *   Effect.suspend(() =>
 *     isUp ? Effect.succeed(`sunny in ${city}`) : Effect.fail(new Errors.Unavailable({ service: "The weather service" })))
 *
 * const program = Effect.gen(function*() {
 *   const weather = yield* Fallback.lastGood(request, { key: (city) => city, maxAge: "10 minutes" })
 *   yield* weather("Paris")
 *   isUp = false
 *   return yield* weather("Paris")
 * })
 * const { staleFor, value } = await Effect.runPromise(program)
 * value // => "sunny in Paris"
 * staleFor._tag // => "Some"
 * ```
 *
 * @stability experimental
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as ExecutionPlan from "effect/ExecutionPlan"
import type * as Exit from "effect/Exit"
import { dual } from "effect/Function"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Deadline from "../call/Deadline.ts"
import * as ToolCall from "../call/ToolCall.ts"
import { mayRepeatOpen } from "../call/toolCall/claim.ts"
import * as ToolError from "../errors/ToolError.ts"

/**
 * Holds an answer, and whether it is a stale one.
 *
 * @category models
 * @stability experimental
 * @since 0.1.0
 */
export interface Answer<out A, out E = ToolError.Any> {
  /** The fresh value, or the last good one. */
  readonly value: A
  /** The age of the value; none if it is fresh. */
  readonly staleFor: Option.Option<Duration.Duration>
  /** The error of the fresh attempt, if it failed. */
  readonly error: Option.Option<E>
}

interface Remembered<A> {
  readonly value: A
  readonly at: number
}

/**
 * Makes a function that answers with its last good value where it fails temporarily. Make it once: it remembers.
 *
 * @category combinators
 * @stability experimental
 * @since 0.1.0
 */
export const lastGood: {
  /** Returns a function that makes one. */
  <Args extends ReadonlyArray<unknown>>(options: LastGoodOptions<Args>): <A, E extends ToolError.Any, R>(
    f: (...args: Args) => Effect.Effect<A, E, R>
  ) => Effect.Effect<(...args: Args) => Effect.Effect<Answer<A, E>, E, R>>
  /** Makes one of `f`. */
  <Args extends ReadonlyArray<unknown>, A, E extends ToolError.Any, R>(
    f: (...args: Args) => Effect.Effect<A, E, R>,
    options: LastGoodOptions<Args>
  ): Effect.Effect<(...args: Args) => Effect.Effect<Answer<A, E>, E, R>>
} = /*#__PURE__*/ dual(2, <Args extends ReadonlyArray<unknown>, A, E extends ToolError.Any, R>(
  f: (...args: Args) => Effect.Effect<A, E, R>,
  options: LastGoodOptions<Args>
): Effect.Effect<(...args: Args) => Effect.Effect<Answer<A, E>, E, R>> =>
  Effect.sync(() => {
    const { capacity = 100 } = options
    const maxAge = Duration.toMillis(Duration.fromInputUnsafe(options.maxAge))
    const known = new Map<string, Remembered<A>>()
    const remember = (key: string, value: A, at: number): Answer<A, never> => {
      known.delete(key) // to the end of the order
      known.set(key, { value, at })
      for (const oldest of known.keys()) {
        if (known.size <= capacity) break
        known.delete(oldest)
      }
      return { value, staleFor: Option.none(), error: Option.none() }
    }
    const recall = (key: string, error: E, now: number): Option.Option<Answer<A, E>> => {
      const last = known.get(key)
      const age = last === undefined ? Number.POSITIVE_INFINITY : Math.max(0, now - last.at)
      return last === undefined || age > maxAge
        ? Option.none()
        : Option.some({ value: last.value, staleFor: Option.some(Duration.millis(age)), error: Option.some(error) })
    }
    return (...args) => {
      const key = options.key(...args)
      const fresh = Effect.flatMap(f(...args), (value) =>
        Effect.map(Deadline.now, (now): Answer<A, E> => remember(key, value, now)))
      return Effect.catchCauseFilter(fresh, temporary<E>, (error, cause) =>
        Effect.flatMap(Effect.andThen(ToolCall.notePart(cause), Deadline.now), (now) =>
          Option.match(recall(key, error, now), {
            onNone: () =>
              Effect.failCause(cause),
            onSome: Effect.succeed
          })))
    }
  }))

/** Returns the transient error of a cause that holds no defect. Any other cause stays as it is, annotations and all. */
const temporary = <E>(cause: Cause.Cause<E>): Result.Result<E, Cause.Cause<E>> => {
  const reason = cause.reasons.find(Cause.isFailReason)
  return reason !== undefined && ToolError.isTransient(reason.error) && !Cause.hasDies(cause)
    ? Result.succeed(reason.error)
    : Result.fail(cause)
}

/**
 * Describes what {@link lastGood} remembers, and for how long.
 *
 * @category models
 * @stability experimental
 * @since 0.1.0
 */
export interface LastGoodOptions<in Args extends ReadonlyArray<unknown>> {
  /** Names which answers may stand in for each other; include the principal where answers differ by caller. */
  readonly key: (...args: Args) => string
  /** The greatest age of a value that is given; only the data's owner knows. What is older is not given: the error is raised. */
  readonly maxAge: Duration.Input
  /** The number of keys that are remembered; the one that was renewed longest ago is dropped first. Default: 100. */
  readonly capacity?: number | undefined
}

/**
 * Runs an effect with the first provider of a plan that does not fail temporarily.
 *
 * **Details**
 *
 * This is `Effect.withExecutionPlan`, but only transient errors go on to the next provider: a permanent error of the first
 * is the answer. Nor does an error that comes after an effect which the call may not repeat (`ToolCall.irreversible`).
 *
 * @stability experimental
 *
 * **Gotchas**
 *
 * Leave `attempts` and `schedule` of the plan's steps alone: they neither set nor respect the mark of `RetryPolicy`. Put
 * the policy into each provider.
 *
 * @category combinators
 * @stability experimental
 * @since 0.1.0
 */
export const withProviders: {
  /** Returns a function that runs an effect under the plan. */
  <Provides, Input, PlanE extends ToolError.Any, PlanR>(
    plan: Plan<Provides, Input, PlanE, PlanR>
  ): <A, E extends ToolError.Any & Input, R>(
    self: Effect.Effect<A, E, R>
  ) => Effect.Effect<A, E | PlanE, Exclude<R, Provides> | PlanR>
  /** Runs an effect with the first provider of a plan that is not failing at present. */
  <A, E extends ToolError.Any & Input, R, Provides, Input, PlanE extends ToolError.Any, PlanR>(
    self: Effect.Effect<A, E, R>,
    plan: Plan<Provides, Input, PlanE, PlanR>
  ): Effect.Effect<A, E | PlanE, Exclude<R, Provides> | PlanR>
} = /*#__PURE__*/ dual(2, <A, E extends ToolError.Any & Input, R, Provides, Input, PlanE extends ToolError.Any, PlanR>(
  self: Effect.Effect<A, E, R>,
  plan: Plan<Provides, Input, PlanE, PlanR>
): Effect.Effect<A, E | PlanE, Exclude<R, Provides> | PlanR> =>
  Effect.suspend(() => {
    let last: { readonly error: E; readonly cause: Cause.Cause<E> } | undefined
    // what is not to go on to the next provider passes the plan as a success
    const settled = ToolCall.withPart((part) =>
      Effect.flatMap(Effect.exit(self), (exit): Effect.Effect<Exit.Exit<A, E>, E> => {
        const failure = exit._tag === "Success" ? Result.fail(undefined) : temporary(exit.cause)
        if (exit._tag === "Success" || Result.isFailure(failure)) return Effect.succeed(exit)
        last = { error: failure.success, cause: exit.cause }
        const goOn = Effect.andThen(ToolCall.notePart(exit.cause), Effect.fail(failure.success))
        // another provider would do once more what cannot be taken back
        return Effect.withFiber((fiber) => {
          if (mayRepeatOpen(fiber)) return goOn
          if (part.begun > 0) return Effect.succeed(exit)
          part.seal()
          return goOn
        })
      })
    )
    // the plan raises the last error alone: its cause knows what was done
    const raise = (error: E | PlanE) =>
      last?.error === error ? Effect.failCause(last.cause) : Effect.fail(error as E | PlanE)
    return Effect.flatten(Effect.catch(Effect.withExecutionPlan(settled, plan), raise))
  }))

/**
 * Types a plan of providers, as `ExecutionPlan.make` makes it.
 *
 * @category models
 * @stability experimental
 * @since 0.1.0
 */
export type Plan<Provides, Input, PlanE, PlanR> = ExecutionPlan.ExecutionPlan<{
  /** The service that each step provides. */
  provides: Provides
  /** The error that the conditions and schedules of the steps are asked about. */
  input: Input
  /** The errors of the steps themselves. */
  error: PlanE
  /** The services that the steps need. */
  requirements: PlanR
}>
