/**
 * Provides what a handler may know about the call it answers, and the one state on which its advice rests.
 *
 * A `ToolCall` is a service of the call, not of the runtime: the adapter makes one for each call, so that nothing crosses
 * between concurrent calls. Its {@link State} says whether *something may have happened*; {@link irreversible} marks the
 * effects of a tool that was declared with `effects: "marked"`.
 *
 * **Details**
 *
 * A call is **open** once something may have happened. The state is set before an effect can begin and never cleared; the
 * advice of a reply reads it, and never the last error. Who sets it:
 *
 * | who | when |
 * |---|---|
 * | the adapter | the handler of a tool starts that is `once` and not declared `effects: "marked"`, or of existing code |
 * | {@link irreversible} | before the effect begins |
 * | `RetryPolicy`, `Fallback`, `Batch`, `Degrade`, `Deadline` | a part ended open ({@link endedOpen}) |
 * | the adapter | an interruption stands beside a failure |
 * | you | {@link markOpen}, where something else may have had an effect |
 *
 * **Example** (Reporting progress)
 *
 * ```ts import.meta.vitest
 * import { ToolCall } from "@errata/core/ToolCall"
 * import * as Effect from "effect/Effect"
 *
 * const work = Effect.gen(function*() {
 *   const call = yield* ToolCall
 *   yield* call.progress({ progress: 1, total: 2, message: "halfway" })
 *   return call.attempt
 * })
 * typeof work // => "object"
 * ```
 *
 * @since 0.1.0
 */
export { irreversible } from "./toolCall/irreversible.ts"
export type { IrreversibleOptions } from "./toolCall/irreversible.ts"
export { endedOpen, markOpen, notePart, withPart } from "./toolCall/part.ts"
export { ToolCall } from "./toolCall/service.ts"
export type { ContentBlock, Principal, Progress, Retry } from "./toolCall/service.ts"
export type { BegunEffect, State } from "./toolCall/state.ts"
