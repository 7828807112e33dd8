import type * as Problem from "@errata/core/Problem"
import type { CallToolResult } from "../CallToolResult.ts"
import { isRecord } from "../internal/resultLike.ts"
import { readTold, toProblem, wholeOf } from "../internal/told.ts"
import type { Encoder, Facts } from "./model.ts"

/**
 * Adds a problem's other forms to the `_meta` of a result that holds it. Returns the same result where there is none, or nothing to
 * add. Never throws.
 *
 * @category encoding
 * @since 0.1.0
 */
export const add = (
  result: CallToolResult,
  encoders: ReadonlyArray<Encoder>,
  options: Omit<Facts, "advice"> & {
    /** Begins the keys of Errata's own. */
    readonly prefix: string
  }
): CallToolResult => {
  const { prefix, ...facts } = options
  const problem = encoders.length === 0 ? undefined : problemOf(result, prefix)
  if (problem === undefined) return result
  const advice = adviceIn(result)
  const added = encoders.flatMap((encoder): ReadonlyArray<readonly [key: string, value: unknown]> => {
    try {
      return [[encoder.keyOf(prefix), encoder.encode(problem, { ...facts, advice })]]
    } catch {
      return []
    }
  })
  return { ...result, _meta: { ...result._meta, ...Object.fromEntries(added) } }
}

/** Returns the whole problem, also where `_meta` shows a part of it. */
const problemOf = ({ _meta: meta }: CallToolResult, prefix: string): Problem.Problem | undefined => {
  const shown = meta?.[`${prefix}problem`]
  if (!isRecord(shown)) return undefined
  const told = wholeOf(shown) ?? readTold(meta, [prefix])
  return told === undefined ? undefined : toProblem(told)
}

const errorLine = /^Error: [a-z0-9_]+ \((?:transient|permanent|validation)\)\. (.+)$/m

/** Returns the advice that the text holds. */
const adviceIn = ({ content: [block] }: CallToolResult): string | undefined =>
  block?.type === "text" ? errorLine.exec(block.text.slice(0, 10_000))?.[1] : undefined
