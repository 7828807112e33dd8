import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import type { Family, ToolError } from "./model.ts"
import { isOf } from "./read.ts"

const catchFamily = <Fam extends Family>(wanted: Fam) =>
  dual(
    2,
    (self: Effect.Effect<unknown, unknown, unknown>, f: (error: unknown) => Effect.Effect<unknown, unknown, unknown>) =>
      Effect.catchIf(self, (error) => isOf(error, wanted), f)
  )

/**
 * Recovers from the transient errors of an effect.
 *
 * @category error handling
 * @since 0.1.0
 */
export const catchTransient: {
  /** Recovers from the transient errors of an effect; for `pipe`. */
  <E, A2, E2, R2>(
    f: (error: Extract<E, ToolError<"transient">>) => Effect.Effect<A2, E2, R2>
  ): <A, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A | A2, Exclude<E, ToolError<"transient">> | E2, R | R2>
  /** Recovers from the transient errors of an effect. */
  <A, E, R, A2, E2, R2>(
    self: Effect.Effect<A, E, R>,
    f: (error: Extract<E, ToolError<"transient">>) => Effect.Effect<A2, E2, R2>
  ): Effect.Effect<A | A2, Exclude<E, ToolError<"transient">> | E2, R | R2>
} = /*#__PURE__*/ catchFamily("transient")

/**
 * Recovers from the permanent errors of an effect.
 *
 * @category error handling
 * @since 0.1.0
 */
export const catchPermanent: {
  /** Recovers from the permanent errors of an effect; for `pipe`. */
  <E, A2, E2, R2>(
    f: (error: Extract<E, ToolError<"permanent">>) => Effect.Effect<A2, E2, R2>
  ): <A, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A | A2, Exclude<E, ToolError<"permanent">> | E2, R | R2>
  /** Recovers from the permanent errors of an effect. */
  <A, E, R, A2, E2, R2>(
    self: Effect.Effect<A, E, R>,
    f: (error: Extract<E, ToolError<"permanent">>) => Effect.Effect<A2, E2, R2>
  ): Effect.Effect<A | A2, Exclude<E, ToolError<"permanent">> | E2, R | R2>
} = /*#__PURE__*/ catchFamily("permanent")

/**
 * Recovers from the validation errors of an effect.
 *
 * @category error handling
 * @since 0.1.0
 */
export const catchValidation: {
  /** Recovers from the validation errors of an effect; for `pipe`. */
  <E, A2, E2, R2>(
    f: (error: Extract<E, ToolError<"validation">>) => Effect.Effect<A2, E2, R2>
  ): <A, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A | A2, Exclude<E, ToolError<"validation">> | E2, R | R2>
  /** Recovers from the validation errors of an effect. */
  <A, E, R, A2, E2, R2>(
    self: Effect.Effect<A, E, R>,
    f: (error: Extract<E, ToolError<"validation">>) => Effect.Effect<A2, E2, R2>
  ): Effect.Effect<A | A2, Exclude<E, ToolError<"validation">> | E2, R | R2>
} = /*#__PURE__*/ catchFamily("validation")
