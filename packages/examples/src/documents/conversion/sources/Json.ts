/**
 * Converts JSON.
 *
 * **Details**
 *
 * An array of flat records becomes a table in HTML and Markdown; any other value is shown as indented JSON, as it
 * always is in text. Numbers keep their digits, however many. JSON is copied to JSON as it is, once it is known to be
 * valid.
 */
import { parse as parseLeniently, type ParseError, printParseErrorCode } from "jsonc-parser"
import { SourceCorrupted } from "../ConversionError.ts"
import type { Converters } from "../convert.ts"
import * as HtmlText from "./HtmlText.ts"
import * as Table from "./Table.ts"
import * as Utf8 from "./Utf8.ts"

const corrupted = (reason: string): SourceCorrupted => new SourceCorrupted({ format: "json", reason })

const read = (source: Uint8Array): { readonly text: string; readonly value: unknown } => {
  const text = Utf8.decode(source, "json")
  if (text.trim() === "") throw corrupted("The file is empty, but a JSON value is expected.")
  try {
    return { text, value: JSON.parse(text, keepDigits) }
  } catch (error) {
    throw error instanceof SyntaxError ? corrupted(describe(text)) : error
  }
}

/** A number as it was written. Node has these since version 21, TypeScript's library not yet. */
interface RawNumber {
  readonly rawJSON: string
}

const Raw = JSON as typeof JSON & {
  readonly rawJSON: (text: string) => RawNumber
  readonly isRawJSON: (value: unknown) => value is RawNumber
}

const keepDigits = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === "number" && context?.source !== undefined && context.source !== String(value)
    ? Raw.rawJSON(context.source)
    : value

/** Says what is wrong and where; the message of `JSON.parse` has no reliable position and quotes the document. */
const describe = (text: string): string => {
  const errors: Array<ParseError> = []
  parseLeniently(text, errors, { disallowComments: true })
  const [first] = errors
  if (first === undefined) return "The JSON is malformed."
  const before = text.slice(0, first.offset).split("\n")
  return `The JSON is malformed at line ${before.length}, column ${(before.at(-1) ?? "").length + 1}: ${
    complaints[printParseErrorCode(first.error)] ?? "this is not JSON"
  }.`
}

const complaints: { readonly [code: string]: string | undefined } = {
  InvalidNumberFormat: "a number is malformed",
  PropertyNameExpected: "a property name is expected",
  ValueExpected: "a value is expected",
  ColonExpected: "a colon is expected",
  CommaExpected: "a comma is expected",
  CloseBraceExpected: "a closing brace is expected",
  CloseBracketExpected: "a closing bracket is expected",
  EndOfFileExpected: "the document is expected to end",
  InvalidCommentToken: "comments are not allowed",
  UnexpectedEndOfComment: "comments are not allowed",
  UnexpectedEndOfString: "a string is not closed",
  InvalidUnicode: "an escaped character is malformed",
  InvalidEscapeCharacter: "an escaped character is malformed",
  InvalidCharacter: "a control character stands in a string"
}

type Scalar = string | number | boolean | null | RawNumber
type FlatRecord = Readonly<Record<string, Scalar>>

const isFlatRecord = (value: unknown): value is FlatRecord =>
  typeof value === "object" && value !== null && !Array.isArray(value) &&
  Object.values(value).every((field) => typeof field !== "object" || field === null || Raw.isRawJSON(field))

const toTable = (value: unknown): Table.Table | undefined => {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isFlatRecord)) return undefined
  const header = [...new Set(value.flatMap((record) => Object.keys(record)))]
  if (header.length === 0) return undefined
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
  html: (source) => HtmlText.page(toHtml(read(source).value)),
  text: (source) => `${indented(read(source).value)}\n`,
  json: (source) => read(source).text,
  markdown: (source) => toMarkdown(read(source).value)
}
