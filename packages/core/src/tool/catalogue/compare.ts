import type { Catalogue } from "./model.ts"

/**
 * Names an error that a tool answered with.
 *
 * @category models
 * @since 0.1.0
 */
export interface Observed {
  /** The name of the tool. */
  readonly tool: string
  /** The tag of the error. */
  readonly error: string
  /** Is true if it was the error of an item of a batch: it need not be declared. Default: it was that of the call. */
  readonly isItem?: boolean | undefined
}

/**
 * Holds how a catalogue differs from what was observed.
 *
 * @category models
 * @since 0.1.0
 */
export interface Difference {
  /** Errors that tools declare and that were never observed. */
  readonly unseen: ReadonlyArray<Observed>
  /** Errors that were observed and stand in no list of their tool. */
  readonly undeclared: ReadonlyArray<Observed>
}

/**
 * Compares a catalogue with what tools really answered with, in a test: whatever is declared should be met once, and nothing else.
 *
 * **Details**
 *
 * The adapter's own errors, such as `Timeout`, may be observed and need not be. Both lists hold each error of a tool once.
 *
 * @category comparing
 * @since 0.1.0
 */
export const compare = ({ tools }: Catalogue, observed: Iterable<Observed>): Difference => {
  const seen = new Map<string, Observed>()
  for (const one of observed) {
    const key = keyOf(one)
    if (seen.get(key)?.isItem !== false) seen.set(key, { ...one, isItem: one.isItem === true })
  }
  const known = new Set(tools.flatMap(({ errors, tool }) => errors.map(({ error }) => keyOf({ tool, error }))))
  const names = new Set(tools.map(({ tool }) => tool))
  return {
    unseen: tools.flatMap(({ errors, tool }) =>
      errors
        .filter(({ error, origin }) => origin === "declared" && !seen.has(keyOf({ tool, error })))
        .map(({ error }) => ({ tool, error }))
    ),
    undeclared: [...seen.values()]
      .filter((one) => one.isItem !== true && names.has(one.tool) && !known.has(keyOf(one)))
      .map(({ error, tool }) => ({ tool, error }))
  }
}

const keyOf = ({ error, tool }: Observed): string => `${tool}\n${error}`
