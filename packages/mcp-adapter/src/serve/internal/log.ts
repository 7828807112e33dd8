import * as Redaction from "@errata/core/Redaction"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { writeLine } from "../../call/internal/stderr.ts"

/** Takes one line of the log, without its end. */
export type Write = (line: string) => void

/** Describes a line of the log. */
export interface Line {
  readonly level: "Debug" | "Info" | "Warn" | "Error" | "Fatal"
  readonly message: string
  readonly [name: string]: unknown
}

/** Writes lines of the log, without secrets. */
export type LogLine = (line: Line) => void

/** Makes a function that writes lines of the log. */
export const logLine = (write: Write, redactor: Redaction.Redactor = Redaction.standard): LogLine => (line) => {
  const now = new Date(Effect.runSync(Clock.currentTimeMillis))
  write(JSON.stringify(redactor.json({ timestamp: now.toISOString(), ...line })))
}

/** Some readers of lines, Node's own among them, take these for the end of one; JSON has them in strings only. */
const lineEnds = /[\u0085\u2028\u2029]/g

const escaped = (end: string): string => `\\u${end.charCodeAt(0).toString(16).padStart(4, "0")}`

/** Writes a line to stderr as it was when the adapter was loaded. */
export const writeToStderr: Write = (line) => writeLine(line.replace(lineEnds, escaped))

/** Tells a failure on one line, without a stack. */
export const reasonOf = (failure: unknown): string =>
  failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure)
