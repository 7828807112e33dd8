import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"

/** Says whether the parts of a call, its attempts and items, get spans of their own. Whoever opens a span for the call decides. */
export const TracesParts: Context.Reference<boolean> = Context.Reference<boolean>("errata/TracesParts", {
  defaultValue: () => false
})

/** Tests whether the parts of a fiber's call get spans: every attempt and item asks. */
export const tracesParts = (fiber: Fiber.Fiber<unknown, unknown>): boolean =>
  fiber.context.mapUnsafe.get(TracesParts.key) === true

/** Opens a span for an attempt. */
export const tracedAttempt = <A, E, R>(self: Effect.Effect<A, E, R>, attempt: number): Effect.Effect<A, E, R> =>
  Effect.withSpan(self, "attempt", {
    attributes: { "errata.attempt": attempt },
    captureStackTrace: false
  }) as Effect.Effect<
    A,
    E,
    R
  >

/** Opens a span for an item of a batch. */
export const tracedItem = <A, E, R>(
  self: Effect.Effect<A, E, R>,
  { index, key }: { readonly index: number; readonly key: string }
): Effect.Effect<A, E, R> =>
  Effect.withSpan(self, "item", {
    attributes: { "errata.item.index": index, "errata.item.key": key },
    captureStackTrace: false
  }) as Effect.Effect<A, E, R>
