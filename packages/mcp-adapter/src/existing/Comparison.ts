/**
 * Collects what a server says to models today when something fails, beside what it would say if it were adopted.
 *
 * A `Comparison` is filled by shadow mode: give it to `wrapHandler` or `adoptServer` as the option `comparison`, with
 * `mode: "shadow"`. `@errata/mcp-adapter/try` fills one without a changed line of the server. It is bounded whatever a server
 * throws, and made to be shared: secrets, paths, addresses and what users sent as arguments are not in it.
 *
 * **Details**
 *
 * Failures of the same tool, class and place (`file:line`) are one entry, with a count and up to three sentences. Today's
 * sentence is the one that the SDK sends; tomorrow's is written by the very code that adopts, so that it says what would go out.
 *
 * | an entry becomes | what that means |
 * |---|---|
 * | `masked` | a bug, or the words of a package or a driver: `internal_error`, and the log has them |
 * | `kept` | the author's own words, with a type and a reference, and no advice |
 * | `classified` | a type that is known, with whether to try again |
 * | `itemized` | arguments that do not fit, issue by issue |
 *
 * **Example** (Comparing one handler)
 *
 * ```ts import.meta.vitest
 * import * as Comparison from "@errata/mcp-adapter/Comparison"
 * import { wrapHandler } from "@errata/mcp-adapter/wrap"
 *
 * const comparison = Comparison.make()
 * const order = wrapHandler(async ({ item }: { item: string }) => {
 *   throw new Error(`No ${item} in /srv/shop/stock.db`)
 * }, { name: "order", mode: "shadow", comparison })
 *
 * for (const item of ["pen", "paper"]) await order({ item }).catch(() => undefined)
 *
 * await comparison.settled()
 * const [entry] = Comparison.toJson(comparison).entries
 * entry?.count // => 2
 * entry?.hides // => ["a path"]
 * entry?.examples[0]?.today // => "No <item> in [path]"
 * ```
 *
 * @since 0.1.0
 */
import { collect } from "./internal/comparison/collect.ts"
import type * as Model from "./internal/comparison/model.ts"
import { pasteOf } from "./internal/comparison/paste.ts"
import { write } from "./internal/comparison/text.ts"

export type {
  /**
   * Says what becomes of a failure.
   *
   * @category models
   * @since 0.1.0
   */
  Becomes,
  /**
   * Collects failures, each with what is said of it today and what would be.
   *
   * @category models
   * @since 0.1.0
   */
  Comparison,
  /**
   * Describes the failures of one kind: of one tool, class and place.
   *
   * @category models
   * @since 0.1.0
   */
  Entry,
  /**
   * Shows what one failure says today, and what it would say.
   *
   * @category models
   * @since 0.1.0
   */
  Example,
  /**
   * Says who failed a call.
   *
   * @category models
   * @since 0.1.0
   */
  Kind,
  /**
   * Gives words that are safe to be shared.
   *
   * @category models
   * @since 0.1.0
   */
  Sentence,
  /**
   * Describes one failure as shadow mode saw it.
   *
   * @category models
   * @since 0.1.0
   */
  Sighting,
  /**
   * Says what would go out for a failure.
   *
   * @category models
   * @since 0.1.0
   */
  Tomorrow
} from "./internal/comparison/model.ts"

/**
 * Writes down a comparison, for programs.
 *
 * @category models
 * @since 0.1.0
 */
export interface Written {
  /** Counts the failures that were seen. */
  readonly failures: number
  /** Lists what was seen, in the order in which it was seen first. */
  readonly entries: ReadonlyArray<Model.Entry>
  /** Counts the failures that have no entry. */
  readonly omitted: number
  /** Lists what could not be looked at. */
  readonly unseen: ReadonlyArray<string>
  /** Holds the code that adopts the server, with what `classify` should know. */
  readonly paste: string
}

/**
 * Makes an empty comparison.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (): Model.Comparison => collect()

/**
 * Writes a comparison for people: every kind of failure with its count, today's sentence and tomorrow's, and the options to
 * paste.
 *
 * @category rendering
 * @since 0.1.0
 */
export const toText = (comparison: Model.Comparison): string => write(comparison)

/**
 * Writes a comparison as plain data.
 *
 * @category rendering
 * @since 0.1.0
 */
export const toJson = (comparison: Model.Comparison): Written => {
  const entries = comparison.entries()
  const omitted = comparison.omitted()
  return {
    failures: entries.reduce((sum, { count }) => sum + count, omitted),
    entries,
    omitted,
    unseen: comparison.unseen(),
    paste: pasteOf(entries)
  }
}
