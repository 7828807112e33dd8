import { type Family, type Finding, type Kind, lookUp, table, type View } from "./finding.ts"
import { at, text } from "./read.ts"

/** Errors that Slack's methods answer with, in a reply whose status is 200. */
const words = /*#__PURE__*/ table([
  ["limited", undefined, "ratelimited rate_limited message_limit_exceeded"],
  ["credentials", undefined, "not_authed invalid_auth account_inactive token_revoked token_expired no_auth"],
  [
    "denied",
    undefined,
    "missing_scope no_permission access_denied restricted_action ekm_access_denied not_allowed_token_type cant_update_message cant_delete_message not_in_channel org_login_required"
  ],
  ["missing", undefined, "no_such_subteam"],
  ["exists", undefined, "name_taken already_exists already_reacted already_pinned already_in_channel"],
  ["state", "archived", "is_archived already_archived"],
  ["tooLarge", undefined, "msg_too_long"],
  ["timeout", undefined, "request_timeout"],
  ["failed", undefined, "fatal_error internal_error"],
  ["lost", undefined, "service_unavailable team_added_to_org accesslimited"]
])

const forms: ReadonlyArray<readonly [kind: Kind, form: RegExp]> = [
  ["missing", /_not_found$/],
  ["arguments", /^(?:invalid_|no_text$|too_many_|bad_)/]
]

const fromCode = ({ code, failure }: View): Finding | undefined => {
  switch (code) {
    case "slack_webapi_rate_limited_error":
      return { kind: "limited", rule: `code ${code}`, read: "code" }
    case "slack_webapi_platform_error": {
      const word = text(at(failure, "data"), "error")
      const form = forms.find(([, form]) => word !== undefined && form.test(word))
      return lookUp({ from: words, code: word, rule: "Slack's error", read: "data.error" }) ??
        (form === undefined ? undefined : { kind: form[0], rule: `Slack's error ${word}`, read: "data.error" })
    }
    default:
      return undefined
  }
}

const weak = ({ code }: View): Finding | undefined =>
  code === "slack_webapi_request_error" || code === "slack_error_code_request_error"
    ? { kind: "lost", reason: "the connection failed", rule: `code ${code}`, read: "code" }
    : undefined

/** Slack's Web API. */
export const slack: Family = { name: "slack", strong: fromCode, weak, needsMore: true, ofBare: {} }
