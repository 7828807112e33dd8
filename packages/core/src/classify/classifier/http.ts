import * as Errors from "../../errors/Errors.ts"
import { attempt } from "../../errors/internal/attempt.ts"
import type * as ToolError from "../../errors/ToolError.ts"
import { build, isTransient } from "../internal/build.ts"
import { hintOf } from "../internal/hint.ts"
import { fromStatus, http as httpFamily } from "../internal/http.ts"
import { language } from "../internal/language.ts"
import type { Options } from "../internal/model.ts"
import { names } from "../internal/names.ts"
import { network } from "../internal/node.ts"
import { property } from "../internal/read.ts"
import { type Classifier, type Of, of } from "./model.ts"

/**
 * Describes a response by its status: its headers as a `Headers` object or a record.
 *
 * @category models
 * @since 0.1.0
 */
export interface HttpResponseLike {
  /** The status: 404. */
  readonly status: number
  /** The headers, which may say how long to wait. */
  readonly headers?:
    | {
      /** Returns a header by its name, in any case. */
      readonly get: (name: string) => string | null
    }
    | { readonly [name: string]: unknown }
    | undefined
}

/**
 * Lists the classes that {@link http} gives, for a tool's `errors`.
 *
 * @category lists
 * @since 0.1.0
 */
export const httpErrors = [
  Errors.AlreadyExists,
  Errors.ArgumentsRejected,
  Errors.Conflict,
  Errors.ConnectionFailed,
  Errors.IdempotencyConflict,
  Errors.InvalidState,
  Errors.MalformedResponse,
  Errors.NotFound,
  Errors.Overloaded,
  Errors.PermissionDenied,
  Errors.QuotaExhausted,
  Errors.RateLimited,
  Errors.Timeout,
  Errors.TooLarge,
  Errors.Unauthenticated,
  Errors.Unavailable,
  Errors.UpstreamError,
  Errors.UpstreamRejected
] as const

/**
 * Types the errors that {@link http} and {@link httpStatus} give.
 *
 * @category utility types
 * @since 0.1.0
 */
export type FromHttp = Of<typeof httpErrors>

/**
 * Classifies a response by its status; `undefined` for a success (below 400), and for what has no status.
 *
 * **Example** (Honouring `Retry-After`)
 *
 * ```ts import.meta.vitest
 * import * as Classifier from "@errata/core/Classifier"
 *
 * const error = Classifier.httpStatus({ service: "Weather" })({ status: 429, headers: { "retry-after": "30" } })
 * error?._tag // => "RateLimited"
 * ```
 *
 * @category classifiers
 * @since 0.1.0
 */
export const httpStatus = (options: Options): Classifier<FromHttp> => (response, { now } = {}) =>
  attempt(() => {
    const status = property(response, "status")
    if (typeof status !== "number" || !(status >= 400)) return undefined
    const finding = fromStatus(status, "status", response, now)
    const hint = isTransient(finding.kind) ? hintOf(response, { limited: finding.kind === "limited", now }) : undefined
    return build(finding, options, { seconds: hint?.seconds }) as ToolError.Any as FromHttp
  })

/**
 * Classifies what a client of HTTP raises: a status under any of its usual names, or a connection that failed.
 *
 * @category classifiers
 * @since 0.1.0
 */
export const http: (options: Options) => Classifier<FromHttp> = /*#__PURE__*/ of<FromHttp>([
  network,
  httpFamily,
  language,
  names
])
