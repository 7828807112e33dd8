import { bodyOf } from "./body.ts"
import type { Family, Finding, View } from "./finding.ts"
import { lookUp, table } from "./finding.ts"
import { headersOf } from "./hint.ts"
import { fromStatus, statusIn } from "./http.ts"
import { isObject, items, property, text, valuesOf } from "./read.ts"
import { slugOf } from "./slug.ts"

/** Holds a problem body of RFC 9457: its own members, and whatever the service adds. */
export interface ProblemBody {
  /** The URI of the kind of problem. */
  readonly type?: string | undefined
  /** Names the kind of problem in words. */
  readonly title?: string | undefined
  /** The status of the response. */
  readonly status?: number | undefined
  /** Says how it came about this time. */
  readonly detail?: string | undefined
  /** The URI of this occurrence. */
  readonly instance?: string | undefined
  /** Members that the service adds. */
  readonly [extension: string]: unknown
}

/** Returns the problem body of a failure, or that the failure is. */
export const problemIn = (failure: unknown): ProblemBody | undefined => {
  const isSaid = /\bproblem\+json\b/i.test(headersOf(failure)("content-type") ?? "")
  const found = [failure, bodyOf(failure)].find((body) =>
    isObject(body) && (isProblem(body) || isSaid && hasWords(body))
  )
  return found as ProblemBody | undefined
}

const hasWords = (body: object): boolean => (text(body, "title") ?? text(body, "detail")) !== undefined

const isUri = (type: string | undefined): boolean => type !== undefined && /^(?:[a-z][a-z0-9+.-]*:|\/)\S*$/i.test(type)

/** Other bodies have a `type` or a `status` too: words belong to a problem, and no stack, as every error has one. */
const isProblem = (body: object): boolean =>
  hasWords(body) && text(body, "stack") === undefined &&
  (isUri(text(body, "type")) || typeof property(body, "status") === "number" && text(body, "title") !== undefined)

const codes = /*#__PURE__*/ table([
  ["missing", undefined, "not_found resource_not_found"],
  ["exists", undefined, "already_exists resource_already_exists duplicate"],
  ["conflict", undefined, "conflict version_conflict"],
  ["denied", undefined, "forbidden permission_denied access_denied"],
  ["credentials", undefined, "unauthorized unauthenticated invalid_token token_expired"],
  ["limited", undefined, "rate_limited rate_limit_exceeded too_many_requests abnormal_usage_detected"],
  ["quota", undefined, "out_of_credit insufficient_credit insufficient_funds quota_exhausted"],
  ["lost", undefined, "service_unavailable temporary_reduced_capacity"],
  ["timeout", undefined, "timeout gateway_timeout"],
  ["arguments", undefined, "validation_error validation_failed invalid_request bad_request"]
])

/** Returns what a problem says by its status, or else by the last part of its type. */
const known = ({ context, failure }: View): Finding | undefined => {
  const problem = problemIn(failure)
  if (problem === undefined) return undefined
  const found = statusIn(failure) ?? statusIn({ status: problem.status })
  return found === undefined
    ? lookUp({ from: codes, code: slugOf(problem.type), rule: "type", read: "type" })
    : fromStatus(found.status, found.read, failure, context.now)
}

/** Whatever carries a problem body that says what happened. */
export const problem: Family = { name: "problem", strong: known, needsMore: true, ofBare: {} }

/** Knows whatever carries a problem body, of an unknown type too. */
export const anyProblem: Family = {
  name: "problem",
  strong: (view) =>
    known(view) ??
      (problemIn(view.failure) === undefined ? undefined : { kind: "rejected", rule: "a problem", read: "type" })
}

const most = 5

/** Returns what a service says is wrong with which part of a request, in the forms that are in use. */
const partsOf = (problem: ProblemBody): ReadonlyArray<string> => {
  const named = ["errors", "invalid-params", "invalidParams", "invalid_params"].flatMap((name) =>
    items(problem[name], most).flatMap((part) => {
      const where = text(part, "pointer") ?? text(part, "name") ?? text(part, "field") ?? text(part, "parameter")
      const what = text(part, "detail") ?? text(part, "reason") ?? text(part, "message")
      return what === undefined ? [] : [where === undefined ? what : `${where}: ${what}`]
    })
  )
  const { errors } = problem
  const keyed = isObject(errors) && !Array.isArray(errors)
    ? Object.keys(errors).slice(0, most).flatMap((where) =>
      (typeof property(errors, where) === "string"
        ? [property(errors, where)]
        : valuesOf(property(errors, where) as object))
        .filter((what) => typeof what === "string").slice(0, 1).map((what) => `${where}: ${what}`)
    )
    : []
  return [...named, ...keyed].slice(0, most)
}

/** Returns what a problem says in words: what happened this time, else what kind it is, and what is wrong with which part. */
export const wordsOf = (problem: ProblemBody): string | undefined => {
  const words = (text(problem, "detail") ?? text(problem, "title"))?.trim()
  if (words === undefined || words === "") return undefined
  const parts = partsOf(problem)
  return parts.length === 0 ? words : `${words.replace(/[.:]+$/, "")}: ${parts.join("; ")}`
}
