import { shorten } from "@errata/core/internal/shorten"
import { reasons } from "@errata/core/internal/wording"
import * as Limits from "@errata/core/Limits"
import type * as Problem from "@errata/core/Problem"
import { isRecord } from "../internal/resultLike.ts"
import type { Encoder } from "./model.ts"

/** The key of the draft. */
const key = "io.modelcontextprotocol/toolFailure"

/** Names that the draft recommends, by ours. Every other type is a code of the same name. */
const codes: Readonly<Record<string, string>> = {
  not_found: "resource_not_found",
  invalid_arguments: "invalid_input",
  unsupported: "capability_unsupported",
  unauthenticated: "auth_required",
  permission_denied: "permission_denied"
}

/** Maps the draft's own names to our types, also those that we do not write. */
const types: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(codes).map(([type, code]) => [code, type])),
  retryable_transient_error: "unavailable",
  policy_blocked: "permission_denied",
  user_action_required: "permission_denied"
}

const mostGuidance = 500

/** Says what a caller should do: wait, have somebody act, or take another way. */
const classOf = ({ category, resolved_by, type }: Problem.Problem): "reliability" | "governance" | "capability" =>
  category === "transient"
    ? "reliability"
    : resolved_by === "user" || type === "quota_exhausted" || type === "unauthenticated" || type === "permission_denied"
    ? "governance"
    : "capability"

/**
 * Writes the `ToolFailure` of the draft SEP-3313: class, code, whether and when to try again, and the reference of the log.
 *
 * **Details**
 *
 * It holds less than a problem: a decoded one has type, family, `retry` and reference, and the guidance as its suggestion.
 *
 * @category encoders
 * @since 0.1.0
 */
export const toolFailure: Encoder = {
  keyOf: () => key,
  encode: (problem, { advice, detail, now }) => {
    const { reference_id, retry, suggestion, type } = problem
    const kind = classOf(problem)
    const retryable = kind === "reliability" && retry.should_retry
    const seconds = retry.retry_after_seconds
    const guidance = [advice, suggestion].filter((text) => text !== undefined && text !== "").map(sentence).join(" ")
    return {
      class: kind,
      code: codes[type] ?? type,
      ...retryable ? { retryable } : {},
      ...retryable && seconds !== undefined && now !== undefined
        ? { retryNotBefore: Math.ceil(now + seconds * 1000) }
        : {},
      correlationId: reference_id,
      ...guidance === "" || detail === "minimal" ? {} : { agentGuidance: shorten(guidance, mostGuidance) }
    }
  },
  decode: (value, { now } = {}) => {
    try {
      return isRecord(value) ? decoded(value, now) : undefined
    } catch {
      return undefined // a getter that throws: it never went over a wire
    }
  }
}

const sentence = (text: string | undefined): string =>
  text === undefined || /[.!?…]$/.test(text) ? text ?? "" : `${text}.`

const families: Readonly<Record<string, Problem.Problem["category"]>> = {
  reliability: "transient",
  governance: "permanent",
  capability: "permanent"
}

const validCode = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/

const decoded = (value: { readonly [name: string]: unknown }, now: number | undefined): Problem.Problem | undefined => {
  const { agentGuidance, class: kind, code, correlationId, retryNotBefore, retryable } = value
  const family = typeof kind === "string" && Object.hasOwn(families, kind) ? families[kind] : undefined
  if (family === undefined || typeof correlationId !== "string" || typeof code !== "string") return undefined
  const type = Object.hasOwn(types, code) ? types[code]! : validCode.test(code) ? code : defaultType(kind)
  const category = type === "invalid_arguments" && family === "permanent" ? "validation" : family
  const shouldRetry = category === "transient" && retryable === true
  const seconds =
    shouldRetry && now !== undefined && typeof retryNotBefore === "number" && Number.isFinite(retryNotBefore)
      ? Math.min(Math.max(0, (retryNotBefore - now) / 1000), Limits.defaults.retryAfterSeconds)
      : undefined
  return {
    error: "ToolFailure",
    type,
    category,
    ...category === "transient" ? { is_transient: true } : {},
    message: type.replaceAll("_", " "),
    ...kind === "governance" ? { resolved_by: type === "quota_exhausted" ? "operator" : "user" } : {},
    retry: {
      should_retry: shouldRetry,
      ...seconds === undefined ? {} : { retry_after_seconds: seconds },
      // without its word for it nothing may be repeated
      ...category === "transient" && !shouldRetry ? { reason: reasons.undeclared } : {}
    },
    ...typeof agentGuidance === "string" && agentGuidance !== ""
      ? { suggestion: shorten(agentGuidance, Limits.defaults.segment) }
      : {},
    reference_id: shorten(correlationId, 128)
  }
}

const defaultType = (kind: unknown): string =>
  kind === "reliability" ? "unavailable" : kind === "governance" ? "permission_denied" : "processing_error"
