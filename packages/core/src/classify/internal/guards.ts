import {
  type Family,
  type Finding,
  lookUp,
  lookUpMessage,
  lookUpName,
  patternsOf,
  table,
  type View
} from "./finding.ts"
import { property, tagOf } from "./read.ts"

const codes = /*#__PURE__*/ table([
  ["open", undefined, "EOPENBREAKER"],
  ["overloaded", undefined, "ESEMLOCKED"],
  ["lost", "it is shutting down", "ESHUTDOWN"]
])

const classes = /*#__PURE__*/ table([
  [
    "open",
    undefined,
    "BrokenCircuitError IsolatedCircuitError CircuitBreakerOpenError CircuitOpenError OpenCircuitError"
  ],
  ["overloaded", undefined, "BulkheadRejectedError QueueFullError"]
])

/** cockatiel's marks survive a second copy of the package and a minifier. */
const marks = ["isBrokenCircuitError", "isIsolatedCircuitError", "isBulkheadRejectedError"] as const

const sentences = [
  ["overloaded", undefined, /^This job has been dropped by Bottleneck$/],
  [
    "timeout",
    undefined,
    /^(?:timeout while waiting for mutex to become available|ResourceRequest timed out|Operation timed out after \d+ms)$/
  ]
] as const

const strong = (view: View): Finding | undefined => {
  const { code, failure, message } = view
  const mark = marks.find((mark) => property(failure, mark) === true)
  if (mark !== undefined) {
    return { kind: mark === "isBulkheadRejectedError" ? "overloaded" : "open", rule: "cockatiel's mark", read: mark }
  }
  return lookUp({ from: codes, code, rule: "opossum's code", read: "code" }) ?? lookUpName(classes, view, "class") ??
    ofLimiter(failure) ?? ofName(view) ?? ofEffect(failure) ?? lookUpMessage(sentences, message, "sentence")
}

/** Reads a class named after a limit of the rate that says how long it holds: the name and the number agree. */
const ofName = ({ failure, names }: View): Finding | undefined => {
  const name = names.find((name) => /^RateLimit(?:ed|Exceeded)?(?:Error|Exception)?(?:\[|$)/.test(name))
  return name !== undefined &&
      ["timeToReset", "retryAfter", "retryAfterMs"].some((hint) => typeof property(failure, hint) === "number")
    ? { kind: "limited", rule: `name ${name} with a hint`, read: "name" }
    : undefined
}

/** rate-limiter-flexible rejects with a plain result. */
const ofLimiter = (failure: object): Finding | undefined =>
  typeof property(failure, "msBeforeNext") === "number" && typeof property(failure, "consumedPoints") === "number"
    ? { kind: "limited", rule: "a result of rate-limiter-flexible", read: "msBeforeNext" }
    : undefined

const ofEffect = (failure: object): Finding | undefined => {
  const tag = tagOf(failure)
  const reason = tagOf(property(failure, "reason"))
  if (tag === "RateLimiterError" && reason === "RateLimitExceeded") {
    return { kind: "limited", rule: "effect's RateLimiterError", read: "reason._tag" }
  }
  return tag === "CircuitBreakerError" && (reason === "CircuitOpen" || reason === "CircuitHalfOpen")
    ? { kind: "open", rule: "effect's CircuitBreakerError", read: "reason._tag" }
    : undefined
}

/** Lists what guards a service: open circuits, full bulkheads, limits of the rate. */
export const guards: Family = {
  name: "guards",
  strong,
  ofBare: { names: (name) => classes.has(name), messages: () => patternsOf(sentences) }
}
