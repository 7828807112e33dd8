/**
 * Models records as a table and writes it in every text format.
 */
import * as HtmlText from "./HtmlText.ts"

/** Rows below a header; a row has as many cells as the header. */
export interface Table {
  readonly header: ReadonlyArray<string>
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
}

const htmlRow = (cells: ReadonlyArray<string>, tag: "td" | "th"): string =>
  `<tr>${cells.map((cell) => `<${tag}>${HtmlText.escape(cell).replace(/\r?\n/g, "<br>")}</${tag}>`).join("")}</tr>`

/** Writes a table as an HTML `<table>`. */
export const toHtml = ({ header, rows }: Table): string =>
  [
    "<table>",
    `<thead>${htmlRow(header, "th")}</thead>`,
    "<tbody>",
    ...rows.map((row) => htmlRow(row, "td")),
    "</tbody>",
    "</table>"
  ].join("\n")

const markdownCell = (cell: string): string =>
  cell.replace(/[\\`*_[\]<>|~]|&(?=#?\w+;)/g, (character) => `\\${character}`).replace(/\r?\n/g, "<br>")

const markdownRow = (cells: ReadonlyArray<string>): string => `| ${cells.join(" | ")} |`

/** Writes a table as GitHub flavoured Markdown; a line break inside a cell becomes `<br>`. */
export const toMarkdown = ({ header, rows }: Table): string =>
  [
    markdownRow(header.map(markdownCell)),
    markdownRow(header.map(() => "---")),
    ...rows.map((row) => markdownRow(row.map(markdownCell))),
    ""
  ].join("\n")

const widestColumn = 40

/** Writes a table as aligned columns; a line break inside a cell becomes a space, a long cell is not cut. */
export const toText = ({ header, rows }: Table): string => {
  const lines = [header, ...rows].map((row) => row.map((cell) => cell.replace(/\s+/g, " ").trim()))
  const widths = header.map((_, column) =>
    lines.reduce((width, row) => Math.max(width, Math.min(row[column]?.length ?? 0, widestColumn)), 0)
  )
  const toLine = (row: ReadonlyArray<string>): string =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()
  return `${lines.map(toLine).join("\n")}\n`
}
