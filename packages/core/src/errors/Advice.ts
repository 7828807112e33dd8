/**
 * Decides what to tell a caller about trying again.
 *
 * Advice is a pure function of the error's family and type, the tool's {@link Safety}, what a retry policy did already, and
 * one state of the call: whether it is **open**, so that something may have happened. Its law: no reply says to repeat a
 * call that may have taken effect and is not safe to repeat.
 *
 * **Details**
 *
 * The state is set by what runs (`ToolCall.State`) and never read off an error: a `RateLimited` says that the last request
 * was refused, and nothing of those before it.
 *
 * | a call that | transient | validation, or permanent by state | permanent by argument |
 * |---|---|---|---|
 * | may be repeated, or is not open | `Retry after N s.` | the type's sentence | the type's sentence |
 * | is open and `once` | `outcome_unknown`: `Do not retry: the call may have taken effect. Check first.` | `Check that it did not take effect.` and the sentence | the type's sentence |
 * | is open, and of undeclared safety | `Check whether it took effect before calling again.` | none | the type's sentence |
 *
 * **Example** (The same timeout in two tools)
 *
 * ```ts import.meta.vitest
 * import * as Advice from "@errata/core/Advice"
 * import * as Errors from "@errata/core/Errors"
 *
 * const timeout = new Errors.Timeout({ operation: "deploy" })
 * Advice.of(timeout, { safety: "idempotent", started: true }).sentence // => "Retry later."
 * Advice.of(timeout, { safety: "once", started: true }).sentence // => "Do not retry: the call may have taken effect. Check first."
 * Advice.of(timeout, { safety: "once", started: false }).sentence // => "Retry later."
 * ```
 *
 * @since 0.1.0
 */
export { markOpen, of, openReason } from "./internal/advice.ts"
export type { Advice, CallSafety, Circumstances, Retry, Safety } from "./internal/advice.ts"
