import type { ProblemModel } from "@errata/core/internal/problem"

/**
 * Holds what an encoding may say besides the problem.
 *
 * @category models
 * @since 0.1.0
 */
export interface Facts {
  /** The time, in milliseconds since 1970; `undefined` where nobody knows it. */
  readonly now?: number | undefined
  /** The advice that a model reads. Default: none. */
  readonly advice?: string | undefined
  /** Says how much of the problem is shown in `_meta`. Default: `"full"`. */
  readonly detail?: "full" | "minimal" | undefined
}

/**
 * Writes a problem in another form, beside Errata's own, and reads it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Encoder {
  /** Returns the key in `_meta`; `prefix` begins the keys of Errata's own. */
  readonly keyOf: (prefix: string) => string
  /** Writes a problem. What it throws costs this form only. */
  readonly encode: (problem: ProblemModel, facts: Facts) => { readonly [name: string]: unknown }
  /** Reads a problem; `undefined` for what is none. Never throws. */
  readonly decode: (value: unknown, facts?: Pick<Facts, "now">) => ProblemModel | undefined
}
