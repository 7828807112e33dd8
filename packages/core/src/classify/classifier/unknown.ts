import * as Errors from "../../errors/Errors.ts"
import { attempt } from "../../errors/internal/attempt.ts"
import type { ByKind } from "../internal/build.ts"
import { explain as explainDecision, type Explanation } from "../internal/explain.ts"
import type { Kind } from "../internal/finding.ts"
import type { Context, Options } from "../internal/model.ts"
import { named as namedFamily } from "../internal/named.ts"
import { everything } from "../internal/table.ts"
import { decide } from "../internal/walk.ts"
import { type Classifier, of } from "./model.ts"

/**
 * Types the errors that {@link unknown} gives.
 *
 * @category utility types
 * @since 0.1.0
 */
export type FromUnknown = ByKind[Kind]

/**
 * Lists the classes that {@link unknown} gives, for a tool's `errors`.
 *
 * @category lists
 * @since 0.1.0
 */
export const all = [
  Errors.NotFound,
  Errors.AlreadyExists,
  Errors.Conflict,
  Errors.PermissionDenied,
  Errors.Unauthenticated,
  Errors.RateLimited,
  Errors.QuotaExhausted,
  Errors.Timeout,
  Errors.Unavailable,
  Errors.ConnectionFailed,
  Errors.UpstreamError,
  Errors.UpstreamRejected,
  Errors.ArgumentsRejected,
  Errors.MalformedResponse,
  Errors.TooLarge,
  Errors.Unsupported,
  Errors.Overloaded,
  Errors.CircuitOpen,
  Errors.InvalidState,
  Errors.Corrupted,
  Errors.IdempotencyConflict
] as const

/**
 * Classifies by the default table. What it does not know, it leaves alone.
 *
 * **Details**
 *
 * Each failure is asked about by family, the particular ones first: errors of effect, of schemas, open circuits, AWS, gRPC, SQL
 * and its ORMs, MongoDB, Redis, queues, mail, Slack, Node's codes, GraphQL and tRPC, a status under any of its usual names, the
 * language's own errors, and at last a class or name that ends in Timeout. Then its causes are asked about, five levels deep.
 * Only where none of them says anything, weaker signs count: a class named after a connection, an error that says `isRetryable`.
 * Never throws.
 *
 * @category classifiers
 * @since 0.1.0
 */
export const unknown: (options: Options) => Classifier<FromUnknown> = /*#__PURE__*/ of<FromUnknown>(everything)

/**
 * Classifies an error by the well-known name of its class: `NotFoundError`, `RateLimitError`, `ForbiddenError`. Not part of
 * {@link unknown}, since a name alone may mean anything: use it where the classes are your own.
 *
 * @category classifiers
 * @since 0.1.0
 */
export const named: (options: Options) => Classifier<FromUnknown> = /*#__PURE__*/ of<FromUnknown>([namedFamily])

/**
 * Says which rule of {@link unknown} decides on a failure, what it reads and how deep in the causes, or why it stays a defect.
 *
 * **Example** (Asking why)
 *
 * ```ts import.meta.vitest
 * import * as Classifier from "@errata/core/Classifier"
 *
 * const failure = new Error("could not save", { cause: { status: "429", headers: { "retry-after": "30" } } })
 * Classifier.explain(failure).sentence
 * // => "RateLimited by http: status 429, read from status, 1 cause deep; wait 30 s by retry-after"
 * Classifier.explain(new TypeError("x is not a function")).sentence
 * // => "a defect: TypeError is a mistake of a programmer"
 * ```
 *
 * @category testing
 * @since 0.1.0
 */
export const explain = (failure: unknown, context: Context = {}): Explanation =>
  attempt(() => explainDecision(decide(failure, everything, { service: "The service" }, context), context)) ??
    explainDecision({ _tag: "Unknown", looked: 0 }, context)
