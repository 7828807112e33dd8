import type * as Effect from "effect/Effect"

/** Describes an effect whose errors the compiler knows: `any` would let through what has no family. */
export type Classified<A, E, R> =
  & Effect.Effect<A, E, R>
  & (0 extends 1 & E ? { readonly "The error channel is `any`: classify its errors": never } : unknown)
