/** Bounds what is decoded, before anything looks into it. */

import { findKeys } from "../../redaction/internal/keys.ts"

/** Names the bound that arguments break. */
export type Excess = "size" | "depth"

const tooDeep = Number.NEGATIVE_INFINITY

/**
 * Returns what is left of a number of characters after a value was written as JSON; less than 0 where it is not enough.
 *
 * Every part is counted with the fewest characters that it can have, so that nothing within the bound is refused.
 */
const spend = (value: unknown, left: number, depth: number): number => {
  if (typeof value === "string") return left - value.length - 2
  if (typeof value !== "object" || value === null) return left - 1
  if (depth === 0) return tooDeep
  let rest = left - 1 // of the two brackets, since the last entry has no comma
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length && rest >= 0; i++) rest = spend(value[i], rest, depth - 1) - 1
  } else {
    for (const key of findKeys(value)) {
      rest = spend((value as Record<string, unknown>)[key], rest - key.length - 3, depth - 1) - 1
      if (rest < 0) return rest
    }
  }
  return rest
}

/** Looks no further than the bound. */
export const excess = (value: unknown, characters: number, depth: number): Excess | undefined => {
  const left = spend(value, characters, depth)
  return left >= 0 ? undefined : left === tooDeep ? "depth" : "size"
}
