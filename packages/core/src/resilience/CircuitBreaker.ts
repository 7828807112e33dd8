/**
 * Stops calling a dependency that keeps failing, so that it can recover and callers learn at once.
 *
 * A `CircuitBreaker` is a {@link Policy} over effect's breaker (`effect/persistence/CircuitBreaker`: only this file imports
 * it, and it is not in the main barrel). Open circuits fail with `CircuitOpen`, which says for how many more
 * seconds and is harmless: nothing was called.
 *
 * **Details**
 *
 * | option | default | why |
 * |---|---|---|
 * | `tripPolicy` | `consecutive(5)` | five in a row are no accident, and for few calls a rate says little |
 * | `openDuration` | 30 s | longer than a restart of a small service, shorter than a person waits before asking again |
 * | `maxOpenDuration` | 5 min | how far an error's hint to wait, or a schedule, can lengthen that |
 * | `maxKeys` | 10,000 | how many keys are remembered: closed circuits are forgotten first |
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
 * A store that cannot be reached lets calls through. Time is measured by a clock that does not jump when the system's time
 * is set; a store of your own has its own.
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
 * @stability experimental
 * @since 0.1.0
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Breaker from "effect/persistence/CircuitBreaker"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import * as Errors from "../errors/Errors.ts"
import * as ToolError from "../errors/ToolError.ts"
import * as Backoff from "./Backoff.ts"
import type { Circuit } from "./Health.ts"
import { makeKeyed } from "./internal/keyed.ts"
import { inWords, printed } from "./internal/printed.ts"
import { steadily } from "./internal/steadyClock.ts"
import type { Policy } from "./Policy.ts"

/**
 * Stops calling a dependency that keeps failing: a policy.
 *
 * @category models
 * @stability experimental
 * @since 0.1.0
 */
export interface CircuitBreaker extends Policy<Errors.CircuitOpen> {
  /** Names the dependency. */
  readonly service: string
  /** The same with a circuit of its own for a host, a region or a tenant. */
  readonly forKey: (key: string) => Policy<Errors.CircuitOpen>
  /** The service's own circuit, and those of its keys that are not closed. */
  readonly circuits: Effect.Effect<ReadonlyArray<Circuit>>
  /** The breaker's changes of state, from the moment of listening. */
  readonly transitions: Stream.Stream<Breaker.Transition>
}

/**
 * Describes a breaker.
 *
 * @category models
 * @stability experimental
 * @since 0.1.0
 */
export interface Options {
  /** Names the dependency in errors and metrics: "The weather service". */
  readonly service: string
  /** Decides when the circuit opens. Default: `consecutive(5)`. */
  readonly tripPolicy?: Breaker.TripPolicy | undefined
  /** The time that the circuit stays open; a schedule gives the n-th opening in a row its n-th delay. Default: 30 seconds. */
  readonly openDuration?: Duration.Input | Schedule.Schedule<unknown, number> | undefined
  /** The longest open time that an error's hint to wait, or a schedule, can bring about. Default: 5 minutes. */
  readonly maxOpenDuration?: Duration.Input | undefined
  /** Tells which errors speak against the dependency. Default: {@link isFailure}. */
  readonly isFailure?: ((error: ToolError.Any) => boolean) | undefined
  /**
   * The number of keys that a breaker remembers which keeps its state in this process. Beyond it one is forgotten, and starts
   * closed when it comes back: a closed circuit first, else the one that was used longest ago. Default: 10,000.
   */
  readonly maxKeys?: number | undefined
}

/**
 * Opens after so many failures in a row.
 *
 * @category trip policies
 * @stability experimental
 * @since 0.1.0
 */
export const consecutive: (failures: number) => Breaker.TripPolicy = Breaker.consecutive

/**
 * Opens when too many of the last calls have failed.
 *
 * @category trip policies
 * @stability experimental
 * @since 0.1.0
 */
export const rate: typeof Breaker.rate = Breaker.rate

/**
 * Checks that an error speaks against the dependency, where nothing else is said: every transient one, but `circuit_open` and
 * `in_progress`.
 *
 * @category guards
 * @stability experimental
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
 * @stability experimental
 * @since 0.1.0
 */
export const make = (options: Options): Effect.Effect<CircuitBreaker, never, Scope.Scope> =>
  Effect.suspend(() =>
    Effect.provideService(makeWithStore(options), Breaker.CircuitBreakerStore, keyedStore(options.maxKeys ?? maxKeys))
  )

/** The number of keys that are remembered, where nothing is said. */
const maxKeys = 10_000

type Store = Breaker.CircuitBreakerStore["Service"]

