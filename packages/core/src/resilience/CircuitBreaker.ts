/**
 * Stops calling a dependency that keeps failing, so that it can recover and callers learn at once.
 *
 * A `CircuitBreaker` is a {@link Policy} over effect's breaker (`effect/persistence/CircuitBreaker`, experimental: only this
 * file imports it, and it is not in the main barrel). Open circuits fail with `CircuitOpen`, which says for how many more
 * seconds and is harmless: nothing was called.
 *
 * **Details**
 *
 * | option | default | why |
 * |---|---|---|
 * | `tripPolicy` | `consecutive(5)` | five in a row are no accident, and for few calls a rate says little |
 * | `openDuration` | 30 s | longer than a restart of a small service, shorter than a person waits before asking again |
 * | `maxOpenDuration` | 1 h | how far an error's hint to wait can lengthen that |
 * | `isFailure` | {@link isFailure} | |
 *
 * | outcome of a call | counts as | why |
 * |---|---|---|
 * | success | success | |
 * | transient error | failure | its hint (`Retry-After`) can lengthen the open time, never shorten it |
 * | `circuit_open`, `in_progress` | nothing | not the dependency failed: it was not called, or is busy with the same |
 * | permanent or validation error | nothing | a 404 may come from a healthy service, a 401 from a proxy before a dead one, an argument's error from no service at all |
 * | defect | nothing | what the dependency did wrong is classified; what is left is a bug of ours, and no reason to stop calling |
 * | interruption | nothing | the caller left: say a cancel, or a timeout *around* the breaker; put timeouts inside |
 *
 * When the open time is over, one call is let through as a probe; others fail with `CircuitOpen` and a hint of 1 s. A probe
 * that succeeds closes the circuit, one that fails opens it again. A probe that counts as nothing leaves it half-open, and
 * the next call is the probe. So a service that answers every probe with "not found" is called by one at a time until
 * something succeeds: slow, but never cut off, and never taken for healthy on the word of a proxy.
 *
 * A store that cannot be reached lets calls through.
 *
 * | metric | | attributes |
 * |---|---|---|
 * | `errata_circuit_rejections_total` | calls refused | `service` |
 * | `errata_circuit_transitions_total` | changes of state | `service`, `from`, `to` |
 * | `errata_circuits_not_closed` | circuits open or half-open, as far as this process saw | `service` |
 *
 * **Example** (Failing fast)
 *
 * ```ts import.meta.vitest
 * import * as CircuitBreaker from "@errata/core/CircuitBreaker"
 * import * as Errors from "@errata/core/Errors"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const breaker = yield* CircuitBreaker.make({ service: "The bank", tripPolicy: CircuitBreaker.consecutive(1) })
 *   const pay = breaker(Effect.fail(new Errors.Unavailable({ service: "The bank" })))
 *   return [yield* Effect.flip(pay), yield* Effect.flip(pay)].map((error) => error._tag)
 * })
 * await Effect.runPromise(Effect.scoped(program)) // => ["Unavailable", "CircuitOpen"]
 * ```
 *
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Breaker from "effect/persistence/CircuitBreaker"
import * as Result from "effect/Result"
import type * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import * as Errors from "../errors/Errors.ts"
import { secondsUp } from "../errors/internal/secondsUp.ts"
import * as ToolError from "../errors/ToolError.ts"
import type { Circuit } from "./Health.ts"
import type { Policy } from "./Policy.ts"

/**
 * A policy that stops calling a dependency that keeps failing.
 *
 * @category models
 * @since 0.1.0
 */
export interface CircuitBreaker extends Policy<Errors.CircuitOpen> {
  readonly service: string
  /** The same with a circuit of its own for a host, a region or a tenant. */
  readonly forKey: (key: string) => Policy<Errors.CircuitOpen>
  /** The service's own circuit, and those of its keys that are not closed. */
  readonly circuits: Effect.Effect<ReadonlyArray<Circuit>>
  /** The breaker's changes of state, from the moment of listening. */
  readonly transitions: Stream.Stream<Breaker.Transition>
}

/**
 * Configures a breaker.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** Names the dependency in errors: "The weather service". */
  readonly service: string
  /** Decides when the circuit opens. Default: after 5 failures in a row. */
  readonly tripPolicy?: Breaker.TripPolicy | undefined
  /** The time that the circuit stays open before a probe. Default: 30 s. */
  readonly openDuration?: Duration.Input | Schedule.Schedule<unknown, number> | undefined
  /** The longest time that an open circuit waits, whatever a hint says. Default: 1 h. */
  readonly maxOpenDuration?: Duration.Input | undefined
  /** Chooses the errors that count against the dependency. Default: {@link isFailure}. */
  readonly isFailure?: ((error: ToolError.Any) => boolean) | undefined
}

/**
 * Opens after so many failures in a row.
 *
 * @category trip policies
 * @since 0.1.0
 */
export const consecutive: (failures: number) => Breaker.TripPolicy = Breaker.consecutive

/**
 * Opens when too many of the last calls have failed.
 *
 * @category trip policies
 * @since 0.1.0
 */
export const rate: typeof Breaker.rate = Breaker.rate

