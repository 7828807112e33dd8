import * as Schema from "effect/Schema"
import * as ToolError from "../toolError/stock.ts"
import { hint, inside, retryAfterSeconds } from "./fields.ts"

/**
 * Reports a caller who is known but may not do this: permanent, `permission_denied`. `action` is a verb ("delete"), `resource`
 * its object, `required_permission` the permission that is missing. `required_scopes` are those that the client's token lacks: with
 * them the reply asks the client to sign in again (`_meta["mcp/www_authenticate"]`), at `resource_metadata` where it is given.
 *
 * Raise it when the caller is signed in and lacks a permission.
 *
 * @category permanent
 * @since 0.1.0
 */
export class PermissionDenied extends /*#__PURE__*/ ToolError.Permanent<PermissionDenied>()("PermissionDenied", {
  action: Schema.String,
  resource: Schema.String,
  required_permission: Schema.optionalKey(Schema.String),
  required_scopes: Schema.optionalKey(Schema.Array(Schema.String)),
  resource_metadata: Schema.optionalKey(Schema.String)
}, {
  type: "permission_denied",
  when: "The caller is signed in and lacks a permission",
  message: (e) => `No permission to ${e.action} ${inside(e.resource)}`
}) {}

/**
 * Reports credentials that are missing, wrong or expired: permanent, `unauthenticated`. `service` says whose credentials.
 * `required_scopes` are what a new token must allow, `resource_metadata` is the URL where a client reads how to get one.
 *
 * The reply asks the client to sign in (`_meta["mcp/www_authenticate"]`), unless the error was made of what a service answered: then the
 * credentials may be the server's own.
 *
 * Raise it when a service refuses the credentials, or there are none.
 *
 * @category permanent
 * @since 0.1.0
 */
export class Unauthenticated extends /*#__PURE__*/ ToolError.Permanent<Unauthenticated>()("Unauthenticated", {
  service: Schema.String,
  required_scopes: Schema.optionalKey(Schema.Array(Schema.String)),
  resource_metadata: Schema.optionalKey(Schema.String)
}, {
  type: "unauthenticated",
  when: "A service refuses the credentials, or there are none",
  message: (e) => `${e.service} did not accept the credentials`
}) {}

/**
 * Reports too many calls in a time: transient, `rate_limited`. `service` limits them; `retry_after_seconds` is when it accepts
 * the next.
 *
 * Raise it when a service refuses a call because there were too many before it.
 *
 * @category transient
 * @since 0.1.0
 */
export class RateLimited extends /*#__PURE__*/ ToolError.Transient<RateLimited>()("RateLimited", {
  service: Schema.String,
  retry_after_seconds: retryAfterSeconds
}, {
  type: "rate_limited",
  when: "A service refuses a call because there were too many before it",
  message: (e) => `${e.service} limits the rate of requests`,
  retryAfter: hint
}) {}

/**
 * Reports a quota that is used up, where waiting does not help and an operator has to raise or renew it: permanent,
 * `quota_exhausted`. `service` names whose quota.
 *
 * Raise it when a service refuses a call because what was paid for or granted is used up.
 *
 * @category permanent
 * @since 0.1.0
 */
export class QuotaExhausted extends /*#__PURE__*/ ToolError.Permanent<QuotaExhausted>()("QuotaExhausted", {
  /** The service whose quota is used up, as a reader knows it. */
  service: Schema.String
}, {
  type: "quota_exhausted",
  when: "A service refuses a call because what was paid for or granted is used up",
  message: (e) => `The quota of ${inside(e.service)} is used up`
}) {}
