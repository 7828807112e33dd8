/**
 * Finds where the records of a CSV text begin and end, without looking at their values.
 *
 * A `Scanner` is fed bytes and counts records; it says where one is malformed, to the line and column. It is many times
 * as fast as parsing, so that records far into a file can be reached by skipping, and it needs no memory.
 *
 * **Details**
 *
 * - Fields are parted by commas and may be quoted (RFC 4180). A line ends with LF, CRLF or CR; inside quotes it is text.
 * - Blank lines are no records. The first record is the header: every other must have as many fields.
 * - A fault that names its `record` leaves the scanner behind that record, ready to go on. After any other fault nothing
 *   that follows can be trusted.
 */
import type { Fault, Position } from "./Fault.ts"

/** Counts the records of one text. */
export interface Scanner {
  /** Reads bytes from an index on, until there are so many records in all, or a fault, or the end of the bytes. */
  readonly scan: (bytes: Uint8Array, from: number, records: number) => Scanned
  /** Ends the text; says what is wrong if it may not end here. */
  readonly end: () => Fault | undefined
  /** Says how many records are complete, the header included. */
  readonly records: () => number
  /** Says how many bytes were read. */
  readonly offset: () => number
  /** Says how many bytes were read before the record that is not complete yet. */
  readonly recordStart: () => number
  readonly position: () => Position
}

/** Describes what a scan did. */
export interface Scanned {
  /** The index of the first byte that was not read. */
  readonly next: number
  readonly fault: Fault | undefined
}

const LF = 10
const CR = 13
const quote = 34
const comma = 44

/** Where in a field the scanner is. */
const atStart = 0
const plain = 1
const quoted = 2
const afterQuote = 3

/** Starts to scan a text. A header with another number of fields than expected is malformed, if that is given. */
export const make = (options: { readonly maxRecordBytes: number; readonly fields?: number | undefined }): Scanner => {
  let expected = options.fields
  let state = atStart
  let offset = 0
  let line = 1
  let lineStart = 0
  /** How many bytes of the line do not begin a character. */
  let continuations = 0
  let last = 0
  let records = 0
  let recordStart = 0
  let commas = 0
  let opening: Position = { line: 1, column: 1 }
  let surplus: Position = opening

  const position = (): Position => ({ line, column: offset - lineStart - continuations + 1 })
  const fault = (reason: string, at = position()): Fault => ({ ...at, reason })
  const isInRecord = (): boolean => state !== atStart || commas > 0

  const tooLong = (): Fault | undefined => {
    if (offset - recordStart <= options.maxRecordBytes) return undefined
    return state === quoted
      ? fault(`A quoted field opens here and is not closed within ${options.maxRecordBytes} bytes`, opening)
      : fault(`The record is longer than ${options.maxRecordBytes} bytes`)
  }

  const ragged = (fields: number): Fault | undefined => {
    if (expected === undefined || fields === expected) return undefined
    const reason = `The record has ${fields} ${fields === 1 ? "field" : "fields"}, but the header has ${expected}`
    return { ...fields > expected ? surplus : position(), reason, record: records - 1 }
  }

  const endRecord = (): Fault | undefined => {
    const wrong = tooLong() ?? ragged(commas + 1)
    records++
    expected ??= commas + 1
    commas = 0
    state = atStart
    return wrong
  }

  const endLine = (byte: number): Fault | undefined => {
    const isSecondHalf = byte === LF && last === CR
    const wrong = isSecondHalf || state === quoted || !isInRecord() ? undefined : endRecord()
    if (!isSecondHalf) line++
    lineStart = offset + 1
    continuations = 0
    if (!isInRecord()) recordStart = lineStart
    return wrong
  }

  const delimit = (): undefined => {
    commas++
    state = atStart
    if (commas === expected) surplus = { line, column: position().column + 1 }
  }

  const openOrEscape = (): Fault | undefined => {
    if (state === plain) return fault("A quote stands inside a field that is not quoted")
    if (state === atStart) opening = position()
    state = quoted
    return undefined
  }

  /** Takes a byte that means something where it stands. */
  const special = (byte: number): Fault | undefined => {
    switch (byte) {
      case comma:
        return delimit()
      case quote:
        if (state !== quoted) return openOrEscape()
        state = afterQuote
        return undefined
      case 0:
        return fault("The file contains NUL characters, so it is no text")
      default:
        return endLine(byte)
    }
  }

  /** Takes all that has no meaning of its own. */
  const text = (): Fault | undefined => {
    if (state === afterQuote) return fault("Text follows a closing quote")
    if (state === atStart) state = plain
    return undefined
  }

  /** Where text that begins at an index ends. Most bytes are seen here and nowhere else. */
  const endOfText = (bytes: Uint8Array, from: number): number => {
    let i = from
    let inside = 0
    do {
      if ((bytes[i]! & 0xc0) === 0x80) inside++
      i++
    } while (i < bytes.length && meaning[bytes[i]!] === 0)
    continuations += inside
    return i
  }

  return {
    scan: (bytes, from, wanted) => {
      const begin = offset - from
      let fault: Fault | undefined
      let i = from
      while (i < bytes.length && records < wanted && fault === undefined) {
        const byte = bytes[i]!
        offset = begin + i
        last = i > from ? bytes[i - 1]! : last
        const isText = meaning[byte] === 0 || (byte === comma && state === quoted)
        fault = isText ? text() : special(byte)
        if (fault !== undefined && fault.record === undefined) return { next: i, fault }
        i = isText ? endOfText(bytes, i) : i + 1
      }
      offset = begin + i
      if (i > from) last = bytes[i - 1]!
      return { next: i, fault: fault ?? (isInRecord() ? tooLong() : undefined) }
    },
    end: () => {
      if (state === quoted) return fault("A quoted field opens here and is never closed", opening)
      return isInRecord() ? endRecord() : undefined
    },
    records: () => records,
    offset: () => offset,
    recordStart: () => recordStart,
    position
  }
}

const meaning = new Uint8Array(256)
for (const byte of [0, LF, CR, quote, comma]) meaning[byte] = 1
