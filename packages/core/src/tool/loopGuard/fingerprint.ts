import { hexOf } from "../../errors/internal/referenceId.ts"
import { keysOf } from "../../redaction/internal/keys.ts"

/** Bounds what is compared of the arguments of one call. What is larger has no fingerprint, and is not counted. */
const bounds = { characters: 4 * 1024 * 1024, values: 250_000, depth: 512 }

/** Two lanes of 32 bits: a chance meeting of two different arguments is not to be expected in the life of a server. */
interface Lanes {
  a: number
  b: number
}

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
    const { a, b } = ofValue(args ?? {}, { ...bounds }, bounds.depth, options.without)
    return hexOf(a) + hexOf(b)
  } catch {
    return undefined
  }
}

const seed = (kind: number): Lanes => ({ a: 0x9e3779b1 ^ kind, b: 0x85ebca6b ^ Math.imul(kind, 0x27d4eb2f) })

const mix = (lanes: Lanes, word: number): void => {
  lanes.a = Math.imul(lanes.a ^ word, 0x85ebca77)
  lanes.a ^= lanes.a >>> 15
  lanes.b = Math.imul(lanes.b ^ word, 0xc2b2ae3d)
  lanes.b ^= lanes.b >>> 13
}

const mixText = (lanes: Lanes, text: string, left: Left): void => {
  left.characters -= text.length
  if (left.characters < 0) throw new OutOfBounds()
  mix(lanes, text.length)
  for (let i = 0; i < text.length; i++) mix(lanes, text.charCodeAt(i))
}

const float = new Float64Array(1)
const words = new Int32Array(float.buffer)

const ofValue = (value: unknown, left: Left, depth: number, without?: ReadonlyArray<string>): Lanes => {
  if (--left.values < 0 || depth < 0) throw new OutOfBounds()
  switch (typeof value) {
    case "string": {
      const lanes = seed(1)
      mixText(lanes, value, left)
      return lanes
    }
    case "number": {
      const lanes = seed(2)
      float[0] = value === 0 ? 0 : value // JSON knows no -0
      mix(lanes, words[0]!)
      mix(lanes, words[1]!)
      return lanes
    }
    case "boolean":
      return seed(value ? 3 : 4)
    case "object":
      return value === null
        ? seed(5)
        : Array.isArray(value)
        ? ofList(value, left, depth)
        : ofFields(value, left, depth, without)
    default:
      return seed(6)
  }
}

const ofList = (list: ReadonlyArray<unknown>, left: Left, depth: number): Lanes => {
  const lanes = seed(7)
  mix(lanes, list.length)
  for (const item of list) {
    const { a, b } = ofValue(item, left, depth - 1)
    mix(lanes, a)
    mix(lanes, b)
  }
  return lanes
}

/** Adds the fields up, so that their order does not matter and nothing is sorted. */
const ofFields = (object: object, left: Left, depth: number, without: ReadonlyArray<string> = []): Lanes => {
  const sum: Lanes = { a: 0, b: 0 }
  let count = 0
  for (const name of keysOf(object)) {
    const value = (object as { readonly [name: string]: unknown })[name]
    if (value === undefined || without.includes(name)) continue
    const field = seed(8)
    mixText(field, name, left)
    const { a, b } = ofValue(value, left, depth - 1)
    mix(field, a)
    mix(field, b)
    sum.a = (sum.a + field.a) | 0
    sum.b = (sum.b + field.b) | 0
    count++
  }
  const lanes = seed(9)
  mix(lanes, count)
  mix(lanes, sum.a)
  mix(lanes, sum.b)
  return lanes
}
