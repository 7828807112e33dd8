/**
 * Checks that bytes are UTF-8 while they come, whatever character is split between two chunks.
 */
import { isUtf8 } from "node:buffer"

/** Describes what is known after a chunk. */
export interface Checked {
  /** Whole characters, in order, those held back from earlier chunks included. */
  readonly text: Uint8Array
  /** Says whether something that is not UTF-8 follows the text. */
  readonly isBroken: boolean
}

/** Checks one text. */
export interface Utf8 {
  readonly take: (bytes: Uint8Array) => Checked
  /** Says whether the text ends inside a character. */
  readonly isUnfinished: () => boolean
}

/** Starts to check a text. */
export const make = (): Utf8 => {
  let held: Uint8Array = new Uint8Array()
  return {
    take: (bytes) => {
      const all = held.length === 0 ? bytes : Buffer.concat([held, bytes])
      const end = all.length - unfinished(all)
      held = all.subarray(end)
      const text = all.subarray(0, end)
      return isUtf8(text) ? { text, isBroken: false } : { text: validPart(text), isBroken: true }
    },
    isUnfinished: () => held.length > 0
  }
}

/** Counts the bytes at the end that are the beginning of a character. */
const unfinished = (bytes: Uint8Array): number => {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!
    if (byte >= 0xc0) return back < lengthOf(byte) ? back : 0
    if (byte < 0x80) return 0
  }
  return 0
}

/** Says how many bytes a character has; what begins none stands alone. */
const lengthOf = (lead: number): number => lead >= 0xf5 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2

/** The longest beginning that is UTF-8: a beginning of it is too, so halving finds it. */
const validPart = (bytes: Uint8Array): Uint8Array => {
  let valid = 0
  let broken = bytes.length
  while (broken - valid > 1) {
    const middle = (valid + broken) >> 1
    if (isBeginning(bytes.subarray(0, middle))) valid = middle
    else broken = middle
  }
  return bytes.subarray(0, valid - unfinished(bytes.subarray(0, valid)))
}

const isBeginning = (bytes: Uint8Array): boolean => isUtf8(bytes.subarray(0, bytes.length - unfinished(bytes)))
