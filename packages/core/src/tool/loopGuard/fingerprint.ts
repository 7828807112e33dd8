import { hexOf } from "../../errors/internal/referenceId.ts"
import { keysOf } from "../../redaction/internal/keys.ts"

/** Bounds what is compared of the arguments of one call. What is larger has no fingerprint, and is not counted. */
const bounds = { characters: 4 * 1024 * 1024, values: 250_000, depth: 512 }

interface Left {
  characters: number
  values: number
}

class OutOfBounds extends Error {}

/**
 * Returns a fingerprint of arguments: equal for equal JSON, whatever the order of its fields is. `undefined` for arguments that are
 * too large to compare, or that cannot be read. Never throws.
 *
 * **Details**
 *
 * The work is linear in the arguments and bounded. It is no cryptographic hash: who looks for two arguments with one fingerprint
 * only disturbs the count of its own failures.
 *
 * @category fingerprints
 * @since 0.1.0
 */
export const fingerprint = (args: unknown, options: {
  /** Names the fields at the root that do not count, such as an idempotency key. Default: none. */
  readonly without?: ReadonlyArray<string> | undefined
} = {}): string | undefined => {
  try {
    hash(args ?? {}, { ...bounds }, bounds.depth, options.without)
    return hexOf(lanes.a) + hexOf(lanes.b)
  } catch {
    return undefined
  }
}

/**
 * Holds what was hashed last, in two lanes of 32 bits: a chance meeting of two different arguments is not to be expected in the life
 * of a server. Nothing but hashing may stand between writing and reading it.
 */
const lanes = { a: 0, b: 0 }

const begin = (kind: number): void => {
  lanes.a = 0x9e3779b1 ^ kind
  lanes.b = 0x85ebca6b ^ Math.imul(kind, 0x27d4eb2f)
}

const mix = (word: number): void => {
  const a = Math.imul(lanes.a ^ word, 0x85ebca77)
  const b = Math.imul(lanes.b ^ word, 0xc2b2ae3d)
  lanes.a = a ^ (a >>> 15)
  lanes.b = b ^ (b >>> 13)
}

const mixText = (text: string, left: Left): void => {
  left.characters -= text.length
  if (left.characters < 0) throw new OutOfBounds()
  mix(text.length)
  let { a, b } = lanes
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 0x85ebca77)
    a ^= a >>> 15
    b = Math.imul(b ^ code, 0xc2b2ae3d)
    b ^= b >>> 13
  }
  lanes.a = a
  lanes.b = b
}

const float = new Float64Array(1)
const words = new Int32Array(float.buffer)

const hash = (value: unknown, left: Left, depth: number, without?: ReadonlyArray<string>): void => {
  if (--left.values < 0 || depth < 0) throw new OutOfBounds()
  switch (typeof value) {
    case "string":
      begin(1)
      return mixText(value, left)
    case "number":
      begin(2)
      float[0] = value === 0 ? 0 : value // JSON knows no -0
      mix(words[0]!)
      return mix(words[1]!)
    case "boolean":
      return begin(value ? 3 : 4)
    case "object":
      return value === null
        ? begin(5)
        : Array.isArray(value)
        ? hashList(value, left, depth)
        : hashFields(value, left, depth, without)
    default:
      return begin(6)
  }
}

/** Goes on with what was hashed before, and mixes what was hashed since into it. */
const resume = (a: number, b: number): void => {
  const { a: innerA, b: innerB } = lanes
  lanes.a = a
  lanes.b = b
  mix(innerA)
  mix(innerB)
}

const hashList = (list: ReadonlyArray<unknown>, left: Left, depth: number): void => {
  begin(7)
  mix(list.length)
  let { a, b } = lanes
  for (const item of list) { // whoever made the list may stand in between
    hash(item, left, depth - 1)
    resume(a, b)
    a = lanes.a
    b = lanes.b
  }
  lanes.a = a
  lanes.b = b
}

/** Adds the fields up, so that their order does not matter and nothing is sorted. */
const hashFields = (object: object, left: Left, depth: number, without?: ReadonlyArray<string>): void => {
  let sumA = 0
  let sumB = 0
  let count = 0
  for (const name of keysOf(object)) {
    const value = (object as { readonly [name: string]: unknown })[name]
    if (value === undefined || without?.includes(name) === true) continue
    begin(8)
    mixText(name, left)
    const { a, b } = lanes
    hash(value, left, depth - 1)
    resume(a, b)
    sumA = (sumA + lanes.a) | 0
    sumB = (sumB + lanes.b) | 0
    count++
  }
  begin(9)
  mix(count)
  mix(sumA)
  mix(sumB)
}
