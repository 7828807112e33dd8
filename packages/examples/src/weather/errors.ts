/**
 * Names what can go wrong between the tools and the weather service.
 *
 * These classes stand for the stock ones where they can say more: which service, which endpoint, which status. What they
 * cannot improve (`Unavailable`, `UpstreamError`, `UpstreamRejected`, `ArgumentsRejected`, `ConnectionFailed`,
 * `CircuitOpen`) stays.
 */
import * as Errors from "@errata/core/Errors"
import * as ToolError from "@errata/core/ToolError"
import * as Schema from "effect/Schema"

const service = Schema.String
const status_code = Schema.Finite

/** An attempt took too long, or the service says so itself (408, 504). */
export class ApiTimedOut extends ToolError.Transient<ApiTimedOut>()("ApiTimedOut", {
  service,
  status_code: Schema.optionalKey(status_code),
  timeout_seconds: Schema.optionalKey(Schema.Finite)
}, {
  type: "timeout",
  when: "An attempt took too long, or the service says so itself (408, 504)",
  message: (e) =>
    `${e.service} ${e.timeout_seconds === undefined ? "took too long" : `took longer than ${e.timeout_seconds} s`}`
}) {}

/** The service wants fewer requests (429). */
export class ApiRateLimited extends ToolError.Transient<ApiRateLimited>()("ApiRateLimited", {
  service,
  status_code,
  retry_after_seconds: Schema.optionalKey(Schema.Finite)
}, {
  type: "rate_limited",
  when: "The service wants fewer requests (429)",
  message: (e) => `${e.service} limits the rate of requests`,
  retryAfter: (e) => e.retry_after_seconds === undefined ? undefined : `${e.retry_after_seconds} seconds`
}) {}

/** No connection can be made, and none will be until an operator changes something: the name, the certificate, the protocol. */
export class ApiUnreachable extends ToolError.Permanent<ApiUnreachable>()("ApiUnreachable", {
  service,
  reason: Schema.optionalKey(Schema.String)
}, {
  type: "connection_failed",
  when:
    "No connection can be made, and none will be until an operator changes something: the name, the certificate, the protocol",
  message: (e) => `No connection to ${e.service}${e.reason === undefined ? "" : `: ${e.reason}`}`,
  suggestion: "Ask whoever runs this server to check the address of the service"
}) {}

/** The service does not know our key (401). */
export class ApiKeyRejected extends ToolError.Permanent<ApiKeyRejected>()("ApiKeyRejected", { service, status_code }, {
  type: "unauthenticated",
  when: "The service does not know our key (401)",
  message: (e) => `${e.service} did not accept this server's key`,
  resolvedBy: "operator",
  suggestion: "Ask whoever runs this server to check its key"
}) {}

/** The key does not open this endpoint (403). */
export class ApiAccessDenied extends ToolError.Permanent<ApiAccessDenied>()("ApiAccessDenied", {
  service,
  status_code,
  endpoint: Schema.String
}, {
  type: "permission_denied",
  when: "The key does not open this endpoint (403)",
  message: (e) => `${e.service} does not allow access to ${e.endpoint}`,
  suggestion: "Choose another endpoint, or ask whoever runs this server for a key with more rights"
}) {}

/** The service has nothing there (404, 410). */
export class EndpointNotFound extends ToolError.Permanent<EndpointNotFound>()("EndpointNotFound", {
  service,
  status_code,
  endpoint: Schema.String
}, {
  type: "not_found",
  when: "The service has nothing there (404, 410)",
  message: (e) => `${e.service} has nothing at ${e.endpoint}`
}) {}

/** The service knows no such place. */
export class LocationNotFound extends ToolError.Permanent<LocationNotFound>()("LocationNotFound", {
  service,
  status_code,
  location: Schema.String
}, {
  type: "not_found",
  when: "The service knows no such place",
  message: (e) => `${e.service} knows no place called ${e.location}`,
  suggestion: "Check the spelling, or name a larger city nearby"
}) {}

/** The request contradicts the state of things there (409). */
export class ApiConflict extends ToolError.Permanent<ApiConflict>()("ApiConflict", {
  service,
  status_code,
  endpoint: Schema.String
}, {
  type: "conflict",
  when: "The request contradicts the state of things there (409)",
  message: (e) => `${e.service} finds ${e.endpoint} in conflict with its state`
}) {}

/** The request is too large for the service (413). */
export class RequestTooLarge
  extends ToolError.Permanent<RequestTooLarge>()("RequestTooLarge", { service, status_code }, {
    type: "too_large",
    when: "The request is too large for the service (413)",
    message: (e) => `The request is too large for ${e.service}`,
    suggestion: "Ask for less"
  })
{}

/** Reports that what came is no answer: no JSON, nothing, too much, or not what it should be. */
export class ApiAnswerMalformed extends ToolError.Permanent<ApiAnswerMalformed>()("ApiAnswerMalformed", {
  service,
  status_code: Schema.optionalKey(status_code),
  reason: Schema.optionalKey(Schema.String)
}, {
  type: "malformed_response",
  when: "What came is no answer: no JSON, nothing, too much, or not what it should be",
  message: (e) => `${e.service} returned an unexpected response${e.reason === undefined ? "" : `: ${e.reason}`}`
}) {}

/** Whatever a request to the service can fail with. */
export const apiErrors = [
  ApiTimedOut,
  ApiRateLimited,
  ApiUnreachable,
  ApiKeyRejected,
  ApiAccessDenied,
  EndpointNotFound,
  ApiConflict,
  RequestTooLarge,
  ApiAnswerMalformed,
  Errors.ArgumentsRejected,
  Errors.CircuitOpen,
  Errors.ConnectionFailed,
  Errors.Overloaded,
  Errors.Unavailable,
  Errors.UpstreamError,
  Errors.UpstreamRejected
] as const

/** Whatever a request to the service can fail with. */
export type ApiError = InstanceType<typeof apiErrors[number]>
