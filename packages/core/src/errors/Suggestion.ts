/**
 * Finds the names that the caller may have meant.
 *
 * Names are compared without case, accents, widths and what cannot be seen, by the edits between them, where two neighbours that changed
 * places count as one, and by their words: `listUsers`, `user_list` and `list-user` are the same words. The work is bounded whatever is
 * given: 128 characters of a name are compared, at most {@link maxCandidates} candidates are looked at, and distances are computed
 * only where length and letters allow them, and only as many as a short while allows.
 *
 * **Details**
 *
 * A candidate is near if at most a third of the longer name (and at least two characters) must change, if one contains the other, or if
 * most of its words are the same. The nearest come first:
 *
 * 1. names that differ only in case, accents or width
 * 2. names that differ only in what stands between their words
 * 3. names of the same words, in another order or number
 * 4. names with few edits, the fewest first; of those with as many edits the one that begins alike, then the one given first
 *
 * A name that is part of the other counts as two edits at most (a third of the longer, if that is more). What a caller may not see is
 * neither compared nor told: say so with `maySee`.
 *
 * **Example** (Asking "did you mean")
 *
 * ```ts import.meta.vitest
 * import * as Suggestion from "@errata/core/Suggestion"
 *
 * Suggestion.similar("Pariis", ["London", "Paris", "Parma"]) // => ["Paris"]
 * Suggestion.similar("pageId", ["parent_id", "page_id"]) // => ["page_id"]
 * Suggestion.similar("user_list", ["list_users", "user_lint"]) // => ["list_users", "user_lint"]
 * Suggestion.similar("xyz", ["London", "Paris"]) // => []
 * ```
 *
 * @since 0.1.0
 */
export { maxCandidates, similar } from "./suggestion/similar.ts"
