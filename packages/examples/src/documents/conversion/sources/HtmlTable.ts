/**
 * Writes the tables of an HTML page as GitHub flavoured Markdown, in time that grows with their size and no faster.
 *
 * It is a plugin of turndown's. The one that most use asks every cell for its place among its neighbours, which takes the
 * square of a table's size: 1,000 rows took ten seconds. Here cells and rows are gathered while turndown walks over them.
 *
 * **Details**
 *
 * A table has a header if its first row stands in a `thead` or holds `th` only; else its header is empty, since Markdown
 * knows no table without one. Line breaks inside a cell become `<br>`. A table inside of a cell becomes one line.
 */
import type TurndownService from "turndown"

/** Describes what is looked at of an element. */
interface Node {
  readonly nodeName: string
  readonly parentNode: Node | null
  readonly getAttribute?: (name: string) => string | null
}

interface Row {
  readonly cells: Array<string>
  isHeader: boolean
}

const maxColumnSpan = 100

const ancestor = (node: Node, names: ReadonlySet<string>): Node | null => {
  let parent = node.parentNode
  while (parent !== null && !names.has(parent.nodeName)) parent = parent.parentNode
  return parent
}

const rowNames: ReadonlySet<string> = new Set(["TR", "TABLE"])
const tableNames: ReadonlySet<string> = new Set(["TABLE"])

const spanOf = (node: Node): number => {
  const span = Number(node.getAttribute?.("colspan") ?? 1)
  return Number.isInteger(span) && span > 1 ? Math.min(span, maxColumnSpan) : 1
}

/** Gathers what turndown makes of cells, by their rows and tables. */
const makeGatherer = () => {
  const rows = new WeakMap<Node, Row>()
  const tables = new WeakMap<Node, Array<Row>>()
  const rowsOf = (table: Node): Array<Row> => {
    const known = tables.get(table)
    if (known !== undefined) return known
    const made: Array<Row> = []
    tables.set(table, made)
    return made
  }
  const rowOf = (node: Node): Row | undefined => {
    const parent = ancestor(node, rowNames)
    if (parent === null || parent.nodeName === "TABLE") return undefined
    const known = rows.get(parent)
    if (known !== undefined) return known
    const made = { cells: [], isHeader: true }
    rows.set(parent, made)
    const table = ancestor(parent, tableNames)
    if (table !== null) rowsOf(table).push(made)
    return made
  }
  const addCell = (content: string, node: Node): void => {
    const row = rowOf(node)
    if (row === undefined) return
    if (node.nodeName === "TD" && ancestor(node, sections)?.nodeName !== "THEAD") row.isHeader = false
    row.cells.push(toCell(content), ...Array.from({ length: spanOf(node) - 1 }, () => ""))
  }
  return { addCell, take: (table: Node): ReadonlyArray<Row> => tables.get(table) ?? [] }
}

const sections: ReadonlySet<string> = new Set(["THEAD", "TBODY", "TFOOT", "TABLE"])

/** Bars that turndown knows nothing of would part a cell, those of code too; escaped ones are told apart by their backslash. */
const toCell = (content: string): string =>
  content.trim().replace(/\s*\n\s*/g, "<br>").replace(/(\\.)|\|/g, (_, escaped?: string) => escaped ?? "\\|")

const toLine = (cells: ReadonlyArray<string>): string => `| ${cells.join(" | ")} |`

const toMarkdown = (rows: ReadonlyArray<Row>): string => {
  const [first, ...rest] = rows
  if (first === undefined) return ""
  const columns = first.cells.length
  const header = first.isHeader ? first.cells : first.cells.map(() => "")
  const body = first.isHeader ? rest : rows
  const lines = [
    toLine(header),
    toLine(Array.from({ length: columns }, () => "---")),
    ...body.map(({ cells }) => toLine(cells))
  ]
  return `\n\n${lines.join("\n")}\n\n`
}

/** Makes the plugin. */
export const tables = (service: TurndownService): void => {
  const gatherer = makeGatherer()
  const gather = (content: string, node: Node): string => {
    gatherer.addCell(content, node)
    return ""
  }
  service.addRule("cell", { filter: ["td", "th"], replacement: gather })
  service.addRule("row", { filter: ["tr", "thead", "tbody", "tfoot", "colgroup", "col"], replacement: () => "" })
  service.addRule("table", {
    filter: "table",
    replacement: (content, node) =>
      `${content.trim() === "" ? "" : `\n\n${content.trim()}`}${toMarkdown(gatherer.take(node))}`
  })
}
