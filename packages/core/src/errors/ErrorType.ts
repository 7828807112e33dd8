/**
 * Describes the symbolic types of tool errors for those who define errors and those who render them.
 *
 * An `ErrorType` is a name on the wire (`not_found`), a title for people, and the advice that a permanent error of this
 * type gives. The family of an error ({@link ToolError.Family}) says whether trying again can help at all; the type says
 * what happened. The stock types are those of the wire contract; {@link make} adds a user's own.
 *
 * **Details**
 *
 * - `harmless` types say that the other end did nothing: `connection_failed`, `rate_limited`, `circuit_open`, `overloaded` and
 *   `in_progress`. They say nothing of what the same call did before: once a call is open, they count like any other.
 *
 * **Example** (Adding a custom type)
 *
 * ```ts import.meta.vitest
 * import * as ErrorType from "@errata/core/ErrorType"
 *
 * const quotaExceeded = ErrorType.make("quota_exceeded", {
 *   title: "Quota exceeded",
 *   advice: "Ask the owner of the project for more quota."
 * })
 *
 * quotaExceeded.name // => "quota_exceeded"
 * ErrorType.stock.not_found.advice // => "Do not retry with the same arguments."
 * ```
 *
 * @since 0.1.0
 */
export { make, stock } from "./internal/errorType.ts"
export type { ErrorType, ResolvedBy, StockName } from "./internal/errorType.ts"
