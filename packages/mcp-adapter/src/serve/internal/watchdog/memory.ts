/** Says where in the shared memory what stands: numbers, and after them the names of calls in flight. */
export interface Layout {
  /** Counts the answers of the loop that is watched. */
  readonly answers: 0
  /** Is 1 while somebody debugs the process, whose loop stands still then. */
  readonly debugged: 1
  /** Counts the calls in flight. */
  readonly inFlight: 2
  /** Begins the lengths of the names. */
  readonly lengths: 3
  /** Counts the names that are kept. */
  readonly slots: number
  /** Counts the bytes that each of them has. */
  readonly bytes: number
}

export const layout: Layout = { answers: 0, debugged: 1, inFlight: 2, lengths: 3, slots: 32, bytes: 128 }

/** Describes memory that two threads share. */
export interface Shared {
  readonly buffer: SharedArrayBuffer
  readonly numbers: Int32Array
}

const numbersCount = layout.lengths + layout.slots
const numbersSize = numbersCount * Int32Array.BYTES_PER_ELEMENT

export const makeShared = (): Shared => {
  const buffer = new SharedArrayBuffer(numbersSize + layout.slots * layout.bytes)
  return { buffer, numbers: new Int32Array(buffer, 0, numbersCount) }
}

/**
 * Writes into shared memory which calls are in flight: what blocks the loop is among them. Of very many only some are named.
 * Returns what to call when a call ends.
 */
export const writeCalls = ({ buffer, numbers }: Shared): (name: string) => () => void => {
  const encoder = new TextEncoder()
  const free = Array.from({ length: layout.slots }, (_, slot) => slot).reverse()
  return (name) => {
    Atomics.add(numbers, layout.inFlight, 1)
    const slot = free.pop()
    if (slot !== undefined) {
      const bytes = new Uint8Array(buffer, numbersSize + slot * layout.bytes, layout.bytes)
      Atomics.store(numbers, layout.lengths + slot, encoder.encodeInto(name, bytes).written)
    }
    return () => {
      Atomics.sub(numbers, layout.inFlight, 1)
      if (slot === undefined) return
      Atomics.store(numbers, layout.lengths + slot, 0)
      free.push(slot)
    }
  }
}
