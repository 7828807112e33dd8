/**
 * Tells programs that watch a server of every call: as it begins, and how it ended.
 *
 * An `Observer` hears of the calls of every tool whose runtime brings {@link layer}, on every host. `Telemetry` and the
 * operator's page are observers; several stand side by side. Where nobody observes, a call costs one comparison more.
 *
 * **Details**
 *
 * A call is told of once, when its reply is made. What costs something to find out (`fingerprint`, `arguments`, `cause`) is a
 * function, to be called within `onEnd` or never. Texts are redacted. An observer that throws costs the call nothing.
 *
 * **Example** (Counting what fails)
 *
 * ```ts import.meta.vitest
 * import * as Observer from "@errata/mcp-adapter/Observer"
 * import * as ToolTest from "@errata/mcp-adapter/ToolTest"
 * import * as Tool from "@errata/core/Tool"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 *
 * const seen: Array<string> = []
 * const observer: Observer.Observer = { onStart: ({ tool }) => ({ outcome }) => seen.push(`${tool}: ${outcome}`) }
 *
 * const add = Tool.make("add", {
 *   description: "Adds two numbers.",
 *   input: { a: Schema.Finite, b: Schema.Finite },
 *   output: Schema.Finite,
 *   errors: []
 * })
 * const handled = Tool.handle(add, ({ a, b }) => Effect.succeed(a + b))
 * const call = (args: unknown) => ToolTest.call(handled, args).pipe(Effect.provide(Observer.layer(observer)))
 * await Effect.runPromise(call({ a: 1, b: 2 }))
 * await Effect.runPromise(call({ a: 1, b: "two" }))
 * seen // => ["add: success", "add: invalid_arguments"]
 * ```
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Kernel from "./internal/observer.ts"
import { observerLayer } from "./internal/observerLayer.ts"

export type {
  /**
   * Counts the items of a batch by how they ended.
   *
   * @category models
   * @since 0.1.0
   */
  BatchCounts,
  /**
   * Tells how a call ended.
   *
   * @category models
   * @since 0.1.0
   */
  CallEnd,
  /**
   * Tells that a call begins.
   *
   * @category models
   * @since 0.1.0
   */
  CallStart,
  /**
   * Hears of calls.
   *
   * @category models
   * @since 0.1.0
   */
  Observer,
  /**
   * Tells of one retry within a call.
   *
   * @category models
   * @since 0.1.0
   */
  Retried
} from "./internal/observer.ts"

/**
 * Provides the observers of calls. Anyone who is built beside it stands in the same set.
 *
 * @category services
 * @since 0.1.0
 */
export const Observers: typeof Kernel.Observers = Kernel.Observers

/**
 * Lets an observer hear of every call of the runtime that it is merged into.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (observer: Kernel.Observer): Layer.Layer<Kernel.Observers> =>
  observerLayer(Effect.succeed(observer))
