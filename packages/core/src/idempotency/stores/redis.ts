/**
 * Keeps keys, outcomes and the ledger of effects in Redis, through effect's `Redis` service.
 *
 * Any number of processes and machines can share it. It is the fastest store that machines can share, and as durable as the
 * Redis behind it.
 *
 * **Details**
 *
 * - Each step is one script on one key, hence atomic, and fit for a cluster: every key has its own hash tag.
 * - Times are the clock of Redis. It removes by itself what is past its retention, so that `expire` has nothing to do.
 * - Keys begin with `errata:`; another prefix keeps servers apart that share a Redis.
 *
 * **Gotchas**
 *
 * - A Redis that keeps nothing on disk forgets its keys when it restarts, and one with `appendfsync everysec` the last second.
 *   A replica that takes over may lack the newest keys. A call that is repeated then runs again. Where that must not happen,
 *   set `appendfsync always`, or use `@errata/core/stores/sql`.
 * - Set `maxmemory-policy noeviction`: a Redis that evicts keys forgets calls. One that is full refuses claims instead.
 *
 * **Example** (Configuring Redis)
 *
 * ```ts
 * import * as Redis from "@errata/core/stores/redis"
 * import * as NodeRedis from "@effect/platform-node/NodeRedis"
 * import * as Config from "effect/Config"
 * import * as Layer from "effect/Layer"
 *
 * export const store = Redis.layer().pipe(Layer.provide(NodeRedis.layerConfig({ url: Config.String("REDIS_URL") })))
 * ```
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Redis } from "effect/persistence/Redis"
import { EffectsStore } from "../effects/model.ts"
import { IdempotencyStore } from "../store/model.ts"
import * as Client from "./internal/redis/client.ts"
import * as Store from "./internal/redis/store.ts"

/**
 * Configures a store in Redis.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** Begins the names of all keys. Default `errata:`. */
  readonly prefix?: string | undefined
}

/**
 * Provides a store, and a ledger of effects, in Redis.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options = {}): Layer.Layer<IdempotencyStore | EffectsStore, never, Redis> => {
  const { prefix = "errata:" } = options
  return Layer.effectContext(
    Effect.map(Client.make, (run) =>
      Context.make(IdempotencyStore, Store.makeKeys(run, prefix)).pipe(
        Context.add(EffectsStore, Store.makeEffects(run, prefix))
      ))
  )
}
