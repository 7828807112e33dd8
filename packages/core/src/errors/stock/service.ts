import * as Schema from "effect/Schema"
import * as ToolError from "../toolError/stock.ts"
import { because, hint, inside, rejection, retryAfterSeconds } from "./fields.ts"

/**
 * Reports a service that cannot answer at present: transient, `unavailable`. `service` names it, `reason` says why, `status_code`
 * is its HTTP status, `retry_after_seconds` its hint.
 *
 * Raise it when a service is down, restarting or under maintenance.
 *
 * @category transient
 * @since 0.1.0
 */
export class Unavailable extends /*#__PURE__*/ ToolError.Transient<Unavailable>()("Unavailable", {
  service: Schema.String,
  reason: Schema.optionalKey(Schema.String),
  status_code: Schema.optionalKey(Schema.Finite),
  retry_after_seconds: retryAfterSeconds
}, {
  type: "unavailable",
  when: "A service is down, restarting or under maintenance",
  message: (e) => `${e.service} is unavailable${because(e.reason)}`,
  retryAfter: hint
}) {}

/**
 * Reports a connection that was never made, so that nothing can have happened: transient, `connection_failed`. `service` names
 * the other end, `reason` says what failed.
 *
 * Raise it when a connection is refused or its host cannot be reached.
 *
 * @category transient
 * @since 0.1.0
 */
export class ConnectionFailed extends /*#__PURE__*/ ToolError.Transient<ConnectionFailed>()("ConnectionFailed", {
  service: Schema.String,
  reason: Schema.optionalKey(Schema.String)
}, {
  type: "connection_failed",
  when: "A connection is refused or its host cannot be reached",
  message: (e) => `No connection to ${inside(e.service)}${because(e.reason)}`
}) {}

/**
 * Reports a failure inside a service that was called: transient, `upstream_error`. `service` names it, `status_code` is its HTTP
 * status, `retry_after_seconds` its hint.
 *
 * Raise it when a service answers that it failed, as by status 500.
 *
 * @category transient
 * @since 0.1.0
 */
export class UpstreamError extends /*#__PURE__*/ ToolError.Transient<UpstreamError>()("UpstreamError", {
  service: Schema.String,
  status_code: Schema.optionalKey(Schema.Finite),
  retry_after_seconds: retryAfterSeconds
}, {
  type: "upstream_error",
  when: "A service answers that it failed, as by status 500",
  message: (e) => `${e.service} failed${e.status_code === undefined ? "" : ` with status ${e.status_code}`}`,
  retryAfter: hint
}) {}

/**
 * Reports a request that a service refused and will refuse again: permanent, `upstream_error`. `service` names it, `status_code`
 * is its HTTP status, `reason` what it objects to.
 *
 * Raise it when a service refuses the request for a reason that no other class names.
 *
 * @category permanent
 * @since 0.1.0
 */
export class UpstreamRejected extends /*#__PURE__*/ ToolError.Permanent<UpstreamRejected>()("UpstreamRejected", {
  service: Schema.String,
  status_code: Schema.optionalKey(Schema.Finite),
  reason: Schema.optionalKey(Schema.String)
}, {
  type: "upstream_error",
  when: "A service refuses the request for a reason that no other class names",
  message: (e) => `${e.service} ${rejection(e)}`
}) {}

/**
 * Reports a response that cannot be read or does not fit its schema: permanent, `malformed_response`. `service` sent it, `reason`
 * says what is wrong.
 *
 * Raise it when a service answers with something that is not what it documents.
 *
 * @category permanent
 * @since 0.1.0
 */
export class MalformedResponse extends /*#__PURE__*/ ToolError.Permanent<MalformedResponse>()("MalformedResponse", {
  service: Schema.String,
  reason: Schema.optionalKey(Schema.String)
}, {
  type: "malformed_response",
  when: "A service answers with something that is not what it documents",
  message: (e) => `${e.service} returned an unexpected response${because(e.reason)}`
}) {}

/**
 * Reports a service that is not called for now, since it failed repeatedly: transient, `circuit_open`. `service` names it,
 * `retry_after_seconds` is when it is tried again.
 *
 * Raise it when a circuit breaker refuses a call to a service that failed repeatedly.
 *
 * @category transient
 * @since 0.1.0
 */
export class CircuitOpen extends /*#__PURE__*/ ToolError.Transient<CircuitOpen>()("CircuitOpen", {
  service: Schema.String,
  retry_after_seconds: retryAfterSeconds
}, {
  type: "circuit_open",
  when: "A circuit breaker refuses a call to a service that failed repeatedly",
  message: (e) => `${e.service} failed repeatedly and is not called for now`,
  retryAfter: hint
}) {}

/**
 * Reports a queue or pool that is full: transient, `overloaded`. `service` names it, `retry_after_seconds` is its hint.
 *
 * Raise it when a bulkhead, a queue or a pool has no room for one call more.
 *
 * @category transient
 * @since 0.1.0
 */
export class Overloaded extends /*#__PURE__*/ ToolError.Transient<Overloaded>()("Overloaded", {
  service: Schema.String,
  retry_after_seconds: retryAfterSeconds
}, {
  type: "overloaded",
  when: "A bulkhead, a queue or a pool has no room for one call more",
  message: (e) => `${e.service} is overloaded`,
  retryAfter: hint
}) {}
