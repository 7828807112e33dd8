import { read } from "../../fold/internal/readProperty.ts"

/** What drivers and clients put on their errors, and authors rarely on theirs; read through the prototype. */
const marks = [
  "$fault",
  "$metadata",
  "$response",
  "address",
  "clientVersion",
  "code",
  "config",
  "errcode",
  "errno",
  "errorInfoKey",
  "errorLabels",
  "extensions",
  "hostname",
  "metadata",
  "request",
  "response",
  "routine",
  "severity",
  "sql",
  "sqlMessage",
  "sqlState",
  "status",
  "statusCode",
  "syscall"
]

/** Whether a failure carries the mark of a driver: its message was written for programmers. */
export const carriesMark = (failure: unknown): boolean => marks.some((mark) => isSaid(read(failure, mark)))

const isSaid = (value: unknown): boolean => value !== undefined && value !== null && typeof value !== "function"

/** How deep causes are looked into. */
const depth = 5

/** The shortest text that repeats another, and not by chance. */
const shortest = 8

/** Whether a message repeats what a driver said, which is somewhere among the causes. */
export const repeatsDriver = (message: string, failure: unknown): boolean => {
  let cause = read(failure, "cause")
  for (let i = 0; i < depth && typeof cause === "object" && cause !== null; i++) {
    const said = read(cause, "message")
    if (
      typeof said === "string" && said.trim().length >= shortest && message.includes(said.trim()) && carriesMark(cause)
    ) {
      return true
    }
    cause = read(cause, "cause")
  }
  return false
}

const mistakes: ReadonlySet<unknown> = new Set(["TypeError", "RangeError", "ReferenceError", "SyntaxError"])

/** Whether a failure is a mistake of a programmer, of this realm or another. */
export const isMistake = (failure: unknown): boolean => {
  if (mistakes.has(read(failure, "name"))) return true
  try {
    let prototype = Object.getPrototypeOf(failure) as object | null
    for (let i = 0; i < mostPrototypes && prototype !== null; i++) {
      if (mistakes.has(read(read(prototype, "constructor"), "name"))) return true
      prototype = Object.getPrototypeOf(prototype) as object | null
    }
    return false
  } catch {
    return true // a hostile proxy
  }
}

const mostPrototypes = 20
