import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"

/** How an effect ended, and how many milliseconds of virtual time it took. */
export interface Observed<A, E> {
  readonly exit: Exit.Exit<A, E>
  readonly took: number
}

/** Runs an effect while the virtual clock runs, for at most three years. */
export const observe = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<Observed<A, E>, never, R> =>
  Effect.gen(function*() {
    const start = yield* Clock.currentTimeMillis
    const timed = Effect.flatMap(
      Effect.exit(self),
      (exit) => Effect.map(Clock.currentTimeMillis, (now) => ({ exit, took: now - start }))
    )
    const fiber = yield* Effect.forkChild(timed)
    yield* TestClock.adjust("1095 days")
    return yield* Fiber.join(fiber)
  })

/** The same on a clock of its own, which starts at 0. */
export const observeAlone = <A, E>(self: Effect.Effect<A, E>): Effect.Effect<Observed<A, E>> =>
  Effect.scoped(Effect.provide(observe(self), TestClock.layer()))

/** How an effect ends, once nothing is left to wait for. */
export const settle = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<Exit.Exit<A, E>, never, R> =>
  Effect.map(observe(self), ({ exit }) => exit)

/** How an effect ends that ends within some virtual time, on a clock that then stands there. */
export const endsWithin = <A, E, R>(
  self: Effect.Effect<A, E, R>,
  millis: number
): Effect.Effect<Exit.Exit<A, E>, never, R> =>
  Effect.gen(function*() {
    const fiber = yield* Effect.forkChild(self, { startImmediately: true })
    yield* TestClock.adjust(millis)
    return yield* Fiber.await(fiber)
  })
