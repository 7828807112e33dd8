/**
 * Says where a handler's services come from: a `ManagedRuntime`, a `Context` that was built already, or a `Layer`.
 *
 * @since 0.1.0
 */
export type {
  /**
   * Brings services: a `ManagedRuntime` (or anything that builds a context once), a built context, or a layer.
   *
   * **Gotchas**
   *
   * A layer is built once, at the first call, for all that are given the same layer: the tools of a server share its state, and
   * so do several servers. Make it once, outside a factory that runs for every request; `Layer.fresh` makes another. It is
   * never released: give a `ManagedRuntime` where something has to be released.
   *
   * @category models
   * @since 0.1.0
   */
  Runtime
} from "./internal/runtime.ts"
