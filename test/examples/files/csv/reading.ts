/**
 * Reads texts whole or in pieces, for tests.
 */
import type { Fault } from "@errata/examples/files/csv/Fault"
import * as Reader from "@errata/examples/files/csv/Reader"
import * as Result from "effect/Result"

/** All that a reader says of a text. */
export interface Reading {
  readonly columns: ReadonlyArray<string>
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
  readonly count: number
  readonly hasMore: boolean
  readonly ragged: ReadonlyArray<Fault>
}

/** Reads a text that comes in pieces of some sizes; returns what was read, or what is wrong. */
export const reading = (
  text: string | Uint8Array,
  options: Partial<Reader.Options> = {},
  size: () => number = () => Number.POSITIVE_INFINITY
): Reading | Fault => {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text
  const reader = Reader.make({ offset: 0, ...options })
  const rows: Array<ReadonlyArray<string>> = []
  for (let from = 0; from < bytes.length && !reader.isDone();) {
    const piece = bytes.subarray(from, Math.min(bytes.length, from + size()))
    const read = reader.take(piece)
    if (Result.isFailure(read)) return read.failure
    rows.push(...read.success)
    from += piece.length
  }
  const last = reader.end()
  if (Result.isFailure(last)) return last.failure
  rows.push(...last.success)
  return { columns: reader.columns(), rows, count: reader.count(), hasMore: reader.hasMore(), ragged: reader.ragged() }
}

/** What is wrong with a text. */
export const fault = (text: string | Uint8Array, options?: Partial<Reader.Options>): Fault => {
  const read = reading(text, options)
  if ("reason" in read) return read
  throw new Error(`Nothing was found to be wrong with ${JSON.stringify(text)}`)
}

/** What was read of a text that is as it should be. */
export const read = (text: string | Uint8Array, options?: Partial<Reader.Options>): Reading => {
  const read = reading(text, options)
  if ("reason" in read) throw new Error(read.reason)
  return read
}
