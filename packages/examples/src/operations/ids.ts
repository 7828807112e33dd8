/**
 * Makes ids, and hides keys.
 */
import * as Effect from "effect/Effect"
import { createHash, randomUUID } from "node:crypto"

/** Makes an id that nothing else has. */
export const makeId = (kind: string): Effect.Effect<string> => Effect.sync(() => `${kind}_${randomUUID()}`)

/** Hashes a key: who reads the table shall not be able to repeat somebody's call. */
export const hashOf = (key: string): string => createHash("sha256").update(key).digest("hex")
