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
 * | `logArguments` | 100 | characters of the arguments' preview in a log line |
 * | `logCause` | 8192 | characters of a cause in a log line |
 * | `retryAfterSeconds` | 86400 | seconds that a reply tells a caller to wait (a day) |
 *
 * @since 0.1.0
 */

/**
 * The numbers that bound replies and log lines.
 *
 * @category models
 * @since 0.1.0
 */
export interface Limits {
  readonly message: number
  readonly text: number
  readonly details: number
  readonly segment: number
  readonly issues: number
  readonly problemIssues: number
  readonly steps: number
  readonly similarMatches: number
  readonly options: number
  readonly received: number
  readonly string: number
  readonly items: number
  readonly depth: number
  readonly total: number
  readonly arguments: number
  readonly argumentsDepth: number
  readonly window: number
  readonly repairs: number
  readonly redacted: number
  readonly returned: number
  readonly logArguments: number
  readonly logCause: number
  /** Seconds that a reply tells a caller to wait at most. */
  readonly retryAfterSeconds: number
}

/**
 * The limits of the wire contract.
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
