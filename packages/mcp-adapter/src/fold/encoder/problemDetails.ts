import { fromName } from "@errata/core/internal/errorType"
import { shorten } from "@errata/core/internal/shorten"
import * as Limits from "@errata/core/Limits"
import * as Problem from "@errata/core/Problem"
import * as SchemaParser from "effect/SchemaParser"
import { isRecord } from "../internal/resultLike.ts"
import type { Encoder } from "./model.ts"

/** Begins the URIs of types where nobody gives a base: they name, and lead nowhere. */
const ownBase = "urn:errata:"

/** The status that a service would answer over HTTP. */
const statuses: Readonly<Record<string, number>> = {
  not_found: 404,
  already_exists: 409,
  conflict: 409,
  permission_denied: 403,
  unauthenticated: 401,
  rate_limited: 429,
  timeout: 504,
  unavailable: 503,
  connection_failed: 502,
  upstream_error: 502,
  malformed_response: 502,
  circuit_open: 503,
  overloaded: 503,
  in_progress: 409,
  idempotency_conflict: 422,
  quota_exhausted: 429,
  handle_expired: 410,
  too_large: 413,
  unsupported: 422,
  invalid_arguments: 400,
  invalid_state: 409,
  corrupted: 422
}

const statusOf = ({ category, type }: Problem.Problem): number =>
  Object.hasOwn(statuses, type)
    ? statuses[type]!
    : category === "transient"
    ? 503
    : category === "validation"
    ? 400
    : 500

/**
 * Makes the encoder of problem details (RFC 9457, `application/problem+json`), under the key `errata/problem+json`: `type`, `title`,
 * `status`, `detail` and `instance`, and the rest of the problem as members of its own.
 *
 * **Details**
 *
 * Written whole it is read back without a loss. `base` begins the URIs of the types, such as those of pages that explain them;
 * without one they are URNs.
 *
 * @category encoders
 * @since 0.1.0
 */
export const problemDetails = (options: {
  /** Begins the URI of each type. Default: `urn:errata:`. */
  readonly base?: string | undefined
} = {}): Encoder => {
  const { base = ownBase } = options
  return {
    keyOf: (prefix) => `${prefix}problem+json`,
    encode: (problem, { detail }) => {
      const { error, issues, message, reference_id, retry, type, ...rest } = problem
      const head = {
        type: base + type,
        title: fromName(type).title,
        status: statusOf(problem),
        instance: `urn:errata:reference:${reference_id}`
      }
      const { category } = rest
      const told = { error, category, retry, reference_id }
      return detail === "minimal" ? { ...head, ...told } : {
        ...head,
        ...rest,
        ...told,
        detail: message,
        ...issues === undefined
          ? {}
          : { errors: issues.map(({ message, ...issue }) => ({ detail: message, ...issue })) }
      }
    },
    decode: (value) => {
      try {
        return isRecord(value) ? decoded(value, base) : undefined
      } catch {
        return undefined // a getter that throws: it never went over a wire
      }
    }
  }
}

const decode = SchemaParser.decodeUnknownResult(Problem.Problem)

type Raw = { readonly [name: string]: unknown }

const decoded = (value: Raw, base: string): Problem.Problem | undefined => {
  const { detail, errors, instance: _, status, title, type, ...rest } = value
  if (typeof status !== "number" || !(status >= 400 && status <= 599)) return undefined
  const message = typeof detail === "string" && detail !== "" ? detail : typeof title === "string" ? title : undefined
  if (message === undefined) return undefined
  const own = typeof type === "string" ? typeIn(type, base) : undefined
  if (own !== undefined) {
    const issues = Array.isArray(errors) ? { issues: errors.map(issueOf) } : {}
    const whole = decode({ ...rest, type: own, message, ...issues })
    if (whole._tag === "Success") return whole.success
  }
  return foreign(message, status, own, rest)
}

const issueOf = (error: unknown): unknown => {
  if (!isRecord(error)) return error
  const { detail, ...issue } = error
  return { ...issue, message: detail }
}

const validType = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/

/** Returns the name of a type of ours in a URI. */
const typeIn = (uri: string, base: string): string | undefined => {
  const name = [base, ownBase].filter((one) => uri.startsWith(one)).map((one) => uri.slice(one.length))[0]
  return name !== undefined && name.length <= 64 && validType.test(name) ? name : undefined
}

/** Reads what a foreign body says: its status decides. */
const foreign = (message: string, status: number, own: string | undefined, rest: Raw): Problem.Problem => {
  const isTransient = status === 408 || status === 425 || status === 429 || status === 500 || status > 501
  const category = isTransient ? "transient" : status === 400 || status === 422 ? "validation" : "permanent"
  const reference = rest["reference_id"]
  return {
    error: "ProblemDetails",
    type: own ?? byStatus(status),
    category,
    ...isTransient ? { is_transient: true } : {},
    message: shorten(message, Limits.defaults.message),
    retry: { should_retry: isTransient },
    reference_id: typeof reference === "string" ? shorten(reference, 128) : ""
  }
}

const byStatus = (status: number): string =>
  status === 401 ?
    "unauthenticated"
    : status === 403 ?
    "permission_denied"
    : status === 404 || status === 410 ?
    "not_found"
    : status === 408 || status === 504 ?
    "timeout"
    : status === 409 ?
    "conflict"
    : status === 413 ?
    "too_large"
    : status === 429 ?
    "rate_limited"
    : status === 400 || status === 422 ?
    "invalid_arguments"
    : status === 503 ?
    "unavailable"
    : "upstream_error"
