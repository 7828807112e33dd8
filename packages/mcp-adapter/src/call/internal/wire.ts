import { read } from "../../fold/internal/readProperty.ts"
import type { Request } from "./request.ts"

/** Describes by which way a request came. */
export interface Wire {
  /** The `id` of the JSON-RPC request. */
  readonly requestId: string | undefined
  /** The session's id, where the transport has sessions. Whoever knows it may be able to join the session. */
  readonly sessionId: string | undefined
  /** The protocol version that the client speaks, where the host tells it. */
  readonly protocolVersion: string | undefined
  /** `tcp` for HTTP, `pipe` for stdio, as OpenTelemetry names them; `undefined` where the host does not tell. */
  readonly transport: "tcp" | "pipe" | undefined
}

/** Reads from what an SDK gave beside a request by which way it came. Texts of the client's are bounded. */
export const wireOf = ({ origin }: Request): Wire => {
  if (origin === undefined) return nothing
  const inner = read(origin, "mcpReq")
  const request = read(read(origin, "http"), "req")
  const info = read(origin, "requestInfo")
  const headers = read(request, "headers") ?? read(info, "headers")
  const isHttp = headers !== undefined || read(origin, "http") !== undefined
  return {
    requestId: short(read(inner, "id") ?? read(origin, "requestId")),
    sessionId: short(read(origin, "sessionId") ?? header(headers, "mcp-session-id")),
    protocolVersion: version(
      read(read(inner, "envelope"), "io.modelcontextprotocol/protocolVersion") ??
        read(origin, "protocolVersion") ?? header(headers, "mcp-protocol-version")
    ),
    transport: isHttp ? "tcp" : inner !== undefined || read(origin, "requestId") !== undefined ? "pipe" : undefined
  }
}

const nothing: Wire = { requestId: undefined, sessionId: undefined, protocolVersion: undefined, transport: undefined }

const header = (headers: unknown, name: string): unknown => {
  try {
    return typeof (headers as Headers | undefined)?.get === "function"
      ? (headers as Headers).get(name) ?? undefined
      : read(headers, name)
  } catch {
    return undefined
  }
}

interface Headers {
  readonly get: (name: string) => string | null
}

const short = (value: unknown): string | undefined =>
  typeof value === "string" ? value.slice(0, 100) : typeof value === "number" ? String(value) : undefined

/** A version is a date: what else a client sends would be a label that it chose. */
const version = (value: unknown): string | undefined =>
  typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined
