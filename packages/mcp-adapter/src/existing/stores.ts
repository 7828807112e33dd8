/**
 * Provides stores of idempotency keys to code that knows nothing of Effect.
 *
 * A {@link Store} goes into the option `idempotency` of `wrapHandler` or `adoptServer`: from then on a call takes effect once for each
 * key, however often a client repeats it. Nothing here needs `effect` to be installed.
 *
 * **Example** (Ordering once)
 *
 * ```ts import.meta.vitest
 * import { memoryStore } from "@errata/mcp-adapter/stores"
 * import { wrapHandler } from "@errata/mcp-adapter/wrap"
 *
 * let orders = 0
 * const order = wrapHandler(async ({ item }: { item: string; key: string }) => {
 *   orders++
 *   return { content: [{ type: "text", text: `Ordered ${item}` }] }
 * }, { name: "order", logsCalls: false, idempotency: { key: "key", store: memoryStore() } })
 *
 * await order({ item: "pen", key: "order-7" })
 * const repeat = await order({ item: "pen", key: "order-7" })
 * orders // => 1
 * repeat.content[0] // => { type: "text", text: "Ordered pen" }
 * ```
 *
 * @since 0.1.0
 */
import type { IdempotencyStore, MemoryOptions } from "@errata/core/IdempotencyStore"
import type * as Layer from "effect/Layer"
import { type Store, StoreId } from "./internal/keys.ts"

export type {
  /**
   * Describes a store of idempotency keys. It holds nothing that code may use.
   *
   * @category models
   * @since 0.1.0
   */
  Store
} from "./internal/keys.ts"

export type {
  /**
   * Configures a store in memory.
   *
   * @category models
   * @since 0.1.0
   */
  MemoryOptions
} from "@errata/core/IdempotencyStore"

/**
 * Makes a store in the memory of this process. Its keys are gone when the process ends: for tests, and for tools that do no harm when they
 * run again after a crash.
 *
 * @category constructors
 * @since 0.1.0
 */
export const memoryStore = (options?: MemoryOptions): Store =>
  storeOf(async () => {
    const { layerMemory } = await import("@errata/core/IdempotencyStore")
    return layerMemory(options)
  })

type Stores = Layer.Layer<IdempotencyStore, unknown>

/** Opens a store when it is first asked for. What cannot be opened is tried again by the next call. */
const storeOf = (load: () => Promise<Stores>): Store => {
  let opened: ReturnType<typeof open> | undefined
  return {
    [StoreId]: () =>
      opened ??= open(load).catch((failure: unknown) => {
        opened = undefined
        throw failure
      })
  }
}

const open = async (load: () => Promise<Stores>): Promise<typeof IdempotencyStore["Service"]> => {
  const [{ IdempotencyStore }, { make }, Context, layer] = await Promise.all([
    import("@errata/core/IdempotencyStore"),
    import("effect/ManagedRuntime"),
    import("effect/Context"),
    load()
  ])
  const runtime = make(layer)
  try {
    return Context.get(await runtime.context(), IdempotencyStore)
  } catch (failure) {
    await runtime.dispose().catch(() => undefined) // the failure of the opening says more than that of its release
    throw failure
  }
}
