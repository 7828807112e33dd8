import * as Errors from "@errata/core/Errors"
import type * as ErrorType from "@errata/core/ErrorType"
import type * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import { isRecord } from "../../fold/internal/resultLike.ts"
import * as Meta from "../../fold/Meta.ts"
import { errorOf } from "./decode.ts"
import { hintsIn, ofTold } from "./foreign.ts"
import type { DecodedError } from "./model.ts"
import type { Origin } from "./model.ts"
import { withoutPrefix } from "./prefix.ts"

/** Describes the `error` of a JSON-RPC response, as clients raise it. */
export interface JsonRpcFailure {
  readonly code: number
  readonly message: string
  readonly data: unknown
}

const types: Readonly<Record<number, ErrorType.StockName>> = {
  [-32601]: "unsupported",
  [-32602]: "invalid_arguments",
  [-32603]: "internal_error",
  [-32021]: "unsupported",
  [-32022]: "unsupported",
  [-32042]: "unauthenticated"
}

const urlElicitationRequired = -32042

/** Matches what SDKs say where they hold an output against the schema that was listed. */
const heldAgainstSchema =
  /^(?:Structured content does not match|Failed to validate structured content|Tool .+ has an (?:output schema but did not|invalid outputSchema))/

/** Returns the error of a JSON-RPC error. */
export const fromJsonRpc = <T extends Tool.Any>(
  { code, data, message }: JsonRpcFailure,
  { prefixes, service, tool }: Origin<T>,
  cause: unknown
): DecodedError<T> => {
  const problem = Meta.problem(isRecord(data) ? data : undefined, prefixes)
  if (problem !== undefined) return errorOf(tool, problem)
  const reason = withoutPrefix(message)
  if (heldAgainstSchema.test(reason)) {
    return new Errors.MalformedResponse({ service, reason: "its output does not fit", cause })
  }
  const error = ofTold({
    reason: code === urlElicitationRequired ? withUrls(reason, data) : reason,
    ...hintsIn([data]),
    ...code === urlElicitationRequired ? { isTransient: false } : {},
    otherwise: { error: "JsonRpcError", type: types[code] ?? "upstream_error" },
    cause
  })
  const similar = isRecord(data) ? data["similar_matches"] : undefined
  return Array.isArray(similar) && similar.every((match) => typeof match === "string")
    ? ToolError.withGuidance(error, { similarMatches: similar })
    : error
}

/** Returns where the user has to go before the call can succeed. */
const withUrls = (reason: string, data: unknown): string => {
  const asked: unknown = isRecord(data) ? data["elicitations"] : undefined
  const urls = (Array.isArray(asked) ? asked : []).flatMap((one) =>
    isRecord(one) && typeof one["url"] === "string" ? [one["url"]] : []
  )
  return urls.length === 0 ? reason : `${reason}: ${urls.join(", ")}`
}
