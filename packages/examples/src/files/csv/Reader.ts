/**
 * Reads a window of the records of a CSV text, while its bytes come.
 *
 * The records before the window are skipped without parsing and those behind it are not looked at, so that the cost is that
 * of the window. What a `Reader` holds is one record at most.
 *
 * **Details**
 *
 * The text is UTF-8, with or without a byte order mark; its first record names the columns. A record with a wrong number of
 * fields is a fault if it lies in the window. With `validates` no values are made, and such records are collected instead.
 */
import * as Result from "effect/Result"
import type { Fault } from "./Fault.ts"
import { type Row, toColumns, toRows } from "./rows.ts"
import * as Scanner from "./Scanner.ts"
import { otherSeparator } from "./separator.ts"
import * as Utf8 from "./Utf8.ts"

/** Describes what to read. */
export interface Options {
  /** Says how many records are skipped. */
  readonly offset: number
  /** Says how many records are read at most. Default: all. */
  readonly limit?: number | undefined
  /** Says whether records are only looked at: they give no rows, and wrong numbers of fields are collected. */
  readonly validates?: boolean | undefined
  /** Says how long a record may be. Default: {@link maxRecordBytes}. */
  readonly maxRecordBytes?: number | undefined
}

/** The rows of the window that came to be complete, or what is wrong. */
export type Read = Result.Result<ReadonlyArray<Row>, Fault>

/** Reads one text. */
export interface Reader {
  /** Takes the next bytes. */
  readonly take: (bytes: Uint8Array) => Read
  /** Ends the text. */
  readonly end: () => Read
  /** Tests whether nothing that may come matters any more. */
  readonly isDone: () => boolean
  /** The names of the columns; none before the header was read. */
  readonly columns: () => Row
  /** Says how many records of the window were read. */
  readonly count: () => number
  /** Tests whether there are records behind the window. */
  readonly hasMore: () => boolean
  /** The first records with a wrong number of fields, where they are collected. */
  readonly ragged: () => ReadonlyArray<Fault>
  /** Says how many they are. */
  readonly raggedCount: () => number
}

/** Says how long a record may be, so that a quote that is never closed cannot fill the memory. */
export const maxRecordBytes = 1024 * 1024

/** How many records with a wrong number of fields are kept; the rest is counted. */
export const maxRagged = 100

/** Starts to read a text. */
export const make = (options: Options): Reader => {
  const first = 1 + options.offset
  const behind = first + (options.limit ?? Number.POSITIVE_INFINITY)
  const scanner = Scanner.make({ maxRecordBytes: options.maxRecordBytes ?? maxRecordBytes })
  const utf8 = Utf8.make()
  const ragged: Array<Fault> = []
  let raggedCount = 0
  let columns: Row = []
  let hasBegun = false
  let hasMore = false
  /** The bytes of the record that is not complete yet. */
  let held: Array<Uint8Array> = []

  const phase = (): "header" | "before" | "window" | "behind" => {
    const records = scanner.records()
    return records === 0 ? "header" : records < first ? "before" : records < behind ? "window" : "behind"
  }
  const target = { header: 1, before: first, window: behind, behind }

  const release = (): ReadonlyArray<Uint8Array> => {
    const pieces = held
    held = []
    return pieces
  }

  /** Decides about what the scanner found: what is skipped is not checked. */
  const judge = (fault: Fault | undefined): Fault | undefined => {
    if (fault?.record === undefined) return fault
    if (fault.record < options.offset) return undefined
    if (options.validates !== true) return fault
    raggedCount++
    if (ragged.length < maxRagged) ragged.push(fault)
    return undefined
  }

  const readHeader = (): Read => {
    const pieces = release()
    const reason = otherSeparator(pieces)
    if (reason !== undefined) return Result.fail({ line: 1, column: 1, reason })
    return Result.map(toColumns(pieces), (names) => {
      columns = names
      return []
    })
  }

  /** Takes bytes of the window; with the first so many of them records are complete. */
  const parse = (bytes: Uint8Array, complete: number): ReadonlyArray<Row> => {
    if (options.validates === true) return []
    if (complete > 0) held.push(bytes.subarray(0, complete))
    const rows = complete > 0 ? toRows(release()) : []
    if (complete < bytes.length) held.push(bytes.subarray(Math.max(complete, 0)))
    return rows
  }

  /** Takes the bytes from an index on, as far as one phase or one bad record goes. */
  const advance = (bytes: Uint8Array, from: number): { readonly next: number; readonly read: Read } => {
    const before = phase()
    if (before === "behind") {
      hasMore = bytes.subarray(from).some((byte) => byte !== 10 && byte !== 13)
      return { next: bytes.length, read: Result.succeed([]) }
    }
    const begin = scanner.offset()
    const { fault, next } = scanner.scan(bytes, from, target[before])
    const wrong = judge(fault)
    if (wrong !== undefined) return { next, read: Result.fail(wrong) }
    const piece = bytes.subarray(from, next)
    if (before === "window") {
      return { next, read: Result.succeed(parse(piece, Math.min(piece.length, scanner.recordStart() - begin))) }
    }
    if (before === "before") return { next, read: Result.succeed([]) }
    held.push(piece)
    return { next, read: phase() === "header" ? Result.succeed([]) : readHeader() }
  }

  const takeText = (text: Uint8Array): Read => {
    const rows: Array<Row> = []
    for (let from = 0; from < text.length && !hasMore;) {
      const { next, read } = advance(text, from)
      if (Result.isFailure(read)) return read
      for (const row of read.success) rows.push(row)
      from = next
    }
    return Result.succeed(rows)
  }

  const broken = (reason: string): Read => Result.fail({ ...scanner.position(), reason })

  return {
    take: (bytes) => {
      const { isBroken, text } = utf8.take(bytes)
      if (isBroken && !hasBegun && isUtf16(bytes)) {
        return broken("The text is UTF-16, but UTF-8 is expected: save it as UTF-8")
      }
      const read = takeText(!hasBegun && hasMark(text) ? text.subarray(3) : text)
      hasBegun ||= text.length > 0
      if (Result.isFailure(read) || !isBroken || hasMore) return read
      hasMore = phase() === "behind"
      return hasMore ? read : broken("The text is not valid UTF-8: save it as UTF-8")
    },
    end: () => {
      if (phase() === "behind") hasMore ||= utf8.isUnfinished()
      if (hasMore) return Result.succeed([])
      if (utf8.isUnfinished()) return broken("The text ends inside a character of UTF-8")
      const before = phase()
      const wrong = judge(scanner.end())
      if (wrong !== undefined) return Result.fail(wrong)
      if (before === "header") {
        return scanner.records() === 0
          ? broken("The file is empty, but a header is expected")
          : readHeader()
      }
      return Result.succeed(before === "window" && held.length > 0 ? toRows(release()) : [])
    },
    isDone: () => hasMore,
    columns: () => columns,
    count: () => Math.max(0, Math.min(scanner.records(), behind) - first),
    hasMore: () => hasMore,
    ragged: () => ragged,
    raggedCount: () => raggedCount
  }
}

const hasMark = (text: Uint8Array): boolean => text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf

const isUtf16 = ([first, second]: Uint8Array): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
