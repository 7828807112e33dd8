import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { DatabaseSync } from "node:sqlite"

/** The most processes of one file. */
const most = 64

/**
 * Takes the first free number among the processes that share a file, and holds it as long as the process lives: the system frees
 * it with the process, however that ended. So a process that was killed gets its number back when it starts again.
 */
export const takeSlot = (filename: string): Effect.Effect<number, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(async () => {
        const sqlite = await import("node:sqlite")
        for (let slot = 1; slot <= most; slot++) {
          const held = hold(new sqlite.DatabaseSync(`${filename}-runner-${slot}`, { timeout: 0 }))
          if (held !== undefined) return { held, slot }
        }
        throw new Error(`More than ${most} processes share ${filename}`)
      }),
      ({ held }) => Effect.sync(() => held.close())
    ),
    ({ slot }) => slot
  )

const hold = (database: DatabaseSync): DatabaseSync | undefined => {
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE")
    return database
  } catch {
    database.close()
    return undefined
  }
}
