/**
 * Says how the dependencies of a server do, for a status tool or a health endpoint.
 *
 * A `Health` is what the circuit breakers know: which of their circuits are not closed, and for how long.
 *
 * **Example** (Collecting)
 *
 * ```ts import.meta.vitest
 * import * as CircuitBreaker from "@errata/core/CircuitBreaker"
 * import * as Health from "@errata/core/Health"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const weather = yield* CircuitBreaker.make({ service: "The weather service" })
 *   return yield* Health.collect([weather])
 * })
 * const health = await Effect.runPromise(Effect.scoped(program))
 * health.status // => "healthy"
 * health.circuits[0]?.state // => "Closed"
 * ```
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/**
 * Describes the state of one circuit.
 *
 * @category models
 * @since 0.1.0
 */
export interface Circuit {
  /** The name of the dependency. */
  readonly service: string
  /** The one of the service's circuits: the service's name, or that of a host or tenant. */
  readonly key: string
  /** `Unknown` if the store that keeps it cannot be read. */
  readonly state: "Closed" | "Open" | "HalfOpen" | "Unknown"
  /** The time that it stays open. */
  readonly retryAfter: Duration.Duration | undefined
}

/**
 * Reports the state of the dependencies. `degraded`: at least one circuit is open or half-open.
 *
 * @category models
 * @since 0.1.0
 */
export interface Health {
  /** `degraded` if at least one circuit is open or half-open, else `healthy`. */
  readonly status: "healthy" | "degraded"
  /** The state of each circuit. */
  readonly circuits: ReadonlyArray<Circuit>
}

/**
 * Collects the states of circuit breakers.
 *
 * @category constructors
 * @since 0.1.0
 */
export const collect = (
  breakers: Iterable<{
    /** The state of each circuit. */
    readonly circuits: Effect.Effect<ReadonlyArray<Circuit>>
  }>
): Effect.Effect<Health> =>
  Effect.map(Effect.forEach(breakers, ({ circuits }) => circuits), (found): Health => {
    const circuits = found.flat()
    const isDegraded = circuits.some(({ state }) => state === "Open" || state === "HalfOpen")
    return { status: isDegraded ? "degraded" : "healthy", circuits }
  })
