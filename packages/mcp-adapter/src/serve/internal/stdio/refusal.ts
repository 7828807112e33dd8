import * as Errors from "@errata/core/Errors"
import * as ReferenceId from "@errata/core/ReferenceId"
import type * as Tool from "@errata/core/Tool"
import type * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import * as Fold from "../../../fold/Fold.ts"
import * as JsonRpcError from "../../../fold/JsonRpcError.ts"
import type { LogLine } from "../log.ts"
import type { Id, Request } from "./message.ts"
import type { Open } from "./requests.ts"

/** Says why a request is not served. */
export type Why = "busy" | "closing" | "interrupted" | "too large" | "unwritable"

/** Answers requests that are not served. */
export type Refuse = (request: Pick<Open, "id" | "method" | "tool">, why: Why) => object

/** Says how requests are refused. */
export interface RefusalOptions {
  readonly format: Fold.Format
  readonly log: LogLine
  readonly maxAnswer: number
  /** Returns how often a call of a tool may take effect, if that is known. */
  readonly safetyOf: (tool: string) => Tool.Safety | undefined
}

/** Makes answers for requests that are not served: a call gets a result that a model can read, all else an error of JSON-RPC. */
export const makeRefuse = ({ format, log, maxAnswer, safetyOf }: RefusalOptions): Refuse => (request, why) => {
  const referenceId = Effect.runSync(ReferenceId.make)
  const { id, method, tool } = request
  log({
    level: why === "closing" || why === "busy" ? "Info" : "Warn",
    message: sentences[why],
    ...tool === undefined ? { method: method.slice(0, 100) } : { tool: tool.slice(0, 200) },
    reference_id: referenceId
  })
  if (tool === undefined) {
    const message = `${sentences[why]}. Reference: ${referenceId}`
    return { jsonrpc: "2.0", id, error: { ...JsonRpcError.internalError(referenceId), message } }
  }
  const safety = safetyOf(tool)
  const started = why !== "busy" && why !== "closing"
  const error = errorOf(why, tool, safety, maxAnswer)
  if (error === undefined) return { jsonrpc: "2.0", id, result: Fold.masked(referenceId, undefined, format).result }
  return {
    jsonrpc: "2.0",
    id,
    result: Fold.failure(error, { safety: safety ?? "once", started, referenceId }, format).result
  }
}

const sentences: { readonly [why in Why]: string } = {
  busy: "The server is busy",
  closing: "The server is shutting down",
  interrupted: "The request was interrupted: the server is shutting down",
  "too large": "The answer is too large",
  unwritable: "The answer cannot be written as JSON"
}

const errorOf = (
  why: Why,
  tool: string,
  safety: Tool.Safety | undefined,
  maxAnswer: number
): ToolError.Any | undefined => {
  switch (why) {
    case "busy":
      return new Errors.Overloaded({ service: "The server", retry_after_seconds: 1 })
    case "closing":
      return new Errors.Unavailable({ service: "The server", reason: "it is shutting down" })
    case "interrupted":
      return safety === "read" || safety === "idempotent"
        ? new Errors.Unavailable({ service: "The server", reason: "it is shutting down" })
        : new Errors.OutcomeUnknown({ operation: tool })
    case "too large":
      return new Errors.TooLarge({ resource: `The result of ${tool}`, limit: maxAnswer })
    case "unwritable":
      return undefined
  }
}

/** Refuses what is no request. */
export const invalid = (id: Id, message: string): object => ({
  jsonrpc: "2.0",
  id,
  error: { code: JsonRpcError.codes.invalidRequest, message }
})

/** Returns what a refusal says of a request. */
export const describe = ({ id, method, params }: Request): Pick<Open, "id" | "method" | "tool"> => ({
  id,
  method,
  tool: method === "tools/call" && typeof params?.["name"] === "string" ? params["name"] : undefined
})
