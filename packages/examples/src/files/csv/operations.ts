/**
 * Makes results of the records of a CSV file, while they come.
 */
import type * as Tools from "../tools.ts"
import * as Analysis from "./analysis.ts"
import type { Reader } from "./Reader.ts"
import type { Row } from "./rows.ts"

type Output = typeof Tools.processCsvFile.output.Type

/** One operation on the records of one file. */
export interface Operation {
  /** Takes records; returns how many fitted into memory if not all did. */
  readonly take: (rows: ReadonlyArray<Row>, columns: Row) => number | undefined
  /** Makes the result. */
  readonly result: (columns: Row, window: Window) => Output
}

type Window = Pick<Output, "offset" | "count" | "has_more" | "next_offset">

/** Returns what was read of a file. */
export const windowOf = (reader: Reader, offset: number): Window => ({
  offset,
  count: reader.count(),
  has_more: reader.hasMore(),
  ...reader.hasMore() ? { next_offset: offset + reader.count() } : {}
})

/** Says how many characters the columns of a reply may take, and how many one takes at least. */
const roomForColumns = 60_000
const columnSize = 250

/** Returns as many columns as fit into a reply, and how many there are if that is not all. */
const shown = (columns: Row): { readonly columns: Row; readonly column_count?: number } => {
  let room = roomForColumns
  const fitting = columns.findIndex((name) => (room -= columnSize + JSON.stringify(name).length) < 0)
  return fitting < 0 ? { columns } : { columns: columns.slice(0, fitting), column_count: columns.length }
}

const validate = (): Operation => ({
  take: () => undefined,
  result: (columns, window) => ({ operation: "validate", valid: true, ...shown(columns), ...window })
})

/** Keeps the records, so that it is the only operation that needs memory. */
const transform = (memory: number): Operation => {
  const records: Array<{ readonly [column: string]: string }> = []
  let room = memory
  return {
    take: (rows, columns) => {
      for (const row of rows) {
        const record = Object.fromEntries(columns.map((name, i) => [name, row[i] ?? ""]))
        room -= JSON.stringify(record).length + 1
        if (room < 0) return records.length
        records.push(record)
      }
      return undefined
    },
    result: (columns, window) => ({ operation: "transform", ...shown(columns), records, ...window })
  }
}

const analyze = (): Operation => {
  let columns: ReadonlyArray<Analysis.Column> | undefined
  const start = (names: Row) => (columns ??= shown(names).columns.map(Analysis.make))
  return {
    take: (rows, names) => {
      if (rows.length === 0) return undefined // the header may still be to come
      const all = start(names)
      for (const row of rows) for (const [i, column] of all.entries()) column.add(row[i] ?? "")
      return undefined
    },
    result: (names, window) => ({
      operation: "analyze",
      ...shown(names),
      columns: start(names).map((column) => column.result()),
      ...window
    })
  }
}

/** Starts an operation that may hold so many bytes. */
export const start = (operation: Output["operation"], memory: number): Operation => {
  switch (operation) {
    case "validate":
      return validate()
    case "transform":
      return transform(memory)
    case "analyze":
      return analyze()
  }
}
