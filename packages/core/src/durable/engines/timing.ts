import type * as ShardingConfig from "effect/cluster/ShardingConfig"
import * as Duration from "effect/Duration"

/**
 * Says how soon processes notice each other.
 *
 * @stability unstable
 * @category models
 * @since 0.1.0
 */
export interface Timing {
  /**
   * The time after which the runs of a process that is silent are taken over by others: so long may a process be stopped, or cut
   * off from the database, and still count as alive. At least 3 seconds. Default: 15 seconds.
   */
  readonly takeOver?: Duration.Input | undefined
  /**
   * The number of parts that runs are spread over. The same in every process, for ever: a run is looked for in its part. More parts
   * than processes, and not many more than ten of each. Default: 60.
   */
  readonly shards?: number | undefined
  /** Overrides what effect's `ShardingConfig` takes, for what has no option here. Default: nothing. */
  readonly sharding?: Partial<ShardingConfig.ShardingConfig["Service"]> | undefined
}

export const defaultTakeOver = "15 seconds"

/** The longest time that a timer takes: a run for which this process has no work is not ended, it waits for one that has. */
const unknownWait = Duration.days(20)

/** Returns effect's settings. */
export const shardingOf = (
  { sharding, shards = 60, takeOver = defaultTakeOver }: Timing,
  lookEvery: Duration.Duration
): Partial<ShardingConfig.ShardingConfig["Service"]> => {
  const millis = Duration.toMillis(Duration.fromInputUnsafe(takeOver))
  if (!(millis >= 3_000) || !Number.isFinite(millis)) throw new RangeError("`takeOver` is at least 3 seconds")
  if (!Number.isSafeInteger(shards) || shards < 1) throw new RangeError("`shards` is a whole number above 0")
  const part = (fraction: number, atMost: number) => Duration.millis(Math.min(atMost, Math.round(millis * fraction)))
  return {
    shardsPerGroup: shards,
    shardLockExpiration: Duration.millis(millis),
    shardLockRefreshInterval: part(1 / 5, 10_000),
    refreshAssignmentsInterval: part(1 / 10, 3_000),
    runnerHealthCheckInterval: part(1 / 3, 60_000),
    entityTerminationTimeout: part(1 / 3, 15_000),
    entityMessagePollInterval: lookEvery,
    entityReplyPollInterval: Duration.min(lookEvery, Duration.millis(200)),
    entityRegistrationTimeout: unknownWait,
    ...sharding
  }
}
