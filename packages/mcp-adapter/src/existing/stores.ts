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
  storeOf(async () => (await import("./internal/openStore.ts")).openMemory(options))

/**
 * Makes a store in one SQLite file of this machine. Its keys outlive the process, and several processes can share it. Needs Node 22.13 or
 * newer, and nothing to be installed. The file is opened by the first call that has a key.
 *
 * @category constructors
 * @since 0.1.0
 */
export const sqliteStore = (options: {
  /** The path of the file. It and its folder are made if they are missing, for their owner alone. */
  readonly path: string
}): Store => storeOf(async () => (await import("./internal/openSqlite.ts")).openSqlite(options))

/** Opens a store when it is first asked for. What cannot be opened is tried again by the next call. */
const storeOf = (open: () => Promise<typeof IdempotencyStore["Service"]>): Store => {
  let opened: ReturnType<typeof open> | undefined
  return {
    [StoreId]: () =>
      opened ??= open().catch((failure: unknown) => {
        opened = undefined
        throw failure
      })
  }
}
