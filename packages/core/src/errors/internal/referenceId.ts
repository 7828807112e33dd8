import type * as Brand from "effect/Brand"

/**
 * Types a reference id: 8 lower-case hexadecimal characters.
 *
 * @category models
 * @since 0.1.0
 */
export type ReferenceId = string & Brand.Brand<"errata/ReferenceId">

/** Makes a reference id from a source of numbers in [0, 1). */
export const fromRandomUnsafe = (random: {
  /** Returns the next number in [0, 1). */
  nextDoubleUnsafe(): number
}): ReferenceId => {
  return hexOf(Math.floor(random.nextDoubleUnsafe() * 0x1_0000_0000)) as ReferenceId
}

/** Writes 32 bits in 8 hexadecimal characters. */
export const hexOf = (bits: number): string =>
  hex[bits >>> 24]! + hex[bits >>> 16 & 255]! + hex[bits >>> 8 & 255]! + hex[bits & 255]!

/** Bytes in hexadecimal: `toString(16)` of a number that needs 32 bits is nine times as slow. */
const hex: ReadonlyArray<string> = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"))
