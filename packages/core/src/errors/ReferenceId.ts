/**
 * Models the reference id that joins a reply with its log lines.
 *
 * A `ReferenceId` is 8 lower-case hexadecimal characters, made fresh for every call from the `Random` of the context.
 *
 * **Example** (Making one)
 *
 * ```ts import.meta.vitest
 * import * as ReferenceId from "@errata/core/ReferenceId"
 * import * as Effect from "effect/Effect"
 *
 * const id = Effect.runSync(ReferenceId.make)
 * ReferenceId.is(id) // => true
 * ReferenceId.is("5F3C9A1E") // => false
 * ```
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { fromRandomUnsafe, type ReferenceId } from "./internal/referenceId.ts"

export type { ReferenceId } from "./internal/referenceId.ts"

const pattern = /^[0-9a-f]{8}$/

/**
 * Returns whether a value is a reference id.
 *
 * @category guards
 * @since 0.1.0
 */
export const is = (u: unknown): u is ReferenceId => typeof u === "string" && pattern.test(u)

/**
 * Makes a fresh reference id from the `Random` of the context.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<ReferenceId> = Effect.map(Random.Random, fromRandomUnsafe)
