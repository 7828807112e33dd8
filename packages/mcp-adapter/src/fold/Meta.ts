/**
 * Reads and writes what travels in a result's `_meta`: the problem, and what happened on the way.
 *
 * **Details**
 *
 * The keys are `errata/problem` and `errata/call`. The prefix is configurable where results are written and a list where
 * they are read, so that a client understands servers that were configured differently.
 *
 * A problem may be written whole, or with `error`, `type`, `category`, `retry` and `reference_id` alone: some hosts show `_meta`
 * to their model, before anything else.
 *
 * **Example** (Reading a problem back)
 *
 * ```ts import.meta.vitest
 * import * as Meta from "@errata/mcp-adapter/Meta"
 *
 * const meta = {
 *   "errata/problem": {
 *     error: "NotFound", type: "not_found", category: "permanent", message: "Document 1 not found",
 *     retry: { should_retry: false }, reference_id: "5f3c9a1e"
 *   }
 * }
 * Meta.problem(meta)?.type // => "not_found"
 * Meta.problem({}) // => undefined
 * ```
 *
 * @since 0.1.0
 */
import type * as Problem from "@errata/core/Problem"
import * as Schema from "effect/Schema"
import { readOther } from "./encoder/named.ts"
import { defaultPrefix } from "./internal/prefix.ts"
import { minimal, type Raw, reader, readTold, toProblem } from "./internal/told.ts"

export {
  /**
   * Holds the default prefix of the keys.
   *
   * @category constants
   * @since 0.1.0
   */
  defaultPrefix
} from "./internal/prefix.ts"

/**
 * Tells what happened on the way to a result: where a call retried, was replayed, or was verified since its outcome was unknown,
 * where arguments were repaired (`ids: text to array`), or left out because a host adds them on its own account, where it failed
 * after a marked effect began, and where it is the third identical failure of a caller, or a later one. While debugging, which
 * steps were left out, and why.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CallNote = Schema.Struct({
  reference_id: Schema.String,
  attempts: Schema.Finite,
  replayed: Schema.optionalKey(Schema.Boolean),
  original_reference_id: Schema.optionalKey(Schema.String),
  verified: Schema.optionalKey(Schema.Boolean),
  repaired: Schema.optionalKey(Schema.Array(Schema.String)),
  dropped: Schema.optionalKey(Schema.Array(Schema.String)),
  identical_failures: Schema.optionalKey(Schema.Finite),
  answered_without_running: Schema.optionalKey(Schema.Boolean),
  effects: Schema.optionalKey(Schema.Array(Schema.Struct({
    name: Schema.String,
    outcome: Schema.Literals(["done", "unknown"])
  }))),
  left_out: Schema.optionalKey(Schema.Array(Schema.String))
})

/**
 * Tells what happened on the way to a result.
 *
 * @category models
 * @since 0.1.0
 */
export type CallNote = typeof CallNote.Type

/**
 * Returns the problem in a result's `_meta`; `undefined` if there is none or it cannot be read. The type stands for the message
 * of one that was kept minimal. Where there is none of Errata's own, its other forms are read; see `Encoder`.
 *
 * @category decoding
 * @since 0.1.0
 */
export const problem = (
  meta: Raw | undefined,
  prefixes?: ReadonlyArray<string>,
  facts?: {
    /** The time, in milliseconds since 1970, against which a time to try again is read. Default: it is left out. */
    readonly now?: number | undefined
  }
): Problem.Problem | undefined => {
  const found = readTold(meta, prefixes)
  return found === undefined ? readOther(meta, prefixes, facts) : toProblem(found)
}

/**
 * Returns what happened on the way to a result; `undefined` if nothing is told.
 *
 * @category decoding
 * @since 0.1.0
 */
export const call: (meta: Raw | undefined, prefixes?: ReadonlyArray<string>) => CallNote | undefined = reader(
  CallNote,
  "call"
)

/**
 * Writes a problem: whole, or `"minimal"`.
 *
 * @category encoding
 * @since 0.1.0
 */
export const ofProblem = (
  problem: Problem.Problem,
  prefix: string = defaultPrefix,
  detail: "full" | "minimal" = "full"
): { [key: string]: unknown } => {
  const told = detail === "minimal" ? minimal(problem) : problem
  return prefix === defaultPrefix ? { "errata/problem": told } : { [`${prefix}problem`]: told }
}

/**
 * Writes what happened on the way.
 *
 * @category encoding
 * @since 0.1.0
 */
export const ofCall = (call: CallNote, prefix: string = defaultPrefix): { [key: string]: unknown } => ({
  [`${prefix}call`]: call
})
