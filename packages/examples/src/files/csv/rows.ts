/**
 * Makes values of whole records, with csv-parse.
 */
import { parse } from "csv-parse/sync"
import * as Result from "effect/Result"
import type { Fault } from "./Fault.ts"
import * as Scanner from "./Scanner.ts"

/** The values of a record. */
export type Row = ReadonlyArray<string>

/** Makes values of bytes that hold whole records, all with the same number of fields. */
export const toRows = (pieces: ReadonlyArray<Uint8Array>): ReadonlyArray<Row> =>
  parse(Buffer.concat(pieces), { record_delimiter: ["\r\n", "\n", "\r"], skip_empty_lines: true })

/** Names the columns by the header's bytes. A column without a name is called by its number; no two have the same. */
export const toColumns = (pieces: ReadonlyArray<Uint8Array>): Result.Result<Row, Fault> => {
  const [names = []] = toRows(pieces)
  const seen = new Set<string>()
  const twice = names.findIndex((name) => name !== "" && seen.size === seen.add(name).size)
  if (twice < 0) return Result.succeed(names.map((name, i) => name === "" ? `column_${i + 1}` : name))
  // a header of so many fields would end where the name begins that is there already
  const scanner = Scanner.make({ maxRecordBytes: Number.POSITIVE_INFINITY, fields: twice })
  const { column = 1, line = 1 } = scanner.scan(Buffer.concat(pieces), 0, 1).fault ?? scanner.end() ?? {}
  return Result.fail({ line, column, reason: "A column has the name of an earlier one" })
}
