import type * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Advice from "../../errors/Advice.ts"
import * as ToolError from "../../errors/ToolError.ts"
import { CurrentClaim } from "./claim.ts"
import { currentUnsafe } from "./service.ts"
import { CurrentPart, makeState, type State } from "./state.ts"

/**
 * Returns the state of the part, or else of the call, that a fiber works on; `undefined` outside of both.
 *
 * @category accessors
 * @since 0.1.0
 */
export const stateUnsafe = (fiber: Fiber.Fiber<unknown, unknown>): State | undefined =>
  fiber.getRef(CurrentPart) ?? currentUnsafe(fiber)?.state

/**
 * Opens the call: something may have happened. Does nothing outside of a call. Never fails.
 *
 * **Details**
 *
 * For what neither {@link irreversible} nor a combinator of ours can see, before it begins. `reason` is for the log. Under an
 * idempotency key of a tool that marks its effects it counts as one: it is noted in the store.
 *
 * @category state
 * @since 0.1.0
 */
export const markOpen = (reason: string): Effect.Effect<void> =>
  Effect.withFiber((fiber) => {
    const claim = fiber.getRef(CurrentClaim)
    return claim?.marksEffects === true ? Effect.andThen(claim.begin, openPart(reason)) : openPart(reason)
  })

/** Opens the part that a fiber works on. Where effects are marked, that is for the advice alone: what began is known. */
export const openPart = (reason: string): Effect.Effect<void> =>
  Effect.withFiber((fiber) => {
    stateUnsafe(fiber)?.markOpen(reason)
    return Effect.void
  })

/**
 * Gives a part of a call a state of its own: it opens with the part alone, and opens the call with it.
 *
 * **Details**
 *
 * For combinators that must know what happened in a part: whether an attempt may be repeated, whether another provider may
 * step in. Outside of a call the part has a state too.
 *
 * @category state
 * @since 0.1.0
 */
export const withPart = <A, E, R>(f: (part: State) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.withFiber((fiber) => {
    const part = makeState(stateUnsafe(fiber))
    return Effect.provideService(f(part), CurrentPart, part)
  })

/**
 * Says why a part that ended with this cause may have had an effect; `undefined` if nothing says so.
 *
 * **Details**
 *
 * These may have had one: a part that was interrupted, one that died, one that failed with a value that is no tool error, with
 * an error that carries the mark of an open call, with a type that says so itself (`outcome_unknown`), or with a transient
 * error whose type is not `harmless`. A permanent error, and one about the arguments, is an answer.
 *
 * **Gotchas**
 *
 * An answer says nothing about what happened before it: look at the {@link State} of the part as well.
 *
 * @category state
 * @since 0.1.0
 */
export const endedOpen = (cause: Cause.Cause<unknown>): string | undefined => {
  for (const reason of cause.reasons) {
    if (reason._tag === "Interrupt") return "interrupted"
    if (reason._tag === "Die") return "defect"
    const { error } = reason
    const marked = Advice.openReason(error)
    if (marked !== undefined) return marked
    if (!ToolError.is(error)) return "failure"
    const { harmless, name } = ToolError.type(error)
    if (name === "outcome_unknown" || ToolError.isTransient(error) && !harmless) return name
  }
  return undefined
}

/**
 * Opens the call if a part that ended with this cause may have had an effect. Combinators call it before they go on.
 *
 * @category state
 * @since 0.1.0
 */
export const notePart = (cause: Cause.Cause<unknown>): Effect.Effect<void> =>
  Effect.suspend(() => {
    const reason = endedOpen(cause)
    return reason === undefined ? Effect.void : openPart(reason)
  })
