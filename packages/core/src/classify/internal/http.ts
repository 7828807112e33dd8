import { bodyOf, codesIn } from "./body.ts"
import type { Family, Finding, Kind, View } from "./finding.ts"
import { headersOf, hintOf } from "./hint.ts"
import { at, messageOf, property, text } from "./read.ts"

/** The usual names of a status. What a response says wins over what its error says. */
const places = [
  "response.status",
  "response.statusCode",
  "status",
  "statusCode",
  "output.statusCode",
  "$metadata.httpStatusCode",
  "$response.statusCode",
  "res.statusCode",
  "res.status",
  "meta.statusCode",
  "data.httpStatus",
  "extensions.http.status",
  "httpStatusCode",
  "httpStatus",
  "status_code",
  "statuscode",
  "error_code",
  "response.error_code",
  "code"
]

/** Tests whether HTTP names a status: any library may call something else `code`. */
const hasName = (status: number): boolean => status <= 431 || status === 451 || status >= 500 && status <= 511

const isFailing = (status: number): boolean => Number.isInteger(status) && status >= 400 && status <= 599

/** Returns the status that a failure carries under one of its usual names, as a number or as text. */
export const statusIn = (failure: unknown): { readonly status: number; readonly read: string } | undefined => {
  for (const read of places) {
    const value = at(failure, read)
    const status = typeof value === "number"
      ? value
      : typeof value === "string" && /^\d{3}$/.test(value)
      ? Number(value)
      : 0
    if (isFailing(status) && (read !== "code" && !read.endsWith("error_code") || hasName(status))) {
      return { status, read }
    }
  }
  return undefined
}

/** Returns what a status means, but for 403 and 429, which depend on what else is told. */
export const kindOf = (status: number): readonly [kind: Kind, reason?: string] => {
  switch (status) {
    case 400:
    case 422:
      return ["arguments"]
    case 401:
      return ["credentials"]
    case 403:
      return ["denied"]
    case 404:
    case 410:
      return ["missing"]
    case 408:
    case 504:
      return ["timeout"]
    case 409:
      return ["conflict"]
    case 412:
      return ["conflict", "a precondition does not hold"]
    case 413:
      return ["tooLarge"]
    case 423:
      return ["lost", "it is locked"]
    case 425:
    case 503:
      return ["lost"]
    case 429:
      return ["limited"]
    case 501:
      return ["rejected"]
    default:
      return [status >= 500 && status <= 599 ? "failed" : "rejected"]
  }
}

const codes = (text: string): ReadonlySet<string> => new Set(text.split(" "))

/** The quota is used up: waiting does not help. */
const usedUp = codes(
  "insufficient_quota quota_exhausted billing_hard_limit_reached billing_not_active insufficient_credits insufficient_balance credit_balance_too_low out_of_credits usage_limit_reached billing_error"
)

/** The quota is used up, or a window of it is: it depends on whether a hint is told. */
const perhapsUsedUp = codes("quota_exceeded quotaexceeded")

/** Said with a 403 by services that limit the rate. */
const limits = codes(
  "ratelimitexceeded userratelimitexceeded quotaexceeded quota_exceeded dailylimitexceeded rate_limited ratelimited rate_limit_exceeded rate_limit_error too_many_requests throttled throttling resource_exhausted concurrentlimitexceeded"
)

/** Said with a 400 by services that limit the rate. */
const limitsAlone = codes("ratelimited rate_limited rate_limit_exceeded too_many_requests throttled throttling")

/** Said of what is there already. */
const existing = codes("already_exists alreadyexists resource_already_exists duplicate_key")

/** Credentials that OAuth does not accept, whatever the status. */
const oauth = codes("invalid_grant invalid_client unauthorized_client invalid_token")

