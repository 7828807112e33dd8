/**
 * Prints the session for a person to read.
 */
import { styleText } from "node:util"
import type { Answer, LogLine } from "./Session.ts"

const width = 116

const dim = (text: string): string => styleText("dim", text)
const bold = (text: string): string => styleText("bold", text)

const print = (text = ""): void => console.log(text)

/** Begins a scene: a title, and what to look out for. */
export const scene = (number: number, title: string, explanation: string): void => {
  print()
  print(bold(`${number}. ${title}`))
  print(dim(`   ${explanation}`))
}

/** Tells something between two calls. */
export const aside = (text: string): void => print(`   ${text}`)

/** Shows a call: what was asked, what the model reads, what a program finds, and the log line of the same reference. */
export const answer = (answer: Answer): void => {
  print()
  print(
    `   ${styleText("cyan", "call")}     ${answer.tool} ${JSON.stringify(answer.args)}   ${dim(`${answer.millis} ms`)}`
  )
  block("model", answer.problem === undefined ? "green" : "yellow", answer.text.split("\n"))
  if (answer.problem !== undefined) {
    const { category, error, reference_id, retry, type } = answer.problem
    block("program", "magenta", [JSON.stringify({ error, type, category, retry, reference_id })])
  }
  if (answer.log !== undefined) log(answer.log)
}

/** Shows a line of the server's log. */
export const log = ({ cause, ...line }: LogLine): void => {
  const why = typeof cause === "string" ? cause.split("\n").filter((text) => !/^\s+at /.test(text)) : []
  block("log", "blue", [
    JSON.stringify(line),
    ...why.map((text) => `cause: ${text.trim()}`).filter((text) => text !== "cause: }")
  ])
}

const block = (label: string, color: "green" | "yellow" | "magenta" | "blue", lines: ReadonlyArray<string>): void => {
  for (const [i, line] of lines.entries()) {
    print(`   ${styleText(color, (i === 0 ? label : "").padEnd(8))} ${shorten(line)}`)
  }
}

const shorten = (line: string): string => {
  const characters = Array.from(line)
  return characters.length <= width * 3 ? line : `${characters.slice(0, width * 3 - 1).join("")}…`
}

/** One row of the table at the end. */
export interface Row {
  readonly scene: string
  readonly call: string
  readonly outcome: string
  readonly advice: string
}

/** Ends with a table of all calls. */
export const table = (rows: ReadonlyArray<Row>): void => {
  const header: Row = { scene: "scene", call: "call", outcome: "outcome", advice: "what the model was told" }
  const columns = ["scene", "call", "outcome", "advice"] as const
  const widths = columns.map((column) => Math.max(...[header, ...rows].map((row) => row[column].length)))
  const format = (row: Row): string => columns.map((column, i) => row[column].padEnd(widths[i]!)).join("  ").trimEnd()
  print()
  print(bold(format(header)))
  for (const row of rows) print(format(row))
}

/** Prints a heading. */
export const heading = (title: string, ...lines: ReadonlyArray<string>): void => {
  print(bold(title))
  for (const line of lines) print(dim(line))
}
