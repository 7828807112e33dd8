/**
 * Converts JSON.
 *
 * **Details**
 *
 * - An array of flat records becomes a table in HTML and Markdown; any other value is shown as indented JSON, as it always
 *   is in text. Numbers keep their digits, however many.
 * - JSON is copied to JSON as it is, once it is known to be valid.
 * - A file of one value on each line (JSON Lines) is read as the array of these values.
 * - Of a key that stands twice in an object the last value counts, as in all readers; a note names the first such key.
 */
import { SourceCorrupted } from "../ConversionError.ts"
import type { Converters, Note } from "../convert.ts"
import * as Encoding from "./Encoding.ts"
import * as HtmlText from "./HtmlText.ts"
import * as JsonText from "./JsonText.ts"
import * as Table from "./Table.ts"

const corrupted = (reason: string): SourceCorrupted => new SourceCorrupted({ format: "json", reason })

interface Read {
  readonly value: unknown
  /** The text where it is one JSON value, so that it can be copied. */
  readonly text?: string | undefined
}

/** Parses a text, or returns nothing where it is not JSON. */
type Parse = (text: string, note: Note) => unknown

const read = (source: Uint8Array, note: Note, parse: Parse = parseExactly): Read => {
  const text = Encoding.decode(source, "json", note)
  if (text.trim() === "") throw corrupted("The file is empty, but a JSON value is expected.")
  const value = parse(text, note)
  return value === undefined ? { value: readLines(text, note, parse) } : { value, text }
}

const unlessMalformed = (run: () => unknown): unknown => {
  try {
    return run()
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

const parsePlainly: Parse = (text) => unlessMalformed(() => JSON.parse(text) as unknown)

/** Keeps the digits of numbers, and looks for keys that stand twice. */
const parseExactly: Parse = (text, note) =>
  unlessMalformed(() => {
    let keys = -1 // JSON.parse puts the whole into an object of its own
    const value: unknown = JSON.parse(text, function(this: unknown, _key, value: unknown, context?: Context) {
      if (!Array.isArray(this)) keys++
      return keepDigits(value, context?.source)
    })
    if (keys < JsonText.countKeys(text)) noteDuplicate(text, note)
    return value
  })

const noteDuplicate = (text: string, note: Note): void => {
  const duplicate = JsonText.firstDuplicate(text)
  if (duplicate === undefined) return
  const key = JSON.stringify(duplicate.key.slice(0, 60))
  note(`The key ${key} stands twice in one object (line ${duplicate.line}); the last value counts.`)
}

/** Reads one value from each line, or throws with what is wrong with the text as a whole. */
const readLines = (text: string, note: Note, parse: Parse): ReadonlyArray<unknown> => {
  const values: Array<unknown> = []
  let number = 0
  for (const line of text.split("\n")) {
    number++
    if (line.trim() === "") continue
    const value = parse(line, note)
    if (value === undefined) throw corrupted(values.length < 2 ? describe(text) : describeLine(line, number))
    values.push(value)
  }
  if (values.length < 2) throw corrupted(describe(text))
  note("The file was read as JSON Lines: one value on each line, here as one array.")
  return values
}

const describe = (text: string): string => {
  const fault = JsonText.firstFault(text)
  if (fault === undefined) return "The JSON is malformed."
  return `The JSON is malformed at line ${fault.line}, column ${fault.column}: ${fault.complaint}.`
}

const describeLine = (line: string, number: number): string => {
  const { column = 1, complaint = "this is not JSON" } = JsonText.firstFault(line) ?? {}
  return `The file seems to be JSON Lines, and is malformed at line ${number}, column ${column}: ${complaint}.`
}

/** Reads the value of a JSON document, numbers as they are in JavaScript. */
export const value = (source: Uint8Array, note: Note): unknown => read(source, note, parsePlainly).value

/** A number as it was written. Node has these since version 21, TypeScript's library not yet. */
interface RawNumber {
  readonly rawJSON: string
}

const Raw = JSON as typeof JSON & {
  readonly rawJSON: (text: string) => RawNumber
  readonly isRawJSON: (value: unknown) => value is RawNumber
}

/** Describes what a reviver is told since Node 21. */
interface Context {
  readonly source?: string
}

const keepDigits = (value: unknown, source: string | undefined): unknown =>
  typeof value === "number" && source !== undefined && source !== String(value) ? Raw.rawJSON(source) : value

type Scalar = string | number | boolean | null | RawNumber
type FlatRecord = Readonly<Record<string, Scalar>>

const isFlatRecord = (value: unknown): value is FlatRecord =>
  typeof value === "object" && value !== null && !Array.isArray(value) &&
  Object.values(value).every((field) => typeof field !== "object" || field === null || Raw.isRawJSON(field))

/** Records with more fields than this in all are no table that a person could read. */
const maxColumns = 1_000

const toTable = (value: unknown): Table.Table | undefined => {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isFlatRecord)) return undefined
  const names = new Set<string>()
  for (const record of value) for (const name of Object.keys(record)) names.add(name)
  if (names.size === 0 || names.size > maxColumns) return undefined
  const header = [...names]
  return { header, rows: value.map((record) => header.map((name) => toCell(record, name))) }
}

const toCell = (record: FlatRecord, name: string): string => {
  const field = Object.hasOwn(record, name) ? record[name] : undefined
  return Raw.isRawJSON(field) ? field.rawJSON : String(field ?? "")
}

const indented = (value: unknown): string => JSON.stringify(value, undefined, 2)

const toHtml = (value: unknown): string => {
  const table = toTable(value)
  return table === undefined ? `<pre><code>${HtmlText.escape(indented(value))}</code></pre>` : Table.toHtml(table)
}

const toMarkdown = (value: unknown): string => {
  const table = toTable(value)
  // No line of indented JSON starts with a backtick, so three of them always close the block.
  return table === undefined ? `\`\`\`json\n${indented(value)}\n\`\`\`\n` : Table.toMarkdown(table)
}

/** The conversions from JSON. */
export const converters: Converters<"json"> = {
  html: (source, note) => HtmlText.page(toHtml(read(source, note).value)),
  text: (source, note) => `${indented(read(source, note).value)}\n`,
  json: (source, note) => {
    const { text, value } = read(source, note)
    return text ?? `${indented(value)}\n`
  },
  markdown: (source, note) => toMarkdown(read(source, note).value)
}
