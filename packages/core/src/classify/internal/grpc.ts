import { type Family, type Finding, lookUp, lookUpMessage, table, type View } from "./finding.ts"
import { isObject, property, text } from "./read.ts"

/** The published codes of gRPC, by number and by name. A call that was cancelled (1) is no failure. */
export const canonical = /*#__PURE__*/ table([
  ["failed", undefined, "2 UNKNOWN"],
  ["arguments", undefined, "3 INVALID_ARGUMENT"],
  ["timeout", undefined, "4 DEADLINE_EXCEEDED"],
  ["missing", undefined, "5 NOT_FOUND"],
  ["exists", undefined, "6 ALREADY_EXISTS"],
  ["denied", undefined, "7 PERMISSION_DENIED"],
  ["limited", undefined, "8 RESOURCE_EXHAUSTED"],
  ["state", undefined, "9 FAILED_PRECONDITION"],
  ["conflict", undefined, "10 ABORTED"],
  ["arguments", "a value is out of range", "11 OUT_OF_RANGE"],
  ["rejected", "it does not know this method", "12 UNIMPLEMENTED"],
  ["failed", undefined, "13 INTERNAL"],
  ["lost", undefined, "14 UNAVAILABLE"],
  ["corrupted", undefined, "15 DATA_LOSS"],
  ["credentials", undefined, "16 UNAUTHENTICATED"]
])

/** Lists what grpc-js and its kin say in words, which is more than the code. */
const details = [
  ["tooLarge", undefined, /^(?:Received|Sent|Attempted to send) message (?:larger than max|with a size larger than)/i],
  ["refused", "refused", /^No connection established\b.*\bECONNREFUSED\b/],
  ["rejected", "its name is not known", /^Name resolution failed\b/],
  ["lost", "the connection was reset", /^(?:read|write) (?:ECONNRESET|EPIPE)\b/],
  ["lost", "the connection was closed", /^(?:Connection dropped|Received RST_STREAM with code (?!2\b))/]
] as const

/** Codes 1 to 16 are gRPC's only where something else says so: details and metadata, or the raw message of Connect. */
const isGrpc = (failure: object): boolean =>
  typeof property(failure, "details") === "string" &&
    (isObject(property(failure, "metadata")) || text(failure, "path") !== undefined) ||
  text(failure, "rawMessage") !== undefined && isObject(property(failure, "metadata"))

const fromCode = ({ code, failure }: View): Finding | undefined => {
  if (code === undefined || !/^(?:[1-9]|1[0-6])$/.test(code) || !isGrpc(failure) || code === "1") return undefined
  const said = (text(failure, "details") ?? text(failure, "rawMessage") ?? "").slice(0, 400)
  const words = code === "8" || code === "13" || code === "14"
    ? lookUpMessage(details, said, "gRPC's words")
    : undefined
  return words ?? lookUp({ from: canonical, code, rule: "gRPC's code", read: "code" })
}

/** gRPC: grpc-js, Google's clients, Connect, nice-grpc. */
export const grpc: Family = { name: "grpc", strong: fromCode, needsMore: true, ofBare: {} }
