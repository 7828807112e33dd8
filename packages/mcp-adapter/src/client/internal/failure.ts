import * as Classifier from "@errata/core/Classifier"
import * as Errors from "@errata/core/Errors"
import type * as ErrorType from "@errata/core/ErrorType"
import type * as Tool from "@errata/core/Tool"
import * as ToolError from "@errata/core/ToolError"
import { isRecord } from "../../fold/internal/resultLike.ts"
import { RemotePermanent } from "./errors.ts"
import { fromHttp, withCause } from "./http.ts"
import { fromJsonRpc } from "./jsonRpc.ts"
import type { Failure, Origin } from "./model.ts"

/** Returns the error of whatever a client raised. */
export const fromFailure = <T extends Tool.Any>(failure: unknown, origin: Origin<T>): Failure<T> => {
  try {
    return classify(failure, origin)
  } catch {
    return lost(origin.service, failure)
  }
}

const classify = <T extends Tool.Any>(failure: unknown, origin: Origin<T>): Failure<T> => {
  const { service } = origin
  if (!isRecord(failure)) return lost(service, failure)
  if (failure["_tag"] === "McpClientError" && isRecord(failure["reason"])) {
    return fromReason(failure["reason"], origin, failure)
  }
  const { code, data, message, status } = failure
  const text = typeof message === "string" ? message : ""
  const http = isFailing(status) ? status : statusIn(text, code)
  if (http !== undefined) return fromHttp({ status: http, body: bodyIn(data, text) }, origin, failure)
  if (typeof code === "number" && !(failure instanceof DOMException || unreadable.test(text))) {
    return fromLocal(text, code, origin, failure) ?? fromJsonRpc({ code, message: text, data }, origin, failure)
  }
  return fromSdk(failure, origin) ?? ofOutside(failure, origin)
}

/** 1.x tells of HTTP in words. Servers may use them too, but not these at the beginning. */
const statusIn = (text: string, code: unknown): number | undefined => {
  const status = /^(?:Streamable HTTP|SSE) error: /.test(text)
    ? code
    : Number(/^Error POSTing to endpoint \(HTTP (\d{3})\)/.exec(text)?.[1])
  return isFailing(status) ? status : undefined
}

const isFailing = (status: unknown): status is number => typeof status === "number" && status >= 300 && status <= 599

const bodyIn = (data: unknown, text: string): string | undefined => {
  const body = isRecord(data) ? data["text"] : undefined
  const start = text.indexOf("{")
  return typeof body === "string" ? body : start === -1 ? undefined : text.slice(start)
}

/** 1.x gives numbers to what happens at the client, too; servers use the same ones for anything. */
const fromLocal = <T extends Tool.Any>(
  text: string,
  code: number,
  { service, tool }: Origin<T>,
  cause: unknown
): Failure<T> | undefined => {
  if (code === -32001 && text === "MCP error -32001: Request timed out") {
    return new Errors.Timeout({ operation: tool.name, cause })
  }
  return code === -32000 && text === "MCP error -32000: Connection closed" ? lost(service, cause) : undefined
}

/** Matches what 1.x says of an answer that is neither JSON nor a stream. */
const unreadable = /^Streamable HTTP error: Unexpected content type/

const unsupported: ReadonlySet<unknown> = new Set([
  "CAPABILITY_NOT_SUPPORTED",
  "METHOD_NOT_SUPPORTED_BY_PROTOCOL_VERSION",
  "UNSUPPORTED_RESULT_TYPE",
  "INPUT_REQUIRED_ROUNDS_EXCEEDED"
])

/** Returns what both SDKs raise of their own, by code or by name. */
const fromSdk = <T extends Tool.Any>(
  failure: { readonly [key: string]: unknown },
  { service, tool }: Origin<T>
): Failure<T> | undefined => {
  const { code, message } = failure
  const name = nameOf(failure)
  switch (code) {
    case "NOT_CONNECTED":
    case "NOT_INITIALIZED":
      return notConnected(service, failure)
    case "REQUEST_TIMEOUT":
      return new Errors.Timeout({ operation: tool.name, cause: failure })
    case "CONNECTION_CLOSED":
    case "SEND_FAILED":
      return lost(service, failure)
    case "INVALID_RESULT":
    case "CLIENT_HTTP_UNEXPECTED_CONTENT":
      return unfit(service, failure)
  }
  if (unsupported.has(code)) return permanent("unsupported", String(message), failure)
  if (message === "Not connected") return notConnected(service, failure)
  if (name === "UnauthorizedError") return permanent("unauthenticated", `${service} requires credentials`, failure)
  if (name === "InsufficientScopeError") return permanent("permission_denied", String(message), failure)
  if (isOfOAuth(failure)) return permanent("unauthenticated", String(message), failure)
  if (name === "ZodError" || name === "$ZodError") return unfit(service, failure)
  return unreadable.test(String(message)) ? unfit(service, failure) : undefined
}

