import type { Item } from "./model.ts"

export const byIndex = (a: Item, b: Item): number => a.index - b.index

/**
 * Keeps the first in input order, whatever the order of arrival: some more are held for a while, and the later ones thrown away.
 */
export const keeper = <T extends Item>(max: number): {
  /** Counts an item, and says whether it may be one of the first. */
  readonly takes: (index: number) => boolean
  readonly keep: (item: T) => void
  readonly count: () => number
  readonly kept: () => ReadonlyArray<T>
} => {
  const held: Array<T> = []
  let count = 0
  let last = 0
  let beyond = max === 0 ? 0 : Number.POSITIVE_INFINITY // from this index on there are enough before
  const cut = (): void => {
    held.sort(byIndex)
    if (held.length <= max) return
    held.length = max
    beyond = held.at(-1)?.index ?? 0
  }
  return {
    takes: (index) => {
      count++
      return index < beyond
    },
    keep: (item) => {
      held.push(item)
      last = Math.max(last, item.index)
      if (held.length === max) beyond = last
      if (held.length > 2 * max + 16) cut()
    },
    count: () => count,
    kept: () => {
      cut()
      return held
    }
  }
}
