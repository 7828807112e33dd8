import { files } from "./files.ts"
import {
  type Family,
  type Finding,
  lookUp,
  lookUpMessage,
  lookUpName,
  type OfBare,
  patternsOf,
  type Rule,
  table,
  type View
} from "./finding.ts"
import { programs } from "./programs.ts"
import { property } from "./read.ts"

/** Codes of the network, by what happened; what was certainly not sent counts as refused. */
const codes = /*#__PURE__*/ table([
  ["refused", "refused", "ECONNREFUSED ConnectionRefused CONNECTION_REFUSED ERR_CONNECTION_REFUSED"],
  ["refused", "host unreachable", "EHOSTUNREACH"],
  ["refused", "host down", "EHOSTDOWN"],
  ["refused", "network unreachable", "ENETUNREACH"],
  ["refused", "network down", "ENETDOWN"],
  ["refused", "the name service does not answer", "EAI_AGAIN ETIMEOUT ESERVFAIL"],
  ["refused", "connecting took too long", "UND_ERR_CONNECT_TIMEOUT ERR_SOCKET_CONNECTION_TIMEOUT"],
  ["lost", "the connection was reset", "ECONNRESET ENETRESET ENOTCONN"],
  ["lost", "the connection was aborted", "ECONNABORTED"],
  [
    "lost",
    "the connection was closed",
    "EPIPE UND_ERR_SOCKET UND_ERR_CLOSED UND_ERR_DESTROYED UND_ERR_INFO ERR_STREAM_PREMATURE_CLOSE HPE_INVALID_EOF_STATE ERR_HTTP2_STREAM_ERROR ERR_HTTP2_SESSION_ERROR ERR_HTTP2_GOAWAY_SESSION ERR_HTTP2_INVALID_SESSION ERR_HTTP2_STREAM_CANCEL ERR_SOCKET_CLOSED UND_ERR_RES_CONTENT_LENGTH_MISMATCH ERR_STREAM_DESTROYED ERR_HTTP_CONTENT_LENGTH_MISMATCH"
  ],
  [
    "timeout",
    undefined,
    "ETIMEDOUT ESOCKETTIMEDOUT ERR_TLS_HANDSHAKE_TIMEOUT UND_ERR_HEADERS_TIMEOUT UND_ERR_BODY_TIMEOUT ERR_HTTP_REQUEST_TIMEOUT"
  ],
  ["rejected", "its name is not known", "ENOTFOUND EAI_NONAME EAI_NODATA ENODATA"],
  ["rejected", "it speaks another protocol", "EPROTO ERR_HTTP2_ERROR"],
  ["rejected", "the proxy does not let the request through", "ERR_PROXY_TUNNEL"],
  ["malformed", "its headers are too large", "UND_ERR_HEADERS_OVERFLOW HPE_HEADER_OVERFLOW"],
  ["malformed", "its body cannot be read", "Z_DATA_ERROR"],
  ["malformed", "its body is cut off", "Z_BUF_ERROR"],
  ["malformed", "it is too large", "UND_ERR_RES_EXCEEDED_MAX_SIZE"],
  ["overloaded", undefined, "EMFILE ENFILE ENOBUFS EAGAIN"]
])

const patterns = [
  [
    "rejected",
    "its certificate is not accepted",
    /^(?:ERR_TLS_CERT_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|ERR_TLS_)/
  ],
  ["rejected", "no secure connection is possible", /^ERR_SSL_/],
  ["malformed", "it is not HTTP", /^HPE_/]
] as const

