/**
 * Brings retry policies, dependencies, batches and degraded answers to code with promises: functions that return promises or
 * throw, and are given a signal.
 *
 * Everything here runs on the engines of `RetryPolicy`, `Policy`, `Batch` and `Degrade`; no type of effect is met. Inside a
 * handler that `wrapHandler` or `adoptServer` of `@errata/mcp-adapter` serves, it knows the call: its deadline, its progress
 * and its log, so that the reply says what was done.
 *
 * **Details**
 *
 * | function | does | rejects with |
 * |---|---|---|
 * | {@link retry} | tries work again under a policy | the last error, with what was done |
 * | {@link forDependency} | makes what calls a dependency: time, retries, breaker, limits | the same, `Timeout`, `CircuitOpen`, `Overloaded`, `RateLimited` |
 * | {@link forEach} | runs work for many items | only if it is aborted |
 * | {@link parts} | answers with what is there | the error of a required part |
 *
 * - A failure becomes a tool error where `classify` or the default table (`Classifier.unknown`) knows it; what was thrown is its
 *   `cause`. What is unknown is a bug: it is not tried again, and rejects as it is.
 * - An aborted `signal` rejects with its reason, at once: work that does not heed its signal runs on unheard.
 * - **One owner of retrying.** An error that a policy gave up on carries a mark; an outer policy leaves it alone, and a wrapped
 *   handler says how often it was tried.
 * - The call is found by itself where the runtime has an `AsyncLocalStorage` (Node, Bun, Deno, workers with `nodejs_compat`).
 *   Elsewhere pass the handler's context: `{ call: extra }`. Nothing of Node is imported.
 *
 * **Gotchas**
 *
 * `fetch` does not reject for a status of 404 or 503. Throw the response: the status and its `Retry-After` are read.
 *
 * **Example** (Trying a request again)
 *
 * ```ts import.meta.vitest
 * import { retry, RetryPolicy } from "@errata/core/promise"
 *
 * const policy = RetryPolicy.make({ maxRetries: 2, delay: "10 millis" })
 * String(policy) // => "At most 3 attempts: wait 0 to 10 ms, then 0 to 20 ms. In all at most 30 ms of waiting."
 *
 * let requests = 0
 * const invoice = async (_signal: AbortSignal) => {
 *   if (++requests < 2) throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" })
 *   return { total: 12 }
 * }
 *
 * await retry(invoice, policy, { service: "Billing" }) // => { total: 12 }
 * requests // => 2
 * ```
 *
 * @since 0.1.0
 */
import * as ToolError from "../errors/ToolError.ts"
import * as Many from "./internal/batch.ts"
import * as Calling from "./internal/dependency.ts"
import type { RetryOptions, Work } from "./internal/model.ts"
import * as Answering from "./internal/parts.ts"
import type { RetryPolicy } from "./internal/policy.ts"
import * as Trying from "./internal/retry.ts"

export type { ItemError, ReportOf } from "../partial/Batch.ts"
export type { Degraded, Metadata, Warning } from "../partial/Degrade.ts"
export type { Batch, BatchOptions, Item, ItemAttempt, ReportOptions } from "./internal/batch.ts"
export type {
  BreakerOptions,
  BulkheadOptions,
  Dependency,
  DependencyOptions,
  RateLimitOptions
} from "./internal/dependency.ts"
export type { Attempt, Belonging, Classify, Duration, RetryOptions, Understanding, Work } from "./internal/model.ts"
export type { Cached, Data, OptionalPart, Parts, PartsOptions } from "./internal/parts.ts"
export { RetryPolicy, type RetryPolicyOptions } from "./internal/policy.ts"

/**
 * Describes an error that says its family; the classes of `@errata/core/Errors`, and your own.
 *
 * @category models
 * @since 0.1.0
 */
export type { ToolError } from "../errors/ToolError.ts"

/**
 * Returns whether a value is a tool error, of whichever copy of this package. Never throws.
 *
 * @category guards
 * @since 0.1.0
 */
export const isToolError: (u: unknown) => u is ToolError.ToolError = ToolError.is

/**
 * Returns whether a value is a tool error that may be gone later. Never throws.
 *
 * @category guards
 * @since 0.1.0
 */
export const isTransient: (u: unknown) => u is ToolError.ToolError<"transient"> = ToolError.isTransient

