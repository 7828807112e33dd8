import * as Errors from "@errata/core/Errors"
import * as ToolError from "@errata/core/ToolError"
import * as Effect from "effect/Effect"
import type { Source } from "../../support/arbitraries.ts"

/** What one attempt does: it takes a while, then gives a value or throws. */
export type Act =
  | { readonly lasts: number; readonly gives: string }
  | { readonly lasts: number; readonly throws: unknown }

export const down = (seconds?: number): Errors.Unavailable =>
  new Errors.Unavailable({ service: "It", ...seconds === undefined ? {} : { retry_after_seconds: seconds } })

/** A few acts; every third or so is not a plain transient failure. */
export const acts = (from: Source): ReadonlyArray<Act> =>
  Array.from({ length: 1 + from.int(6) }, () => act(from, from.pick([0, 0, 0, 7, 300, 2_000])))

const act = (from: Source, lasts: number): Act =>
  from.chance(65)
    ? { lasts, throws: down(from.pick([undefined, undefined, 0, 1, 3, -5, 60])) }
    : from.pick<Act>([
      { lasts, gives: "done" },
      { lasts, throws: new Errors.NotFound({ resource: "City" }) },
      { lasts, throws: new Errors.InvalidArguments({ issues: [] }) },
      { lasts, throws: new Errors.CircuitOpen({ service: "It", retry_after_seconds: 30 }) },
      { lasts, throws: new TypeError("a bug") },
      { lasts, throws: undefined }
    ])

const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis))

/**
 * Work, and the effect that is written by hand of it, that does the next act each time it is called, and the last one for ever.
 */
export const played = (acts: ReadonlyArray<Act>): {
  readonly work: (signal?: AbortSignal) => Promise<string>
  readonly effect: Effect.Effect<string, ToolError.Any>
  readonly at: Array<number>
} => {
  const at: Array<number> = []
  const work = async (): Promise<string> => {
    const act = acts[Math.min(at.length, acts.length - 1)]!
    at.push(Date.now())
    if (act.lasts > 0) await pause(act.lasts)
    if ("gives" in act) return act.gives
    throw act.throws
  }
  return {
    at,
    work,
    effect: Effect.flatten(Effect.promise(() =>
      work().then(
        (value) => Effect.succeed(value),
        (failure: unknown) => ToolError.is(failure) ? Effect.fail(failure) : Effect.die(failure)
      )
    ))
  }
}
