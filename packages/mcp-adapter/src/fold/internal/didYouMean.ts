import type * as Limits from "@errata/core/Limits"
import { name } from "./line.ts"

/** Asks whether one of the names was meant; nothing where there is none. */
export const didYouMean = (names: ReadonlyArray<string> = [], limits: Limits.Limits): ReadonlyArray<string> =>
  names.length === 0
    ? []
    : [`Did you mean: ${names.slice(0, limits.similarMatches).map(name).join(", ")}?`]
