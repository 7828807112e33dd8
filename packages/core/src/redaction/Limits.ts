/**
 * Names every limit that bounds what a reply or a log line may carry.
 *
 * `Limits` is one flat record of numbers. Every function that cuts something takes it as an option and uses
 * {@link defaults} otherwise, so that one object, given once to the adapter, rules a whole server.
 *
 * **Details**
 *
 * | limit | default | counts |
 * |---|---|---|
 * | `message` | 500 | characters of a problem's message |
 * | `text` | 4000 | characters of the whole text that a model reads |
 * | `details` | 1000 | characters of the `Details:` line |
 * | `segment` | 1000 | characters of any other single line of the text |
 * | `issues` | 20 | issue lines in the text; the rest is counted |
 * | `problemIssues` | 100 | issues in the problem; the text counts the rest |
 * | `steps` | 20 | recovery steps |
 * | `similarMatches` | 5 | entries of `similar_matches` |
 * | `options` | 5 | options below one recovery step in the text |
 * | `received` | 100 | characters of an issue's `received` |
 * | `string` | 8192 | characters of one string inside `details` |
 * | `items` | 200 | entries of one array or object inside `details` |
 * | `depth` | 12 | levels of nesting inside `details` |
 * | `total` | 1000000 | characters of all that stands inside `details` |
 * | `arguments` | 4194304 | characters of the JSON of a call's arguments; more is refused before decoding |
 * | `argumentsDepth` | 512 | levels of nesting of a call's arguments; more is refused before decoding |
 * | `window` | 10000 | entries of one list or record in which every issue is looked for, from the first one on; twice as many of all together |
 * | `repairs` | 20 | repaired arguments that are told |
 * | `redacted` | 50000 | characters of one text that a redactor looks through where it is asked for `text`; the rest is left out |
 * | `returned` | 25000 | characters of a text in a failure that existing code returned; it is cut in the middle |
 * | `returnedTotal` | 250000 | characters of all texts of such a failure together, of its structured content, and of its `_meta` |
 * | `logArguments` | 100 | characters of the arguments' preview in a log line |
 * | `logCause` | 8192 | characters of a cause in a log line |
 * | `retryAfterSeconds` | 86400 | seconds that a reply tells a caller to wait (a day) |
 *
 * @since 0.1.0
 */

/**
 * Holds the numbers that bound replies and log lines.
 *
 * @category models
 * @since 0.1.0
 */
export interface Limits {
  /** Characters of a problem's message. Default: 500. */
  readonly message: number
  /** Characters of the whole text that a model reads; it is cut in the middle. Default: 4,000. */
  readonly text: number
  /** Characters of the `Details:` line. Default: 1,000. */
  readonly details: number
  /** Characters of any other single line of the text. Default: 1,000. */
  readonly segment: number
  /** Lines of issues in the text; the rest is counted. Default: 20. */
  readonly issues: number
  /** Issues in the problem; the text counts the rest. Default: 100. */
  readonly problemIssues: number
  /** Recovery steps. Default: 20. */
  readonly steps: number
  /** Entries of `similar_matches`. Default: 5. */
  readonly similarMatches: number
  /** Options below one recovery step in the text. Default: 5. */
  readonly options: number
  /** Characters of an issue's `received`. Default: 100. */
  readonly received: number
  /** Characters of one string inside `details`. Default: 8,192. */
  readonly string: number
  /** Entries of one array or object inside `details`. Default: 200. */
  readonly items: number
  /** Levels of nesting inside `details`. Default: 12. */
  readonly depth: number
  /** Characters of all that stands inside `details`. Default: 1,000,000. */
  readonly total: number
  /** Characters of the JSON of a call's arguments; a call with more is refused before decoding. Default: 4,194,304 (4 MiB). */
  readonly arguments: number
  /** Levels of nesting of a call's arguments; a call with more is refused before decoding. Default: 512. */
  readonly argumentsDepth: number
  /**
   * Entries of one list or record in which every issue is looked for, from the first one on; twice as many in all lists and
   * records together. Default: 10,000.
   */
  readonly window: number
  /** Repaired arguments that a reply names. Default: 20. */
  readonly repairs: number
  /** Characters of one text that a redactor looks through where it is asked for `text`; the rest is left out. Default: 50,000. */
  readonly redacted: number
  /** Characters of a text in a failure that existing code returned; it is cut in the middle. Default: 25,000. */
  readonly returned: number
  /** Characters of all texts of such a failure together, of its structured content, and of its `_meta`. Default: 250,000. */
  readonly returnedTotal: number
  /** Characters of the preview of the arguments in a log line. Default: 100. */
  readonly logArguments: number
  /** Characters of a cause in a log line. Default: 8,192. */
  readonly logCause: number
  /** Seconds that a reply tells a caller to wait at most. Default: 86,400 (a day). */
  readonly retryAfterSeconds: number
}

/**
 * Holds the limits of the wire contract.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaults: Limits = {
  message: 500,
  text: 4000,
  details: 1000,
  segment: 1000,
  issues: 20,
  problemIssues: 100,
  steps: 20,
  similarMatches: 5,
  options: 5,
  received: 100,
  string: 8192,
  items: 200,
  depth: 12,
  total: 1_000_000,
  arguments: 4 * 1024 * 1024,
  argumentsDepth: 512,
  window: 10_000,
  repairs: 20,
  redacted: 50_000,
  returned: 25_000,
  returnedTotal: 250_000,
  logArguments: 100,
  logCause: 8192,
  retryAfterSeconds: 86_400
}

/**
 * Completes some limits with the defaults.
 *
 * **Example** (Allowing longer messages)
 *
 * ```ts import.meta.vitest
 * import * as Limits from "@errata/core/Limits"
 *
 * Limits.make({ message: 800 }).message // => 800
 * Limits.make({ message: 800 }).text // => 4000
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (limits: Partial<Limits>): Limits => ({ ...defaults, ...limits })
