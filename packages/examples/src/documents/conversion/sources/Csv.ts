/**
 * Converts comma separated values (RFC 4180) whose first record names the columns.
 *
 * **Details**
 *
 * Empty lines are skipped. A record with more or fewer fields than the header is an error: guessing would shift values
 * into the wrong columns. JSON is an array of objects whose values are strings, as CSV knows no other type.
 */
import { CsvError, parse } from "csv-parse/sync"
import { SourceCorrupted } from "../ConversionError.ts"
import type { Converters } from "../convert.ts"
import * as HtmlText from "./HtmlText.ts"
import * as Table from "./Table.ts"
import * as Utf8 from "./Utf8.ts"

const corrupted = (reason: string): SourceCorrupted => new SourceCorrupted({ format: "csv", reason })

const read = (source: Uint8Array): Table.Table => {
  const [header, ...rows] = parseRecords(Utf8.decode(source, "csv"))
  if (header === undefined) throw corrupted("The file is empty, but a header line is expected.")
  return { header, rows }
}

const parseRecords = (text: string): ReadonlyArray<ReadonlyArray<string>> => {
  try {
    return parse(text, { skip_empty_lines: true })
  } catch (error) {
    throw error instanceof CsvError ? corrupted(describe(error)) : error
  }
}

const describe = (error: CsvError): string => {
  const line = `line ${String(error["lines"])}`
  switch (error.code) {
    case "CSV_RECORD_INCONSISTENT_FIELDS_LENGTH":
      return `The record that ends on ${line} has more or fewer fields than the header.`
    case "CSV_QUOTE_NOT_CLOSED":
      return `A quoted field is never closed; the file ends on ${line}.`
    case "CSV_INVALID_CLOSING_QUOTE":
    case "INVALID_OPENING_QUOTE":
      return `A quote stands where none may stand on ${line}.`
    default:
      return `The record on ${line} is malformed.`
  }
}

const toObjects = ({ header, rows }: Table.Table): ReadonlyArray<Readonly<Record<string, string>>> => {
  if (new Set(header).size < header.length) throw corrupted("Two columns have the same name.")
  return rows.map((row) => Object.fromEntries(header.map((name, column) => [name, row[column] ?? ""])))
}

/** The conversions from CSV. */
export const converters: Converters<"csv"> = {
  html: (source) => HtmlText.page(Table.toHtml(read(source))),
  text: (source) => Table.toText(read(source)),
  json: (source) => `${JSON.stringify(toObjects(read(source)), undefined, 2)}\n`,
  markdown: (source) => Table.toMarkdown(read(source))
}
