import type * as ToolError from "../../errors/ToolError.ts"
import type { Failed } from "./model.ts"

/** Limits how many errors of a batch of which nothing succeeded are listed; and of more than that. */
const most = 20
const few = 4

/**
 * Returns the errors that are listed of a batch of which nothing succeeded: all, or, of very many, a few with one of each type
 * among them. Hosts show a report to their model more than once, and escaped.
 */
export const sample = <E extends ToolError.Any>(
  failures: ReadonlyArray<Failed<E>>,
  failed: number
): ReadonlyArray<Failed<E>> => {
  if (failed <= most) return failures
  const firsts = new Map<string, Failed<E>>()
  for (const failure of failures) {
    const { name } = failure.advice.type
    if (firsts.size < most && !firsts.has(name)) firsts.set(name, failure)
  }
  const inOrderOfUse = [...new Set([...firsts.values(), ...failures])]
  const listed = new Set(inOrderOfUse.slice(0, Math.max(few, firsts.size)))
  return failures.filter((failure) => listed.has(failure))
}