/** Not every class of 1.x names its errors. */
const nameOf = (failure: { readonly [key: string]: unknown }): unknown =>
  failure["name"] === "Error" ? failure.constructor.name : failure["name"]

/** Tests for what goes wrong while credentials are fetched. */
const isOfOAuth = (failure: object): boolean => {
  for (let made: unknown = failure.constructor; typeof made === "function"; made = Object.getPrototypeOf(made)) {
    if (made.name.startsWith("OAuth")) return true
  }
  return false
}

/** Returns what effect's client raises. */
const fromReason = <T extends Tool.Any>(
  reason: { readonly [key: string]: unknown },
  origin: Origin<T>,
  cause: unknown
): Failure<T> => {
  const { service, tool } = origin
  const { code, data, description } = reason
  const message = typeof description === "string" ? description : String(reason["message"])
  switch (reason["_tag"]) {
    case "TransportError":
      return ofOutside(isRecord(reason["cause"]) ? reason["cause"] : reason, origin, cause)
    case "ProtocolError":
      return typeof code === "number" ? fromJsonRpc({ code, message, data }, origin, cause) : unfit(service, cause)
    case "HttpError":
      return fromHttp(
        {
          status: reason["status"] as number,
          retryAfter: reason["retryAfter"] as string | undefined,
          body: typeof code === "number" ? JSON.stringify({ error: { code, message, data } }) : undefined
        },
        origin,
        cause
      )
    case "ClosedError":
      return reason["sessionExpired"] === true
        ? permanent("not_found", "The session has expired: connect again", cause)
        : lost(service, cause)
    case "TimeoutError":
      return new Errors.Timeout({ operation: tool.name, cause })
    case "ValidationError":
      return unfit(service, cause)
    case "LimitError":
      return permanent("too_large", message, cause)
    default:
      return permanent("unsupported", message, cause)
  }
}

/** Returns what came from below the SDKs: the network, the process, a library. */
const ofOutside = (
  failure: object,
  { now, service }: { readonly now: number; readonly service: string },
  cause: unknown = failure
): Failure<never> => {
  const error = Classifier.unknown({ service })(failure, { now })
  if (error === undefined) {
    return isMistake(failure)
      ? permanent("upstream_error", "The client failed", cause)
      : lost(service, cause)
  }
  if (ToolError.isTransient(error) || error instanceof Errors.MalformedResponse) {
    return withCause(error, cause) as Failure<never>
  }
  return permanent(ToolError.type(error).name as ErrorType.StockName, error.message, cause)
}

/** Tests for a mistake of whoever wrote what stands between: nothing to be tried again. */
const isMistake = (failure: object): boolean =>
  failure instanceof TypeError && !offline.test(failure.message) || failure instanceof RangeError ||
  failure instanceof ReferenceError

/** Matches what `fetch` says, in browsers without a cause, when the network fails. */
const offline = /^(?:fetch failed|Failed to fetch|Load failed|NetworkError when|network error|terminated)/

const lost = (service: string, cause: unknown): Errors.Unavailable =>
  new Errors.Unavailable({ service, reason: "the connection was lost", cause })

const notConnected = (service: string, cause: unknown): Errors.ConnectionFailed =>
  new Errors.ConnectionFailed({ service, reason: "not connected", cause })

const unfit = (service: string, cause: unknown): Errors.MalformedResponse =>
  new Errors.MalformedResponse({ service, cause })

const permanent = (type: ErrorType.StockName, reason: string, cause: unknown): RemotePermanent =>
  new RemotePermanent({ error: "ConnectionError", type, reason, cause })
