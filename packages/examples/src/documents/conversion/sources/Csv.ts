/**
 * Converts comma separated values (RFC 4180) whose first record names the columns.
 *
 * **Details**
 *
 * - Lines may end with CR LF, LF or CR, also mixed; empty lines are skipped.
 * - Where the first records speak for semicolons, tabs or bars instead of commas, these part the fields, and a note says so.
 * - A quote inside a field that did not begin with one is an ordinary character: `3.5" disk`.
 * - A column without a name is called by its number: `column_3`, as the files server has it.
 * - A record with more or fewer fields than the header is an error: guessing would shift values into the wrong columns.
 * - JSON is an array of objects whose values are strings, as CSV knows no other type.
 */
import { CsvError, parse } from "csv-parse/sync"
import { SourceCorrupted } from "../ConversionError.ts"
import type { Converters, Note } from "../convert.ts"
import * as Delimiter from "./Delimiter.ts"
import * as Encoding from "./Encoding.ts"
import * as HtmlText from "./HtmlText.ts"
import * as Table from "./Table.ts"

const corrupted = (reason: string): SourceCorrupted => new SourceCorrupted({ format: "csv", reason })

const read = (source: Uint8Array, note: Note): Table.Table => {
  const [header, ...rows] = parseRecords(Encoding.decode(source, "csv", note), note)
  if (header === undefined) throw corrupted("The file is empty, but a header line is expected.")
  if (rows.length === 0) note("The file has a header and no records.")
  return { header: header.map((name, column) => name === "" ? `column_${column + 1}` : name), rows }
}

const parseRecords = (text: string, note: Note): ReadonlyArray<ReadonlyArray<string>> => {
  const { delimiter, declaration } = Delimiter.find(text)
  if (delimiter !== ",") note(`The fields were read as parted by ${Delimiter.names[delimiter]}.`)
  try {
    return parse(text.slice(declaration), {
      delimiter,
      record_delimiter: ["\r\n", "\n", "\r"],
      relax_quotes: true,
      skip_empty_lines: true
    })
  } catch (error) {
    throw error instanceof CsvError ? corrupted(describe(error, declaration > 0 ? 1 : 0)) : error
  }
}

const describe = (error: CsvError, linesBefore: number): string => {
  const line = `line ${Number(error["lines"]) + linesBefore}`
  switch (error.code) {
    case "CSV_RECORD_INCONSISTENT_FIELDS_LENGTH":
      return `The record that ends on ${line} has more or fewer fields than the header.`
    case "CSV_QUOTE_NOT_CLOSED":
      return `A quoted field is never closed; the file ends on ${line}.`
    default:
      return `The record on ${line} is malformed.`
  }
}

/** Reads the records as objects. */
export const records = (source: Uint8Array, note: Note): ReadonlyArray<Readonly<Record<string, string>>> => {
  const { header, rows } = read(source, note)
  if (new Set(header).size < header.length) throw corrupted("Two columns have the same name.")
  return rows.map((row) => Object.fromEntries(header.map((name, column) => [name, row[column] ?? ""])))
}

/** The conversions from CSV. */
export const converters: Converters<"csv"> = {
  html: (source, note) => HtmlText.page(Table.toHtml(read(source, note))),
  text: (source, note) => Table.toText(read(source, note)),
  json: (source, note) => `${JSON.stringify(records(source, note), undefined, 2)}\n`,
  markdown: (source, note) => Table.toMarkdown(read(source, note))
}
