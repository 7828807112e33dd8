/**
 * Writes what happened for a person to read: line by line, none much wider than a terminal.
 */
import * as Struct from "effect/Struct"
import { styleText } from "node:util"
import type { Answer, LogLine } from "./Session.ts"

const width = 116

/** Limits how many lines of one reply are shown. */
const maxLines = 14

const dim = (text: string): string => styleText("dim", text)
const bold = (text: string): string => styleText("bold", text)

/** Describes what a scene is about. */
export interface Scene {
  readonly title: string
  /** Holds what to look out for. */
  readonly explanation: string
  /** Where its code is: a path in this repository, and a name in that file. */
  readonly code: readonly [path: string, name: string]
}

/** Lines that wait to be printed. */
export interface Story {
  readonly lines: ReadonlyArray<string>
  /** Begins a scene. */
  readonly scene: (scene: Scene) => void
  /** Tells something between two calls. */
  readonly aside: (text: string) => void
  /** Shows a call: what was asked, what the model reads, what a program finds, and the log line of the same reference. */
  readonly answer: (answer: Answer) => void
  /** Shows a line of the server's log. */
  readonly log: (line: LogLine) => void
}

/** Begins to write. */
export const make = (): Story => {
  const lines: Array<string> = []
  const print = (text = ""): void => void lines.push(text)
  const aside = (text: string): void => print(`   ${cut(text, width)}`)
  const block = (label: string, color: "green" | "yellow" | "magenta" | "blue", texts: ReadonlyArray<string>): void => {
    const more = texts.length - maxLines
    for (const [i, text] of texts.slice(0, more > 0 ? maxLines - 1 : maxLines).entries()) {
      print(`   ${styleText(color, (i === 0 ? label : "").padEnd(8))} ${cut(text, width)}`)
    }
    if (more > 0) print(`   ${" ".repeat(8)} ${dim(`… and ${more + 1} more lines`)}`)
  }
  const log = ({ cause, ...line }: LogLine): void => {
    const why = typeof cause === "string" ? cause.split("\n").filter((text) => !/^\s+at |^}$/.test(text)) : []
    block("log", "blue", [
      JSON.stringify(tellingFirst(line)),
      ...why.slice(0, 2).map((text) => `cause: ${text.trim()}`)
    ])
  }
  return {
    lines,
    aside,
    log,
    scene: ({ code: [path, name], explanation, title }) => {
      print()
      print(bold(title))
      print(dim(`   ${explanation}`))
      print(dim(`   code: ${path} (${name})`))
    },
    answer: (answer) => {
      print()
      const args = cut(JSON.stringify(answer.args), width - answer.tool.length - 12)
      print(`   ${styleText("cyan", "call")}     ${answer.tool} ${args}   ${dim(`${answer.millis} ms`)}`)
      block("model", answer.problem === undefined ? "green" : "yellow", answer.text.split("\n"))
      if (answer.problem !== undefined) {
        const { category, error, reference_id, retry, type } = answer.problem
        block("program", "magenta", [JSON.stringify({ reference_id, type, retry, error, category })])
      }
      if (answer.log !== undefined) log(answer.log)
    }
  }
}

/** Cuts a line as it is shown: when it was written tells nothing, and what is long is cut at the end. */
const tellingFirst = (line: LogLine): object => {
  const { arguments: args, outcome, reference_id, tool, ...rest } = Struct.omit(line, ["timestamp"])
  return { reference_id, tool, outcome, arguments: args, ...rest }
}

const cut = (text: string, to: number): string => {
  const characters = Array.from(text)
  return characters.length <= to ? text : `${characters.slice(0, to - 1).join("")}…`
}

/** One row of the table of all calls. */
export interface Row {
  readonly scene: string
  readonly call: string
  readonly outcome: string
  readonly advice: string
}

/** Writes a table of all calls. */
export const table = (rows: ReadonlyArray<Row>): ReadonlyArray<string> => {
  const header: Row = { scene: "scene", call: "call", outcome: "outcome", advice: "what the model was told to do" }
  const columns = ["scene", "call", "outcome", "advice"] as const
  const widths = columns.map((column) => Math.max(...[header, ...rows].map((row) => row[column].length)))
  const format = (row: Row): string => columns.map((column, i) => row[column].padEnd(widths[i]!)).join("  ").trimEnd()
  return [bold(format(header)), ...rows.map(format)]
}

/** Writes a heading. */
export const heading = (title: string, ...lines: ReadonlyArray<string>): ReadonlyArray<string> => [
  bold(title),
  ...lines.map(dim)
]

/** Writes two texts side by side, each under its title, or one below the other where the terminal is narrow. */
export const beside = (
  [leftTitle, left]: readonly [title: string, text: string],
  [rightTitle, right]: readonly [title: string, text: string]
): ReadonlyArray<string> => {
  const column = Math.floor((width - 3) / 2)
  if ((process.stdout.columns ?? width) < width) {
    return [bold(leftTitle), ...left.split("\n"), "", bold(rightTitle), ...right.split("\n")].map((line) =>
      `   ${line}`
    )
  }
  const a = wrap(left, column)
  const b = wrap(right, column)
  return [
    `   ${bold(leftTitle.padEnd(column))}   ${bold(rightTitle)}`,
    ...Array.from(
      { length: Math.max(a.length, b.length) },
      (_, i) => `   ${styleText("red", (a[i] ?? "").padEnd(column))}   ${styleText("green", b[i] ?? "")}`
    )
  ]
}

const wrap = (text: string, column: number): ReadonlyArray<string> =>
  text.split("\n").flatMap((line) => {
    const lines: Array<string> = []
    let current = ""
    for (const word of line.split(" ").flatMap((word) => word.match(new RegExp(`.{1,${column}}`, "gu")) ?? [""])) {
      if (current !== "" && current.length + 1 + word.length > column) {
        lines.push(current)
        current = word
      } else current = current === "" ? word : `${current} ${word}`
    }
    return [...lines, current]
  })