/**
 * Tries work again under a policy, and gives what it gives.
 *
 * **Details**
 *
 * - Each attempt is given a signal of its own. It aborts when `signal` does, when the client cancels the call, and at the call's
 *   deadline.
 * - Only transient errors are tried again. Waits, hints (`Retry-After`) and bounds are those of the policy; no wait goes beyond
 *   the deadline of the call.
 * - Inside a wrapped handler each retry is told to a client that listens to progress, and the reply says how often it was tried.
 *
 * **Gotchas**
 *
 * The whole work is repeated: put only what is safe to repeat inside.
 *
 * **Example** (Hearing why it was given up)
 *
 * ```ts import.meta.vitest
 * import { retry, RetryPolicy } from "@errata/core/promise"
 *
 * const request = async () => {
 *   throw new Response(null, { status: 404 })
 * }
 * const error = await retry(request, RetryPolicy.patient, { service: "Billing" }).catch((error) => error)
 * error._tag // => "NotFound"
 * error.message // => "The item requested from Billing was not found"
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const retry: <A>(work: Work<A>, policy: RetryPolicy, options?: RetryOptions) => Promise<Awaited<A>> =
  Trying.retry

/**
 * Makes what calls a dependency. Make it once, when the server starts: calls share its budget, its breaker and its limits.
 *
 * **Details**
 *
 * Outermost first: rate limit, bulkhead, timeout, retries, breaker, timeout of an attempt; see `Policy.forDependency` for why.
 * Throws a `RangeError` if a number makes no sense.
 *
 * **Example** (Saying once how Billing is called)
 *
 * ```ts import.meta.vitest
 * import { forDependency, RetryPolicy } from "@errata/core/promise"
 *
 * const billing = forDependency({ service: "Billing", timeout: "20 seconds", retry: RetryPolicy.quick, breaker: true })
 *
 * await billing(async (_signal) => "paid") // => "paid"
 * String(billing).startsWith("Billing: at most 20 s in all, 10 s for each attempt. At most 3 attempts") // => true
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const forDependency: (options: Calling.DependencyOptions) => Calling.Dependency = Calling.forDependency

/**
 * Runs work for each item, and reports what became of each. One bad item costs one item.
 *
 * **Details**
 *
 * As `Batch.forEach`, whose rules hold: order, deadline, `stopAfter`, progress, defects. A wrapped handler may return the batch
 * as it is: then the reply is its report, an error if nothing succeeded.
 *
 * **Gotchas**
 *
 * Inside a call that may take effect once, or whose safety is undeclared, `retry` is not heeded: an attempt that failed may
 * have had its effect. Say `safety` where an item may be repeated.
 *
 * **Example** (Converting what can be converted)
 *
 * ```ts import.meta.vitest
 * import { forEach } from "@errata/core/promise"
 *
 * const convert = async (file: string, _signal: AbortSignal) => {
 *   if (file === "b.md") throw new Response(null, { status: 503, headers: { "retry-after": "5" } })
 *   return file.length
 * }
 *
 * const batch = await forEach(["a.md", "b.md"], convert, { service: "The converter", safety: "idempotent" })
 * batch.status // => "partial"
 * batch.results // => [{ index: 0, key: "a.md", value: 4 }]
 * batch.report().error_summary.retry_keys // => ["b.md"]
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const forEach: <I, A>(
  items: Iterable<I> | AsyncIterable<I>,
  work: (item: I, signal: AbortSignal, attempt: Many.ItemAttempt) => A,
  options?: Many.BatchOptions<I>
) => Promise<Many.Batch<Awaited<A>>> = Many.forEach

/**
 * Answers with what is there: parts that an answer must have, and parts that it can do without.
 *
 * **Details**
 *
 * As `Degrade`, whose rules hold. An optional part that fails costs itself and a warning; a last good value (`cached`) stands in
 * for one that failed temporarily.
 *
 * **Example** (Answering without the forecast)
 *
 * ```ts import.meta.vitest
 * import { parts } from "@errata/core/promise"
 *
 * const answer = await parts({
 *   required: { current: async () => ({ temperature_c: 21 }) },
 *   optional: {
 *     forecast: {
 *       fetch: async (): Promise<string> => {
 *         throw new Response(null, { status: 503 })
 *       },
 *       impact: "There is no outlook for the next days",
 *       cached: () => ({ value: "sunny", age: "2 hours" })
 *     }
 *   }
 * }, { service: "The forecast" })
 *
 * answer.data.current.temperature_c // => 21
 * answer.data.forecast // => "sunny"
 * answer.degraded // => true
 * answer.warnings[0]?.stale_seconds // => 7200
 * ```
 *
 * @category running
 * @since 0.1.0
 */
export const parts: typeof Answering.parts = Answering.parts
