import { askedPath } from "./files.ts"
import { type Family, type Finding, type Kind, lookUp, table, type View } from "./finding.ts"
import { fromStatus, statusIn } from "./http.ts"
import { property, tagOf, text } from "./read.ts"

const platform = /*#__PURE__*/ table([
  ["missing", undefined, "NotFound"],
  ["exists", undefined, "AlreadyExists"],
  ["denied", undefined, "PermissionDenied"],
  ["timeout", undefined, "TimedOut"],
  ["lost", "it is busy", "Busy WouldBlock"]
])

const ai = /*#__PURE__*/ table([
  ["limited", undefined, "RateLimitError"],
  ["quota", undefined, "QuotaExhaustedError"],
  ["credentials", undefined, "AuthenticationError"],
  ["failed", undefined, "InternalProviderError"],
  ["malformed", "it cannot be read", "InvalidResponseError InvalidOutputError StructuredOutputError"],
  ["arguments", undefined, "InvalidUserInputError"],
  ["rejected", undefined, "ContentPolicyError InvalidRequestError UnsupportedSchemaError"]
])

const fromHttp = ({ context, failure }: View): Finding | undefined => {
  if (tagOf(failure) !== "HttpClientError") return undefined
  const reason = property(failure, "reason")
  const say = (kind: Kind, why: string): Finding => ({
    kind,
    reason: why,
    rule: "effect's HttpClientError",
    read: "reason._tag"
  })
  switch (tagOf(reason)) {
    case "StatusCodeError": {
      const found = statusIn(reason)
      return found && { ...fromStatus(found.status, `reason.${found.read}`, reason, context.now), carrier: reason }
    }
    case "EncodeError":
    case "InvalidUrlError":
      return say("rejected", "the request cannot be sent")
    default:
      return undefined
  }
}

/** Returns what the cause of a transport's or a decoder's failure leaves open. */
const weakHttp = (failure: object): Finding | undefined => {
  if (tagOf(failure) !== "HttpClientError") return undefined
  const tag = tagOf(property(failure, "reason"))
  const rule = "effect's HttpClientError"
  if (tag === "TransportError") return { kind: "lost", reason: "the connection failed", rule, read: "reason._tag" }
  return tag === "DecodeError" || tag === "EmptyBodyError"
    ? { kind: "malformed", reason: "its body cannot be read", rule, read: "reason._tag" }
    : undefined
}

const ofPlatform = ({ context: { handler }, failure }: View, code: string | undefined): Finding | undefined => {
  const finding = lookUp({ from: platform, code, rule: "effect's PlatformError", read: "reason._tag" })
  if (finding === undefined || handler === undefined) return finding
  const path = askedPath(text(property(failure, "reason"), "pathOrDescriptor"), handler.arguments)
  return path === undefined ? undefined : { ...finding, asked: { resource: "File", id: path } }
}

const strong = (view: View): Finding | undefined => {
  const reason = tagOf(property(view.failure, "reason"))
  switch (tagOf(view.failure)) {
    case "HttpClientError":
      return fromHttp(view)
    case "PlatformError":
      return ofPlatform(view, reason)
    case "AiError":
      return lookUp({ from: ai, code: reason, rule: "effect's AiError", read: "reason._tag" })
    default:
      return undefined
  }
}

const weak = ({ failure }: View): Finding | undefined =>
  weakHttp(failure) ??
    (tagOf(failure) === "SocketError"
      ? { kind: "lost", reason: "the connection was lost", rule: "effect's SocketError", read: "_tag" }
      : undefined)

/** Errors of effect's own modules, by their tags. */
export const effect: Family = { name: "effect", strong, weak, needsMore: true, ofBare: {} }
