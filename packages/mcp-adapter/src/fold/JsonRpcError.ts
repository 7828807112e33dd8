/**
 * Models the errors that JSON-RPC itself knows, the only place where Errata speaks in numbers.
 *
 * **Details**
 *
 * An unknown tool is `-32602`, as the MCP specification says. Custom codes lie outside -32768 to -32000.
 *
 * **Example** (Refusing a tool that does not exist)
 *
 * ```ts import.meta.vitest
 * import * as JsonRpcError from "@errata/mcp-adapter/JsonRpcError"
 *
 * const error = JsonRpcError.unknownTool("get_wether", ["get_weather", "get_alerts"])
 * error.code // => -32602
 * error.message // => "Unknown tool \"get_wether\". Did you mean get_weather?"
 * ```
 *
 * @since 0.1.0
 */
import * as wording from "@errata/core/internal/wording"
import type * as Problem from "@errata/core/Problem"
import * as Suggestion from "@errata/core/Suggestion"
import { line, name as shownName, sentence } from "./internal/line.ts"
import * as Meta from "./Meta.ts"

/**
 * Lists the codes of JSON-RPC 2.0.
 *
 * @category constants
 * @since 0.1.0
 */
export const codes = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603
} as const

/**
 * Describes the `error` member of a JSON-RPC response.
 *
 * @category models
 * @since 0.1.0
 */
export interface JsonRpcError {
  /** The code: of JSON-RPC, or one outside -32768 to -32000. */
  readonly code: number
  /** One safe sentence. */
  readonly message: string
  /** The problem, for programs. */
  readonly data?: { readonly [key: string]: unknown } | undefined
}

/**
 * Refuses a tool that does not exist; says which names are near, in the message too, since clients rarely pass `data` on.
 *
 * @category constructors
 * @since 0.1.0
 */
export const unknownTool = (name: string, known: Iterable<string>): JsonRpcError => {
  const similar = Suggestion.similar(name, known)
  const shown = line(name, 100)
  return {
    code: codes.invalidParams,
    message: `Unknown tool "${shown}".${
      similar.length === 0 ? "" : ` Did you mean ${similar.map(shownName).join(", ")}?`
    }`,
    ...similar.length === 0 ? {} : { data: { similar_matches: similar } }
  }
}

/**
 * Describes a failure of the server itself, as the outside sees it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const internalError = (referenceId: string): JsonRpcError => ({
  code: codes.internalError,
  message: `Internal error. Reference: ${referenceId}`,
  data: { reference_id: referenceId }
})

/**
 * Tells a problem where there is no result that could carry it: of a resource, a prompt, a completion.
 *
 * **Details**
 *
 * Wrong arguments and what was not found are `-32602`, anything else is `-32603`. The message says what happened, when to
 * try again and how to fix it, since clients rarely pass `data` on; `data` holds the problem as a result's `_meta` would.
 *
 * **Example** (Refusing a resource)
 *
 * ```ts import.meta.vitest
 * import * as Errors from "@errata/core/Errors"
 * import * as Problem from "@errata/core/Problem"
 * import type { ReferenceId } from "@errata/core/ReferenceId"
 * import * as JsonRpcError from "@errata/mcp-adapter/JsonRpcError"
 *
 * const error = new Errors.RateLimited({ service: "The archive", retry_after_seconds: 3 })
 * const { problem } = Problem.describe(error, { safety: "read", started: true, referenceId: "5f3c9a1e" as ReferenceId })
 * const { code, message } = JsonRpcError.fromProblem(problem)
 * code // => -32603
 * message // => "The archive limits the rate of requests. Retry after 3 s. Reference: 5f3c9a1e"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromProblem = (problem: Problem.Problem, metaPrefix: string = Meta.defaultPrefix): JsonRpcError => {
  const seconds = problem.retry.retry_after_seconds
  const sentences = [
    problem.message,
    problem.retry.should_retry && seconds !== undefined ? wording.retryLater(Math.ceil(seconds)) : undefined,
    problem.suggestion
  ]
  const told = sentences.filter((it) => it !== undefined).map((it) => sentence(it, 500))
  return {
    code: problem.category === "validation" || problem.type === "not_found" ? codes.invalidParams : codes.internalError,
    message: [...told, `Reference: ${problem.reference_id}`].join(" "),
    data: Meta.ofProblem(problem, metaPrefix)
  }
}
