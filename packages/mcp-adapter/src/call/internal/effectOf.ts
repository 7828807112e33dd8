import * as Effect from "effect/Effect"

/**
 * Returns what a handler returned, if it is an effect. Without types it may be anything, and effect cannot run what hides its
 * nature.
 */
export const effectOf = <A, E, R>(returned: Effect.Effect<A, E, R>, tool = "the tool"): Effect.Effect<A, E, R> => {
  let isEffect = false
  try {
    isEffect = Effect.isEffect(returned)
  } catch {
    // a revoked proxy answers nothing
  }
  return isEffect ? returned : Effect.die(new TypeError(`The handler of ${tool} did not return an Effect`))
}
