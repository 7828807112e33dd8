import { jsonReply, type Reply } from "./reply.ts"

/** Says why a request is not served. Every reason has one status and one sentence, whatever the request holds. */
export type Reason = keyof typeof reasons

interface Told {
  readonly status: number
  readonly message: string
  readonly code?: number
  readonly retryAfter?: number
}

const invalidRequest = -32600
const internalError = -32603
const parseError = -32700

const reasons = {
  malformed: { status: 400, message: "The request is malformed" },
  unparsable: { status: 400, message: "Parse error: the body is not JSON in UTF-8", code: parseError },
  noMessage: { status: 400, message: "Invalid request: the body is no JSON-RPC message" },
  noSession: { status: 400, message: "The header Mcp-Session-Id is required" },
  unauthenticated: { status: 401, message: "A valid access token is required" },
  insufficientScope: { status: 403, message: "The access token does not allow this" },
  foreignHost: { status: 403, message: "The host is not allowed" },
  foreignOrigin: { status: 403, message: "The origin is not allowed" },
  notFound: { status: 404, message: "Not found" },
  unknownSession: { status: 404, message: "Session not found", code: -32001 },
  wrongMethod: { status: 405, message: "Method not allowed" },
  slowRequest: { status: 408, message: "The request took too long to arrive" },
  tooLarge: { status: 413, message: "The body is too large" },
  unsupportedType: { status: 415, message: "The body must be application/json, in UTF-8 and not compressed" },
  longHeaders: { status: 431, message: "The headers are too long" },
  failed: { status: 500, message: "The request failed unexpectedly" },
  overloaded: { status: 503, message: "The server is overloaded. Try again later", retryAfter: 1 },
  draining: { status: 503, message: "The server is shutting down. Try again", retryAfter: 1 },
  cannotVerify: { status: 503, message: "The access token could not be verified. Try again later", retryAfter: 5 },
  timedOut: { status: 504, message: "The request took too long" }
} satisfies Record<string, Told>

/** Returns what a reason tells. */
export const told = (reason: Reason): Told => reasons[reason]

/** Describes a refusal: thrown by the steps of a request, and answered in one place. */
export class Refusal extends Error {
  readonly reason: Reason
  readonly headers: Readonly<Record<string, string>>
  /** Is for the log only. */
  readonly why: string | undefined
  /** The id of the call that is refused. */
  readonly id: string | number | null
  constructor(reason: Reason, { headers = {}, id, why }: RefusalOptions = {}) {
    super(told(reason).message)
    this.reason = reason
    this.headers = headers
    this.why = why
    this.id = id ?? null
  }
}

interface RefusalOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly why?: string | undefined
  readonly id?: string | number | undefined
}

const headersOf = ({ retryAfter }: Told, more: Readonly<Record<string, string>>): Record<string, string> => ({
  ...retryAfter === undefined ? {} : { "retry-after": String(retryAfter) },
  ...more
})

/** Returns the JSON-RPC error that tells a reason. */
export const jsonRpcError = (reason: Reason, referenceId: string, id: string | number | null = null) => {
  const { code, message, status } = told(reason)
  return {
    jsonrpc: "2.0",
    error: {
      code: code ?? (status < 500 ? invalidRequest : internalError),
      message,
      data: { reference_id: referenceId }
    },
    id
  }
}

/** Answers at the endpoint, where clients speak JSON-RPC. */
export const refuseCall = (
  reason: Reason,
  referenceId: string,
  headers: Readonly<Record<string, string>>,
  id: string | number | null = null
): Reply => jsonReply(told(reason).status, jsonRpcError(reason, referenceId, id), headersOf(told(reason), headers))

/** Answers at every other route, as RFC 9457 says. */
export const refuseRoute = (reason: Reason, referenceId: string, headers: Readonly<Record<string, string>>): Reply => {
  const { message, status } = told(reason)
  const body = { type: "about:blank", title: message, status, reference_id: referenceId }
  return jsonReply(status, body, headersOf(told(reason), headers), "application/problem+json")
}