/**
 * Returns whether an error counts against the dependency by default: every transient one, but `circuit_open` and
 * `in_progress`.
 *
 * @category guards
 * @since 0.1.0
 */
export const isFailure = (error: ToolError.Any): boolean => {
  const type = ToolError.type(error).name
  return ToolError.isTransient(error) && type !== "circuit_open" && type !== "in_progress"
}

const rejections = Metric.counter("errata_circuit_rejections_total", { incremental: true })
const transitions = Metric.counter("errata_circuit_transitions_total", { incremental: true })
const notClosed = Metric.gauge("errata_circuits_not_closed")

/** The hint for calls that come while a probe is under way. */
const probeSeconds = 1

/**
 * Makes a breaker that keeps its state in this process. Make it once for each dependency, when the server starts.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: Options): Effect.Effect<CircuitBreaker, never, Scope.Scope> =>
  Effect.flatMap(
    Layer.build(Breaker.layerStoreMemory()),
    (store) => Effect.provideContext(makeWithStore(options), store)
  )

/**
 * Makes a breaker that keeps its state in the store of the context, say effect's `layerStoreRedis`, so that several
 * processes share it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeWithStore: (
  options: Options
) => Effect.Effect<CircuitBreaker, never, Scope.Scope | Breaker.CircuitBreakerStore> = Effect.fnUntraced(
  function*(options) {
    const { service } = options
    const troubled = new Set<string>()
    const note = (transition: Breaker.Transition | undefined): Effect.Effect<void> => {
      if (transition === undefined) return Effect.void
      const { from, key, to } = transition
      if (to === "Closed") troubled.delete(key)
      else troubled.add(key)
      return Effect.andThen(
        Metric.update(Metric.withAttributes(transitions, { service, from, to }), 1),
        Metric.update(Metric.withAttributes(notClosed, { service }), troubled.size)
      )
    }
    const store = yield* Breaker.CircuitBreakerStore
    const noting: typeof store = {
      admit: (key) => Effect.tap(store.admit(key), ({ transition }) => note(transition)),
      record: (outcome) => Effect.tap(store.record(outcome), note),
      state: store.state
    }
    const breaker = yield* Effect.provideService(
      Breaker.make({
        tripPolicy: options.tripPolicy ?? consecutive(5),
        openDuration: options.openDuration ?? "30 seconds",
        maxOpenDuration: options.maxOpenDuration
      }),
      Breaker.CircuitBreakerStore,
      noting
    )
    const classify = classifier(options.isFailure ?? isFailure)
    const policy =
      (key: string): Policy<Errors.CircuitOpen> => <A, E extends ToolError.Any, R>(self: Effect.Effect<A, E, R>) =>
        Effect.catchCauseFilter(
          breaker.execute<A, E, R, never>(self, { key, classify }),
          rejection<E>,
          (error) => reject(error, service)
        )
    const circuit = (key: string) =>
      Effect.map(readable(breaker.state(key)), (state) => {
        if (state?._tag === "Closed") troubled.delete(key) // another process closed it, or it was forgotten
        return describe(service, key, state)
      })
    return Object.assign(policy(service), {
      service,
      forKey: (key: string) => policy(`${service}/${key}`),
      circuits: Effect.suspend(() => Effect.forEach(new Set([service, ...troubled]), circuit)),
      transitions: breaker.transitions
    })
  }
)

/** The breaker's own error; any other cause stays as it is, annotations and all. */
const rejection = <E>(
  cause: Cause.Cause<E | Breaker.CircuitBreakerError>
): Result.Result<Breaker.CircuitBreakerError, Cause.Cause<E>> => {
  for (const reason of cause.reasons) {
    if (Cause.isFailReason(reason) && reason.error instanceof Breaker.CircuitBreakerError) {
      return Result.succeed(reason.error)
    }
  }
  return Result.fail(cause as Cause.Cause<E>)
}

const classifier =
  (isFailure: (error: ToolError.Any) => boolean) => (exit: Exit.Exit<unknown, ToolError.Any>): Breaker.Outcome => {
    if (exit._tag === "Success") return Breaker.success
    const reason = exit.cause.reasons.filter(Cause.isFailReason).find(({ error }) => isFailure(error))
    return reason === undefined ? Breaker.ignored : Breaker.failure({ retryAfter: ToolError.retryAfter(reason.error) })
  }

const reject = ({ reason }: Breaker.CircuitBreakerError, service: string): Effect.Effect<never, Errors.CircuitOpen> => {
  const seconds = reason._tag === "CircuitOpen" ? secondsUp(reason.retryAfter) : probeSeconds
  return Effect.andThen(
    Metric.update(Metric.withAttributes(rejections, { service }), 1),
    Effect.fail(new Errors.CircuitOpen({ service, retry_after_seconds: seconds }))
  )
}

const readable = <A, E>(state: Effect.Effect<A, E>): Effect.Effect<A | undefined> =>
  Effect.orElseSucceed(state, () => undefined)

const describe = (service: string, key: string, state: Breaker.State | undefined): Circuit => ({
  service,
  key,
  state: state?._tag ?? "Unknown",
  retryAfter: state?._tag === "Open" ? state.retryAfter : undefined
})