/** Returns a store for each key, so that what belongs to a key can be forgotten. */
const keyedStore = (max: number): Store => {
  const stores = makeKeyed({
    max,
    make: () => ({ store: memory(), isClosed: true }),
    isIdle: ({ isClosed }) => isClosed
  })
  const use = <A, E, R>(key: string, f: (store: Store) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.suspend(() => steadily(f(stores.get(key).store)))
  const note = (key: string, transition: Breaker.Transition | undefined): void => {
    if (transition !== undefined) stores.get(key).isClosed = transition.to === "Closed"
  }
  return {
    admit: (key) =>
      Effect.map(use(key, (store) => store.admit(key)), (admission) => {
        note(key, admission.transition)
        return admission
      }),
    record: (outcome) =>
      Effect.map(use(outcome.key, (store) => store.record(outcome)), (transition) => {
        note(outcome.key, transition)
        return transition
      }),
    state: (key) => use(key, (store) => store.state(key))
  }
}

const memory = (): Store =>
  Context.get(
    Effect.runSync(Effect.scoped(Layer.build(Layer.fresh(Breaker.layerStoreMemory())))),
    Breaker.CircuitBreakerStore
  )

/**
 * Makes a breaker that keeps its state in the store of the context, say effect's `layerStoreRedis`, so that several
 * processes share it.
 *
 * @category constructors
 * @stability experimental
 * @since 0.1.0
 */
export const makeWithStore: (
  options: Options
) => Effect.Effect<CircuitBreaker, never, Scope.Scope | Breaker.CircuitBreakerStore> = Effect.fnUntraced(
  function*(options) {
    const { service } = options
    const longest = Duration.fromInputUnsafe(options.maxOpenDuration ?? "5 minutes")
    const openDuration = openFor(options.openDuration ?? "30 seconds", longest)
    const troubled = makeTroubled(service, options.maxKeys ?? maxKeys)
    const store = yield* Breaker.CircuitBreakerStore
    const noting: typeof store = {
      admit: (key) => Effect.tap(store.admit(key), ({ transition }) => troubled.note(transition)),
      record: (outcome) => Effect.tap(store.record(outcome), troubled.note),
      state: store.state
    }
    const breaker = yield* Effect.provideService(
      Breaker.make({
        tripPolicy: options.tripPolicy ?? consecutive(5),
        openDuration,
        maxOpenDuration: longest
      }),
      Breaker.CircuitBreakerStore,
      noting
    )
    const classify = classifier(options.isFailure ?? isFailure)
    const most = Schedule.isSchedule(openDuration) ? longest : Duration.max(openDuration, longest)
    const policy =
      (key: string): Policy<Errors.CircuitOpen> => <A, E extends ToolError.Any, R>(self: Effect.Effect<A, E, R>) =>
        Effect.catchCauseFilter(
          breaker.execute<A, E, R, never>(self, { key, classify }),
          rejection<E>,
          (error) => reject(error, service, most)
        )
    const circuit = (key: string) =>
      Effect.map(readable(breaker.state(key)), (state) => {
        if (state?._tag === "Closed") troubled.keys.delete(key) // another process closed it, or it was forgotten
        return describe(service, key, state)
      })
    const sentence = `${when(options.tripPolicy ?? consecutive(5))} the circuit is open for ${
      Schedule.isSchedule(openDuration) ? "a growing time" : inWords(openDuration)
    }.`
    return Object.assign(printed(policy(service), () => sentence), {
      service,
      forKey: (key: string) => policy(`${service}/${key}`),
      circuits: Effect.suspend(() => Effect.forEach(new Set([service, ...troubled.keys]), circuit)),
      transitions: breaker.transitions
    })
  }
)

/** Tells when a circuit opens, in words. */
const when = (tripPolicy: Breaker.TripPolicy): string =>
  tripPolicy._tag === "Consecutive"
    ? `After ${tripPolicy.failures} failures in a row`
    : `When ${Math.round(tripPolicy.threshold * 100)} % of the last ${tripPolicy.size} calls failed`

/** Returns how long a breaker stays open: a schedule's delays grow without end, so they are cut. */
const openFor = (
  openDuration: NonNullable<Options["openDuration"]>,
  longest: Duration.Duration
): Duration.Duration | Schedule.Schedule<unknown, number> =>
  Schedule.isSchedule(openDuration) ? Backoff.cap(openDuration, longest) : Duration.fromInputUnsafe(openDuration)

/** Remembers which circuits are not closed, as many as there are keys. */
const makeTroubled = (service: string, max: number) => {
  const keys = new Set<string>()
  const note = (transition: Breaker.Transition | undefined): Effect.Effect<void> => {
    if (transition === undefined) return Effect.void
    const { from, key, to } = transition
    keys.delete(key)
    if (to !== "Closed") keys.add(key)
    for (const oldest of keys) {
      if (keys.size <= max) break
      keys.delete(oldest)
    }
    return Effect.andThen(
      Metric.update(Metric.withAttributes(transitions, { service, from, to }), 1),
      Metric.update(Metric.withAttributes(notClosed, { service }), keys.size)
    )
  }
  return { keys, note }
}

/** Returns the breaker's own error; any other cause stays as it is, annotations and all. */
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

const reject = (
  { reason }: Breaker.CircuitBreakerError,
  service: string,
  most: Duration.Duration
): Effect.Effect<never, Errors.CircuitOpen> => {
  const seconds = reason._tag === "CircuitOpen"
    ? Math.ceil(Duration.toSeconds(Duration.min(reason.retryAfter, most)))
    : probeSeconds
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
