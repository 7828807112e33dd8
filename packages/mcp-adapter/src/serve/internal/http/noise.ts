import type { Line, LogLine } from "../log.ts"
import { now } from "./time.ts"

/** Bounds the lines of one window that say that a request was refused; whoever sends thousands fills no disk. */
const most = 100

/** The window, in milliseconds. */
const window = 10_000

/** Makes a function that writes lines, but so many in a while at most, and says how many it left out. */
export const bounded = (log: LogLine): LogLine => {
  let since = Number.NEGATIVE_INFINITY
  let written = 0
  let leftOut = 0
  const begin = (at: number): void => {
    if (leftOut > 0) log({ level: "Warn", message: "more requests were refused than the log tells", count: leftOut })
    since = at
    written = 0
    leftOut = 0
  }
  return (line: Line) => {
    const at = now()
    if (at - since > window) begin(at)
    if (written >= most) leftOut++
    else log(line)
    written++
  }
}
