/** The stores as layers, each with what lets time pass for it. */
import * as NodeRedis from "@effect/platform-node/NodeRedis"
import * as PgClient from "@effect/sql-pg/PgClient"
import type { EffectsStore } from "@errata/core/Effects"
import type { IdempotencyStore } from "@errata/core/IdempotencyStore"
import * as RedisStore from "@errata/core/stores/redis"
import * as SqlStore from "@errata/core/stores/sql"
import * as SqliteStore from "@errata/core/stores/sqlite"
import * as SqliteClient from "@errata/core/stores/SqliteClient"
import { Contract } from "@errata/core/testing"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Redis } from "effect/persistence/Redis"
import { SqlClient } from "effect/sql/SqlClient"
import type { Service } from "../../../../services/service.ts"

/** Where a store is, as it is told to another process. */
export type Place =
  | { readonly kind: "sqlite"; readonly path: string }
  | { readonly kind: "postgres" | "redis"; readonly port: number }

type Stores = IdempotencyStore | EffectsStore

const pgClient = ({ port }: Pick<Service, "port">, options: Partial<PgClient.PgPoolConfig> = {}) =>
  PgClient.layer({ host: "127.0.0.1", port, username: "postgres", database: "postgres", ...options })

const redisClient = ({ port }: Pick<Service, "port">) => NodeRedis.layer({ socket: { host: "127.0.0.1", port } })

/** Moves all that a database holds into the past, for it has its own clock. */
const agedRows = Layer.effect(
  Contract,
  Effect.map(SqlClient, (sql) => ({
    advance: (duration: Duration.Duration) => {
      const by = sql.literal(String(Duration.toMillis(duration)))
      return Effect.orDie(Effect.andThen(
        sql`UPDATE errata_keys SET lease_until = lease_until - ${by}, forget_at = forget_at - ${by}, ended_at = ended_at - ${by}`,
        sql`UPDATE errata_effects SET started_at = started_at - ${by}, forget_at = forget_at - ${by}, ended_at = ended_at - ${by}`
      ))
    }
  }))
)

const age = `
for _, key in ipairs(redis.call('KEYS', 'errata:*')) do
  if redis.call('TYPE', key).ok == 'hash' then
    for _, name in ipairs({ 'lease', 'ended', 'started' }) do
      if redis.call('HEXISTS', key, name) == 1 then redis.call('HINCRBY', key, name, '-' .. ARGV[1]) end
    end
  end
  redis.call('PEXPIREAT', key, string.format('%.0f', redis.call('PEXPIRETIME', key) - ARGV[1]))
end`

const agedKeys = Layer.effect(
  Contract,
  Effect.map(Redis, (redis) => ({
    removesByItself: true,
    advance: (duration: Duration.Duration) =>
      Effect.orDie(Effect.asVoid(redis.send("EVAL", age, "0", String(Duration.toMillis(duration)))))
  }))
)

/** The SQL store on PostgreSQL. */
export const onPostgres = (service: Pick<Service, "port">, options?: Partial<PgClient.PgPoolConfig>) =>
  Layer.merge(Layer.orDie(SqlStore.layer()), agedRows).pipe(
    Layer.provideMerge(Layer.orDie(pgClient(service, options)))
  ) satisfies Layer.Layer<Stores | Contract | SqlClient>

/** The SQL store on a client for SQLite. */
export const onSqliteClient = (filename: string) =>
  Layer.merge(Layer.orDie(SqlStore.layer()), agedRows).pipe(
    Layer.provideMerge(Layer.orDie(SqliteClient.layer({ filename })))
  ) satisfies Layer.Layer<Stores | Contract | SqlClient>

/** The store in Redis. */
export const onRedis = (service: Pick<Service, "port">) =>
  Layer.merge(RedisStore.layer(), agedKeys).pipe(
    Layer.provideMerge(Layer.orDie(redisClient(service)))
  ) satisfies Layer.Layer<Stores | Contract | Redis>

/** The store at a place. */
export const layerOf = (place: Place): Layer.Layer<Stores> => {
  switch (place.kind) {
    case "sqlite":
      return Layer.orDie(SqliteStore.layer(place))
    case "postgres":
      return onPostgres(place)
    case "redis":
      return onRedis(place)
  }
}
