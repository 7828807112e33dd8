import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import { isRepeatable } from "../../errors/internal/advice.ts"
import { currentUnsafe } from "./service.ts"

/** Describes what code below knows of the idempotency key that its call holds. */
export interface Claim {
  /** Notes, durably, that an effect is about to begin. False: the key went to somebody else, and it must not begin. */
  readonly begin: Effect.Effect<boolean>
  /** Is true if nothing but marked effects counts as one. */
  readonly marksEffects: boolean
  /** Is true if the tool declares that what may have taken effect may run again. */
  readonly mayRunAgain: boolean
}

/** Holds the claim that a fiber works under; `undefined` where it holds none. */
export const CurrentClaim: Context.Reference<Claim | undefined> = Context.Reference<Claim | undefined>(
  "errata/ToolCall/CurrentClaim",
  { defaultValue: () => undefined }
)

/** Every attempt and item asks: the map answers sooner than the reference, whose default is none. */
const claimUnsafe = (fiber: Fiber.Fiber<unknown, unknown>): Claim | undefined =>
  fiber.context.mapUnsafe.get(CurrentClaim.key) as Claim | undefined

/** Returns whether what may have taken effect may be done again, within a call. */
export const mayRepeatOpen = (fiber: Fiber.Fiber<unknown, unknown>): boolean => {
  const claim = claimUnsafe(fiber)
  if (claim !== undefined) return claim.mayRunAgain
  const call = currentUnsafe(fiber)
  return call === undefined || isRepeatable(call.safety)
}

/** Returns whether an attempt is judged by the effects that it marked. */
export const marksEffects = (fiber: Fiber.Fiber<unknown, unknown>): boolean =>
  claimUnsafe(fiber)?.marksEffects ?? currentUnsafe(fiber)?.marksEffects === true