/** Returns what a status means together with the headers and the body. */
export const fromStatus = (
  status: number,
  read: string,
  failure: unknown,
  now: number | undefined
): Finding => {
  const said = codesIn(failure, status >= 500 ? undefined : bodyOf(failure))
  const rule = `status ${status}`
  const finding = (kind: Kind, why: string, reason?: string): Finding => ({
    kind,
    reason,
    status,
    read,
    rule: `${rule}, ${why}`
  })
  const any = (set: ReadonlySet<string>): string | undefined => [...set].find((code) => said.has(code))
  if (status < 500) {
    const quota = any(usedUp) ?? spentCredit(failure)
    if (quota !== undefined) return finding("quota", quota)
    const credentials = status === 400 ? any(oauth) : undefined
    if (credentials !== undefined) return finding("credentials", credentials)
    const limit = status === 400 ? any(limitsAlone) : undefined
    if (limit !== undefined) return finding("limited", limit)
    const exists = status === 400 || status === 409 ? any(existing) : undefined
    if (exists !== undefined) return finding("exists", exists)
    if (status === 400 && said.has("failed_precondition")) return finding("state", "FAILED_PRECONDITION")
    if (status === 400 && said.has("idempotency_error")) return finding("key", "idempotency_error")
  }
  const hint = () => hintOf(failure, { limited: true, now })
  if (status === 429) {
    const quota = any(perhapsUsedUp)
    return quota !== undefined && hint() === undefined
      ? finding("quota", quota)
      : { kind: "limited", status, read, rule }
  }
  if (status === 403) {
    const limit = any(limits) ?? limitOf(failure)
    if (limit !== undefined) return finding("limited", limit)
  }
  const [kind, reason] = kindOf(status)
  return { kind, reason, status, read, rule }
}

/** Returns why a 403 is a limit of the rate after all. */
const limitOf = (failure: unknown): string | undefined => {
  const header = headersOf(failure)
  if (header("retry-after") !== undefined || header("retry-after-ms") !== undefined) return "retry-after"
  const left = header("x-ratelimit-remaining") ?? header("ratelimit-remaining")
  if (left !== undefined && Number(left) === 0) return "no requests remain"
  return /\brate limit(?:s|ed)?\b/i.test(said(failure)) ? "it says rate limit" : undefined
}

const spentCredit = (failure: unknown): string | undefined =>
  /credit balance is too low|insufficient (?:quota|credits?|balance)\b/i.test(said(failure)) ? "it says so" : undefined

const said = (failure: unknown): string => {
  const body = bodyOf(failure)
  return [messageOf(failure), text(body, "message") ?? "", text(property(body, "error"), "message") ?? ""].join(" ")
    .slice(0, 1000)
}

/** Octokit writes a status of 500 where no server answered: the cause says more. */
const isInvented = (failure: object): boolean =>
  text(failure, "name") === "HttpError" && property(failure, "status") === 500 &&
  property(failure, "response") === undefined && property(failure, "cause") !== undefined

const fromView = ({ context, failure }: View): Finding | undefined => {
  const found = isInvented(failure) ? undefined : statusIn(failure)
  return found === undefined ? undefined : fromStatus(found.status, found.read, failure, context.now)
}

/** Matches what clients and people write where the response itself is not kept. */
const written =
  /^(?:Unexpected server response:|Request failed with status code|Response code|HTTP(?: error)?!?(?: \(?status:?(?: code)?)?|Server responded with(?: status(?: code)?)?:?) (\d{3})\b/i

const fromMessage = ({ failure, message }: View): Finding | undefined => {
  const status = Number(written.exec(message)?.[1] ?? 0)
  if (isFailing(status)) return fromStatus(status, "message", failure, undefined)
  return isInvented(failure)
    ? { kind: "lost", rule: "there was no answer", reason: "the connection failed", read: "status" }
    : undefined
}

/** Whatever carries a status of HTTP. */
export const http: Family = {
  name: "http",
  strong: fromView,
  weak: fromMessage,
  needsMore: true,
  ofBare: { messages: () => [written] }
}
