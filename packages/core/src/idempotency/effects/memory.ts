import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { nowUnsafe } from "../../call/internal/clock.ts"
import type { EffectRecord, EffectsStore, Entry } from "./model.ts"

interface Kept {
  record: EffectRecord
  readonly until: number
}

/** Makes a ledger in memory. When it is full the oldest entries go: a ledger informs, nothing rests on it. */
export const make = (maxEffects: number): EffectsStore["Service"] => {
  const kept = new Map<string, Kept>()
  const step = <A>(f: (now: number) => A): Effect.Effect<A> =>
    Effect.withFiber((fiber) => Effect.succeed(f(nowUnsafe(fiber.getRef(Clock.Clock)))))
  const append = ({ retention, ...entry }: Entry, now: number): void => {
    if (kept.has(entry.id)) return
    const record: EffectRecord = { ...entry, startedAt: now, endedAt: undefined, outcome: "begun" }
    kept.set(entry.id, { record, until: now + Duration.toMillis(retention) })
    for (const id of kept.keys()) {
      if (kept.size <= maxEffects) return
      kept.delete(id)
    }
  }
  const end = (id: string, outcome: "done" | "failed", now: number): boolean => {
    const found = kept.get(id)
    if (found === undefined) return false
    if (found.record.outcome !== "begun") return found.record.outcome === outcome
    found.record = { ...found.record, endedAt: now, outcome }
    return true
  }
  const expire = (now: number): number => {
    const before = kept.size
    for (const [id, { until }] of kept) if (now >= until) kept.delete(id)
    return before - kept.size
  }
  return {
    append: (entry) => step((now) => append(entry, now)),
    end: (id, outcome) => step((now) => end(id, outcome, now)),
    byReference: (referenceId) =>
      step((now) =>
        [...kept.values()].filter(({ record, until }) => record.referenceId === referenceId && now < until)
          .map(({ record }) => record)
      ),
    expire: step(expire)
  }
}
