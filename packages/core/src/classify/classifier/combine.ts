import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as ToolError from "../../errors/ToolError.ts"
import type { Classifier } from "./model.ts"

/**
 * Asks one classifier after the other.
 *
 * @category combinators
 * @since 0.1.0
 */
export const firstOf = <const Cs extends ReadonlyArray<Classifier>>(
  ...classifiers: Cs
): Classifier<Exclude<ReturnType<Cs[number]>, undefined>> =>
(failure, context) => {
  for (const classifier of classifiers) {
    const error = classifier(failure, context)
    if (error !== undefined) return error as Exclude<ReturnType<Cs[number]>, undefined>
  }
  return undefined
}

/**
 * Classifies the failures of an effect. Errors that are classified already stay as they are; what the classifier does not
 * know becomes a defect, which the adapter logs in full and masks.
 *
 * @category combinators
 * @since 0.1.0
 */
export const orDie: {
  /** Classifies the failures of an effect; for `pipe`. */
  <C extends ToolError.Any>(
    classifier: Classifier<C>
  ): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, C | Extract<E, ToolError.Any>, R>
  /** Classifies the failures of an effect. */
  <A, E, R, C extends ToolError.Any>(
    self: Effect.Effect<A, E, R>,
    classifier: Classifier<C>
  ): Effect.Effect<A, C | Extract<E, ToolError.Any>, R>
} = /*#__PURE__*/ dual(2, <A, E, R, C extends ToolError.Any>(
  self: Effect.Effect<A, E, R>,
  classifier: Classifier<C>
): Effect.Effect<A, C | Extract<E, ToolError.Any>, R> =>
  Effect.catch(self, (failure): Effect.Effect<never, C | Extract<E, ToolError.Any>> =>
    ToolError.is(failure)
      ? Effect.fail(failure as Extract<E, ToolError.Any>)
      : Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const error = classifier(failure, { now })
        return error === undefined ? Effect.die(failure) : Effect.fail(error)
      })))
