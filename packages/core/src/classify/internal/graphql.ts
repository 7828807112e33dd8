import { type Family, type Finding, lookUp, type Table, table, type View } from "./finding.ts"
import { canonical } from "./grpc.ts"
import { at, items, property, text } from "./read.ts"

/** Codes in words, as GraphQL servers, tRPC and JSON services share them. */
const words = /*#__PURE__*/ table([
  ["credentials", undefined, "UNAUTHENTICATED UNAUTHORIZED AUTHENTICATION_ERROR invalid-jwt INVALID_JWT"],
  [
    "denied",
    undefined,
    "FORBIDDEN ACCESS_DENIED access-denied permission-denied INSUFFICIENT_SCOPES PERMISSION_DENIED"
  ],
  ["arguments", undefined, "BAD_USER_INPUT BAD_REQUEST UNPROCESSABLE_CONTENT UNPROCESSABLE_ENTITY INVALID_ARGUMENT"],
  ["missing", undefined, "NOT_FOUND not-exists"],
  ["conflict", undefined, "CONFLICT"],
  ["exists", undefined, "ALREADY_EXISTS"],
  ["conflict", "a precondition does not hold", "PRECONDITION_FAILED PRECONDITION_REQUIRED"],
  ["conflict", undefined, "constraint-violation"],
  ["timeout", undefined, "TIMEOUT GATEWAY_TIMEOUT REQUEST_TIMEOUT DEADLINE_EXCEEDED"],
  ["tooLarge", undefined, "PAYLOAD_TOO_LARGE"],
  ["limited", undefined, "TOO_MANY_REQUESTS RATE_LIMITED RATELIMITED RATE_LIMIT RATE_LIMIT_EXCEEDED THROTTLED"],
  ["failed", undefined, "INTERNAL_SERVER_ERROR BAD_GATEWAY DOWNSTREAM_SERVICE_ERROR unexpected"],
  ["lost", undefined, "SERVICE_UNAVAILABLE UNAVAILABLE"],
  ["rejected", undefined, "METHOD_NOT_SUPPORTED NOT_IMPLEMENTED UNSUPPORTED_MEDIA_TYPE"]
])

/** The arrays in which clients keep the errors of a reply. */
const places = [
  "response.errors",
  "graphQLErrors",
  "errors",
  "data.errors",
  "response.data.errors",
  "response.body.errors",
  "body.errors"
]

/** Reads what happened from the extensions of a GraphQL reply; the first that says something wins. */
const fromErrors = ({ failure }: View): Finding | undefined => {
  for (const place of places) {
    const errors = items(at(failure, place), 20)
    for (const error of errors) {
      if (text(error, "message") === undefined) continue
      const found = lookUpWord(text(at(error, "extensions"), "code"), `${place}.extensions.code`) ??
        (property(error, "extensions") === undefined && property(error, "path") === undefined
          ? undefined
          : lookUpWord(text(error, "type"), `${place}.type`))
      if (found !== undefined) return found
    }
  }
  return undefined
}

const lookUpWord = (code: string | undefined, read: string, from: Table = words): Finding | undefined =>
  lookUp({ from, code, rule: "code", read })

/** Reads an error of a GraphQL server's own, or of tRPC. */
const fromError = ({ code, failure, names }: View): Finding | undefined => {
  if (names.includes("GraphQLError")) return lookUpWord(text(at(failure, "extensions"), "code"), "extensions.code")
  if (names.includes("TRPCError")) return lookUpWord(code, "code")
  return names.includes("TRPCClientError") ? lookUpWord(text(at(failure, "data"), "code"), "data.code") : undefined
}

/** Reads one of Google's words in the body of a reply, where the failure has no status. */
const fromBody = ({ failure }: View): Finding | undefined =>
  text(failure, "status") === undefined || property(failure, "details") === undefined
    ? undefined
    : lookUpWord(text(failure, "status"), "status", canonical)

/** GraphQL and tRPC: codes in words. */
export const graphql: Family = {
  name: "graphql",
  needsMore: true,
  ofBare: {},
  strong: (view) => fromError(view) ?? fromErrors(view) ?? fromBody(view)
}
