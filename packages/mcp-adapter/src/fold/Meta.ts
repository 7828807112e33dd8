/**
 * Reads and writes what travels in a result's `_meta`: the problem, and what happened on the way.
 *
 * **Details**
 *
 * The keys are `errata/problem` and `errata/call`. The prefix is configurable where results are written and a list where
 * they are read, so that a client understands servers that were configured differently.
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
import * as Problem from "@errata/core/Problem"
import * as Schema from "effect/Schema"
import * as SchemaParser from "effect/SchemaParser"

/**
 * The prefix of the keys.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaultPrefix = "errata/"

/**
 * Tells what happened on the way to a result: where a call retried or was replayed, where arguments were repaired
 * (`ids: text to array`), or left out because a host adds them on its own account, and where it failed after a marked
 * effect began.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Call = Schema.Struct({
  reference_id: Schema.String,
  attempts: Schema.Finite,
  replayed: Schema.optionalKey(Schema.Boolean),
  original_reference_id: Schema.optionalKey(Schema.String),
  repaired: Schema.optionalKey(Schema.Array(Schema.String)),
  dropped: Schema.optionalKey(Schema.Array(Schema.String)),
  effects: Schema.optionalKey(Schema.Array(Schema.Struct({
    name: Schema.String,
    outcome: Schema.Literals(["done", "unknown"])
  })))
})

/**
 * Tells what happened on the way to a result.
 *
 * @category models
 * @since 0.1.0
 */
export type Call = typeof Call.Type

type Raw = { readonly [key: string]: unknown }

const read = <A>(schema: Schema.Codec<A, unknown>, name: string) => {
  const decode = SchemaParser.decodeUnknownResult(schema)
  return (meta: Raw | undefined, prefixes: ReadonlyArray<string> = [defaultPrefix]): A | undefined => {
    for (const prefix of prefixes) {
      try {
        const value = meta?.[prefix + name]
        if (value === undefined) continue
        const decoded = decode(value)
        if (decoded._tag === "Success") return decoded.success
      } catch {
        continue // no JSON: it never went over a wire
      }
    }
    return undefined
  }
}

/**
 * The problem in a result's `_meta`; `undefined` if there is none or it cannot be read.
 *
 * @category decoding
 * @since 0.1.0
 */
export const problem: (meta: Raw | undefined, prefixes?: ReadonlyArray<string>) => Problem.Problem | undefined = read(
  Problem.Problem,
  "problem"
)

/**
 * Returns what happened on the way to a result; `undefined` if nothing is told.
 *
 * @category decoding
 * @since 0.1.0
 */
export const call: (meta: Raw | undefined, prefixes?: ReadonlyArray<string>) => Call | undefined = read(Call, "call")

/**
 * Writes a problem.
 *
 * @category encoding
 * @since 0.1.0
 */
export const ofProblem = (problem: Problem.Problem, prefix: string = defaultPrefix): { [key: string]: unknown } =>
  prefix === defaultPrefix ? { "errata/problem": problem } : { [`${prefix}problem`]: problem }

/**
 * Writes what happened on the way.
 *
 * @category encoding
 * @since 0.1.0
 */
export const ofCall = (call: Call, prefix: string = defaultPrefix): { [key: string]: unknown } => ({
  [`${prefix}call`]: call
})
