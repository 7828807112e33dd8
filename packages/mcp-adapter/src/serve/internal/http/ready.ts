import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { now } from "./time.ts"

/** See `http.Check`. */
export type Check<R = never> = Effect.Effect<unknown, unknown, R>

/** Reports whether a server should be sent requests. */
export interface Readiness {
  readonly isReady: boolean
  /** Names what is not ready. */
  readonly reasons: ReadonlyArray<string>
}

/** The time that a check may take. */
const patience = "2 seconds"

/** The time for which what the checks said holds, in milliseconds: whoever asks more often costs nothing. */
const freshness = 1_000

/** Makes what asks every check, at most once a second. Never rejects. */
export const makeReadiness = (
  checks: Readonly<Record<string, Check>>,
  context: Context.Context<never>
): () => Promise<Readiness> => {
  const ask = Effect.map(
    Effect.forEach(
      Object.entries(checks),
      ([name, check]) =>
        Effect.timeout(check, patience).pipe(
          Effect.map((said) => isWell(said) ? [] : [name]),
          Effect.catchCause(() => Effect.succeed([name]))
        ),
      { concurrency: "unbounded" }
    ),
    (found): Readiness => ({ isReady: found.flat().length === 0, reasons: found.flat() })
  )
  let last: { readonly said: Promise<Readiness>; readonly at: number } | undefined
  return () => {
    const at = now()
    if (last === undefined || at - last.at > freshness) last = { said: Effect.runPromiseWith(context)(ask), at }
    return last.said
  }
}

/** Reads what a check returns: a `Health`, of which no circuit may be open, `false`, or anything else, which is well. */
const isWell = (said: unknown): boolean => {
  if (typeof said !== "object" || said === null) return said !== false
  const { circuits } = said as { readonly circuits?: unknown }
  if (!Array.isArray(circuits)) return true
  return !circuits.some(({ state }: { readonly state?: unknown }) => state === "Open" || state === "Unknown")
}
