/**
 * Finds the names that the caller may have meant.
 *
 * Distance is Levenshtein's, on names compared without case. The work is bounded whatever is given: names longer than 128
 * characters are compared by their first characters, at most {@link maxCandidates} candidates are looked at, and the
 * distance is only computed where length and letters allow it, and then at most 5,000 times.
 *
 * **Example** (Asking "did you mean")
 *
 * ```ts import.meta.vitest
 * import * as Suggestion from "@errata/core/Suggestion"
 *
 * Suggestion.similar("Pariis", ["London", "Paris", "Parma"]) // => ["Paris"]
 * Suggestion.similar("pageId", ["parent_id", "page_id"]) // => ["page_id"]
 * Suggestion.similar("xyz", ["London", "Paris"]) // => []
 * ```
 *
 * @since 0.1.0
 */
import { distance } from "fastest-levenshtein"

/** The number of characters of a name that are compared. */
const maxLength = 128

/** The number of distances computed for one name: that is most of the cost. */
const maxDistances = 5000

/**
 * Limits the number of candidates that are looked at.
 *
 * @category constants
 * @since 0.1.0
 */
export const maxCandidates = 100_000

const normalize = (name: string): string => name.slice(0, maxLength).toLowerCase()

/**
 * Returns the number of edits that still count as near: a third of the longer name, and two at least where that leaves something
 * to share.
 */
const reach = (a: string, b: string): number => {
  const longer = Math.max(a.length, b.length)
  return longer <= 2 ? 1 : Math.max(2, Math.floor(longer / 3))
}

/** Makes one bit for each kind of character: every edit changes two of them at most. */
const letters = (name: string): number => {
  let bits = 0
  for (let i = 0; i < name.length; i++) bits |= 1 << (name.charCodeAt(i) & 31)
  return bits
}

const bitsIn = (bits: number): number => {
  let left = bits
  let count = 0
  for (; left !== 0; count++) left &= left - 1
  return count
}

const separators = /[\s._-]+/g
const joined = (name: string): string => name.replace(separators, "")

interface Wanted {
  readonly name: string
  readonly joined: string
  readonly letters: number
  /** The number of distances that may still be computed. */
  left: number
}

/** Returns the distance of a candidate from the name; `undefined` if it is not near. */
const score = (wanted: Wanted, candidate: string): number | undefined => {
  const { name } = wanted
  if (name === candidate) return name === "" ? undefined : 0
  const near = reach(name, candidate)
  const longer = Math.max(name.length, candidate.length)
  const contains = Math.min(name.length, candidate.length) > 2 && (candidate.includes(name) || name.includes(candidate))
  const mayBeNear = Math.abs(name.length - candidate.length) <= near &&
    bitsIn(wanted.letters ^ letters(candidate)) <= 2 * near
  if (!mayBeNear || wanted.left <= 0) return contains ? near : undefined
  if (joined(candidate) === wanted.joined && wanted.joined !== "") return 0.5
  wanted.left--
  const edits = distance(name, candidate)
  if (contains) return Math.min(edits, near)
  return edits <= near && edits < longer ? edits : undefined
}

interface Found {
  readonly candidate: string
  readonly score: number
  /** The number of characters at the start that are alike. */
  readonly prefix: number
}

const prefix = (a: string, b: string): number => {
  let i = 0
  while (i < a.length && a[i] === b[i]) i++
  return i
}

/**
 * Returns the candidates that are near a name, the nearest first. Never throws.
 *
 * **Details**
 *
 * A candidate is near if at most a third of the longer name (and at least two characters) must change, or if one contains
 * the other. Names that differ only in case come first, then those that differ only in separators, then those with the
 * fewest edits; of these the one that begins alike, then the one that was given first. `limit` is how many are returned at
 * most (default 5).
 *
 * @category combinators
 * @since 0.1.0
 */
export const similar = (
  name: string,
  candidates: Iterable<string>,
  options?: {
    /** The greatest number of names to return. Default: 5. */
    readonly limit?: number | undefined
  }
): ReadonlyArray<string> => {
  if (typeof name !== "string") return []
  const text = normalize(name)
  const wanted: Wanted = { name: text, joined: joined(text), letters: letters(text), left: maxDistances }
  return collect(wanted, candidates)
    .sort((a, b) => a.score - b.score || b.prefix - a.prefix)
    .slice(0, options?.limit ?? 5)
    .map((entry) => entry.candidate)
}

const collect = (wanted: Wanted, candidates: Iterable<string>): Array<Found> => {
  const found: Array<Found> = []
  let seen = 0
  try {
    for (const candidate of candidates) {
      if (++seen > maxCandidates) break
      if (typeof candidate !== "string") continue
      const other = normalize(candidate)
      const points = score(wanted, other)
      if (points !== undefined) found.push({ candidate, score: points, prefix: prefix(wanted.name, other) })
    }
  } catch {
    return found // an iterable that throws has nothing more to say
  }
  return found
}
