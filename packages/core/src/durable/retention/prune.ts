import type * as MachineId from "effect/cluster/MachineId"
import * as Snowflake from "effect/cluster/Snowflake"
import type * as Digest from "effect/crypto/Digest"
import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { claimIdOf } from "../definition/plan.ts"
import { type Claim, claimsBetween, type Ended, findClaims, findEnds, findMessages, removeMessages } from "./rows.ts"

type Needs = SqlClient | Digest.Digest

/** Makes the least id of a time. */
const idAt = (millis: number): bigint =>
  Snowflake.make({
    timestamp: Math.max(millis, Snowflake.constEpochMillis),
    machineId: 0 as MachineId.MachineId,
    sequence: 0
  })

/** The time by which clocks of processes may differ: so much earlier and later rows of a run are looked for. */
const skew = 3_600_000

const shifted = (id: bigint, millis: number): bigint => idAt(Snowflake.timestamp(Snowflake.Snowflake(id)) + millis)

/** A key with all its runs. */
interface Key {
  readonly claims: ReadonlyArray<Claim>
}

/** Counts what was removed. */
export interface Pruned {
  /** The number of keys whose runs were removed: each may run again. */
  readonly keys: number
  /** The number of rows of the engine's messages that were removed; each had a row of its reply, or none. */
  readonly messages: number
}

/**
 * Removes the keys all of whose runs ended before a time, so many in one transaction.
 */
export const pruneBefore = (
  before: number,
  { atOnce, now }: { readonly atOnce: number; readonly now: number }
): Effect.Effect<Pruned, SqlError, Needs> =>
  Effect.gen(function*() {
    const cutoff = idAt(before)
    let pruned: Pruned = { keys: 0, messages: 0 }
    for (let after: bigint = 0n;;) {
      const { claims, last } = yield* claimsBetween(after, cutoff, atOnce)
      if (last === undefined) return pruned
      after = last
      const removed = yield* pruneKeys(claims.filter(({ run }) => run === 1), { cutoff, now })
      pruned = { keys: pruned.keys + removed.keys, messages: pruned.messages + removed.messages }
      yield* Effect.yieldNow // SQLite's client waits for nothing, and others want their turn
    }
  })

const none: Pruned = { keys: 0, messages: 0 }

const pruneKeys = (
  first: ReadonlyArray<Claim>,
  { cutoff, now }: { readonly cutoff: bigint; readonly now: number }
): Effect.Effect<Pruned, SqlError, Needs> =>
  Effect.gen(function*() {
    if (first.length === 0) return none
    const keys = yield* withLater(first)
    const ends = yield* findEnds(keys.flatMap(({ claims }) => claims))
    let at = 0
    const old: Array<{ readonly key: Key; readonly ends: ReadonlyArray<Ended> }> = []
    for (const key of keys) {
      const of = ends.slice(at, at += key.claims.length)
      if (of.every((end) => end !== undefined && end.reply < cutoff)) {
        old.push({ key, ends: of as ReadonlyArray<Ended> })
      }
    }
    if (old.length === 0) return none
    return yield* removeKeys(old, now)
  })

/** Adds the later runs of keys: a key has another run where one failed for the moment. */
const withLater = (first: ReadonlyArray<Claim>): Effect.Effect<ReadonlyArray<Key>, SqlError, Needs> =>
  Effect.gen(function*() {
    const keys = first.map((claim) => ({ claims: [claim] }))
    for (let open = keys; open.length > 0;) {
      const next = open.map(({ claims }) => ({ ...claims.at(-1)!, run: claims.length + 1 }))
      const found = yield* findClaims(next)
      open = open.filter((key, i) => {
        const claim = found[i]
        if (claim !== undefined) key.claims.push(claim)
        return claim !== undefined
      })
    }
    return keys
  })

/** A key is removed as a whole, and not at all if a message of it still waits for somebody. */
const removeKeys = (
  old: ReadonlyArray<{ readonly key: Key; readonly ends: ReadonlyArray<Ended> }>,
  now: number
): Effect.Effect<Pruned, SqlError, Needs> =>
  Effect.gen(function*() {
    const keyOf = new Map<string, number>()
    for (const [i, { ends, key: { claims } }] of old.entries()) {
      for (const { entity } of ends) keyOf.set(entity, i)
      for (const claim of claims) keyOf.set(yield* claimIdOf(claim.tool, claim), i)
    }
    const rows = old.flatMap(({ ends, key: { claims } }) => [
      ...claims.map(({ row }) => row),
      ...ends.map(({ reply }) => reply)
    ])
    const least = rows.reduce((a, b) => a < b ? a : b)
    const most = rows.reduce((a, b) => a > b ? a : b)
    const messages = yield* findMessages([...keyOf.keys()], {
      from: shifted(least, -skew),
      to: [shifted(most, skew), idAt(now)].reduce((a, b) => a < b ? a : b)
    })
    const waiting = new Set(messages.filter(({ isProcessed }) => !isProcessed).map(({ entity }) => keyOf.get(entity)))
    const ids = messages.filter(({ entity }) => !waiting.has(keyOf.get(entity))).map(({ id }) => id)
    if (ids.length === 0) return none
    yield* removeMessages(ids)
    return { keys: old.length - waiting.size, messages: ids.length }
  })
