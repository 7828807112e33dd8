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
import type * as Brand from "effect/Brand"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

/**
 * Types a reference id: 8 lower-case hexadecimal characters.
 *
 * @category models
 * @since 0.1.0
 */
export type ReferenceId = string & Brand.Brand<"errata/ReferenceId">

const pattern = /^[0-9a-f]{8}$/

/**
 * Returns whether a value is a reference id.
 *
 * @category guards
 * @since 0.1.0
 */
export const is = (u: unknown): u is ReferenceId => typeof u === "string" && pattern.test(u)

/**
 * Makes a reference id from a source of numbers in [0, 1).
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromRandomUnsafe = (random: {
  /** Returns the next number in [0, 1). */
  nextDoubleUnsafe(): number
}): ReferenceId => {
  const bits = Math.floor(random.nextDoubleUnsafe() * 0x1_0000_0000)
  return (hex[bits >>> 24]! + hex[bits >>> 16 & 255]! + hex[bits >>> 8 & 255]! + hex[bits & 255]!) as ReferenceId
}

/** Bytes in hexadecimal: `toString(16)` of a number that needs 32 bits is nine times as slow. */
const hex: ReadonlyArray<string> = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"))

/**
 * Makes a fresh reference id from the `Random` of the context.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<ReferenceId> = Effect.map(Random.Random, fromRandomUnsafe)