/** Lists what Chromium says in a message. */
const chromium = [
  ["refused", "refused", /\bnet::ERR_CONNECTION_REFUSED\b/],
  [
    "refused",
    "not reachable",
    /\bnet::ERR_(?:ADDRESS_UNREACHABLE|INTERNET_DISCONNECTED|NETWORK_CHANGED|PROXY_CONNECTION_FAILED)\b/
  ],
  [
    "lost",
    "the connection was lost",
    /\bnet::ERR_(?:CONNECTION_(?:RESET|CLOSED|ABORTED)|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED|HTTP2_PROTOCOL_ERROR|QUIC_PROTOCOL_ERROR)\b/
  ],
  ["timeout", undefined, /\bnet::ERR_(?:CONNECTION_TIMED_OUT|TIMED_OUT)\b/],
  ["rejected", "its name is not known", /\bnet::ERR_NAME_NOT_RESOLVED\b/],
  ["rejected", "its certificate is not accepted", /\bnet::ERR_CERT_/]
] as const

/** Lists what clients say of a connection without a code. */
const said = [
  [
    "lost",
    "the connection was closed",
    /^(?:socket hang up|aborted|Premature close|other side closed|The server aborted pending request|Connection closed(?: unexpectedly)?|SSE connection closed|WebSocket was closed before the connection was established|Network connection lost\.?)$/
  ],
  [
    "lost",
    "its response was cut off",
    /^(?:Invalid response body while trying to fetch .{1,300}: (?:Premature close|aborted|terminated)|unexpected end of file|Response aborted|stream has been aborted)$/
  ]
] as const

/** axios tells a timeout by this code, unless it is asked to be clearer. */
const ofAxios = ({ code, message }: View): Finding | undefined =>
  code === "ECONNABORTED" && /\btime(?:d )?out\b/i.test(message)
    ? { kind: "timeout", rule: "a timeout of axios", read: "message" }
    : undefined

const fromPattern = (code: string): Finding | undefined => {
  const row = patterns.find(([, , pattern]) => pattern.test(code))
  return row === undefined ? undefined : { kind: row[0], reason: row[1], rule: `code ${code}`, read: "code" }
}

/** c-ares' codes are short words that others use, too. */
const fromDns = (code: string, failure: object): Finding | undefined =>
  code === "EREFUSED" && typeof property(failure, "hostname") === "string"
    ? { kind: "refused", reason: "the name service refused", rule: `code ${code}`, read: "code" }
    : undefined

const ofNetwork: Rule = (view) => {
  const { code, failure, message } = view
  return (code === undefined ?
    undefined :
    ofAxios(view) ?? lookUp({ from: codes, code, rule: "code", read: "code" }) ??
      fromPattern(code) ?? fromDns(code, failure)) ??
    lookUpName(classes, view, "class") ?? lookUpMessage(chromium, message, "Chromium's code")
}

const classes = /*#__PURE__*/ table([["malformed", "it is not HTTP", "HTTPParserError"]])

/** Matches what Node says of a system call, in clients that keep the message alone: `connect ECONNREFUSED 127.0.0.1:80`. */
const systemCall = /(?:^|: )(?:connect|getaddrinfo|read|write|send) (E[A-Z_]+)\b/

const weak: Rule = ({ message }) =>
  lookUpMessage(said, message, "message") ??
    lookUp({ from: codes, code: systemCall.exec(message)?.[1], rule: "code", read: "message" })

const ofBare: OfBare = {
  names: (name) => classes.has(name),
  messages: () => [...patternsOf(chromium), ...patternsOf(said), systemCall]
}

/** The network, TLS, files and programs, as Node and undici tell of them. */
export const node: Family = {
  name: "node",
  strong: (view) => programs(view) ?? files(view) ?? ofNetwork(view),
  weak,
  ofBare
}

/** The network alone: for a client of HTTP a file is no service's answer. */
export const network: Family = { name: "node", strong: ofNetwork, weak, ofBare }

const ofConnection: ReadonlySet<Finding["kind"]> = new Set(["lost", "refused", "rejected", "timeout"])

/** Lists what may become of a connection, for those who speak another protocol over it. */
export const connection: Family = {
  name: "node",
  strong: (view) => {
    const found = ofNetwork(view)
    return found !== undefined && ofConnection.has(found.kind) ? found : undefined
  },
  weak,
  ofBare
}
