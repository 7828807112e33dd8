import * as Errors from "../../errors/Errors.ts"
import { asked } from "./asked.ts"
import { items, property, text } from "./read.ts"

export type ErrnoError =
  | Errors.AlreadyExists
  | Errors.ConnectionFailed
  | Errors.MalformedResponse
  | Errors.NotFound
  | Errors.Overloaded
  | Errors.PermissionDenied
  | Errors.Timeout
  | Errors.Unavailable
  | Errors.Unsupported
  | Errors.UpstreamRejected

interface Names {
  readonly service: string
  readonly resource?: string | undefined
  readonly id?: string | undefined
  readonly action?: string | undefined
}

/** Nothing was sent. */
const notConnected: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refused",
  EHOSTUNREACH: "host unreachable",
  EHOSTDOWN: "host down",
  ENETUNREACH: "network unreachable",
  ENETDOWN: "network down",
  EAI_AGAIN: "the name service does not answer",
  UND_ERR_CONNECT_TIMEOUT: "connecting took too long",
  ERR_SOCKET_CONNECTION_TIMEOUT: "connecting took too long"
}

/** Something may have been sent. */
const lost: Readonly<Record<string, string>> = {
  ECONNRESET: "the connection was reset",
  ECONNABORTED: "the connection was aborted",
  EPIPE: "the connection was closed",
  UND_ERR_SOCKET: "the connection was closed",
  UND_ERR_CLOSED: "the connection was closed",
  UND_ERR_DESTROYED: "the connection was closed",
  ERR_STREAM_PREMATURE_CLOSE: "the connection was closed",
  HPE_INVALID_EOF_STATE: "the connection was closed",
  EBUSY: "it is busy"
}

const timedOut: ReadonlySet<string> = new Set([
  "ETIMEDOUT",
  "ERR_TLS_HANDSHAKE_TIMEOUT",
  "ESOCKETTIMEDOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT"
])

const rejected: Readonly<Record<string, string>> = {
  ENOTFOUND: "its name is not known",
  EAI_NONAME: "its name is not known",
  EPROTO: "it speaks another protocol"
}

const certificate = /^(?:ERR_TLS_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_)/
const handshake = /^ERR_SSL_/
const parser = /^HPE_/

export const classifyErrno = (failure: unknown, names: Names, depth = 0): ErrnoError | undefined => {
  const code = text(failure, "code")
  return (code === undefined ? undefined : fromCode(code, names, failure)) ?? inside(failure, names, depth)
}

/** `fetch` and connection racing wrap the error that says what happened. */
const inside = (failure: unknown, names: Names, depth: number): ErrnoError | undefined => {
  if (depth >= 4) return undefined
  for (const inner of [property(failure, "cause"), ...items(property(failure, "errors"), 8)]) {
    const found = inner === undefined ? undefined : classifyErrno(inner, names, depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}

const own = (table: Readonly<Record<string, string>>, code: string): string | undefined =>
  Object.hasOwn(table, code) ? table[code] : undefined

const fromCode = (code: string, names: Names, cause: unknown): ErrnoError | undefined => {
  const { action = "use", service } = names
  const resource = names.resource ?? service
  const id = names.id === undefined ? {} : { id: names.id }
  const why = own(notConnected, code)
  if (why !== undefined) return new Errors.ConnectionFailed({ service, reason: why, cause })
  const gone = own(lost, code)
  if (gone !== undefined) return new Errors.Unavailable({ service, reason: gone, cause })
  const no = own(rejected, code)
  if (no !== undefined) return new Errors.UpstreamRejected({ service, reason: no, cause })
  if (timedOut.has(code)) return new Errors.Timeout({ operation: service, cause })
  if (certificate.test(code)) {
    return new Errors.UpstreamRejected({ service, reason: "its certificate is not accepted", cause })
  }
  if (handshake.test(code)) {
    return new Errors.UpstreamRejected({ service, reason: "no secure connection is possible", cause })
  }
  if (parser.test(code)) return new Errors.MalformedResponse({ service, reason: "it is no HTTP", cause })
  switch (code) {
    case "ENOENT":
      return new Errors.NotFound({ resource: asked(names), ...id, cause })
    case "EEXIST":
      return new Errors.AlreadyExists({ resource: asked(names), ...id, cause })
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return new Errors.PermissionDenied({ action, resource: names.id ?? resource, cause })
    case "EISDIR":
      return new Errors.Unsupported({ feature: `Reading the directory ${names.id ?? resource} as a file`, cause })
    case "ENOTDIR":
      return new Errors.NotFound({ resource: asked(names), ...id, cause })
    case "EMFILE":
    case "ENFILE":
    case "ENOBUFS":
      return new Errors.Overloaded({ service, cause })
    default:
      return undefined
  }
}
