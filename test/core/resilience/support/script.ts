import * as Errors from "@errata/core/Errors"
import type * as ToolError from "@errata/core/ToolError"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { Source } from "../../support/arbitraries.ts"

/** What one attempt does, and how long it takes. */
export interface Act {
  readonly lasts: number
  readonly ends: Effect.Effect<string, ToolError.Any>
}

/** What an attempt saw of the retry it was part of. */
export interface Seen {
  readonly at: number
  readonly metadata: Schedule.Metadata
}

export const down = (seconds?: number): Errors.Unavailable =>
  new Errors.Unavailable({ service: "It", ...seconds === undefined ? {} : { retry_after_seconds: seconds } })

/** An effect that does the next act each time it runs, and the last one for ever. */
export const play = (acts: ReadonlyArray<Act>): {
  readonly effect: Effect.Effect<string, ToolError.Any>
  readonly seen: Array<Seen>
} => {
  const seen: Array<Seen> = []
  const effect = Effect.gen(function*() {
    const act = acts[Math.min(seen.length, acts.length - 1)]!
    seen.push({ at: yield* Clock.currentTimeMillis, metadata: yield* Schedule.CurrentMetadata })
    if (act.lasts > 0) yield* Effect.sleep(act.lasts)
    return yield* act.ends
  })
  return { effect, seen }
}

/** An effect that always fails with the same error, at once. */
export const failing = (error: ToolError.Any): ReturnType<typeof play> => play([{ lasts: 0, ends: Effect.fail(error) }])

/** The times between the attempts. */
export const waits = (seen: ReadonlyArray<Seen>): ReadonlyArray<number> =>
  seen.slice(1).map(({ at }, i) => at - seen[i]!.at)

/** A few acts; every third or so is not a plain transient failure. */
export const acts = (from: Source): ReadonlyArray<Act> =>
  Array.from({ length: 1 + from.int(6) }, () => ({ lasts: from.pick([0, 0, 0, 7, 300, 2_000]), ends: ending(from) }))

const ending = (from: Source): Effect.Effect<string, ToolError.Any> => {
  const transient = down(from.pick([undefined, undefined, 0, 1, 3, -5, 60]))
  if (!from.chance(35)) return Effect.fail(transient)
  const defect = new Error("a bug")
  return from.pick<() => Effect.Effect<string, ToolError.Any>>([
    () => Effect.succeed("done"),
    () => Effect.fail(new Errors.NotFound({ resource: "City" })),
    () => Effect.fail(new Errors.InvalidArguments({ issues: [] })),
    () => Effect.fail(new Errors.CircuitOpen({ service: "It", retry_after_seconds: 30 })),
    () => Effect.die(defect),
    () => Effect.interrupt,
    () => Effect.failCause(Cause.combine(Cause.fail(transient), Cause.die(defect))),
    () => Effect.failCause(Cause.combine(Cause.fail(transient), Cause.fail(new Errors.NotFound({ resource: "City" })))),
    () => Effect.failCause(Cause.combine(Cause.fail(transient), Cause.interrupt(1)))
  ])()
}
