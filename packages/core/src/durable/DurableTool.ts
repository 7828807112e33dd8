/**
 * Makes tools of work that outlives a call: a crash between its steps neither loses nor repeats one.
 *
 * A `DurableTool` is a tool whose handler is a workflow of effect's engine (`effect/workflow`). Calls with one key share one run.
 * What a step has returned is kept by the engine, and a run whose process died goes on from the step that it was in: in the same
 * process when it starts again, or in another one. Which engine that is, one layer says: {@link layerMemory}, one file
 * (`@errata/core/durable/sqlite`), or several machines on one database (`@errata/core/durable/cluster`).
 *
 * **Details**
 *
 * - {@link make} defines the tool, {@link layer} brings its work, {@link handle} pairs it with its handler.
 * - The work consists of {@link activity}s, each with its errors, its retry policy and its way back. If the work fails, what was
 *   done is taken back, the last activity first.
 * - The same key with other arguments is refused (`idempotency_conflict`).
 * - A call whose time ends before its run says `in_progress`, and when to ask again. {@link pollTool} and {@link cancelTool} make
 *   tools of these questions; {@link start}, {@link status} and {@link cancel} ask them from code.
 * - How a run ended is told to every caller of its key. If it failed for the moment only (a transient error) and nothing of it is
 *   left, the next call begins another run.
 *
 * **Gotchas**
 *
 * An activity that was cut off is executed again: by a crash, or because its run moved to another process, which happens whenever
 * one joins or leaves. Send its `key` to other services, or write it beside what you write: then its effect happens once.
 * What an engine keeps, it keeps in the clear: arguments, results and errors of runs lie in its storage.
 *
 * **Example** (Charging once, whatever happens)
 *
 * ```ts import.meta.vitest
 * import * as DurableTool from "@errata/core/durable"
 * import * as Errors from "@errata/core/Errors"
 * import * as RetryPolicy from "@errata/core/RetryPolicy"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as Schema from "effect/Schema"
 *
 * const placeOrder = DurableTool.make("place_order", {
 *   description: "Charges and ships an order.",
 *   input: { order_id: Schema.String, amount: Schema.Finite },
 *   output: { parcel: Schema.String },
 *   errors: [Errors.Unavailable],
 *   key: "order_id"
 * })
 *
 * const charges: Array<string> = []
 *
 * const work = DurableTool.layer(placeOrder, Effect.fnUntraced(function*({ amount, order_id }) {
 *   yield* DurableTool.activity("charge", {
 *     execute: ({ key }) => Effect.sync(() => void charges.push(`${amount} for ${order_id}`)), // send the key along
 *     compensate: (_, { key }) => Effect.sync(() => void charges.pop())
 *   })
 *   const parcel = yield* DurableTool.activity("ship", {
 *     output: Schema.String,
 *     errors: [Errors.Unavailable],
 *     retry: RetryPolicy.patient,
 *     execute: () => Effect.succeed("parcel 7")
 *   })
 *   return { parcel }
 * }))
 *
 * const call = DurableTool.handler(placeOrder)({ order_id: "a", amount: 5 })
 * const runtime = Layer.provideMerge(work, DurableTool.layerMemory)
 * const results = await Effect.runPromise(Effect.provide(Effect.all([call, call]), runtime))
 *
 * results // => [{ parcel: "parcel 7" }, { parcel: "parcel 7" }]
 * charges // => ["5 for a"]
 * ```
 *
 * @stability unstable
 * @since 0.1.0
 */
import type * as Layer from "effect/Layer"
import * as WorkflowEngine from "effect/workflow/WorkflowEngine"
import { withLoggersIn } from "./run/loggers.ts"

export { handle, handler } from "./call/call.ts"
export { cancel, start, status } from "./call/control.ts"
export type { Status } from "./call/control.ts"
export { cancelTool, pollTool } from "./call/tools.ts"
export { make } from "./definition/make.ts"
export type { Options } from "./definition/make.ts"
export type { Added, Any, Body, Durable, DurableTool, Needs, Previous } from "./definition/model.ts"
export { activity, sleep } from "./run/activity.ts"
export type { PerRun, Step } from "./run/activity.ts"
export { layer } from "./run/layer.ts"

/**
 * Provides an engine in memory: for tests, and for work that may be lost with its process. What has run is kept until the process
 * ends.
 *
 * @stability unstable
 * @category layers
 * @since 0.1.0
 */
export const layerMemory: Layer.Layer<WorkflowEngine.WorkflowEngine> = withLoggersIn(WorkflowEngine.layerMemory)
