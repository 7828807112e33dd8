/**
 * Finds the names that somebody may have meant.
 *
 * Distance is Levenshtein's, on names compared without case. The work is bounded: names longer than
 * {@link maxLength} characters are compared by their first characters, and only the first {@link maxCandidates}
 * candidates are looked at.
 *
 * **Example** (Asking "did you mean")
 *
 * ```ts import.meta.vitest
 * import * as Suggestion from "@errata/core/Suggestion"
 *
 * Suggestion.similar("Pariis", ["London", "Paris", "Parma"]) // => ["Paris"]
 * Suggestion.similar("xyz", ["London", "Paris"]) // => []
 * ```
 *
 * @since 0.1.0
 */
import { distance } from "fastest-levenshtein"

/**
 * How many characters of a name are compared.
 *
 * @category constants
 * @since 0.1.0
 */
export const maxLength = 128

/**
 * How many candidates are looked at.
 *
 * @category constants
 * @since 0.1.0
 */
export const maxCandidates = 5000

const normalize = (name: string): string => name.slice(0, maxLength).toLowerCase()

const score = (wanted: string, candidate: string): number => {
  if (wanted === candidate) return 0
  const edits = distance(wanted, candidate)
  const contains = wanted.length > 2 &&
    (candidate.includes(wanted) || wanted.includes(candidate) && candidate.length > 2)
  return contains ? Math.min(edits, 1) : edits
}

/**
 * Returns the candidates that are near a name, the nearest first, in the order given where they are equally near.
 *
 * **Details**
 *
 * A candidate is near if at most a third of the longer name (and at least two characters) must change, or if one
 * contains the other. `limit` is how many are returned at most (default 5). Names that equal each other but for case count
 * as one edit apart from nothing: they come first.
 *
 * @category combinators
 * @since 0.1.0
 */
export const similar = (
  name: string,
  candidates: Iterable<string>,
  options?: { readonly limit?: number | undefined }
): ReadonlyArray<string> => {
  const wanted = normalize(name)
  const found: Array<{ readonly candidate: string; readonly score: number }> = []
  let seen = 0
  for (const candidate of candidates) {
    if (++seen > maxCandidates) break
    const other = normalize(candidate)
    const near = Math.max(2, Math.floor(Math.max(wanted.length, other.length) / 3))
    const points = score(wanted, other)
    if (points <= near && points < Math.max(wanted.length, other.length)) found.push({ candidate, score: points })
  }
  return found
    .sort((a, b) => a.score - b.score)
    .slice(0, options?.limit ?? 5)
    .map((entry) => entry.candidate)
}
