import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import type * as Errors from "../../errors/Errors.ts"
import * as Bulkhead from "../../resilience/Bulkhead.ts"
import * as CircuitBreaker from "../../resilience/CircuitBreaker.ts"
import { printed } from "../../resilience/internal/printed.ts"
import * as Engine from "../../resilience/Policy.ts"
import * as RateLimiter from "../../resilience/RateLimiter.ts"
import { readingOf } from "./attempt.ts"
import type { Belonging, Classify, Duration, Work } from "./model.ts"
import { engineOf, type RetryPolicy } from "./policy.ts"
import { attempts } from "./retry.ts"
import { run } from "./run.ts"

/**
 * Configures how a dependency is called.
 *
 * @category models
 * @since 0.1.0
 */
export interface DependencyOptions {
  /** Names the dependency in messages: "Billing". */
  readonly service: string
  /** Turns failures into tool errors before the default table is asked. Default: none. */
  readonly classify?: Classify | undefined
  /** Bounds the whole call, attempts and waits included. Default: 45 s. */
  readonly timeout?: Duration | undefined
  /** Bounds each attempt. Default: 10 s, at most half of `timeout`. */
  readonly attemptTimeout?: Duration | undefined
  /** Tries again; `RetryPolicy.none` for what must not be repeated. Default: 4 attempts with waits of up to 0.5, 1 and 2 s. */
  readonly retry?: RetryPolicy | undefined
  /** Stops calling what failed repeatedly; `true` for the defaults. Default: none. */
  readonly breaker?: boolean | BreakerOptions | undefined
  /** Limits the calls at once; `true` for the defaults. Default: none. */
  readonly bulkhead?: boolean | BulkheadOptions | undefined
  /** Limits the rate of calls. Default: none. */
  readonly rateLimit?: RateLimitOptions | undefined
}

/**
 * Configures when a dependency is no longer called.
 *
 * @category models
 * @since 0.1.0
 */
export interface BreakerOptions {
  /** The number of failures in a row that open the circuit. Default: 5. */
  readonly failures?: number | undefined
  /** The time that the circuit stays open. Default: 30 s. */
  readonly openDuration?: Duration | undefined
}

/**
 * Configures how many calls run at once.
 *
 * @category models
 * @since 0.1.0
 */
export interface BulkheadOptions {
  /** The greatest number of calls at once. Default: 10. */
  readonly permits?: number | undefined
  /** The greatest number of calls that wait; more are refused. Default: 20. */
  readonly queue?: number | undefined
}

/**
 * Configures how many calls there are in a time.
 *
 * @category models
 * @since 0.1.0
 */
export interface RateLimitOptions {
  /** The number of calls that a window allows: a whole number >= 1. */
  readonly limit: number
  /** The time that `limit` counts for. */
  readonly window: Duration
  /** `"fail"` refuses a call that is too much; `"delay"` lets it wait its turn. Default: `"fail"`. */
  readonly onExceeded?: "fail" | "delay" | undefined
}

/**
 * Calls a dependency as was said once. `String(dependency)`, `console.log(dependency)` and `JSON.stringify(dependency)` say how.
 *
 * @category models
 * @since 0.1.0
 */
export interface Dependency {
  /** Does some work with the dependency. */
  <A>(work: Work<A>, options?: Belonging): Promise<Awaited<A>>
  /** Says how the dependency is called. */
  readonly toString: () => string
}

/** Makes what calls a dependency; see the documentation in `promise`. */
export const forDependency = (options: DependencyOptions): Dependency => {
  const policy = Effect.runSync(policyFor(options))
  const reading = readingOf(options, false)
  const dependency = async <A>(work: Work<A>, where: Belonging = {}): Promise<Awaited<A>> =>
    run(policy(attempts(work, reading)), where)
  return printed(
    dependency,
    () => String(policy),
    () => (policy as unknown as { readonly toJSON: () => unknown }).toJSON()
  )
}

type Refusals = Errors.Timeout | Errors.CircuitOpen | Errors.RateLimited | Errors.Overloaded

/** Makes the policy of a dependency, which lives as long as the server: what it holds is never given back. */
const policyFor = (options: DependencyOptions): Effect.Effect<Engine.Policy<Refusals>> =>
  Effect.gen(function*() {
    const { attemptTimeout, bulkhead, rateLimit, retry, service, timeout } = options
    const breaker = options.breaker === true ? {} : options.breaker
    return yield* Engine.forDependency({
      service,
      timeout,
      attemptTimeout,
      retry: retry === undefined ? undefined : engineOf(retry),
      breaker: breaker ? yield* makeBreaker(service, breaker) : undefined,
      bulkhead: bulkhead ? yield* Bulkhead.make({ service, ...bulkhead === true ? {} : bulkhead }) : undefined,
      rateLimit: rateLimit ? yield* RateLimiter.make({ service, ...rateLimit }) : undefined
    })
  }).pipe(Scope.provide(Scope.makeUnsafe()))

const makeBreaker = (service: string, { failures = 5, openDuration }: BreakerOptions) =>
  CircuitBreaker.make({ service, openDuration, tripPolicy: CircuitBreaker.consecutive(failures) })
