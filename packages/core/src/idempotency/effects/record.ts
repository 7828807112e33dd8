import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import { currentUnsafe } from "../../call/toolCall/service.ts"
import { fromRandomUnsafe } from "../../errors/internal/referenceId.ts"
import { ask } from "../once/ask.ts"
import { EffectsStore, type Entry, type RecordOptions } from "./model.ts"

const timeout = Duration.seconds(2)

/** Writes an effect down before it begins, and how it ended. What cannot be written stops nothing: it is logged. */
export const recorded = <A, E, R>(self: Effect.Effect<A, E, R>, described: RecordOptions): Effect.Effect<A, E, R> =>
  Effect.withFiber((fiber) => {
    const ledger = fiber.context.mapUnsafe.get(EffectsStore.key) as EffectsStore["Service"] | undefined
    if (ledger === undefined) return self
    const entry = entryOf(described, fiber)
    const quietly = <B>(effect: Effect.Effect<B, unknown>): Effect.Effect<void> =>
      Effect.catchCause(
        Effect.asVoid(effect),
        (cause) =>
          Effect.annotateLogs(Effect.logWarning("an effect could not be recorded", cause), {
            effect: described.name,
            reference_id: entry.referenceId
          })
      )
    const end = (outcome: "done" | "failed") => quietly(ask("end", ledger.end(entry.id, outcome), timeout))
    return Effect.uninterruptibleMask((restore) =>
      Effect.andThen(
        quietly(ask("append", ledger.append(entry), timeout)),
        Effect.onExit(restore(self), (exit) => end(exit._tag === "Success" ? "done" : "failed"))
      )
    )
  })

const entryOf = (
  { key, name, reference, retention = "30 days", target }: RecordOptions,
  fiber: Fiber.Fiber<unknown, unknown>
): Entry => {
  const call = currentUnsafe(fiber)
  const random = fiber.getRef(Random.Random)
  const fresh = () => fromRandomUnsafe(random)
  return {
    id: [fresh(), fresh(), fresh(), fresh()].join(""),
    referenceId: reference ?? call?.referenceId ?? fresh(),
    tool: call?.tool ?? "",
    name,
    target,
    key,
    retention: Duration.fromInputUnsafe(retention)
  }
}
