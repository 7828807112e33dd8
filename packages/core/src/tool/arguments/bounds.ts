/** Bounds what is decoded, before anything looks into it. */
import { findKeys } from "../../redaction/internal/keys.ts"

/** Names the bound that arguments break. */
export type Excess = "size" | "depth"

const tooDeep = Number.NEGATIVE_INFINITY

type Fields = Readonly<Record<string, unknown>>

/**
 * Returns what is left of a number of characters after a value was written as JSON; less than 0 where it is not enough.
 *
 * Every part is counted with the fewest characters that it can have, so that nothing within the bound is refused.
 */
const spend = (value: unknown, left: number, depth: number, isExact: boolean): number => {
  if (typeof value === "string") return left - value.length - 2
  if (typeof value !== "object" || value === null) return left - 1
  if (depth === 0) return tooDeep
  return Array.isArray(value)
    ? spendList(value, left - 1, depth, isExact)
    : spendFields(value as Fields, findKeys(value), left - 1, depth, isExact)
}

// of the two brackets one is counted, since the last entry has no comma
const spendList = (list: ReadonlyArray<unknown>, left: number, depth: number, isExact: boolean): number => {
  let rest = left
  for (let i = 0; i < list.length && rest >= 0; i++) {
    const item = list[i]
    const isQuick = !isExact && depth > 1 && typeof item === "object" && item !== null && !Array.isArray(item)
    rest = isQuick ? spendItem(item as Fields, rest - 1, depth - 1) - 1 : spend(item, rest, depth - 1, isExact) - 1
  }
  return rest
}

/** Looks at the fields of one of many objects as they come, inherited ones too. */
const spendItem = (fields: Fields, left: number, depth: number): number => {
  let rest = left
  for (const key in fields) {
    rest = spend(fields[key], rest - key.length - 3, depth - 1, false) - 1
    if (rest < 0) return rest
  }
  return rest
}

const spendFields = (
  fields: Fields,
  keys: ReadonlyArray<string>,
  left: number,
  depth: number,
  isExact: boolean
): number => {
  let rest = left
  for (let i = 0; i < keys.length && rest >= 0; i++) {
    const key = keys[i]!
    rest = spend(fields[key], rest - key.length - 3, depth - 1, isExact) - 1
  }
  return rest
}

/** Looks no further than the bound. The keys of the value, where it is an object, have been found already. */
export const excess = (
  value: unknown,
  keys: ReadonlyArray<string> | undefined,
  characters: number,
  depth: number
): Excess | undefined => {
  const leave = (isExact: boolean): number =>
    keys === undefined || depth === 0
      ? spend(value, characters, depth, isExact)
      : spendFields(value as Fields, keys, characters - 1, depth, isExact)
  if (leave(false) >= 0) return undefined
  const left = leave(true) // what is inherited is no part of the arguments
  return left >= 0 ? undefined : left === tooDeep ? "depth" : "size"
}
